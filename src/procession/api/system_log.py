"""The endpoint of the system log (contract 60, 8)."""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from procession.core.sorting import Sorting
from procession.core.times import day_range
from procession.domains.system_log.types import LOG_SORTING, LogFilter
from procession.domains.system_log.wire import LogRowOut
from procession.flows.telling import logged
from procession.kit.errors import Invalid
from procession.kit.http import CSV, Answer, Request, Routes, download, listing
from procession.kit.paging import PageQuery, sort_keys
from procession.kit.spreadsheets import csv_pieces
from procession.kit.system_log import Category, Severity

routes = Routes("System log")

_COLUMNS = (
    "id", "created_at", "event", "category", "severity", "message", "actor_type", "actor_id",
    "actor_email", "subject_type", "subject_id", "detail",
)  # fmt: skip


class LogQuery(PageQuery, kw_only=True):
    """Filters of the system log."""

    SORTING: ClassVar[Sorting | None] = LOG_SORTING

    category: Annotated[
        str | None, Meta(description="webhook, email, billing, security or process.")
    ] = None
    event: Annotated[str | None, Meta(description="Such as `webhook_failed`.")] = None
    severity: Annotated[str | None, Meta(description="error, warning or info.")] = None
    actor: Annotated[str | None, Meta(description="Number of the member who did it.")] = None
    search: Annotated[str | None, Meta(description="What must occur in the message.")] = None
    created_after: Annotated[str | None, Meta(description="First day, `YYYY-MM-DD`, included.")] = (
        None
    )
    created_before: Annotated[str | None, Meta(description="Last day, `YYYY-MM-DD`, included.")] = (
        None
    )
    format: Annotated[str | None, Meta(description="`csv` for all rows as a file.")] = None


@routes.get(
    "/organizations/{org}/system-logs", policy="can_read_log", answers=LogRowOut, query=LogQuery,
    is_list=True, raises=(403, 422),
)  # fmt: skip
def list_log(request: Request) -> Answer:
    """List what the server did and what was done to it, newest first; kept for 90 days."""
    query: LogQuery = request.query
    wanted = _filter(query, request.caller.timezone)
    if query.format is not None:
        rows = logged.stream_log(request.caller, wanted)
        return download(csv_pieces(_COLUMNS, map(_cells, rows)), CSV, "system-log.csv")
    page, shown = logged.list_log(request.caller, request.page(query, default=25, cap=200), wanted)
    return listing(request, page, shown)


def _cells(row: LogRowOut) -> list[object]:
    actor, subject = row.actor or {}, row.subject or {}
    return [
        row.id, row.created_at, row.event, row.category, row.severity, row.message,
        actor.get("type"), actor.get("id"), actor.get("email"), subject.get("type"),
        subject.get("id"), msgspec.json.encode(row.detail).decode(),
    ]  # fmt: skip


def _filter(query: LogQuery, zone: str) -> LogFilter:
    problems: dict[str, list[str]] = {}
    for name, value, allowed in (
        ("category", query.category, list(Category)),
        ("severity", query.severity, list(Severity)),
        ("format", query.format, ["csv"]),
    ):
        if value is not None and value not in allowed:
            problems[name] = [f"The selected {name} is invalid."]
    days = {}
    for name, text in (
        ("created_after", query.created_after), ("created_before", query.created_before)
    ):  # fmt: skip
        try:
            days[name] = None if text is None else day_range(text, zone)
        except (ValueError, OverflowError):
            problems[name] = [f"The {name.replace('_', ' ')} is not a valid date."]
    if problems:
        raise Invalid(problems)
    first, last = days["created_after"], days["created_before"]
    return LogFilter(
        category=query.category,
        event=query.event,
        severity=query.severity,
        actor=None if query.actor is None else f"u:{query.actor}",
        search=query.search or None,
        created_from=first and first[0],
        created_to=last and last[1],
        sort=tuple(sort_keys(query)),
    )
