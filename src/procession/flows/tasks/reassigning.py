"""Change who works on a task (contract 40, 5.5: `owners`)."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import UNSET, UnsetType

from procession.core.launching import People
from procession.domains.people.types import user_key
from procession.domains.tasks.actions.assigning import change_people
from procession.domains.tasks.events import TaskOwnersChanged, about
from procession.domains.tasks.types import AssigneesChange, Task
from procession.domains.tasks.wire import DelegatesIn, OwnersChangeIn
from procession.flows.reaching.people import admit, answers_for, check_people
from procession.flows.reaching.tasks import Reached
from procession.kit.errors import Invalid
from procession.kit.work import Work


@dataclass(frozen=True)
class Reassignment:
    """Whom a task is to have, as it was asked for; a list that was not sent stays."""

    task: Task
    wanted: People

    @property
    def is_change(self) -> bool:
        task, wanted = self.task, self.wanted
        return not (
            set(wanted.users) == set(task.users)
            and _keys(wanted.guests) == _keys(task.guests)
            and set(wanted.groups) == set(task.groups)
        )

    @property
    def new_guests(self) -> list[str]:
        """Addresses that are not assigned yet."""
        known = _keys(self.task.guests)
        return [address for address in self.wanted.guests if address.lower() not in known]

    @property
    def count(self) -> int:
        """People that `max_assignable` counts."""
        return len(self.wanted.users) + len(_keys(self.wanted.guests))


def reassignment(task: Task, sent: OwnersChangeIn | UnsetType) -> Reassignment:
    """Absent and null lists stay as they are; an empty one unassigns everybody in it."""
    if sent is UNSET:
        sent = OwnersChangeIn()
    return Reassignment(
        task,
        People(
            users=tuple(sent.users if isinstance(sent.users, list) else task.users),
            guests=tuple(sent.guests if isinstance(sent.guests, list) else task.guests),
            groups=tuple(sent.groups if isinstance(sent.groups, list) else task.groups),
        ),
    )


def delegation(task: Task, sent: DelegatesIn | UnsetType) -> Reassignment:
    """Only ever adds guests."""
    named = [] if sent is UNSET or not isinstance(sent.guests, list) else sent.guests
    known = _keys(task.guests)
    guests = [*task.guests, *(address for address in named if address.lower() not in known)]
    return Reassignment(task, People(tuple(task.users), tuple(guests), tuple(task.groups)))


def reassignment_problems(
    work: Work, wanted: Reassignment, most: int, *, most_is_new: bool = False
) -> dict[str, list[str]]:
    """`most`: 0 is no limit. Who is assigned already stays so, whatever became of them."""
    problems: dict[str, list[str]] = {}
    if wanted.is_change:
        problems |= _unknown(work, wanted)
    if most and wanted.count > most and (wanted.is_change or most_is_new):
        field = "owners" if wanted.is_change else "max_assignable"
        problems[field] = [f"At most {most} people can be assigned."]
    return problems


def _unknown(work: Work, wanted: Reassignment) -> dict[str, list[str]]:
    assigned = wanted.task.people
    try:
        check_people(work, {"owners": wanted.wanted})
    except Invalid as wrong:
        stays = {
            f"owners.{bucket}.{place}"
            for bucket in ("users", "guests", "groups")
            for place, name in enumerate(getattr(wanted.wanted, bucket))
            if _folded(name) in map(_folded, getattr(assigned, bucket))
        }
        return {path: texts for path, texts in wrong.problems.items() if path not in stays}
    return {}


def reassign_task(work: Work, reached: Reached, wanted: Reassignment) -> bool:
    """Problems have been looked for. False when it comes to the same people."""
    task = reached.task
    was = dict(line.split(" ", 1) for line in (task.assigned or "").split("\n") if line)
    known = {written.lower(): key for key, written in was.items() if key.startswith("e:")}
    (admitted,) = admit(
        work, [People(wanted.wanted.users, tuple(wanted.new_guests), wanted.wanted.groups)]
    )
    now = dict(admitted.written())
    kept = [known[address.lower()] for address in wanted.wanted.guests if address.lower() in known]
    now |= {key: was[key] for key in kept}
    if now and all(key.startswith("e:") for key in now):
        member = answers_for(work, _who_answer(reached))
        now[user_key(member)] = str(member)
    gone, added = was.keys() - now.keys(), {key: now[key] for key in now if key not in was}
    if not gone and not added:
        return False
    change_people(work, task.process_id, [AssigneesChange(task.id, gone, added)])
    told = about(task, work.caller.organization_id)
    work.record(TaskOwnersChanged(**told, field="owners", before=task.people._asdict()))
    return True


def _who_answer(reached: Reached) -> list[int]:
    if reached.process is None:
        return [reached.task.created_by]
    return [reached.process.owner_id, reached.process.started_by]


def _keys(addresses: Sequence[str]) -> set[str]:
    return {address.lower() for address in addresses}


def _folded(name: int | str) -> int | str:
    return name.lower() if isinstance(name, str) else name
