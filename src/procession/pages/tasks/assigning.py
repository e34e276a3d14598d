"""Who has a task and when it is due, and what happened to it (contract 95, 3.3)."""

from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from msgspec import Meta

from procession.core.addresses import is_address
from procession.core.telling_time import told_time
from procession.core.times import Instant, parse_instant, wire_time
from procession.domains.activity.types import Entry
from procession.domains.comments.types import Place
from procession.domains.tasks import policy
from procession.domains.tasks.types import AssignedPeople, Task
from procession.domains.tasks.wire import OwnersChangeIn, TaskChangesIn
from procession.flows.discussing import naming
from procession.flows.tasks import showing, updating
from procession.flows.tasks.recalling import Recalled, owners_before, recall_task
from procession.flows.tasks.showing import TaskView
from procession.flows.telling import addresses
from procession.kit.caller import Expected
from procession.kit.errors import ChangedSince, Forbidden, Invalid
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.kit.ids import find_id, find_number
from procession.kit.paging import PageRequest
from procession.kit.reading import read_stored
from procession.pages.forms import AssigneeForm, DeadlineForm
from procession.pages.framing import Here, app_page, back_to, for_members
from procession.pages.kickoff_fields import local_instant
from procession.pages.lists import Pager, page_number
from procession.pages.targets import safe_target
from procession.pages.toasts import Toast

routes = Routes("Pages")

_SIZE = 50
_TRIES = 3


class PeopleQuery(msgspec.Struct, kw_only=True):
    q: Annotated[str | None, Meta(description="How their name or address begins.")] = None
    next: Annotated[str | None, Meta(description="Page to come back to.")] = None


class HistoryQuery(msgspec.Struct, kw_only=True):
    page: Annotated[int | None, Meta(description="Number of the page.")] = None


# --- People ---


@routes.get(
    addresses.PEOPLE_OF_TASK, door=PAGE, policy="visible", query=PeopleQuery, content_type=HTML
)
@for_members
def list_people(here: Here) -> Answer:
    """Show who could have a task besides those who have it."""
    query: PeopleQuery = here.request.query
    return _people(here, _editable(here), (query.q or "").strip(), query.next)


def _editable(here: Here) -> TaskView:
    opened = showing.get_task(here.caller, here.request.id("task"), None, frozenset())
    if not policy.can_edit(here.caller, opened.task):
        raise Forbidden("Your role cannot change this task. A standard member can.")
    return opened


def _people(
    here: Here, opened: TaskView, typed: str, wanted: str | None, problem: str | None = None
) -> Answer:
    task = opened.task
    has = {*map(str, task.users), *task.groups}
    found = naming.list_namable(here.caller, Place(task_id=task.id), typed)
    may_invite = policy.can_assign_guests(here.caller)
    return app_page(
        here,
        "task/people.html",
        200 if problem is None else 422,
        title="Assign a task",
        task=task,
        task_title=opened.texts.title(task),
        next=safe_target(wanted or addresses.TASK.format(task=task.id)),
        typed=typed,
        found=[each for each in found if each.key not in has],
        guest=typed if may_invite and is_address(typed) else None,
        takes_me=here.caller.person_id not in task.users and not typed,
        problem=problem,
    )


@routes.post(addresses.PEOPLE_OF_TASK, door=PAGE, policy="visible", body=AssigneeForm, status=303)
@for_members
def reassign(here: Here) -> Answer:
    """Give a task to somebody more, or take it from somebody."""
    sent: AssigneeForm = here.request.body
    opened = _editable(here)
    try:
        _change_people(here, opened, sent)
    except Invalid as wrong:
        said = " ".join(text for texts in wrong.problems.values() for text in texts)
        return _people(here, opened, "", sent.next, said)
    kind = "assigned" if sent.add else "unassigned"
    name = sent.name or sent.add or sent.remove or ""
    return back_to(here, sent.next, _toast(kind, opened, name))


def _change_people(here: Here, opened: TaskView, sent: AssigneeForm) -> None:
    """Of who has it now: where somebody else changes that meanwhile, it is looked at again."""
    task = opened.task
    for tries_left in range(_TRIES - 1, -1, -1):
        expected = Expected("task", task.id, frozenset((str(task.row_version),)))
        caller = replace(here.caller, expected=expected)
        try:
            updating.update_task(caller, task.id, TaskChangesIn(owners=_owners(task, sent)))
            return
        except ChangedSince:
            if not tries_left:
                raise
            task = showing.get_task(here.caller, task.id, None, frozenset()).task


