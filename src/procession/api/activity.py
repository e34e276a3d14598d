"""The endpoint of the activity feed."""

from typing import Annotated, ClassVar

from msgspec import Meta

from procession.core.sorting import Sorting
from procession.core.times import Instant, day_range
from procession.domains.activity.types import (
    ACTIVITY_SORTING,
    CATEGORIES,
    ENTITY_TYPES,
    ORIGIN_TYPES,
    VERBS,
    ActivityFilter,
)
from procession.domains.activity.wire import EntryOut, entry_out
from procession.flows.telling import remembering
from procession.kit.errors import Invalid, invalid
from procession.kit.http import CSV, JSON_LINES, Answer, Request, Routes, download, listing
from procession.kit.ids import find_id, find_number
from procession.kit.paging import WORDS, PageQuery, sort_keys
from procession.kit.querying import query_id

routes = Routes("Activity")


class ActivityQuery(PageQuery, kw_only=True):
    """Filters of the feed (contract 60, 1.1)."""

    SORTING: ClassVar[Sorting | None] = ACTIVITY_SORTING

    entity_type: Annotated[
        str | None,
        Meta(description="Kind of what it happened to: run, task, checklist, step or thread."),
    ] = None
    entity_id: Annotated[str | None, Meta(description="Id of that.")] = None
    type: Annotated[str | None, Meta(description="Category: Process, Task, Blueprint...")] = None
    verb: Annotated[
        str | None, Meta(description="What happened: created, archived, completed...")
    ] = None
    actor_type: Annotated[str | None, Meta(description="`user` or `guest`.")] = None
    actor_id: Annotated[str | None, Meta(description="Number of that member or guest.")] = None
    actor_email: Annotated[
        str | None, Meta(description="Address of the member or guest who did it.")
    ] = None
    source: Annotated[str | None, Meta(description="Member, Guest or Webhook.")] = None
    created_after: Annotated[str | None, Meta(description="First day, `YYYY-MM-DD`, included.")] = (
        None
    )
    created_before: Annotated[str | None, Meta(description="Last day, `YYYY-MM-DD`, included.")] = (
        None
    )
    origin_type: Annotated[
        str | None,
        Meta(
            description="Launches by themselves alone, and what they come from: checklist, run, "
            "step or task."
        ),
    ] = None
    origin_id: Annotated[str | None, Meta(description="Id of that.")] = None
    field: Annotated[str | None, Meta(description="Name of the field that was changed.")] = None
    operation: Annotated[
        str | None, Meta(description="Number of the operation that it was a part of.")
    ] = None
    operations: Annotated[
        str | None,
        Meta(
            description="`folded`: of what an operation did to many objects, the first alone.",
            extra={WORDS: ("folded",)},
        ),
    ] = None
    format: Annotated[
        str | None,
        Meta(
            description="For administrators: `csv` or `jsonl`, all of it as a file, oldest first."
        ),
    ] = None
    search: Annotated[
        str | None, Meta(description="2 to 100 characters that must occur in the sentence.")
    ] = None


@routes.get(
    "/organizations/{org}/activity-feeds",
    policy="visible",
    answers=EntryOut,
    query=ActivityQuery,
    is_list=True,
    raises=(403, 422),
)
def list_activity(request: Request) -> Answer:
    """List what happened, newest first."""
    query: ActivityQuery = request.query
    if query.format is not None:
        return _file(request, query)
    page, names, origins = remembering.list_activity(
        request.caller,
        request.page(query, default=20),
        _filter(query, request.caller.timezone),
    )
    organization_id = request.caller.organization_id
    return listing(
        request, page, [entry_out(each, organization_id, names, origins) for each in page.rows]
    )


def _file(request: Request, query: ActivityQuery) -> Answer:
    if query.format not in ("csv", "jsonl"):
        raise invalid("format", "The selected format is invalid. It can be: csv, jsonl.")
    wanted = _filter(query, request.caller.timezone)
    entries = remembering.stream_activity(request.caller, wanted)
    if query.format == "csv":
        return download(remembering.as_csv(entries), CSV, "activity.csv")
    return download(remembering.as_lines(entries), JSON_LINES, "activity.jsonl")


_NEWEST_FIRST = ("created_at", True)


def _filter(query: ActivityQuery, zone: str) -> ActivityFilter:
    category = (query.type or "").capitalize() or None
    source = (query.source or "").capitalize() or None
    problems: dict[str, list[str]] = {}
    for name, value, allowed in (
        ("entity_type", query.entity_type, ENTITY_TYPES),
        ("type", category, CATEGORIES),
        ("verb", query.verb, VERBS),
        ("actor_type", query.actor_type, ("user", "guest")),
        ("origin_type", query.origin_type, ORIGIN_TYPES),
        ("source", source, ("Member", "Guest", "Webhook")),
    ):
        if value is not None and value not in allowed:
            problems[name] = [f"The selected {name.replace('_', ' ')} is invalid."]
    if query.operation is not None and find_number(query.operation) is None:
        problems["operation"] = ["The selected operation is invalid."]
    if query.entity_id is not None and query.entity_type is None:
        problems["entity_type"] = ["The entity type field is required."]
    if query.origin_id is not None and query.origin_type is None:
        problems["origin_type"] = ["The origin type field is required."]
    if query.search is not None and not 2 <= len(query.search) <= 100:
        problems["search"] = ["The search must have 2 to 100 characters."]
    created_from = _day("created_after", query.created_after, zone, problems)
    created_to = _day("created_before", query.created_before, zone, problems)
    if problems:
        raise Invalid(problems)
    entity_id = None if query.entity_id is None else find_id(query.entity_id) or ""
    return ActivityFilter(
        entity_type=query.entity_type,
        entity_id=entity_id,
        category=category,
        verb=query.verb,
        actor_kind=query.actor_type,
        actor_id=None if query.actor_id is None else query_id(query.actor_id),
        actor_email=query.actor_email,
        source=source,
        created_from=created_from and created_from[0],
        created_to=created_to and created_to[1],
        origin_type=query.origin_type,
        origin_id=None if query.origin_id is None else find_id(query.origin_id) or "",
        field=query.field,
        search=query.search,
        operation=None if query.operation is None else find_number(query.operation),
        is_folded=(query.operations or "").lower() == "folded",
        is_oldest_first=not ACTIVITY_SORTING.known(sort_keys(query), usual=_NEWEST_FIRST)[0][1],
    )


def _day(
    name: str, text: str | None, zone: str, problems: dict[str, list[str]]
) -> tuple[Instant, Instant] | None:
    """Both ends of a day, which the feed includes whole."""
    if text is None:
        return None
    try:
        return day_range(text, zone)
    except (ValueError, OverflowError):
        problems[name] = [f"The {name.replace('_', ' ')} is not a valid date."]
        return None
