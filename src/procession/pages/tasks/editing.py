"""One-off tasks are made, and tasks are changed, copied and reminded of (contract 95, 3.2)."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from msgspec import structs

from procession.core.times import wire_time
from procession.core.typed_text import as_html, as_text
from procession.domains.organizing.actions import tags
from procession.domains.organizing.types import TagFilter
from procession.domains.people.actions import groups, reading
from procession.domains.people.types import GroupFilter
from procession.domains.tasks import policy
from procession.domains.tasks.types import Task, TaskType
from procession.domains.tasks.wire import TaskChangesIn, TaskCommentIn, TaskIn
from procession.flows.tasks import cloning, hiding, oneoffs, reminding, showing, updating
from procession.flows.telling import addresses
from procession.kit.binding import bind_whole
from procession.kit.caller import Caller, Expected
from procession.kit.errors import ChangedSince, Forbidden, Invalid, NotFound
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.kit.ids import find_number
from procession.kit.paging import PageRequest
from procession.pages.clocks import moment_of, typed_time, usual_deadline
from procession.pages.forms import ActionForm, HidingForm, NextQuery, TaskForm, by_field
from procession.pages.framing import Here, app_page, back_to, for_members, leave_dialog
from procession.pages.targets import safe_target
from procession.pages.toasts import Toast

routes = Routes("Pages")

_PLACE = "tasks"
#: More than this nobody looks through in a list to choose from.
_MOST = PageRequest(1, 500)
_BY_NAME = (("name", False),)
#: What can be made; the others send mails, which templates write.
_TYPES = (
    (TaskType.TASK.value, "Task: it is completed"),
    (TaskType.APPROVAL.value, "Approval: it is approved or rejected"),
    (TaskType.EXPIRING.value, "Expiring: it ends at its deadline by itself"),
)
_BETWEEN = re.compile(r"[\s,;]+")
#: What the API calls a field that the form calls otherwise.
_CALLED = {"summary": "description", "started_at": "starts", "owners": "guests"}
_MISSING = {"title": "Give it a title.", "deadline": "Say until when it is to be done."}


@dataclass(frozen=True)
class Choice:
    """Somebody, or a tag, to tick."""

    value: str
    words: str
    is_chosen: bool


@routes.get(addresses.NEW_TASK, door=PAGE, policy="visible", query=NextQuery, content_type=HTML)
@for_members
def ask_for_new(here: Here) -> Answer:
    """Show the form of a one-off task: the member's own, unless they say otherwise."""
    usual = TaskForm(
        next=here.request.query.next,
        task_type=TaskType.TASK.value,
        deadline=usual_deadline(here.now, here.zone),
        assignees=[str(here.caller.person_id)],
    )
    return _form(here, usual, None)


@routes.post(addresses.NEW_TASK, door=PAGE, policy="visible", body=TaskForm, status=303)
@for_members
def create(here: Here) -> Answer:
    """Create a one-off task."""
    sent: TaskForm = here.request.body
    try:
        body = {**_read(sent, here.zone), "task_type": sent.task_type}
        task = oneoffs.create_oneoff(here.caller, bind_whole(body, TaskIn)).task
    except Invalid as wrong:
        return _form(here, sent, None, _problems(wrong))
    toast = Toast("created-task", _PLACE, task.id, task.title)
    return leave_dialog(here, sent.next or addresses.TASKS, toast)


@routes.get(addresses.EDIT_TASK, door=PAGE, policy="visible", query=NextQuery, content_type=HTML)
@for_members
def ask_to_edit(here: Here) -> Answer:
    """Show the form of a task as it is."""
    view = _editable(here)
    task = view.task
    shown = structs.replace(
        _as_typed(task, here.zone),
        next=here.request.query.next,
        tags=[link.tag_id for link in view.notes.tags.get(task.id, ())],
    )
    return _form(here, shown, task)


