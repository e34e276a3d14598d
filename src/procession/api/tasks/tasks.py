"""Endpoints of tasks."""

from collections.abc import Sequence
from typing import Any

import msgspec

from procession.api.tasks.filters import TasksQuery, task_filter
from procession.api.tasks.links import guest_task_links
from procession.domains.activity.wire import EntryOut, entry_out
from procession.domains.comments.wire import ThreadOut, thread_out
from procession.domains.processes.wire import (
    GuestProcessOut,
    ProcessOut,
    guest_process_out,
    process_out,
)
from procession.domains.tasks.types import Task, TaskFilter
from procession.domains.tasks.wire import (
    CompletionIn,
    ConnectorTaskIn,
    ConnectorTaskOut,
    DeadlineIn,
    GuestTaskChangesIn,
    RemindedOut,
    TaskChangesIn,
    TaskCommentIn,
    TaskIn,
    TaskOut,
    connector_task_out,
    task_out,
)
from procession.domains.templates.wire.steps import StepOut, step_out
from procession.domains.templates.wire.templates import template_out
from procession.flows.forms.showing import KICKOFF_FIELDS
from procession.flows.organizing.annotating import Notes
from procession.flows.processes import showing
from procession.flows.reaching.tasks import Change
from procession.flows.tasks import cloning, completing, hiding, oneoffs, reminding, updating
from procession.flows.tasks import showing as showing_tasks
from procession.kit.errors import NotFound
from procession.kit.http import GUEST, Answer, Request, Routes, item, listing, nothing
from procession.kit.ids import find_id

routes = Routes("Tasks")

ORGANIZATION = "/organizations/{org}"
PROCESS_TASKS = f"{ORGANIZATION}/runs/{{run}}/tasks"
TASKS = f"{ORGANIZATION}/tasks"
TASK = f"{TASKS}/{{task}}"
#: What one connector calls; also below `/api`, as everything is.
CONNECTOR = "/processes/micro-functions/organizations/{org}"
CONNECTOR_TASK = f"{CONNECTOR}/tasks/{{task}}"
GUEST_TASKS = f"{ORGANIZATION}/guests/{{guest}}/tasks"


@routes.get(
    PROCESS_TASKS, policy="visible", answers=TaskOut, query=TasksQuery, is_list=True, raises=(422,)
)
def list_of_process(request: Request) -> Answer:
    """List the tasks of a process, hidden ones included."""
    return _list(request, task_filter(request, usual_status="all", process_id=request.id("run")))


@routes.get(TASKS, policy="visible", answers=TaskOut, query=TasksQuery, is_list=True, raises=(422,))
def list_all(request: Request) -> Answer:
    """List every task the caller may see."""
    return _list(request, task_filter(request, usual_status="all"))


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
    me = request.caller.person_id
    return _list(request, task_filter(request, usual_status="active", assigned_to_user=me))


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
    return _list(request, task_filter(request, usual_status="active", assigned_to_user=user_id))


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
    guest = showing_tasks.get_guest_address(request.caller, request.path["guest"])
    return _list(request, task_filter(request, usual_status="active", assigned_to_guest=guest))


@routes.get(f"{PROCESS_TASKS}/{{task}}", policy="visible", answers=TaskOut, lets_guests_in=True)
def get_of_process(request: Request) -> Answer:
    """Read a task of a process."""
    return _answer_task(request, request.id("task"), request.id("run"))


@routes.get(TASK, policy="visible", answers=TaskOut, lets_guests_in=True)
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
    created = oneoffs.create_oneoff(request.caller, request.body)
    out = _out(request, created.task)
    if created.process is not None:
        # Clients read `run.id`, and others `run.data.id` (contract 40, 5.4).
        view = showing.view_process(request.caller, created.process, frozenset())
        run = msgspec.to_builtins(_run_out(request, view))
        out.run = {**run, "data": run}
    found = created.found
    return item(out, 201, warnings=found.warnings, dropped=found.dropped)


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
    lets_guests_in=True,
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
    lets_guests_in=True,
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
    wanted = completing.Completion(
        task_id=task_id,
        is_approved=sent.is_approved,
        override_user=sent.override_user,
        comment=sent.comment,
    )
    return _answer_change(request, completing.complete_task(request.caller, wanted, process_id))


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
    return _answer_change(
        request, completing.reopen_task(request.caller, request.id("task"), process_id)
    )


