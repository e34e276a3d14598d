"""Endpoints of tasks."""

from collections.abc import Sequence
from typing import Any

import msgspec

from procession.domains.comments.wire import ThreadOut, thread_out
from procession.domains.processes.wire import process_out
from procession.domains.tasks import store
from procession.domains.tasks.links import guest_task_links
from procession.domains.tasks.types import ArchivedTasks, Task, TaskFilter
from procession.domains.tasks.wire import CompletionIn, TaskIn, TaskOut, task_out
from procession.flows import advancing, oneoffs, showing_tasks
from procession.kit.errors import NotFound
from procession.kit.http import GUEST, Answer, Request, Routes, item, listing, nothing
from procession.kit.ids import find_id
from procession.kit.paging import PageQuery, sort_keys

routes = Routes("Tasks")

ORGANIZATION = "/organizations/{org}"
PROCESS_TASKS = f"{ORGANIZATION}/runs/{{run}}/tasks"
TASKS = f"{ORGANIZATION}/tasks"
TASK = f"{TASKS}/{{task}}"
GUEST_TASKS = f"{ORGANIZATION}/guests/{{guest}}/tasks"


class TasksQuery(PageQuery, kw_only=True):
    """Filters of every list of tasks (contract 40, 3.2)."""

    q: str | None = None
    status: str | None = None
    archived: str | None = None
    owners: list[str] = msgspec.field(default_factory=list)
    assignee: str | None = None
    guests: list[str] = msgspec.field(default_factory=list)
    groups: list[str] = msgspec.field(default_factory=list)
    unassigned: bool | None = None
    is_oneoff: bool | None = None
    checklist_id: list[str] = msgspec.field(default_factory=list)


@routes.get(
    PROCESS_TASKS, policy="visible", answers=TaskOut, query=TasksQuery, is_list=True, raises=(422,)
)
def list_of_process(request: Request) -> Answer:
    """List the tasks of a process, hidden ones included."""
    return _list(request, _filter(request, usual_status="all", process_id=request.id("run")))


@routes.get(TASKS, policy="visible", answers=TaskOut, query=TasksQuery, is_list=True, raises=(422,))
def list_all(request: Request) -> Answer:
    """List every task the caller may see."""
    return _list(request, _filter(request, usual_status="all"))


@routes.get(
    f"{ORGANIZATION}/me/tasks",
    policy="visible",
    answers=TaskOut,
    query=TasksQuery,
    is_list=True,
    raises=(422,),
)
def list_mine(request: Request) -> Answer:
    """List the tasks assigned to the caller; open ones unless asked otherwise."""
    owners = (request.caller.person_id,)
    return _list(request, _filter(request, usual_status="active", owners=owners))


@routes.get(
    f"{ORGANIZATION}/users/{{user}}/tasks",
    policy="visible",
    answers=TaskOut,
    query=TasksQuery,
    is_list=True,
    raises=(403, 422),
)
def list_of_member(request: Request) -> Answer:
    """List the tasks assigned to a member."""
    user_id = showing_tasks.get_member_id(request.caller, request.path["user"])
    return _list(request, _filter(request, usual_status="active", owners=(user_id,)))


@routes.get(
    GUEST_TASKS,
    door=GUEST,
    policy="visible",
    answers=TaskOut,
    query=TasksQuery,
    is_list=True,
    raises=(403, 422),
)
def list_of_guest(request: Request) -> Answer:
    """List the tasks assigned to a guest, by guest code."""
    wanted = _filter(request, usual_status="active")
    guest = showing_tasks.get_guest_address(request.caller, request.path["guest"])
    return _list(request, msgspec.structs.replace(wanted, guests=(guest,)))


@routes.get(f"{PROCESS_TASKS}/{{task}}", policy="visible", answers=TaskOut)
def get_of_process(request: Request) -> Answer:
    """Read a task of a process."""
    return _answer_task(request, request.id("task"), request.id("run"))


@routes.get(TASK, policy="visible", answers=TaskOut)
def get(request: Request) -> Answer:
    """Read any task."""
    return _answer_task(request, request.id("task"))


@routes.get(
    f"{GUEST_TASKS}/{{task}}",
    door=GUEST,
    policy="visible",
    answers=TaskOut,
    raises=(403,),
)
def get_of_guest(request: Request) -> Answer:
    """Read a task assigned to a guest, by guest code."""
    return _answer_task(request, request.id("task"))


