"""What programs keep for a member: a value by key, which nothing else reads."""

import re
from typing import Any

import msgspec

from procession.domains.desk import store
from procession.domains.desk.types import Preference
from procession.kit.caller import Caller
from procession.kit.errors import NotFound, invalid
from procession.kit.work import looking, writing

_KEY = re.compile(r"[A-Za-z0-9._-]{1,64}", re.A)
_BAD_KEY = "A key has 1 to 64 letters, digits, points, dashes or underscores."
_LARGEST = 8 * 1024
_MOST = 100


def get_preference(caller: Caller, key: str) -> Preference:
    preference = store.find_preference(looking(caller), key) if _KEY.fullmatch(key) else None
    if preference is None:
        raise NotFound(kind="Preference")
    return preference


def set_preference(caller: Caller, key: str, value: Any) -> Preference | None:
    """None takes it away."""
    text = msgspec.json.encode(value)
    with writing(caller) as work:
        if not _KEY.fullmatch(key):
            raise invalid("key", _BAD_KEY)
        if len(text) > _LARGEST:
            raise invalid("value", f"The value may not be greater than {_LARGEST} bytes.")
        store.hold_member(work)
        if value is None:
            store.clear_preference(work, key)
            return None
        if store.count_other_preferences(work, key) >= _MOST:
            raise invalid("key", f"A member may not have more than {_MOST} preferences.")
        store.set_preference(work, key, text.decode())
        return store.find_preference(work, key)
