"""What an edit made different, by attribute: an activity entry for each (contract 20, 3.4)."""

from typing import Any

import msgspec

#: Moves by themselves.
_TIMES = ("created_at", "updated_at")


def changed_attributes(was: msgspec.Struct, now: msgspec.Struct) -> dict[str, Any]:
    """Attributes that differ, with what they were, in the order of the declaration."""
    return {
        name: getattr(was, name)
        for name in was.__struct_fields__
        if name not in _TIMES and getattr(was, name) != getattr(now, name)
    }