@routes.post(
    TASKS,
    policy="can_create_oneoff",
    answers=TaskOut,
    status=201,
    body=TaskIn,
    raises=(403, 422),
)
def create(request: Request) -> Answer:
    """Create a one-off task, standalone or inside a process."""
    return _answer(request, oneoffs.create_oneoff(request.caller, request.body), 201)


@routes.delete(TASK, policy="can_archive", status=204, reads_body=False, raises=(403, 422))
def archive(request: Request) -> Answer:
    """Archive a one-off task."""
    oneoffs.archive_oneoff(request.caller, request.id("task"))
    return nothing()


@routes.put(
    f"{TASK}/restore",
    policy="can_archive",
    answers=TaskOut,
    reads_body=False,
    raises=(403, 422),
)
def restore(request: Request) -> Answer:
    """Bring an archived one-off task back."""
    return _answer(request, oneoffs.unarchive_oneoff(request.caller, request.id("task")))


@routes.delete(
    f"{TASK}/delete", policy="can_archive", status=204, reads_body=False, raises=(403, 422)
)
def purge(request: Request) -> Answer:
    """Delete a one-off task for ever."""
    oneoffs.purge_oneoff(request.caller, request.id("task"))
    return nothing()


@routes.post(
    f"{ORGANIZATION}/runs/{{run}}/completed-tasks",
    policy="can_complete",
    answers=TaskOut,
    body=CompletionIn,
    raises=(403, 422),
)
def complete_in_process(request: Request) -> Answer:
    """Complete a task of a process."""
    return _complete(request, request.id("run"))


@routes.post(
    f"{ORGANIZATION}/completed-tasks",
    policy="can_complete",
    answers=TaskOut,
    body=CompletionIn,
    raises=(403, 422),
)
def complete(request: Request) -> Answer:
    """Complete any task."""
    return _complete(request, None)


@routes.post(
    f"{ORGANIZATION}/guests/{{guest}}/completed-tasks",
    door=GUEST,
    policy="can_complete",
    answers=TaskOut,
    body=CompletionIn,
    raises=(403, 422),
)
def complete_as_guest(request: Request) -> Answer:
    """Complete a task assigned to a guest, by guest code."""
    return _complete(request, None)


def _complete(request: Request, process_id: str | None) -> Answer:
    sent: CompletionIn = request.body
    task_id = find_id(sent.task_id)
    if task_id is None:
        raise NotFound
    wanted = advancing.Completion(
        task_id=task_id,
        is_approved=sent.is_approved,
        override_user=sent.override_user,
        comment=sent.comment,
    )
    task = advancing.complete_task(request.caller, wanted, process_id)
    return _answer(request, task, changed_by_rules=task.process_id is not None)


@routes.delete(
    f"{ORGANIZATION}/runs/{{run}}/completed-tasks/{{task}}",
    policy="can_reopen",
    answers=TaskOut,
    reads_body=False,
    raises=(403, 422),
)
@routes.post(
    f"{ORGANIZATION}/runs/{{run}}/completed-tasks/{{task}}",
    policy="can_reopen",
    answers=TaskOut,
    reads_body=False,
    raises=(403, 422),
    is_alias=True,
)
def reopen_in_process(request: Request) -> Answer:
    """Reopen a completed task of a process."""
    return _reopen(request, request.id("run"))


@routes.delete(
    f"{ORGANIZATION}/completed-tasks/{{task}}",
    policy="can_reopen",
    answers=TaskOut,
    reads_body=False,
    raises=(403, 422),
)
@routes.post(
    f"{ORGANIZATION}/completed-tasks/{{task}}",
    policy="can_reopen",
    answers=TaskOut,
    reads_body=False,
    raises=(403, 422),
    is_alias=True,
)
def reopen(request: Request) -> Answer:
    """Reopen any completed task."""
    return _reopen(request, None)


@routes.delete(
    f"{ORGANIZATION}/guests/{{guest}}/completed-tasks/{{task}}",
    door=GUEST,
    policy="can_reopen",
    answers=TaskOut,
    reads_body=False,
    raises=(403,),
)
def reopen_as_guest(request: Request) -> Answer:
    """Refused always: guests cannot reopen tasks."""
    return _reopen(request, None)


