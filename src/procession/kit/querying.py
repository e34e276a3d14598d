"""From a query string to typed values: lenient, and telling what did nothing (contract 00, 4.5).

Parameters are declared as a msgspec Struct. What cannot be read counts as absent, and so does what
nobody has declared; but both are told by their names in the answer's `X-Ignored-Parameters`, for
who has mistyped them (found F3). An empty parameter is an absent one, and nothing to tell of.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import (
    Annotated,
    Any,
    Generic,
    Literal,
    NamedTuple,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec

from procession.kit.ids import LARGEST_NUMBER
from procession.kit.paging import (
    FALSE_WORDS,
    INCLUDES,
    TRUE_WORDS,
    WORDS,
    PageQuery,
    useless_sorts,
)

T = TypeVar("T")

_HUGE = 10**15

#: The value, None where there is none to be had; and whether all of what was sent went into it.
_Read = tuple[Any, bool]


class _Parameter(NamedTuple):
    attribute: str
    read: Callable[[Sequence[str]], _Read]
    #: The words that it takes, where they are few.
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class BoundQuery(Generic[T]):
    value: T
    #: Parameters that do nothing, or not all they say, each with a sentence about it.
    useless: Mapping[str, str]


def bind_query(
    sent: Mapping[str, Sequence[str]],
    shape: type[T],
    *,
    includes: Collection[str] = (),
    unused: Collection[str] = (),
) -> BoundQuery[T]:
    """`includes`: the names that `with` takes. `unused`: parameters of the Struct that this
    endpoint does without."""
    if not sent:
        return BoundQuery(shape(), {})
    plan = _plan(shape)  # type: ignore[arg-type]
    texts: dict[str, list[str]] = {}
    for name, values in sent.items():
        texts.setdefault(name.removesuffix("[]"), []).extend(values)
    found: dict[str, Any] = {}
    useless: dict[str, str] = {}
    #: What the endpoint reads itself, from the query as it was sent.
    trees: tuple[str, ...] = getattr(shape, "TREES", ())
    for name, values in texts.items():
        if name.partition("[")[0] in trees and "[" in name:
            continue
        parameter = None if name in unused else plan.get(name)
        if parameter is None:
            useless[name] = f"The {name} parameter is unknown."
            continue
        found[parameter.attribute], is_whole = parameter.read(values)
        if not is_whole or (name in INCLUDES and not _all_known(values, includes)):
            useless[name] = _sentence(name, includes if name in INCLUDES else parameter.words)
    value = shape(**found)
    if isinstance(value, PageQuery):
        useless |= {name: _sentence(name, words) for name, words in useless_sorts(value).items()}
    return BoundQuery(value, useless)


def _all_known(texts: Sequence[str], includes: Collection[str]) -> bool:
    return all(word in includes for word in comma_list(texts))


def _sentence(name: str, words: Collection[str]) -> str:
    sentence = f"The selected {name.replace('_', ' ')} is invalid."
    return f"{sentence} It can be: {', '.join(words)}." if words else sentence


@cache
def _plan(shape: type[Any]) -> dict[str, _Parameter]:
    hints = get_type_hints(shape, include_extras=True)
    return {
        field.encode_name: _parameter(field.name, hints[field.name])
        for field in msgspec.structs.fields(shape)
    }


def _parameter(attribute: str, hint: Any) -> _Parameter:
    kind, notes = (
        (hint, ()) if get_origin(hint) is not Annotated else (hint.__origin__, hint.__metadata__)
    )
    words: tuple[str, ...] = get_args(kind) if get_origin(kind) is Literal else ()
    words = next((note.extra.get(WORDS, words) for note in notes if note.extra), words)
    least = next((note.extra_json_schema["minimum"] for note in notes if note.extra_json_schema), 0)
    kinds = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    if get_origin(kind) is list:
        return _Parameter(attribute, lambda texts: _read_list(texts, words), words)
    if bool in kinds:
        return _Parameter(attribute, lambda texts: _read_boolean(texts[-1]))
    if int in kinds:
        return _Parameter(attribute, lambda texts: _read_integer(texts[-1], least))
    return _Parameter(attribute, lambda texts: _read_text(texts[-1], words), words)


def _read_list(texts: Sequence[str], words: Collection[str]) -> _Read:
    found = comma_list(texts)
    return found, not words or all(word.lower() in words for word in found)


def _read_boolean(text: str) -> _Read:
    word = text.strip().lower()
    if word in TRUE_WORDS:
        return True, True
    return (False, True) if word in FALSE_WORDS else (None, not word)


def _read_integer(text: str, least: int) -> _Read:
    number = query_integer(text)
    if number is None or number < least:
        return None, not text.strip()
    return number, True


def _read_text(text: str, words: Collection[str]) -> _Read:
    found = text.strip() or None
    return found, found is None or not words or found.lower() in words


def comma_list(texts: Sequence[str]) -> list[str]:
    words = [word.strip() for text in texts for word in text.split(",")]
    return list(dict.fromkeys(word for word in words if word))


def query_integer(text: str) -> int | None:
    """A number too large to matter is a very large one, not an absent one."""
    text = text.strip()
    if not (text.isascii() and text.isdecimal()):
        return None
    digits = text.lstrip("0") or "0"
    return int(digits) if len(digits) < len(str(_HUGE)) else _HUGE


def query_id(word: str) -> int:
    """An id that is a number. A word that cannot be one matches nobody: 0 is nobody's id."""
    number = query_integer(word)
    return number if number is not None and number <= LARGEST_NUMBER else 0
