"""Who changed something last, for whoever wanted to change it at the same time."""

from dataclasses import dataclass
from typing import Any

from procession.core.times import Instant
from procession.domains.activity import store as activity
from procession.domains.activity.types import Entry
from procession.kit.caller import Caller
from procession.kit.work import looking


@dataclass(frozen=True)
class LastChange:
    who: dict[str, Any]
    at: Instant


def last_change(caller: Caller, thing_id: str) -> LastChange | None:
    """Of a thing that the caller sees. None where nothing is on record."""
    entry = activity.find_newest(looking(caller), thing_id)
    return None if entry is None else LastChange(_who(entry, caller), entry.occurred_at)


def _who(entry: Entry, caller: Caller) -> dict[str, Any]:
    """Guests learn names and no more."""
    name = f"{entry.actor_first_name or ''} {entry.actor_last_name or ''}".strip()
    named = {"type": entry.actor_kind, "full_name": name}
    if caller.is_guest:
        return named
    return {"id": entry.actor_id, **named, "email": entry.actor_email}