def _reopen(request: Request, process_id: str | None) -> Answer:
    task = advancing.reopen_task(request.caller, request.id("task"), process_id)
    return _answer(request, task, changed_by_rules=task.process_id is not None)


def _filter(
    request: Request,
    *,
    usual_status: str,
    process_id: str | None = None,
    owners: tuple[int, ...] = (),
) -> TaskFilter:
    query: TasksQuery = request.query
    status = (query.status or usual_status).lower()
    archived = _archived(query.archived)
    if status == "archived":
        status, archived = "all", ArchivedTasks.ONLY
    return TaskFilter(
        q=query.q or "" if process_id is None else "",
        status=store.plain_status(status),
        archived=archived,
        process_id=process_id,
        owners=owners or _owners(request, query),
        guests=tuple(query.guests),
        groups=tuple(query.groups),
        is_unassigned=query.unassigned,
        is_oneoff=query.is_oneoff,
        template_ids=tuple(query.checklist_id),
        sort=tuple(sort_keys(query)),
    )


def _archived(word: str | None) -> ArchivedTasks:
    lowered = (word or "").lower()
    if lowered == "only":
        return ArchivedTasks.ONLY
    is_true = lowered in ("true", "1", "yes", "on")
    return ArchivedTasks.INCLUDED if is_true else ArchivedTasks.HIDDEN


def _owners(request: Request, query: TasksQuery) -> tuple[int, ...]:
    words = [*query.owners, *([query.assignee] if query.assignee else [])]
    return tuple(
        request.caller.person_id
        if word == "me"
        else int(word)
        if word.isascii() and word.isdecimal() and len(word) < 10
        else 0
        for word in words
    )


def _list(request: Request, wanted: TaskFilter) -> Answer:
    includes = request.includes
    page, views = showing_tasks.list_tasks(
        request.caller, request.page(request.query), wanted, includes
    )
    rows = [_view_out(request, view, with_summary="summary" in includes) for view in views]
    return listing(request, page, rows, **_urgent(rows))


def _urgent(rows: Sequence[TaskOut]) -> dict[str, int]:
    return {
        "overdue_tasks": sum(row.due_date_passed for row in rows),
        "tasks_due_soon": sum(row.due_soon for row in rows),
    }


def _answer_task(request: Request, task_id: str, process_id: str | None = None) -> Answer:
    view = showing_tasks.get_task(request.caller, task_id, process_id, request.includes)
    return item(_view_out(request, view, with_summary=True))


def _answer(
    request: Request, task: Task, status: int = 200, *, changed_by_rules: bool = False
) -> Answer:
    """The task after a change."""
    includes = request.includes
    view = showing_tasks.view_task(request.caller, task, includes)
    out = _view_out(request, view, with_summary=True)
    if changed_by_rules:
        out.tasks_changed_by_rules = {"data": []}
    return item(out, status)


def _view_out(request: Request, view: showing_tasks.TaskView, *, with_summary: bool) -> TaskOut:
    caller, now = request.caller, request.now
    out = task_out(
        view.task,
        now,
        links=guest_task_links(request, view.task, view.guest_codes),
        is_guest=caller.is_guest,
        with_summary=with_summary,
    )
    includes = request.includes
    if view.threads is not None:
        _include_threads(request, view, out)
    if "run" in includes:
        process = view.process
        out.run = (
            None if process is None else {"data": process_out(process, now, request.public_url)}
        )
    if "step" in includes:
        out.step = None
    if "form_fields" in includes:
        out.form_fields = {"data": []}
    return out


def _include_threads(request: Request, view: showing_tasks.TaskView, out: TaskOut) -> None:
    names_only = request.caller.is_guest
    shown: list[ThreadOut] = [
        thread_out(thread, request.now, names_only=names_only) for thread in view.threads or []
    ]
    issues = [thread for thread in shown if thread.label == "problem" and not thread.resolve_id]
    includes: Any = request.includes
    if includes & {"threads", "comments"}:
        out.threads = {"data": shown}
    if "issues" in includes:
        out.issues = {"data": issues}
    if "threads_count" in includes:
        out.threads_count = {"data": {"total": len(shown), "problems": len(issues)}}
