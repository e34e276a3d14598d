"""Endpoints of processes."""

from typing import Annotated, Any

from msgspec import Meta

from procession.api.tasks.links import guest_task_links
from procession.core.archive import archived_shown
from procession.core.times import Instant, day_range
from procession.domains.comments.wire import ThreadOut, thread_out
from procession.domains.processes import policy
from procession.domains.processes.actions import archiving
from procession.domains.processes.types import Process, ProcessFilter
from procession.domains.processes.wire import (
    READ_ONLY_KEYS,
    GuestProcessOut,
    LaunchIn,
    ProcessChangesIn,
    ProcessOut,
    ProcessPermissionsIn,
    ProcessStageOut,
    PublicProcessOut,
    guest_process_out,
    process_out,
)
from procession.domains.tasks.types import Task
from procession.domains.tasks.wire import find_next, next_task_out, task_out, tasks_meta_out
from procession.domains.templates.wire.templates import template_out
from procession.flows.forms import kickoff
from procession.flows.forms.showing import KICKOFF_FIELDS, VALUES
from procession.flows.launching import starting
from procession.flows.processes import purging, sharing, showing, showing_publicly, updating
from procession.kit.binding import query_id
from procession.kit.errors import invalid
from procession.kit.http import PUBLIC, Answer, Request, Routes, item, listing, nothing
from procession.kit.ids import find_id
from procession.kit.paging import Archived, IncludeQuery, PageQuery, Search, sort_keys

routes = Routes("Processes")

PROCESSES = "/organizations/{org}/runs"
PROCESS = f"{PROCESSES}/{{run}}"

_STATUSES = (
    "active", "complete", "completed", "problem", "issue", "delayed", "improvement", "archived",
    "starred", "all", "draft",
)  # fmt: skip
_TASK_STATUSES = ("all", "in-progress", "completed")
_TYPES = ("procedure", "form", "document")


FormFieldsValues = Annotated[
    bool | None, Meta(description="Also all answers of its tasks, by field.")
]


class ProcessQuery(IncludeQuery, kw_only=True):
    """What is wanted beside a process."""

    form_fields_values: FormFieldsValues = None


class ProcessesQuery(PageQuery, kw_only=True):
    """Filters of the list (contract 30, 4)."""

    q: Search = None
    status: Annotated[
        list[str],
        Meta(
            description="Any of: active, complete, problem, delayed, improvement, archived, "
            "starred, all."
        ),
    ] = []
    archived: Archived = None
    owners: Annotated[
        list[str], Meta(description="Ids of members who own it or have a task in it.")
    ] = []
    groups: Annotated[
        list[str], Meta(description="Ids of groups that it names, or with a task in it.")
    ] = []
    guests: Annotated[
        list[str], Meta(description="E-mail addresses of guests with a task in it.")
    ] = []
    task_status: Annotated[
        str | None,
        Meta(
            description="all, in-progress or completed: it has such a task (of the members and "
            "groups asked for, where there are any)."
        ),
    ] = None
    kickoff_field: Annotated[
        str | None, Meta(description="Id of a field of the kick-off form; with `kickoff_value`.")
    ] = None
    kickoff_value: Annotated[
        str | None, Meta(description="Text that the answer to `kickoff_field` contains.")
    ] = None
    started_by: Annotated[list[str], Meta(description="Ids of members who launched it.")] = []
    me: Annotated[
        bool | None, Meta(description="Only processes in which the caller has a part.")
    ] = None
    checklist_id: Annotated[list[str], Meta(description="Ids of the templates launched from.")] = []
    blueprint_id: Annotated[list[str], Meta(description="Another name of `checklist_id`.")] = []
    type: Annotated[list[str], Meta(description="Any of: procedure, form, document.")] = []
    parent_id: Annotated[str | None, Meta(description="Id of the process it belongs to.")] = None
    starred: Annotated[bool | None, Meta(description="Only starred ones, or only others.")] = None
    folder: Annotated[list[str], Meta(description="Ids of folders, in any of which it lies.")] = []
    tag: Annotated[
        list[str], Meta(description="Ids or titles of tags, all of which are on it.")
    ] = []
    tag_ids: Annotated[list[str], Meta(description="More of `tag`.")] = []
    untagged: Annotated[bool | None, Meta(description="Only those without tags, or with.")] = None
    created: Annotated[
        str | None, Meta(description="Day of the launch, `YYYY-MM-DD`, or days `first:last`.")
    ] = None
    form_fields_values: FormFieldsValues = None


