"""From the query of a task list to what is wanted of it (contract 40, 3.2)."""

from collections.abc import Callable
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from procession.core.archive import ArchivedShown, archived_shown
from procession.core.sorting import Sorting
from procession.core.times import (
    SECOND,
    Instant,
    day_range,
    days_between,
    parse_moment,
    plus_restored,
    to_instant,
)
from procession.domains.tasks.types import STATUS_WORDS, TASK_SORTING, TaskFilter, plain_status
from procession.kit.caller import Caller
from procession.kit.errors import Invalid
from procession.kit.http import Request
from procession.kit.ids import find_id
from procession.kit.paging import (
    ADDRESSES,
    FOLDERS,
    GROUPS,
    JOB_TITLES,
    MEMBERS,
    STRICT,
    TAGS,
    TEMPLATES,
    Archived,
    PollingQuery,
    Search,
    Strict,
    sort_keys,
)
from procession.kit.querying import query_id
from procession.kit.reading import NotJson, read_json

Day = Annotated[str | None, Meta(description="A day, `YYYY-MM-DD`.")]
Moment = Annotated[str | None, Meta(description="A day or an instant, included.")]


class TasksQuery(PollingQuery, kw_only=True):
    """Filters of every list of tasks."""

    SORTING: ClassVar[Sorting | None] = TASK_SORTING

    q: Search = None
    status: Annotated[
        str | None,
        Meta(
            description="One of: all, active, not-started, in-progress, completed, overdue, "
            "due_soon, on_time, hasproblem, auto-skipped, archived.",
            extra={STRICT: Strict(STATUS_WORDS)},
        ),
    ] = None
    archived: Archived = None
    owners: Annotated[
        list[str],
        Meta(
            description="Ids of members it is assigned to; `me` is the caller.",
            extra={STRICT: Strict(("me",), MEMBERS)},
        ),
    ] = []
    assignee: Annotated[
        str | None,
        Meta(description="One more of `owners`.", extra={STRICT: Strict(("me",), MEMBERS)}),
    ] = None
    guests: Annotated[
        list[str],
        Meta(
            description="E-mail addresses of guests it is assigned to.",
            extra={STRICT: Strict(names=ADDRESSES)},
        ),
    ] = []
    groups: Annotated[
        list[str],
        Meta(description="Ids of groups it is assigned to.", extra={STRICT: Strict(names=GROUPS)}),
    ] = []
    roles: Annotated[
        list[str],
        Meta(
            description="Ids of job titles that their steps are bound to.",
            extra={STRICT: Strict(names=JOB_TITLES)},
        ),
    ] = []
    unassigned: Annotated[
        bool | None, Meta(description="True: only tasks that nobody is assigned to.")
    ] = None
    is_oneoff: Annotated[bool | None, Meta(description="Only one-off tasks, or only others.")] = (
        None
    )
    checklist_id: Annotated[
        list[str],
        Meta(
            description="Ids of the templates their processes were launched from.",
            extra={STRICT: Strict(names=TEMPLATES)},
        ),
    ] = []
    tag: Annotated[
        list[str],
        Meta(
            description="Ids or titles of tags, any of which is on it.",
            extra={STRICT: Strict(names=TAGS)},
        ),
    ] = []
    folder: Annotated[
        list[str],
        Meta(
            description="Ids of folders, in any of which it lies.",
            extra={STRICT: Strict(names=FOLDERS)},
        ),
    ] = []
    created: Annotated[
        str | None,
        Meta(description="A day, `YYYY-MM-DD`, or `first:last`, `first:`, `:last`."),
    ] = None
    deadline_on: Day = None
    deadline_before: Day = None
    deadline_after: Day = None
    deadline_start_range: Moment = None
    deadline_end_range: Moment = None
    custom_field_key: Annotated[
        str | None,
        Meta(
            description="Key of a custom field of tasks; with `custom_field_value`.",
        ),
    ] = None
    custom_field_value: Annotated[
        str | None, Meta(description="What the value of `custom_field_key` is.")
    ] = None
    currentTask: Annotated[
        str | None,
        Meta(
            description="Of a process: the page that holds this task is answered.",
            extra={STRICT: Strict(narrows=False)},
        ),
    ] = None


#: What lists of tasks do without: those of one person, of a guest, of a process.
UNUSED_OF_ALL = ("currentTask",)
UNUSED_OF_ONE = (*UNUSED_OF_ALL, "assignee", "custom_field_key", "custom_field_value")
_OF_MEMBERS = ("is_oneoff", "checklist_id", "folder")
_OF_THE_ARCHIVE = ("archived", "archived_before", "archived_by", "operation", "storage")
UNUSED_OF_GUEST = (*UNUSED_OF_ONE, *_OF_MEMBERS, *_OF_THE_ARCHIVE)
UNUSED_OF_PROCESS = ("q", "assignee", "custom_field_key", "custom_field_value", *_OF_MEMBERS)


def task_filter(
    request: Request,
    *,
    usual_status: str,
    process_id: str | None = None,
    assigned_to_user: int | None = None,
    assigned_to_guest: str | None = None,
) -> TaskFilter:
    """Raises Invalid for days that are none. What a list does without, its route says."""
    return task_filter_of(
        request.query,
        request.caller,
        usual_status=usual_status,
        process_id=process_id,
        assigned_to_user=assigned_to_user,
        assigned_to_guest=assigned_to_guest,
    )


