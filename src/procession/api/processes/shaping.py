"""What the endpoints of processes share: their paths, and a process as they answer it."""

from typing import Any

from procession.api.comments.including import include_threads
from procession.api.included_files import files_shown
from procession.api.included_watchers import include_watchers
from procession.api.tasks.links import guest_task_links
from procession.domains.comments.wire import thread_out
from procession.domains.processes import policy
from procession.domains.processes.types import Process
from procession.domains.processes.wire import (
    GuestProcessOut,
    ProcessOut,
    ProcessStageOut,
    guest_process_out,
    process_out,
)
from procession.domains.tasks.types import Task
from procession.domains.tasks.wire import find_next, next_task_out, task_out, tasks_meta_out
from procession.domains.templates.wire.templates import template_out
from procession.flows.forms.showing import KICKOFF_FIELDS
from procession.flows.processes import showing
from procession.kit.http import Request

PROCESSES = "/organizations/{org}/runs"
PROCESS = f"{PROCESSES}/{{run}}"


def changed_out(request: Request, process: Process) -> ProcessOut:
    """The process after a change, with the includes asked for."""
    return view_out(request, showing.view_process(request.caller, process, request.includes))


def own_out(request: Request, process: Process) -> ProcessOut | GuestProcessOut:
    """The same for routes that let guests in, who are told less."""
    caller = request.caller
    return guest_process_out(process, caller) if caller.is_guest else changed_out(request, process)


def view_out(request: Request, view: showing.ProcessView) -> ProcessOut:
    out = process_out(view.process, request.now, request.public_url, request.caller.organization_id)
    out.custom_fields = view.notes.values_of(view.process.id)
    out.held = view.notes.is_held(view.process.id)
    includes = request.includes
    _include_forms(view, includes, out)
    if not includes:
        return out
    if view.tasks is not None:
        _include_tasks(request, view, view.tasks, out)
    if "checklist" in includes:
        out.checklist = None if view.template is None else {"data": _template_out(request, view)}
    if view.threads is not None:
        include_threads(request, view.threads, out)
    if view.files is not None:
        out.assets = files_shown(request, view.files)
    if "permissions" in includes:
        out.permissions = {"data": permissions(request, view.process)}
    if "holds" in includes and request.caller.is_admin:
        out.holds = view.notes.holds_of(view.process.id)
    if "tags" in includes:
        out.tags = view.notes.tags_of(view.process.id)
    if "folders" in includes:
        out.folders = view.notes.folders_of(view.process.id)
    include_watchers(request, view.watchers, out)
    if "selected_text_comment" in includes:
        # Nothing is selected here.
        out.selected_text_comment = {"data": []}
    return out


def _include_forms(view: showing.ProcessView, includes: frozenset[str], out: ProcessOut) -> None:
    process_id = view.process.id
    if view.fields is not None:
        out.form_fields = {"data": view.fields}
    if includes & KICKOFF_FIELDS:
        out.ko_form_fields = {"data": view.forms.of_kickoff[process_id]}
    if view.values is not None:
        out.form_fields_values = view.values
    if "stages" in includes:
        out.stages = {
            "data": [
                ProcessStageOut(
                    id=stage.id,
                    name=stage.name,
                    position=position,
                    task_ids=[task.id for task in view.tasks or () if task.stage_id == stage.id],
                )
                for position, stage in enumerate(view.stages, start=1)
            ]
        }


def _include_tasks(
    request: Request, view: showing.ProcessView, tasks: list[Task], out: ProcessOut
) -> None:
    includes = request.includes
    if "tasks" in includes:
        out.tasks = {"data": [_task_out(request, view, task) for task in tasks]}
    if "next_task" in includes:
        following = find_next([task for task in tasks if task.archived_at is None])
        out.next_task = {"data": [next_task_out(following, view.texts)] if following else []}
    if "tasks_meta" in includes:
        out.tasks_meta = {"data": [tasks_meta_out(task, view.texts) for task in tasks]}


def _task_out(request: Request, view: showing.ProcessView, task: Task) -> Any:
    links = guest_task_links(request, task, view.guest_codes)
    wants_summary = "tasks.summary" in request.includes
    out = task_out(task, request.now, view.texts, links=links, with_summary=wants_summary)
    out.custom_fields = view.notes.values_of(task.id)
    out.held = view.notes.is_held(task.id)
    if "tasks.threads" in request.includes:
        threads = view.threads_of_tasks.get(task.id, [])
        out.threads = {"data": [thread_out(thread, request.now) for thread in threads]}
    if "tasks.form_fields" in request.includes:
        out.form_fields = {"data": view.forms.of_tasks.get(task.id, [])}
    return out


def _template_out(request: Request, view: showing.ProcessView) -> Any:
    assert view.template is not None
    seen = view.template
    return template_out(
        seen.template,
        seen.content,
        seen.grants,
        request.caller,
        with_steps=True,
        step_tags=view.notes.tags_of_steps,
        custom_fields=view.notes.values,
    )


def permissions(request: Request, process: Process) -> dict[str, Any]:
    readers = process.readers
    caller = request.caller
    return {
        "process_read": {
            "all_members": process.everyone_may_read,
            "users": sorted(int(key[2:]) for key in readers if key.startswith("u:")),
            "groups": sorted(key[2:] for key in readers if key.startswith("g:")),
        },
        "can": {
            "update": policy.can_arrange(caller),
            "archive": policy.can_archive(caller),
            "delete": policy.can_purge(caller),
            "export": policy.can_export(caller),
        },
    }
