"""The archive in numbers."""

from typing import Annotated

from msgspec import Meta

from procession.domains.archive.wire import SummaryOut, summary_out
from procession.flows.archive import summarizing
from procession.kit.errors import invalid
from procession.kit.http import LONG, Answer, Request, Routes, item
from procession.kit.paging import IncludeQuery

routes = Routes("Archive")

_PARTS = ("template", "month")


class SummaryQuery(IncludeQuery, kw_only=True):
    by: Annotated[
        str | None, Meta(description="template or month: how many of each, 100 at most.")
    ] = None


@routes.get(
    "/organizations/{org}/archive/summary",
    policy="can_select",
    answers=SummaryOut,
    query=SummaryQuery,
    raises=(403, 422),
    place=LONG,
)
def get_summary(request: Request) -> Answer:
    """Count what is archived.

    All of it to administrators; to others what everybody may read, and what is theirs besides as
    `mine`."""
    by = request.query.by
    if by is not None and by not in _PARTS:
        raise invalid("by", f"The selected by is invalid. It can be: {', '.join(_PARTS)}.")
    return item(summary_out(summarizing.summarize(request.caller, by)))
