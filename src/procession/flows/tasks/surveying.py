"""Tasks as a list on a page shows them: with their processes, people, tags and what is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from procession.domains.comments import store as comments
from procession.domains.organizing import store as organizing
from procession.domains.organizing.types import TagLink
from procession.domains.people import store as people
from procession.domains.processes import store as processes
from procession.domains.processes.types import Process
from procession.domains.tasks import store as tasks
from procession.domains.tasks.actions.reading import find_tasks
from procession.domains.tasks.types import Task, TaskFilter
from procession.domains.templates import store as templates
from procession.flows.forms.rendering import AS_STORED, Texts, texts_of
from procession.flows.processes.surveying import Names
from procession.kit.caller import Caller
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work, reading


@dataclass(frozen=True)
class TaskBoard:
    """A page of tasks; all else by the ids of what it is about."""

    page: Page[Task]
    processes: Mapping[str, Process]
    names: Names = field(default_factory=Names)
    texts: Texts = AS_STORED
    tags: Mapping[str, Sequence[TagLink]] = field(default_factory=dict)
    #: How much is said on each; those without a comment are left out.
    comment_counts: Mapping[str, int] = field(default_factory=dict)


def survey_tasks(caller: Caller, request: PageRequest, wanted: TaskFilter) -> TaskBoard:
    """The same select as the API's lists, with one statement for each thing shown beside it."""
    with reading(caller) as work:
        page = find_tasks(work, request, _with_steps(work, wanted))
        ids = [task.id for task in page.rows]
        inside = {task.process_id for task in page.rows if task.process_id}
        return TaskBoard(
            page,
            processes.visible_among(work, inside) if inside else {},
            names_on(work, page.rows),
            texts_of(work, page.rows),
            organizing.links_of(work, ids),
            comments.counts_on(work, ids),
        )


def names_on(work: Work, shown: Sequence[Task]) -> Names:
    """Of everybody assigned to these tasks, and of who completed them."""
    users = {user for task in shown for user in (*task.users, task.completed_by or 0)}
    return Names(
        people.names_of_users(work, users - {0}),
        people.names_of_guests(work, {guest for task in shown for guest in task.guests}),
        people.names_of_groups(work, {group for task in shown for group in task.groups}),
    )


def names_in(caller: Caller, wanted: TaskFilter) -> Names:
    """Of those whom a list is narrowed to."""
    with reading(caller) as work:
        return Names(
            people.names_of_users(work, wanted.owners),
            groups=people.names_of_groups(work, wanted.groups),
        )


def _with_steps(work: Work, wanted: TaskFilter) -> TaskFilter:
    """Job titles stand for the steps that are bound to them."""
    if not wanted.roles:
        return wanted
    bound = templates.steps_for_titles(work, wanted.roles)
    return msgspec.structs.replace(wanted, steps_of_roles=tuple(bound))


def count_tasks(caller: Caller, each: Sequence[TaskFilter]) -> list[int]:
    """How many each of these would list."""
    with reading(caller) as work:
        return [tasks.count_visible(work, _with_steps(work, wanted)) for wanted in each]
