"""Which object holds the answers: what clients send for one (contract 31, 2.1)."""

from collections.abc import Sequence
from typing import Any, NamedTuple

_ID_WORDS = ("field_id", "id", "timeline_id")


class Sent(NamedTuple):
    """One value, under the key that a client named its field by."""

    key: str
    value: Any


def read_container(sent: Any) -> list[Sent] | None:
    """Every value with its key; None for what holds no answers by field.

    A list is folded, and may then name a field twice.
    """
    if sent is None:
        return []
    if isinstance(sent, dict):
        return [Sent(key.strip(), value) for key, value in sent.items()]
    if not isinstance(sent, list):
        return None
    return _folded(sent)


def _folded(entries: Sequence[Any]) -> list[Sent] | None:
    folded = [_entry(entry) for entry in entries]
    kept = [each for each in folded if each is not None]
    return kept if len(kept) == len(folded) else None


def _entry(entry: Any) -> Sent | None:
    if not isinstance(entry, dict):
        return None
    named = [word for word in _ID_WORDS if word in entry]
    if named and "value" in entry:
        key = entry[named[0]]
        is_key = isinstance(key, str | int) and not isinstance(key, bool)
        return Sent(str(key).strip(), entry["value"]) if is_key else None
    if len(entry) != 1:
        return None
    ((key, value),) = entry.items()
    return Sent(key.strip(), value)