@routes.get(
    PROCESSES,
    policy="visible",
    answers=ProcessOut,
    query=ProcessesQuery,
    is_list=True,
    raises=(422,),
)
def list_processes(request: Request) -> Answer:
    """List the processes the caller may read; archived ones only when asked for."""
    query: ProcessesQuery = request.query
    wanted = _filter(query, request.caller.timezone)
    page, views = showing.list_processes(
        request.caller, request.page(query), wanted, _wanted_beside(query)
    )
    return listing(request, page, [_view_out(request, view) for view in views])


@routes.post(
    PROCESSES,
    policy="can_launch",
    answers=ProcessOut,
    status=201,
    body=LaunchIn,
    raises=(403, 422),
)
def launch(request: Request) -> Answer:
    """Launch a process from a template, or an empty one that has only a name."""
    process = starting.launch_process(
        request.caller, request.body, has_unknown_keys=bool(request.ignored)
    )
    return item(_out(request, process), 201)


@routes.get(PROCESS, policy="visible", answers=ProcessOut, query=ProcessQuery, lets_guests_in=True)
def get(request: Request) -> Answer:
    """Read a process, archived or not. Guests are told its name and their own progress."""
    if request.caller.is_guest:
        seen = showing.get_process(request.caller, request.id("run"), frozenset())
        return item(guest_process_out(seen.process, request.caller))
    wanted = _wanted_beside(request.query)
    view = showing.get_process(request.caller, request.id("run"), wanted)
    return item(_view_out(request, view))


def _wanted_beside(query: ProcessQuery | ProcessesQuery) -> frozenset[str]:
    """The includes, and what has a parameter of its own."""
    return query.includes | {VALUES} if query.form_fields_values else query.includes - {VALUES}


@routes.put(
    PROCESS,
    policy="can_arrange",
    answers=ProcessOut,
    body=ProcessChangesIn,
    raises=(403, 422),
    echoes=READ_ONLY_KEYS,
    lets_guests_in=True,
)
def update(request: Request) -> Answer:
    """Change a process: only the keys that are sent.

    The guest who launched it by the public form may change the kick-off answers, `prerun`.
    """
    process = updating.update_process(request.caller, request.id("run"), request.body)
    return item(_own_out(request, process))


@routes.post(
    f"{PROCESS}/complete-prerun",
    policy="can_answer_kickoff",
    answers=ProcessOut,
    reads_body=False,
    raises=(403, 422),
    lets_guests_in=True,
)
def complete_kickoff(request: Request) -> Answer:
    """Complete the kick-off form, once everything required in it is answered."""
    return item(_own_out(request, kickoff.complete_kickoff(request.caller, request.id("run"))))


@routes.delete(
    f"{PROCESS}/complete-prerun",
    policy="can_answer_kickoff",
    answers=ProcessOut,
    reads_body=False,
    raises=(403, 422),
    lets_guests_in=True,
)
def reopen_kickoff(request: Request) -> Answer:
    """Reopen the kick-off form. A complete process becomes active by it."""
    return item(_own_out(request, kickoff.reopen_kickoff(request.caller, request.id("run"))))


@routes.delete(PROCESS, policy="can_archive", answers=ProcessOut, reads_body=False, raises=(403,))
def archive(request: Request) -> Answer:
    """Archive a process: hidden from lists, kept whole, restorable at any time.

    Repeating it changes nothing and is answered alike.
    """
    return item(_out(request, archiving.archive_process(request.caller, request.id("run"))))


@routes.put(
    f"{PROCESS}/activate",
    policy="can_archive",
    answers=ProcessOut,
    reads_body=False,
    raises=(403,),
)
def activate(request: Request) -> Answer:
    """Bring an archived process back exactly as it was."""
    return item(_out(request, archiving.unarchive_process(request.caller, request.id("run"))))


@routes.delete(f"{PROCESS}/delete", policy="can_purge", reads_body=False, raises=(403, 422))
def purge(request: Request) -> Answer:
    """Delete an archived process for ever. The answer is 200 with an empty body."""
    purging.purge_process(request.caller, request.id("run"))
    return nothing(200)


@routes.put(
    f"{PROCESS}/permissions",
    policy="can_publish",
    answers=dict[str, Any],
    body=ProcessPermissionsIn,
    raises=(403, 422),
)
def set_permissions(request: Request) -> Answer:
    """Replace the list of who may read a process."""
    process = sharing.set_readers(request.caller, request.id("run"), request.body)
    return item(_permissions(request, process))


