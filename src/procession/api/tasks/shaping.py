"""What the endpoints of tasks share: their paths, and a task as they answer it."""

from collections.abc import Sequence

from procession.api.comments.including import include_threads
from procession.api.included_files import files_shown
from procession.api.included_watchers import include_watchers
from procession.api.tasks.links import guest_task_links
from procession.domains.activity.wire import EntryOut, entry_out
from procession.domains.processes.wire import (
    GuestProcessOut,
    ProcessOut,
    guest_process_out,
    process_out,
)
from procession.domains.tasks.types import Task
from procession.domains.tasks.wire import TaskOut, task_out
from procession.domains.templates.wire.steps import StepOut, step_out
from procession.domains.templates.wire.templates import template_out
from procession.flows.forms.showing import KICKOFF_FIELDS
from procession.flows.organizing.annotating import Notes
from procession.flows.processes import showing
from procession.flows.reaching.tasks import Change
from procession.flows.tasks import showing as showing_tasks
from procession.kit.http import Answer, Request, item, tagged

ORGANIZATION = "/organizations/{org}"
PROCESS_TASKS = f"{ORGANIZATION}/runs/{{run}}/tasks"
TASKS = f"{ORGANIZATION}/tasks"
TASK = f"{TASKS}/{{task}}"
GUEST_TASKS = f"{ORGANIZATION}/guests/{{guest}}/tasks"


def answer_task(request: Request, task_id: str, process_id: str | None = None) -> Answer:
    view = showing_tasks.get_task(request.caller, task_id, process_id, request.includes)
    return tagged(item(view_out(request, view, with_summary=True)), view.task.row_version)


def answer(
    request: Request, task: Task, status: int = 200, *, warnings: Sequence[str] = ()
) -> Answer:
    """The task after a change that concerns no other."""
    return answer_change(request, Change(task), status, warnings=warnings)


def answer_change(
    request: Request, change: Change, status: int = 200, *, warnings: Sequence[str] = ()
) -> Answer:
    """The task after a change, with the others of its process that changed along with it."""
    out = changed_out(request, change.task)
    if change.others is not None:
        views = showing_tasks.view_tasks(request.caller, change.others)
        others = [view_out(request, each, with_summary=True) for each in views]
        out.tasks_changed_by_rules = {"data": others}
    return tagged(item(out, status, warnings=warnings), change.task.row_version)


def changed_out(request: Request, task: Task) -> TaskOut:
    view = showing_tasks.view_task(request.caller, task, request.includes)
    return view_out(request, view, with_summary=True)


def view_out(request: Request, view: showing_tasks.TaskView, *, with_summary: bool) -> TaskOut:
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
    out.held = view.notes.is_held(view.task.id)
    includes = request.includes
    if view.threads is not None:
        include_threads(request, view.threads, out)
    if view.files is not None:
        out.assets = files_shown(request, view.files)
    if view.history is not None:
        out.activities = {"data": _entries(request, view.task.id, view.history)}
    if "run" in includes:
        out.run = None if view.process is None else {"data": run_out(request, view.process)}
    if "step" in includes:
        out.step = view.step and {"data": _step_out(view.step, view.notes)}
    if "holds" in includes and caller.is_admin:
        out.holds = view.notes.holds_of(view.task.id)
    if "tags" in includes:
        out.tags = view.notes.tags_of(view.task.id)
    if "folders" in includes:
        out.folders = view.notes.folders_of(view.task.id)
    _include_forms(request, view, out)
    include_watchers(request, view.watchers, out)
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


#: Includes that hold nothing: no such things are kept here.
_EMPTY_INCLUDES = ("roles", "selected_text_comment")


def _step_out(seen: showing_tasks.StepView, notes: Notes) -> StepOut:
    return step_out(
        seen.step,
        seen.position,
        template_id=seen.template_id,
        tags=notes.tags_of_steps.get(seen.step.id, ()),
        custom_fields=notes.values,
    )


def run_out(request: Request, view: showing.ProcessView) -> ProcessOut | GuestProcessOut:
    if request.caller.is_guest:
        return guest_process_out(view.process, request.caller)
    out = process_out(view.process, request.now, request.public_url, request.caller.organization_id)
    out.custom_fields = view.notes.values_of(view.process.id)
    out.held = view.notes.is_held(view.process.id)
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
