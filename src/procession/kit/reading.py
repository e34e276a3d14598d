"""The one way in which JSON is read, whoever wrote it: sent, stored, answered or sealed.

Nothing else in the package decodes JSON, so nothing can forget to look at the depth first
(docs/decisions/0019-nesting-and-pythons.md).
"""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from procession.core.nesting import DEEPEST, DEEPEST_STORED, count_keys, is_too_deep
from procession.core.texts import places_of_nul

T = TypeVar("T")

_NUL = "\\u0000"
_decode = msgspec.json.Decoder().decode


class NotJson(ValueError):
    """Text that is no JSON in UTF-8."""


class TooDeep(NotJson):
    """JSON with more levels than a reader of ours goes down."""


def read_body(text: str | bytes) -> Any:
    """As `read_json`; but whoever binds it says where there is a NUL (`may_hold_nul`)."""
    try:
        return _read(text, DEEPEST, _decode)
    except (msgspec.DecodeError, UnicodeError) as wrong:
        raise NotJson(str(wrong)) from None


def repeated_key(text: bytes, value: Any) -> str | None:
    """A key that stands twice in one object of this JSON, where there is one.

    `value`: what it was read as. Keys are counted in both, and only where the counts differ is the
    text read once more, to find which it is.
    """
    if count_keys(text) == _keys_in(value):
        return None
    found: list[str] = []

    def note(pairs: list[tuple[str, Any]]) -> None:
        times = Counter(name for name, _ in pairs)
        found.extend(name for name, count in times.items() if count > 1)

    json.loads(text, object_pairs_hook=note)  # Its depth is known.
    return found[0] if found else None


def _keys_in(value: Any) -> int:
    if isinstance(value, dict):
        return len(value) + sum(map(_keys_in, value.values()))
    return sum(map(_keys_in, value)) if isinstance(value, list) else 0


def may_hold_nul(text: str | bytes) -> bool:
    """Nearly no JSON does. Written out it would be none, so it must be escaped."""
    return _NUL in text if isinstance(text, str) else _NUL.encode() in text


def read_json(text: str | bytes) -> Any:
    """What somebody else wrote. Raises NotJson, for texts with a NUL as well, which no database of
    ours could keep; TooDeep beyond 64 levels."""
    value = read_body(text)
    if may_hold_nul(text) and next(places_of_nul(value, ""), None) is not None:
        raise NotJson("a NUL character")
    return value


def read_stored(text: str | bytes) -> Any:
    """What we have written ourselves: that it cannot be read is an error of ours."""
    return _read(text, DEEPEST_STORED, _decode)


def stored_reader(kind: type[T]) -> Callable[[str | bytes], T]:
    """Reads values of one type that we have written ourselves."""
    decode = msgspec.json.Decoder(kind).decode
    return lambda text: _read(text, DEEPEST_STORED, decode)


def _read(text: str | bytes, deepest: int, decode: Callable[[bytes], T]) -> T:
    raw = text.encode() if isinstance(text, str) else text
    if is_too_deep(raw, deepest):
        raise TooDeep(f"nested more deeply than {deepest} levels")
    return decode(raw)