@routes.put(
    f"{PROCESS_TASKS}/{{task}}",
    policy="can_change",
    answers=TaskOut,
    body=TaskChangesIn,
    raises=(403, 422),
)
def update_in_process(request: Request) -> Answer:
    """Change a task of a process; keys that are left out stay as they are."""
    return _update(request, request.id("run"))


@routes.put(TASK, policy="can_change", answers=TaskOut, body=TaskChangesIn, raises=(403, 422))
def update(request: Request) -> Answer:
    """Change any task; keys that are left out stay as they are."""
    return _update(request, None)


@routes.put(
    f"{GUEST_TASKS}/{{task}}",
    door=GUEST,
    policy="can_complete",
    answers=TaskOut,
    body=GuestTaskChangesIn,
    raises=(403, 422),
)
def update_as_guest(request: Request) -> Answer:
    """Fill in, hand on or complete a task assigned to a guest, by guest code."""
    changed = updating.update_as_guest(request.caller, request.id("task"), request.body)
    return _answer_change(request, changed)


def _update(request: Request, process_id: str | None) -> Answer:
    changed = updating.update_task(request.caller, request.id("task"), request.body, process_id)
    return _answer_change(request, changed)


@routes.put(
    f"{PROCESS_TASKS}/{{task}}/hide",
    policy="can_hide",
    answers=TaskOut,
    body=TaskCommentIn,
    raises=(403, 422),
)
def hide(request: Request) -> Answer:
    """Hide an open task of a process; its data is kept."""
    run, task_id = request.id("run"), request.id("task")
    return _answer_change(request, hiding.hide_task(request.caller, run, task_id, request.body))


@routes.put(
    f"{PROCESS_TASKS}/{{task}}/show",
    policy="can_hide",
    answers=TaskOut,
    body=TaskCommentIn,
    raises=(403, 422),
)
def show(request: Request) -> Answer:
    """Show a hidden task of a process again, as it was."""
    run, task_id = request.id("run"), request.id("task")
    return _answer_change(request, hiding.show_task(request.caller, run, task_id, request.body))


@routes.post(
    f"{TASK}/clone",
    policy="can_clone",
    answers=TaskOut,
    status=201,
    reads_body=False,
    raises=(403, 422),
)
def clone(request: Request) -> Answer:
    """Copy a task, as a one-off task without answers and comments."""
    return _answer(request, cloning.clone_task(request.caller, request.id("task")), 201)


@routes.post(
    f"{TASK}/remind",
    policy="can_remind",
    answers=RemindedOut,
    reads_body=False,
    raises=(403, 422),
)
def remind(request: Request) -> Answer:
    """Mail everybody who is assigned to an open task, except the caller."""
    sent = reminding.remind(request.caller, request.id("task"), request.mailed_url)
    return item(RemindedOut(sent))


@routes.post(
    f"{CONNECTOR}/tasks",
    policy="can_create_oneoff",
    answers=ConnectorTaskOut,
    body=ConnectorTaskIn,
    raises=(403, 422),
)
def create_for_connector(request: Request) -> Answer:
    """Create a one-off task in the words of a connector."""
    sent: ConnectorTaskIn = request.body
    wanted = TaskIn(
        title=sent.name,
        description=sent.description,
        task_type=sent.task_type,
        owners=sent.owners,
        deadline=sent.deadline,
    )
    created = oneoffs.create_oneoff(request.caller, wanted)
    return item(connector_task_out(_out(request, created.task)))


@routes.put(
    f"{CONNECTOR_TASK}/edit-deadline",
    policy="can_edit",
    answers=TaskOut,
    body=DeadlineIn,
    raises=(403, 422),
)
def edit_deadline(request: Request) -> Answer:
    """Change the deadline of a task."""
    return _answer_change(
        request, updating.set_deadline(request.caller, request.id("task"), request.body)
    )


@routes.put(
    f"{CONNECTOR_TASK}/remove-guest/{{email}}",
    policy="can_edit",
    answers=TaskOut,
    reads_body=False,
    raises=(403, 422),
)
def remove_guest(request: Request) -> Answer:
    """Take a guest off a task."""
    task_id, email = request.id("task"), request.path["email"]
    changed = updating.take_off(request.caller, task_id, guest=email)
    return _answer_change(request, changed)