@routes.post(addresses.EDIT_TASK, door=PAGE, policy="visible", body=TaskForm, status=303)
@for_members
def edit(here: Here) -> Answer:
    """Change a task: what was left as it was shown stays as it is."""
    sent: TaskForm = here.request.body
    task = _editable(here).task
    expected = Expected("task", task.id, frozenset((str(sent.version or 0),)))
    caller = replace(here.caller, expected=expected)
    try:
        changes = _read(sent, here.zone, shown=_as_typed(task, here.zone))
        changed = updating.update_task(caller, task.id, bind_whole(changes, TaskChangesIn)).task
    except Invalid as wrong:
        return _form(here, sent, task, _problems(wrong))
    except ChangedSince:
        # What was typed stays; sent once more, it is meant for the task as it is by now.
        return _form(here, sent, task, {"": _CHANGED})
    return leave_dialog(here, sent.next, Toast("saved-task", _PLACE, task.id, changed.title))


_CHANGED = "Somebody has changed this task meanwhile. Save once more to have it as it is here."


@routes.post(addresses.DUPLICATE_TASK, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def duplicate(here: Here) -> Answer:
    """Copy a task, as a one-off task without answers and comments."""
    task_id = here.request.id("task")
    pictures = cloning.bring_pictures(here.caller, task_id)
    copy, _ = cloning.clone_task(here.caller, task_id, pictures)
    return _told(here, "created-task", copy)


@routes.post(addresses.REMIND_OF_TASK, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def remind(here: Here) -> Answer:
    """Mail everybody who is assigned to an open task, except the caller."""
    task_id = here.request.id("task")
    count = reminding.remind(here.caller, task_id, here.request.mailed_url)
    task = showing.get_task(here.caller, task_id, None, frozenset()).task
    people = f"{count} {'person' if count == 1 else 'people'}"
    return _told(here, "reminded" if count else "reminded-nobody", task, by=people)


@routes.post(addresses.HIDE_TASK, door=PAGE, policy="visible", body=HidingForm, status=303)
@for_members
def hide(here: Here) -> Answer:
    """Hide an open task of a process; its answers are kept."""
    return _turn(here, hides=True)


@routes.post(addresses.SHOW_TASK, door=PAGE, policy="visible", body=HidingForm, status=303)
@for_members
def unhide(here: Here) -> Answer:
    """Show a hidden task again."""
    return _turn(here, hides=False)


def _turn(here: Here, *, hides: bool) -> Answer:
    sent: HidingForm = here.request.body
    task = showing.get_task(here.caller, here.request.id("task"), None, frozenset()).task
    if task.process_id is None:
        raise NotFound(kind="Task")
    act = hiding.hide_task if hides else hiding.show_task
    changed = act(here.caller, task.process_id, task.id, TaskCommentIn(comment=sent.comment)).task
    return _told(here, "undone" if sent.undoes else "hidden" if hides else "shown", changed)


def _told(here: Here, kind: str, task: Task, by: str = "") -> Answer:
    sent: ActionForm = here.request.body
    title = showing.view_task(here.caller, task, frozenset()).texts.title(task)
    return back_to(here, sent.next, Toast(kind, _PLACE, task.id, title, by))


# --- The form ---


def _form(
    here: Here, sent: TaskForm, task: Task | None, problems: dict[str, str] | None = None
) -> Answer:
    caller = here.caller
    can_invite = policy.can_assign_guests(caller)
    return app_page(
        here,
        "tasks/form.html",
        422 if problems else 200,
        title="Create a task" if task is None else "Edit a task",
        task=task,
        sent=sent,
        problems=problems or {},
        types=_TYPES if task is None else (),
        people=people_choices(caller, sent.assignees),
        tags=tag_choices(caller, sent.tags),
        can_invite=can_invite,
        next=safe_target(sent.next or addresses.TASKS),
        version=0 if task is None else task.row_version,
    )


def people_choices(caller: Caller, chosen: Collection[str]) -> list[Choice]:
    """Active members, then groups; who is asked for already comes first."""
    members = [
        (str(each.id), each.full_name or each.email)
        for each in reading.list_members(caller)
        if not each.is_bot and each.disabled_at is None
    ]
    found, _ = groups.list_groups(caller, _MOST, GroupFilter(sort=_BY_NAME), frozenset())
    every = [
        *sorted(members, key=lambda each: each[1].casefold()),
        *((each.id, f"{each.name} (group)") for each in found.rows),
    ]
    return _choices(every, chosen)


def tag_choices(caller: Caller, chosen: Collection[str]) -> list[Choice]:
    page, _ = tags.list_tags(caller, _MOST, TagFilter(sort=(("title", False),)))
    return _choices([(each.id, each.title) for each in page.rows], chosen)


def _choices(every: list[tuple[str, str]], chosen: Collection[str]) -> list[Choice]:
    found = [Choice(value, words, value in chosen) for value, words in every]
    return sorted(found, key=lambda each: not each.is_chosen)


def _editable(here: Here) -> showing.TaskView:
    view = showing.get_task(here.caller, here.request.id("task"), None, frozenset({"tags"}))
    if not policy.can_edit(here.caller, view.task):
        raise Forbidden("You may not change this task. Whoever made it can, or an administrator.")
    return view


def _as_typed(task: Task, zone: str) -> TaskForm:
    """A task as its form shows it."""
    return TaskForm(
        title=task.title,
        description=as_text(task.summary or ""),
        deadline=typed_time(task.deadline_at, zone),
        starts=typed_time(task.started_at, zone),
        assignees=[*map(str, task.users), *task.groups],
        guests=", ".join(task.guests),
        everyone="1" if task.everyone_must_complete else None,
        only_assignees="1" if task.can_complete_only_assignees else None,
        version=task.row_version,
    )


def _read(sent: TaskForm, zone: str, shown: TaskForm | None = None) -> dict[str, Any]:
    """As the API takes it. `shown`: of a change, what the form held before: what is the same was
    not touched, so that rich text and seconds of others survive."""
    problems: dict[str, list[str]] = {}
    wanted: dict[str, Any] = {}
    if not (sent.title or "").strip():
        problems["title"] = [_MISSING["title"]]
    if not sent.deadline and (shown is None or shown.deadline):
        problems["deadline"] = [_MISSING["deadline"]]
    if shown is None or (sent.title or "") != shown.title:
        wanted["title"] = sent.title
    if (sent.description or "").strip() != ((shown and shown.description) or ""):
        wanted["summary"] = as_html(sent.description or "")
    for name, key in (("deadline", "deadline"), ("starts", "started_at")):
        typed = getattr(sent, name) or ""
        if typed != ((shown and getattr(shown, name)) or ""):
            try:
                wanted[key] = wire_time(moment_of(typed, zone)) if typed else None
            except Invalid as wrong:
                problems[name] = [wrong.message]
    owners = _owners(sent)
    if shown is None or owners != _owners(shown):
        wanted["owners"] = owners
    wanted["tags"] = list(sent.tags)
    wanted["everyone_must_complete"] = bool(sent.everyone)
    wanted["can_complete_only_assignees"] = bool(sent.only_assignees)
    if problems:
        raise Invalid(problems)
    return wanted


def _owners(sent: TaskForm) -> dict[str, list[Any]]:
    users, groups = picked_people(sent.assignees)
    guests = sorted(each for each in _BETWEEN.split(sent.guests or "") if each)
    return {"users": users, "groups": groups, "guests": guests}


def picked_people(picked: Collection[str]) -> tuple[list[int], list[str]]:
    """Numbers of members, and ids of groups."""
    numbers = [find_number(each) for each in picked]
    users = sorted(each for each in numbers if each is not None)
    return users, sorted(each for each in picked if find_number(each) is None)


def _problems(wrong: Invalid) -> dict[str, str]:
    """By the fields of the form; what concerns none of them stands above it."""
    found: dict[str, str] = {}
    for path, sentence in by_field(wrong).items():
        name = path.partition(".")[0]
        name = _CALLED.get(name, name)
        place = name if name in TaskForm.__struct_fields__ else ""
        found[place] = f"{found[place]} {sentence}" if place in found else sentence
    return found
