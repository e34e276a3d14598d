"""Making it so: what rules changed, written by the very actions that people's verbs end in."""

from collections.abc import Mapping, Sequence

from procession.core.launching import People
from procession.core.rules.assigning import keys_of
from procession.core.rules.model import COMPLETED, IN_PROGRESS, Outcome, StepTask
from procession.domains.people.types import group_key, user_key
from procession.domains.tasks import store as tasks
from procession.domains.tasks.actions.assigning import change_people
from procession.domains.tasks.actions.completing import open_again
from procession.domains.tasks.actions.turning import turn
from procession.domains.tasks.store import RuledTask
from procession.domains.tasks.types import AssigneesChange, Visibility
from procession.flows.reaching.people import admit
from procession.kit.work import Work


def apply(work: Work, process_id: str, stored: Mapping[str, RuledTask], outcome: Outcome) -> None:
    """`stored`: by step, as the rules found it.

    Each kind of change is written at once for all of its tasks, in their final state.
    """
    changed = [(stored[step_id], task) for step_id, task in outcome.tasks.items()]
    reopened = [
        was for was, now in changed if was.state == COMPLETED and now.state != COMPLETED
    ]  # fmt: skip
    if reopened:
        open_again(work, [was.id for was in reopened])
    turned = [_visibility(now) for was, now in changed if _is_turned(was, now)]
    if turned:
        turn(work, turned)
    dated = {
        was.id: now.deadline_at
        for was, now in changed
        if (was.deadline_at, was.deadline_is_pinned) != (now.deadline_at, now.deadline_is_pinned)
    }
    if dated:
        tasks.pin_deadlines(work, dated)
    people = _people(work, changed)
    if people:
        change_people(work, process_id, people)


def _is_turned(was: RuledTask, now: StepTask) -> bool:
    state = IN_PROGRESS if was.state == COMPLETED else was.state
    stored = (state, was.state_before_hiding, was.shown_at)
    wanted = (now.state, now.state_before_hiding, now.shown_at)
    return now.state != COMPLETED and stored != wanted


def _visibility(task: StepTask) -> Visibility:
    return Visibility(
        task.id, task.state, task.state_before_hiding, task.shown_at, task.visibility_locked
    )


def _people(work: Work, changed: Sequence[tuple[RuledTask, StepTask]]) -> list[AssigneesChange]:
    """Guests whom nobody knows yet are let in, as by every other way to assign them."""
    came = [(was, now, _came(was, now)) for was, now in changed]
    admitted = admit(work, [people for _, _, people in came])
    changes = []
    for (was, now, _), assignees in zip(came, admitted, strict=True):
        added = dict(assignees.written())
        gone = _gone(was, now)
        if added or gone:
            changes.append(AssigneesChange(was.id, gone, added))
    return changes


def _assigned(task: RuledTask) -> dict[str, str]:
    """Stored keys by the engine's."""
    lines = [line.split(" ", 1) for line in (task.assigned or "").split("\n") if line]
    return {f"e:{text.lower()}" if key[0] == "e" else key: key for key, text in lines}


def _came(was: RuledTask, now: StepTask) -> People:
    known, owners = _assigned(was), now.owners
    return People(
        tuple(user for user in owners.users if user_key(user) not in known),
        tuple(address for address in owners.guests if f"e:{address.lower()}" not in known),
        tuple(group for group in owners.groups if group_key(group) not in known),
    )


def _gone(was: RuledTask, now: StepTask) -> list[str]:
    stay = set(keys_of(now.owners))
    return [stored for key, stored in _assigned(was).items() if key not in stay]