@routes.put(
    f"{CONNECTOR_TASK}/remove-assignee/{{user}}",
    policy="can_edit",
    answers=TaskOut,
    reads_body=False,
    raises=(403, 422),
)
def remove_assignee(request: Request) -> Answer:
    """Take a member off a task."""
    task_id, user_id = request.id("task"), request.number("user")
    changed = updating.take_off(request.caller, task_id, user_id=user_id)
    return _answer_change(request, changed)


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


def _answer(request: Request, task: Task, status: int = 200) -> Answer:
    """The task after a change that concerns no other."""
    return _answer_change(request, Change(task), status)


def _answer_change(request: Request, change: Change, status: int = 200) -> Answer:
    """The task after a change, with the others of its process that changed along with it."""
    out = _out(request, change.task)
    if change.others is not None:
        views = showing_tasks.view_tasks(request.caller, change.others)
        others = [_view_out(request, each, with_summary=True) for each in views]
        out.tasks_changed_by_rules = {"data": others}
    return item(out, status)


def _out(request: Request, task: Task) -> TaskOut:
    view = showing_tasks.view_task(request.caller, task, request.includes)
    return _view_out(request, view, with_summary=True)


def _view_out(request: Request, view: showing_tasks.TaskView, *, with_summary: bool) -> TaskOut:
    caller, now = request.caller, request.now
    out = task_out(
        view.task,
        now,
        view.texts,
        links=guest_task_links(request, view.task, view.guest_codes),
        is_guest=caller.is_guest,
        with_summary=with_summary,
    )
    out.custom_fields = view.notes.values_of(view.task.id)
    includes = request.includes
    if view.threads is not None:
        _include_threads(request, view, out)
    if view.history is not None:
        out.activities = {"data": _entries(request, view.task.id, view.history)}
    if "run" in includes:
        out.run = None if view.process is None else {"data": _run_out(request, view.process)}
    if "step" in includes:
        out.step = view.step and {"data": _step_out(view.step, view.notes)}
    if "tags" in includes:
        out.tags = view.notes.tags_of(view.task.id)
    if "folders" in includes:
        out.folders = view.notes.folders_of(view.task.id)
    _include_forms(request, view, out)
    for name in _EMPTY_INCLUDES:
        if name in includes or name.replace("_", "-") in includes:
            setattr(out, name, {"data": []})
    return out


def _entries(request: Request, task_id: str, history: showing_tasks.History) -> list[EntryOut]:
    organization_id = request.caller.organization_id
    entries = history.entries.get(task_id, [])
    return [entry_out(entry, organization_id, history.names) for entry in entries]


def _include_forms(request: Request, view: showing_tasks.TaskView, out: TaskOut) -> None:
    includes, forms = request.includes, view.forms
    # Tasks that only changed along with another one come without their forms.
    if view.task.id in forms.of_tasks:
        out.form_fields = {"data": forms.of_tasks[view.task.id]}
    if includes & KICKOFF_FIELDS and not request.caller.is_guest:
        out.ko_form_fields = {"data": forms.of_kickoff.get(view.task.process_id or "", [])}


#: Includes that hold nothing until the parts they show are built.
_EMPTY_INCLUDES = (
    "roles", "assets", "member_watchers", "guest_watchers", "selected_text_comment",
)  # fmt: skip


def _step_out(seen: showing_tasks.StepView, notes: Notes) -> StepOut:
    return step_out(
        seen.step,
        seen.position,
        template_id=seen.template_id,
        tags=notes.tags_of_steps.get(seen.step.id, ()),
        custom_fields=notes.values,
    )


def _run_out(request: Request, view: showing.ProcessView) -> ProcessOut | GuestProcessOut:
    if request.caller.is_guest:
        return guest_process_out(view.process, request.caller)
    out = process_out(view.process, request.now, request.public_url, request.caller.organization_id)
    out.custom_fields = view.notes.values_of(view.process.id)
    if "run.checklist" in request.includes:
        seen = view.template
        out.checklist = seen and {
            "data": template_out(
                seen.template,
                seen.content,
                seen.grants,
                request.caller,
                with_steps=True,
                step_tags=view.notes.tags_of_steps,
                custom_fields=view.notes.values,
            )
        }
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