@routes.get(
    "/public/runs/{public_key}",
    door=PUBLIC,
    policy="visible",
    answers=PublicProcessOut,
)
def get_public(request: Request) -> Answer:
    """Read a process that its people made public, without any account."""
    shown = showing_publicly.get_public_process(request.caller, request.path["public_key"])
    return item(shown).with_header("X-Robots-Tag", "noindex")


def _filter(query: ProcessesQuery, zone: str) -> ProcessFilter:
    statuses = tuple(sorted({_same_status(word) for word in query.status}))
    if not set(statuses) <= set(_STATUSES):
        allowed = ", ".join(_STATUSES)
        raise invalid("status", f"The selected status is invalid. It can be: {allowed}.")
    if not set(query.type) <= set(_TYPES):
        raise invalid("type", "The selected type is invalid.")
    task_status = (query.task_status or "all").lower()
    if task_status not in _TASK_STATUSES:
        allowed = ", ".join(_TASK_STATUSES)
        raise invalid("task_status", f"The selected task status is invalid. It can be: {allowed}.")
    # The one without the other asks for nothing.
    asks_kickoff = bool(query.kickoff_field and query.kickoff_value)
    return ProcessFilter(
        q=query.q or "",
        statuses=statuses,
        archived=archived_shown(query.archived),
        owners=numbers(query.owners),
        groups=tuple(word.lower() for word in query.groups),
        guests=tuple(query.guests),
        task_state="" if task_status == "all" else task_status,
        kickoff_field=(find_id(query.kickoff_field or "") or "none") if asks_kickoff else "",
        kickoff_value=(query.kickoff_value or "") if asks_kickoff else "",
        started_by=numbers(query.started_by),
        is_mine=query.me or None,
        template_ids=tuple(query.checklist_id or query.blueprint_id),
        types=tuple(query.type),
        parent_id=query.parent_id,
        is_starred=query.starred,
        created=_days(query.created, zone),
        tags=tuple(dict.fromkeys([*query.tag, *query.tag_ids])),
        is_untagged=query.untagged,
        folder_ids=tuple(word.lower() for word in query.folder),
        sort=tuple(sort_keys(query)),
    )


def _same_status(word: str) -> str:
    return "complete" if word.lower() == "completed" else word.lower()


def numbers(words: list[str]) -> tuple[int, ...]:
    return tuple(query_id(word) for word in words)


def _days(text: str | None, zone: str) -> tuple[Instant, Instant] | None:
    """`YYYY-MM-DD` or `first:last`, both included."""
    if text is None:
        return None
    first, _, last = text.partition(":")
    try:
        return day_range(first, zone)[0], day_range(last or first, zone)[1]
    except ValueError:
        raise invalid("created", "The created is not a valid date.") from None


def _out(request: Request, process: Process) -> ProcessOut:
    """The process after a change, with the includes asked for."""
    return _view_out(request, showing.view_process(request.caller, process, request.includes))


def _own_out(request: Request, process: Process) -> ProcessOut | GuestProcessOut:
    """The same for routes that let guests in, who are told less."""
    caller = request.caller
    return guest_process_out(process, caller) if caller.is_guest else _out(request, process)


def _view_out(request: Request, view: showing.ProcessView) -> ProcessOut:
    out = process_out(view.process, request.now, request.public_url, request.caller.organization_id)
    out.custom_fields = view.notes.values_of(view.process.id)
    includes = request.includes
    _include_forms(view, includes, out)
    if not includes:
        return out
    if view.tasks is not None:
        _include_tasks(request, view, view.tasks, out)
    if "checklist" in includes:
        out.checklist = None if view.template is None else {"data": _template_out(request, view)}
    if view.threads is not None:
        shown = [thread_out(thread, request.now) for thread in view.threads]
        if "threads" in includes:
            out.threads = {"data": shown}
        if "issues" in includes:
            out.issues = {"data": [thread for thread in shown if _is_open_issue(thread)]}
    if "permissions" in includes:
        out.permissions = {"data": _permissions(request, view.process)}
    if "tags" in includes:
        out.tags = view.notes.tags_of(view.process.id)
    if "folders" in includes:
        out.folders = view.notes.folders_of(view.process.id)
    for name in _EMPTY_INCLUDES:
        if name in includes:
            setattr(out, name, {"data": []})
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


#: Includes that hold nothing until the parts they show are built.
_EMPTY_INCLUDES = ("assets", "member_watchers", "guest_watchers", "selected_text_comment")


def _is_open_issue(thread: ThreadOut) -> bool:
    return thread.label == "problem" and thread.resolve_id is None


def _permissions(request: Request, process: Process) -> dict[str, Any]:
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
