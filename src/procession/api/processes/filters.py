"""What the list of processes can be asked for, and what beside them (contract 30, 4)."""

from typing import Annotated, ClassVar

from msgspec import Meta

from procession.core.archive import ArchivedShown, archived_shown
from procession.core.sorting import Sorting
from procession.core.times import Instant, days_between
from procession.domains.processes.types import PROCESS_SORTING, ProcessFilter
from procession.flows.forms.showing import VALUES
from procession.kit.caller import Caller
from procession.kit.errors import invalid
from procession.kit.ids import find_id
from procession.kit.paging import (
    ADDRESSES,
    FIELDS,
    FOLDERS,
    GROUPS,
    MEMBERS,
    PROCESSES,
    STRICT,
    TAGS,
    TEMPLATES,
    Archived,
    IncludeQuery,
    PollingQuery,
    Search,
    Strict,
    sort_keys,
)
from procession.kit.querying import query_id

_STATUSES = (
    "active", "complete", "completed", "problem", "issue", "delayed", "improvement", "archived",
    "starred", "all", "draft",
)  # fmt: skip
_TASK_STATUSES = ("all", "in-progress", "completed")
_TYPES = ("procedure", "form", "document")


FormFieldsValues = Annotated[
    bool | None,
    Meta(
        description="Also all answers of its tasks, by field.",
        extra={STRICT: Strict(narrows=False)},
    ),
]


class ProcessQuery(IncludeQuery, kw_only=True):
    """What is wanted beside a process."""

    form_fields_values: FormFieldsValues = None


class ProcessesQuery(PollingQuery, kw_only=True):
    """Filters of the list (contract 30, 4)."""

    SORTING: ClassVar[Sorting | None] = PROCESS_SORTING

    q: Search = None
    status: Annotated[
        list[str],
        Meta(
            description="Any of: active, complete, problem, delayed, improvement, archived, "
            "starred, all.",
            extra={STRICT: Strict(_STATUSES)},
        ),
    ] = []
    archived: Archived = None
    owners: Annotated[
        list[str],
        Meta(
            description="Ids of members who own it or have a task in it.",
            extra={STRICT: Strict(names=MEMBERS)},
        ),
    ] = []
    assignees: Annotated[
        list[str],
        Meta(
            description="Ids of members with a task in it, themselves or by a group.",
            extra={STRICT: Strict(names=MEMBERS)},
        ),
    ] = []
    owned_by: Annotated[
        list[str],
        Meta(description="Ids of members who own it.", extra={STRICT: Strict(names=MEMBERS)}),
    ] = []
    groups: Annotated[
        list[str],
        Meta(
            description="Ids of groups that it names, or with a task in it.",
            extra={STRICT: Strict(names=GROUPS)},
        ),
    ] = []
    guests: Annotated[
        list[str],
        Meta(
            description="E-mail addresses of guests with a task in it.",
            extra={STRICT: Strict(names=ADDRESSES)},
        ),
    ] = []
    task_status: Annotated[
        str | None,
        Meta(
            description="all, in-progress or completed: it has such a task (of the members and "
            "groups asked for, where there are any).",
            extra={STRICT: Strict(_TASK_STATUSES)},
        ),
    ] = None
    kickoff_field: Annotated[
        str | None,
        Meta(
            description="Id of a field of the kick-off form; with `kickoff_value`.",
            extra={STRICT: Strict(names=FIELDS)},
        ),
    ] = None
    kickoff_value: Annotated[
        str | None, Meta(description="Text that the answer to `kickoff_field` contains.")
    ] = None
    started_by: Annotated[
        list[str],
        Meta(description="Ids of members who launched it.", extra={STRICT: Strict(names=MEMBERS)}),
    ] = []
    me: Annotated[
        bool | None, Meta(description="Only processes in which the caller has a part.")
    ] = None
    checklist_id: Annotated[
        list[str],
        Meta(
            description="Ids of the templates launched from.",
            extra={STRICT: Strict(names=TEMPLATES)},
        ),
    ] = []
    blueprint_id: Annotated[
        list[str],
        Meta(
            description="Another name of `checklist_id`.", extra={STRICT: Strict(names=TEMPLATES)}
        ),
    ] = []
    type: Annotated[
        list[str],
        Meta(description="Any of: procedure, form, document.", extra={STRICT: Strict(_TYPES)}),
    ] = []
    parent_id: Annotated[
        str | None,
        Meta(
            description="Id of the process it belongs to.",
            extra={STRICT: Strict(names=PROCESSES)},
        ),
    ] = None
    starred: Annotated[bool | None, Meta(description="Only starred ones, or only others.")] = None
    folder: Annotated[
        list[str],
        Meta(
            description="Ids of folders, in any of which it lies.",
            extra={STRICT: Strict(names=FOLDERS)},
        ),
    ] = []
    tag: Annotated[
        list[str],
        Meta(
            description="Ids or titles of tags, all of which are on it.",
            extra={STRICT: Strict(names=TAGS)},
        ),
    ] = []
    tag_ids: Annotated[
        list[str], Meta(description="More of `tag`.", extra={STRICT: Strict(names=TAGS)})
    ] = []
    untagged: Annotated[bool | None, Meta(description="Only those without tags, or with.")] = None
    created: Annotated[
        str | None,
        Meta(
            description="Day of the launch, `YYYY-MM-DD`, or days `first:last`, `first:`, `:last`."
        ),
    ] = None
    form_fields_values: FormFieldsValues = None


def process_filter(query: ProcessesQuery, caller: Caller) -> ProcessFilter:
    zone = caller.timezone
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
    since = query.since(zone)
    is_archived = query.names_archived
    return ProcessFilter(
        q=query.q or "",
        statuses=statuses,
        archived=ArchivedShown.ONLY if is_archived else archived_shown(query.archived),
        owners=numbers(query.owners),
        groups=tuple(word.lower() for word in query.groups),
        guests=tuple(query.guests),
        task_state="" if task_status == "all" else task_status,
        kickoff_field=(find_id(query.kickoff_field or "") or "none") if asks_kickoff else "",
        kickoff_value=(query.kickoff_value or "") if asks_kickoff else "",
        started_by=numbers(query.started_by),
        assignees=numbers(query.assignees),
        owned_by=numbers(query.owned_by),
        is_mine=query.me or None,
        template_ids=tuple(query.checklist_id or query.blueprint_id),
        types=tuple(query.type),
        parent_id=query.parent_id,
        is_starred=query.starred,
        created=_days(query.created, zone),
        since=since,
        until=query.until(zone),
        archived_by=query.by(may_ask_for_held=caller.is_admin),
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
    """`YYYY-MM-DD` or `first:last`, both included; either may be left out."""
    if text is None:
        return None
    try:
        return days_between(text, zone)
    except ValueError:
        raise invalid("created", "The created is not a valid date.") from None


def wanted_beside(query: ProcessQuery | ProcessesQuery) -> frozenset[str]:
    """The includes, and what has a parameter of its own."""
    return query.includes | {VALUES} if query.form_fields_values else query.includes - {VALUES}
