"""A process as the engine looks at it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

from procession.core.deadlines import read_week
from procession.core.launching import People
from procession.core.redating import Calendar
from procession.core.rules.acting import ASSIGNMENTS
from procession.core.rules.model import Book, Directory, StepTask
from procession.core.rules.values import Value
from procession.domains.accounts import store as accounts
from procession.domains.answers.content.comparing import comparable
from procession.domains.answers.types import Answers
from procession.domains.people import store as people
from procession.domains.tasks.store import RuledTask
from procession.domains.tasks.types import people_in
from procession.domains.templates.types import Field
from procession.flows.reaching.people import answers_for
from procession.kit.work import Work


class StepTasks(Mapping[str, StepTask]):
    """Tasks by their steps. Each is read when it is asked for: most events touch few of many."""

    def __init__(self, stored: Mapping[str, RuledTask]) -> None:
        self._stored = stored
        self._read: dict[str, StepTask] = {}

    def __getitem__(self, step_id: str) -> StepTask:
        if step_id not in self._read:
            self._read[step_id] = step_task(self._stored[step_id])
        return self._read[step_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)


def step_task(task: RuledTask) -> StepTask:
    assigned = people_in(task.assigned)
    return StepTask(
        id=task.id,
        step_id=task.step_id,
        task_type=task.task_type,
        state=task.state,
        state_before_hiding=task.state_before_hiding,
        is_approved=task.is_approved,
        completed_at=task.completed_at,
        was_completed=task.last_completed_at is not None,
        deadline_at=task.deadline_at,
        deadline_is_pinned=task.deadline_is_pinned,
        visibility_locked=task.visibility_locked,
        shown_at=task.shown_at,
        owners=People(tuple(assigned.users), tuple(assigned.guests), tuple(assigned.groups)),
        max_assignable=task.max_assignable,
    )


def values_in(
    fields: Mapping[str, Field], answers: Callable[[str], Answers], zone: str
) -> Callable[[str], Value]:
    """`answers`: those of the form that a field is in, by the field."""

    def value_of(field_id: str) -> Value:
        answer = answers(field_id).get(field_id)
        return comparable(fields[field_id], None if answer is None else answer.value, zone)

    return cache(value_of)


def calendar_of(work: Work) -> Callable[[], Calendar]:
    """The organization's, read when it is needed."""
    return cache(
        lambda: Calendar(
            work.caller.timezone, read_week(accounts.get_settings(work)["working_days"])
        )
    )


def directory_of(
    work: Work,
    book: Book,
    value_of: Callable[[str], Value],
    responsible: Sequence[int],
    *,
    has_guests: bool,
) -> Callable[[], Directory]:
    """Who of all those that the rules may name can be given work; looked up when it is needed.

    `responsible`: candidates, in their order, for tasks of guests alone. `has_guests`: some task
    has any now.
    """

    def look_up() -> Directory:
        named = [
            each
            for rule in book.rules
            for action in rule.actions
            if action.verb in ASSIGNMENTS
            for each in (
                action.people,
                People() if action.from_field is None else value_of(action.from_field).people,
            )
        ]
        users = sorted({user for each in named for user in each.users})
        groups = sorted({group for each in named for group in each.groups})
        guests = sorted({address.lower() for each in named for address in each.guests})
        members = people.members_by_email(work, guests) if guests else {}
        everybody = [*users, *members.values()]
        return Directory(
            users=frozenset(people.active_users_among(work, everybody)),
            groups=frozenset(people.groups_among(work, groups)) if groups else frozenset(),
            shut_out=_shut_out(work, guests) if guests else frozenset(),
            members=members,
            responsible=answers_for(work, responsible) if guests or has_guests else 0,
        )

    return cache(look_up)


def _shut_out(work: Work, guests: Sequence[str]) -> frozenset[str]:
    known = people.guests_by_email(work, guests)
    disabled = {key for key, guest in known.items() if guest.disabled_at is not None}
    return frozenset(disabled | people.disabled_among(work, guests))
