"""The kick-off form as clients send it with the template: upserted, never emptied."""

from collections.abc import Sequence

import msgspec
from msgspec import UNSET

from procession.core.times import Instant
from procession.domains.templates.content.arranging import find
from procession.domains.templates.content.fields import (
    MOST_FIELDS,
    NO_LISTS,
    Lists,
    changed_field,
    new_field,
)
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.content.following import with_followed_options
from procession.domains.templates.types import Content, Field
from procession.domains.templates.wire.fields import FieldIn
from procession.kit.ids import find_id

#: Position, whether it stood there before, place in the list: so entries are ordered.
_Place = tuple[int, bool, int]


def with_kickoff_entries(
    content: Content,
    sent: Sequence[FieldIn],
    found: Findings,
    now: Instant,
    *,
    lists: Lists = NO_LISTS,
) -> Content:
    """Entries change the field they name or make another; fields that none names are kept.

    New fields have no alias yet. Problems are found at `prerun.N.<key>`.
    """
    if len(sent) > MOST_FIELDS:
        found.refuse("prerun", f"A form may not have more than {MOST_FIELDS} fields.")
        return content
    placed: list[tuple[_Place, Field]] = []
    for at, entry in enumerate(sent):
        path = f"prerun.{at}."
        was = _field_named(content, entry, path, found)
        if was is None and {f"{path}id", f"{path}timeline_id"} & set(found.problems):
            continue
        if was is None:
            field = new_field(entry, path, found, now, lists=lists)
        else:
            field = changed_field(was, entry, path, found, now, lists=lists)
            content = with_followed_options(content, was, field, path, found)
        if any(field.id == other.id for _, other in placed):
            found.refuse(f"{path}id", "The same field is listed twice.")
            continue
        position = at + 1 if entry.position is UNSET else entry.position
        placed.append(((position, was is not None, at), field))
    listed = [field for _, field in sorted(placed, key=lambda each: each[0])]
    kept = [field for field in content.kickoff if find(listed, field.id) is None]
    if len(listed) + len(kept) > MOST_FIELDS:
        found.refuse("prerun", f"A form may not have more than {MOST_FIELDS} fields.")
    return msgspec.structs.replace(content, kickoff=(*listed, *kept))


def _field_named(content: Content, entry: FieldIn, path: str, found: Findings) -> Field | None:
    """By id, else by alias; None is a new one."""
    for name in ("id", "timeline_id"):
        field_id = getattr(entry, name)
        if field_id in (UNSET, None, ""):
            continue
        field = find(content.kickoff, find_id(str(field_id)) or "")
        if field is None:
            found.refuse(f"{path}{name}", f"The selected {path}{name} is invalid.")
        return field
    return next((field for field in content.kickoff if field.alias == entry.alias), None)
