"""Reading tasks with the includes that were asked for (contract 40, 2.1 and 3)."""

from dataclasses import dataclass, field

from procession.domains.comments.types import Thread, ThreadState
from procession.domains.people import store as people
from procession.domains.people.actions.reading import find_member_named, list_members
from procession.domains.processes import store as processes
from procession.domains.processes.types import Process
from procession.domains.tasks import store as tasks
from procession.domains.tasks.actions.reading import find_tasks
from procession.domains.tasks.types import Task, TaskFilter
from procession.flows.showing import guest_codes, threads_by_task
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, NotFound
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work, looking, reading

_THREAD_INCLUDES = {"threads", "comments", "issues", "threads_count"}


@dataclass(frozen=True)
class TaskView:
    """A task with what was asked for beside it; None: not asked for, or there is none."""

    task: Task
    process: Process | None = None
    threads: list[Thread] | None = None
    guest_codes: dict[str, str] = field(default_factory=dict)


def get_task(
    caller: Caller, task_id: str, process_id: str | None, includes: frozenset[str]
) -> TaskView:
    with reading(caller) as work:
        task = tasks.get_visible(work, task_id, process_id)
        return _views(work, [task], includes)[0]


def view_task(caller: Caller, task: Task, includes: frozenset[str]) -> TaskView:
    """A task that was just changed. Without includes and guests nothing more is read."""
    if not includes and not task.guests:
        return TaskView(task)
    with reading(caller) as work:
        return _views(work, [task], includes)[0]


def list_tasks(
    caller: Caller, request: PageRequest, wanted: TaskFilter, includes: frozenset[str]
) -> tuple[Page[Task], list[TaskView]]:
    with reading(caller) as work:
        if wanted.process_id is not None:
            # A process that cannot be read has no tasks to list, not even none.
            processes.get_visible(work, wanted.process_id)
        page = find_tasks(work, request, wanted)
        return page, _views(work, page.rows, includes)


def _views(work: Work, found: list[Task], includes: frozenset[str]) -> list[TaskView]:
    codes = guest_codes(work, found)
    threads = threads_by_task(work, found) if includes & _THREAD_INCLUDES else None
    return [
        TaskView(
            task=task,
            process=_process(work, task) if "run" in includes else None,
            threads=None if threads is None else _shown(work.caller, task, threads[task.id]),
            guest_codes=codes,
        )
        for task in found
    ]


def _process(work: Work, task: Task) -> Process | None:
    return processes.find_visible(work, task.process_id) if task.process_id else None


def _shown(caller: Caller, task: Task, threads: list[Thread]) -> list[Thread]:
    """Guests see what is open to them, and their own (contract 45, 2.1)."""
    if not caller.is_guest:
        return threads
    if task.prevent_guest_comment:
        return []
    return [
        thread
        for thread in threads
        if thread.state != ThreadState.HIDDEN_FROM_GUESTS
        or (thread.author_kind == "guest" and thread.author_id == caller.person_id)
    ]


def get_member_id(caller: Caller, name: str) -> int:
    """The member named in the path; light members only themselves (contract 00, 8.4)."""
    member = find_member_named(list_members(caller), caller, name)
    if member is None:
        raise NotFound("User not found")
    if caller.is_light and member.id != caller.person_id:
        raise Forbidden
    return member.id


def get_guest_address(caller: Caller, name: str) -> str:
    """The guest whose list is read: by code, or, for members, by address too (contract 40, 9)."""
    work = looking(caller)
    address = people.find_guest_address(work, name)
    if address is None:
        raise NotFound
    return address
