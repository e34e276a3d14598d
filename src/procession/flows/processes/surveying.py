"""Processes as a board shows them: each with its tasks, and what everybody on it is called."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from procession.domains.people import store as people
from procession.domains.processes import store as processes
from procession.domains.processes.types import Process, ProcessFilter
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import AssignedPeople, Task
from procession.domains.templates.types import StepAssignees
from procession.flows.forms.rendering import AS_STORED, Texts, texts_of
from procession.flows.forms.showing import ShownForms
from procession.flows.processes.showing import ProcessView, views
from procession.kit.caller import Caller
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work, reading

#: What a process is read with.
_WHOLE = frozenset(
    {"tasks", "tasks.threads", "tasks.form_fields", "ko_form_fields", "threads", "assets"}
)


@dataclass(frozen=True)
class Names:
    """What people and groups are called, by number, lower-cased address and id."""

    users: Mapping[int, str] = field(default_factory=dict)
    guests: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)

    def user(self, number: int | None) -> str:
        """Who has no name, or is gone, is somebody all the same."""
        return self.users.get(number or 0, "Somebody")

    def of(self, task: Task) -> list[str]:
        """Everybody a task is assigned to."""
        return self.called(task.people)

    def called(self, named: AssignedPeople | StepAssignees) -> list[str]:
        """Everybody who is named."""
        guests = [self.guests.get(each.lower(), each) for each in named.guests]
        groups = [self.groups.get(each, "A group") for each in named.groups]
        return [*map(self.user, named.users), *guests, *groups]


@dataclass(frozen=True)
class Board:
    """A page of processes; their tasks by process, in their order, hidden ones left out."""

    page: Page[Process]
    tasks: Mapping[str, Sequence[Task]]
    names: Names
    texts: Texts = AS_STORED


@dataclass(frozen=True)
class Reading:
    """One process with all that it holds to read."""

    view: ProcessView
    names: Names
    #: Tasks that are hidden, where they were asked for.
    hidden: Sequence[Task] = ()


def survey_processes(caller: Caller, request: PageRequest, wanted: ProcessFilter) -> Board:
    with reading(caller) as work:
        return board_of(work, processes.list_visible(work, request, wanted))


def board_of(work: Work, page: Page[Process], *, more_users: Collection[int] = ()) -> Board:
    """`more_users`: whose names are wanted besides."""
    tasks_of = tasks.of_processes(work, [process.id for process in page.rows])
    every = [task for listed in tasks_of.values() for task in listed]
    names = names_on(work, page.rows, every, more_users)
    return Board(page, tasks_of, names, texts_of(work, every))


def read_process(caller: Caller, process_id: str, *, with_hidden: bool = False) -> Reading:
    """Archived or not."""
    with reading(caller, by_key=True) as work:
        if not with_hidden:
            return read_process_in(work, process_id)
        # In the stead of its files, which are counted where it is to be deleted alone.
        seen = read_process_in(work, process_id, _WHOLE - {"assets"})
        whole = tasks.of_whole_processes(work, [process_id])[process_id]
        return replace(seen, hidden=[task for task in whole if task.is_hidden])


def read_process_in(work: Work, process_id: str, includes: frozenset[str] = _WHOLE) -> Reading:
    """The same, for who reads more in the same transaction."""
    view = views(work, [processes.get_visible(work, process_id)], includes)[0]
    named = answered_people(view.forms)
    return Reading(view, names_on(work, [view.process], view.tasks or [], named=named))


def names_on(
    work: Work,
    shown: Iterable[Process],
    every: Sequence[Task],
    more_users: Collection[int] = (),
    *,
    named: Sequence[AssignedPeople] = (),
) -> Names:
    """What everybody is called who has to do with these processes and tasks, or is `named`."""
    everybody = [*(task.people for task in every), *named]
    users = {*more_users, *(task.completed_by or 0 for task in every)}
    for process in shown:
        users |= {process.owner_id, process.started_by}
    for each in everybody:
        users.update(each.users)
    return Names(
        people.names_of_users(work, users - {0}),
        people.names_of_guests(work, {guest for each in everybody for guest in each.guests}),
        people.names_of_groups(work, {group for each in everybody for group in each.groups}),
    )


def answered_people(forms: ShownForms) -> list[AssignedPeople]:
    """Everybody whom answers name."""
    answered = chain.from_iterable((*forms.of_tasks.values(), *forms.of_kickoff.values()))
    found = [people_of_answer(field.value) for field in answered]
    return [each for each in found if each is not None]


def people_of_answer(value: Any) -> AssignedPeople | None:
    """Whom an answer names; None: it names nobody, or asks for something else."""
    if not isinstance(value, dict) or not {"users", "guests", "groups"} & value.keys():
        return None
    return AssignedPeople(*(list(value.get(key) or []) for key in AssignedPeople._fields))