def _owners(task: Task, sent: AssigneeForm) -> OwnersChangeIn:
    """The lists with one more, or one fewer."""
    users, guests, groups = list(task.users), list(task.guests), list(task.groups)
    for word, is_added in ((sent.add, True), (sent.remove, False)):
        if not word:
            continue
        number, group = find_number(word), find_id(word)
        if number is not None:
            users = _with(users, number, is_added)
        elif group is not None:
            groups = _with(groups, group, is_added)
        else:
            guests = _with(guests, word, is_added)
    return OwnersChangeIn(users=users, guests=guests, groups=groups)


def _with(listed: list[Any], one: Any, is_added: bool) -> list[Any]:
    kept = [each for each in listed if each != one]
    return [*kept, one] if is_added else kept


# --- Deadline ---


@routes.post(addresses.DEADLINE_OF_TASK, door=PAGE, policy="visible", body=DeadlineForm, status=303)
@for_members
def set_deadline(here: Here) -> Answer:
    """Change when a task is due."""
    sent: DeadlineForm = here.request.body
    opened = _editable(here)
    due_at = None if sent.reset else local_instant(sent.deadline or "", here.zone)
    if due_at is None and not sent.reset:
        raise Invalid({"deadline": ["Say a day and a time."]})
    task = updating.update_task(here.caller, opened.task.id, TaskChangesIn(deadline=due_at)).task
    if task.deadline_at is None:
        return back_to(here, sent.next)
    # Working time may have moved it: the page tells where to.
    return back_to(here, sent.next, _toast("due", opened, told_time(task.deadline_at, here.zone)))


def _toast(kind: str, opened: TaskView, by: str) -> Toast:
    return Toast(kind, "tasks", opened.task.id, opened.texts.title(opened.task), by)


# --- History ---


@routes.get(
    addresses.HISTORY_OF_TASK, door=PAGE, policy="visible", query=HistoryQuery, content_type=HTML
)
@for_members
def show_history(here: Here) -> Answer:
    """Show what happened to a task, the newest first."""
    task_id = here.request.id("task")
    asked = PageRequest(page_number(here.request.query.page), _SIZE)
    recalled = recall_task(here.caller, task_id, asked)
    base = addresses.HISTORY_OF_TASK.format(task=task_id)
    return app_page(
        here,
        "task/history.html",
        title=f"History of {recalled.title}",
        task=recalled.task,
        task_title=recalled.title,
        lines=_lines(here, recalled),
        pager=Pager.of(recalled.page, lambda **changed: f"{base}?{urlencode(changed)}"),
    )


class Line(msgspec.Struct, frozen=True):
    """One entry: who did what, and what was another before."""

    entry: Entry
    actor: str
    before: str | None
    #: None: what it became is told on an earlier page, or is not told.
    after: str | None


def _lines(here: Here, recalled: Recalled) -> list[Line]:
    """What something became is what the next newer change of it found, or what it is now."""
    task = recalled.task
    is_newest = recalled.page.request.number == 1
    current: dict[str, str] = {}
    if is_newest:
        current = {
            "owners": _listed(recalled, task.people._asdict()),
            "deadline": _told(here, task.deadline_at),
        }
    lines = []
    for entry in recalled.page.rows:
        before = _before(here, recalled, entry)
        after = current.get(entry.field or "") if before is not None else None
        lines.append(Line(entry, _actor(entry), before, after))
        if before is not None:
            current[entry.field or ""] = before
    return lines


def _before(here: Here, recalled: Recalled, entry: Entry) -> str | None:
    owners = owners_before(entry)
    if owners is not None:
        return _listed(recalled, owners)
    if entry.field != "deadline" or entry.old_value is None:
        return None
    value = read_stored(entry.old_value)
    return _told(here, parse_instant(value) if isinstance(value, str) else None)


def _listed(recalled: Recalled, owners: dict[str, list[Any]]) -> str:
    named = AssignedPeople(
        owners.get("users") or [], owners.get("guests") or [], owners.get("groups") or []
    )
    return ", ".join(recalled.names.called(named)) or "nobody"


def _told(here: Here, instant: Instant | None) -> str:
    """As the wire writes it, too: whole seconds."""
    if instant is None:
        return "none"
    return told_time(parse_instant(wire_time(instant)), here.zone)


def _actor(entry: Entry) -> str:
    if entry.actor_kind == "bot":
        return "Procession"
    name = f"{entry.actor_first_name or ''} {entry.actor_last_name or ''}".strip()
    return name or entry.actor_username or entry.actor_email or "Somebody"
