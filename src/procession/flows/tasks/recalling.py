"""What happened to one task, with what its entries name (contract 95, 3.3: History)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from procession.domains.activity import store as activity
from procession.domains.activity.types import ActivityFilter, Entry
from procession.domains.people import store as people
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import Task
from procession.flows.forms.rendering import texts_of
from procession.flows.processes.surveying import Names
from procession.kit.caller import Caller
from procession.kit.paging import Page, PageRequest
from procession.kit.reading import read_stored
from procession.kit.work import Work, reading


@dataclass(frozen=True)
class Recalled:
    """Entries are the newest first. `names`: of whom their old values and the task name."""

    task: Task
    title: str
    page: Page[Entry]
    names: Names


def recall_task(caller: Caller, task_id: str, request: PageRequest) -> Recalled:
    """Raises NotFound for what the caller cannot see."""
    with reading(caller) as work:
        task = tasks.get_visible(work, task_id)
        wanted = ActivityFilter(entity_type="task", entity_id=task.id)
        page = activity.list_entries(work, request, wanted)
        title = texts_of(work, [task]).title(task)
        return Recalled(task, title, page, _names(work, task, page.rows))


def owners_before(entry: Entry) -> dict[str, list[Any]] | None:
    """Who had it before a change of its people; None of every other entry."""
    if entry.event != "task.owners_changed" or entry.old_value is None:
        return None
    before: dict[str, list[Any]] = read_stored(entry.old_value)
    return before


def _names(work: Work, task: Task, entries: Iterable[Entry]) -> Names:
    every = [task.people._asdict(), *_owners_in(entries)]
    return Names(
        people.names_of_users(work, {user for each in every for user in each.get("users") or ()}),
        people.names_of_guests(work, {one for each in every for one in each.get("guests") or ()}),
        people.names_of_groups(work, {one for each in every for one in each.get("groups") or ()}),
    )


def _owners_in(entries: Iterable[Entry]) -> Iterator[dict[str, list[Any]]]:
    for entry in entries:
        before = owners_before(entry)
        if before is not None:
            yield before