def task_filter_of(
    query: TasksQuery,
    caller: Caller,
    *,
    usual_status: str,
    process_id: str | None = None,
    assigned_to_user: int | None = None,
    assigned_to_guest: str | None = None,
) -> TaskFilter:
    status = (query.status or usual_status).lower()
    zone = caller.timezone
    archived = archived_shown(query.archived)
    if assigned_to_guest is not None:
        archived = ArchivedShown.HIDDEN
    elif query.names_archived:
        archived = ArchivedShown.ONLY
    if status == "archived":
        status, archived = "all", ArchivedShown.ONLY
    days = _Days(query, zone)
    return TaskFilter(
        q=query.q or "",
        status=plain_status(status),
        archived=archived,
        process_id=process_id,
        assigned_to_user=assigned_to_user,
        assigned_to_guest=assigned_to_guest,
        owners=_owners(caller, query),
        guests=tuple(query.guests),
        groups=tuple(word.lower() for word in query.groups),
        roles=tuple(find_id(word) or "none" for word in query.roles),
        is_unassigned=query.unassigned,
        is_oneoff=query.is_oneoff,
        template_ids=tuple(word.lower() for word in query.checklist_id),
        created=days.created,
        since=query.since(zone),
        until=query.until(zone),
        archived_by=query.by(may_ask_for_held=caller.is_admin),
        tags=tuple(query.tag),
        folder_ids=tuple(word.lower() for word in query.folder),
        custom_field=_custom_field(query),
        due_from=days.due_from,
        due_before=days.due_before,
        current_task=find_id(query.currentTask or ""),
        sort=tuple(sort_keys(query)),
    )


def _owners(caller: Caller, query: TasksQuery) -> tuple[int, ...]:
    """A word that is no number matches nobody, so it becomes the id of nobody."""
    one_more = [query.assignee] if query.assignee else []
    me = caller.person_id
    return tuple(me if word == "me" else query_id(word) for word in [*query.owners, *one_more])


def _custom_field(query: TasksQuery) -> tuple[str, ...]:
    """The key, and every way in which the value may be stored: as text, number or boolean."""
    key, value = query.custom_field_key, query.custom_field_value
    if not key or not value:
        return ()
    stored = [msgspec.json.encode(value).decode()]
    try:
        read = read_json(value)
    except NotJson:
        return (key, *stored)
    if isinstance(read, int | float):
        stored.append(msgspec.json.encode(read).decode())
    return (key, *stored)


class _Days:
    """Days of the query as instants: from the first (included) to the last (excluded)."""

    created: tuple[Instant, Instant] | None = None
    due_from: Instant | None = None
    due_before: Instant | None = None

    def __init__(self, query: TasksQuery, zone: str) -> None:
        self._zone = zone
        self._problems: dict[str, list[str]] = {}
        self._read_created(query.created)
        if query.deadline_on is not None:
            self._read("deadline_on", query.deadline_on, self._keep_day)
        else:
            self._read("deadline_after", query.deadline_after, self._keep_after_day)
            self._read("deadline_before", query.deadline_before, self._keep_before_day)
            self._read("deadline_start_range", query.deadline_start_range, self._keep_from)
            self._read("deadline_end_range", query.deadline_end_range, self._keep_until)
        if self._problems:
            raise Invalid(self._problems)

    def _read(self, name: str, text: str | None, keep: Callable[[str], None]) -> None:
        if text is None:
            return
        try:
            keep(text)
        except (ValueError, OverflowError):
            self._problems[name] = [f"The {name.replace('_', ' ')} is not a valid date."]

    def _read_created(self, text: str | None) -> None:
        def keep(days: str) -> None:
            self.created = days_between(days, self._zone)

        self._read("created", text, keep)

    def _day(self, text: str) -> tuple[Instant, Instant]:
        return day_range(text, self._zone)

    def _keep_day(self, day: str) -> None:
        self.due_from, self.due_before = self._day(day)

    def _keep_after_day(self, day: str) -> None:
        self._not_before(self._day(day)[1])

    def _keep_before_day(self, day: str) -> None:
        self._earlier_than(self._day(day)[0])

    def _keep_from(self, text: str) -> None:
        self._not_before(self._moment(text)[0])

    def _keep_until(self, text: str) -> None:
        self._earlier_than(self._moment(text)[1])

    def _moment(self, text: str) -> tuple[Instant, Instant]:
        """A day as a whole, or one second: what is stored has fractions that nobody is shown."""
        if len(text) == len("2031-05-15"):
            return self._day(text)
        instant = to_instant(parse_moment(plus_restored(text))) // SECOND * SECOND
        return instant, instant + SECOND

    # Of several limits on the same side the strictest counts.

    def _not_before(self, instant: Instant) -> None:
        self.due_from = instant if self.due_from is None else max(instant, self.due_from)

    def _earlier_than(self, instant: Instant) -> None:
        self.due_before = instant if self.due_before is None else min(instant, self.due_before)
