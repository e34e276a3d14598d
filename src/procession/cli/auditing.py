"""The command `procession activity export`: what the route of the same name answers."""

import argparse
from collections.abc import Iterator

from procession.core.times import day_range
from procession.domains.activity.types import ENTITY_TYPES, VERBS, ActivityFilter
from procession.flows.access.opening import open_server
from procession.flows.reaching.bots import as_operator
from procession.flows.telling import remembering
from procession.kit.errors import invalid
from procession.kit.settings import Settings


def exported(settings: Settings, options: argparse.Namespace) -> Iterator[bytes]:
    """Raises Invalid for filters that the feed does not know."""
    caller = as_operator(open_server(settings), options.org)
    for name, value, allowed in (
        ("entity-type", options.entity_type, ENTITY_TYPES), ("verb", options.verb, VERBS)
    ):  # fmt: skip
        if value is not None and value not in allowed:
            raise invalid(name, f"There is no {name} {value}.")
    if options.entity_id is not None and options.entity_type is None:
        raise invalid("entity-type", "Say of which kind the entity is (--entity-type).")
    wanted = ActivityFilter(
        entity_type=options.entity_type,
        entity_id=options.entity_id,
        verb=options.verb,
        created_from=_day("after", options.after, caller.timezone, 0),
        created_to=_day("before", options.before, caller.timezone, 1),
    )
    entries = remembering.stream_activity(caller, wanted)
    written = remembering.as_csv if options.format == "csv" else remembering.as_lines
    return written(entries)


def _day(name: str, text: str | None, zone: str, end: int) -> int | None:
    if text is None:
        return None
    try:
        return day_range(text, zone)[end]
    except (ValueError, OverflowError):
        raise invalid(name, f"{text} is no day (YYYY-MM-DD).") from None
