"""The parameters of a list as a filter that is taken at its word (contract 70, 1).

A list passes over what it cannot read and shows more. Whoever changes all that a filter matches
must not be taken for somebody who asked for more than they did. So here nothing is passed over:
what a list would not understand is refused. What can be asked for is declared once, by the query
of the list; a parameter says beside its description, under `STRICT`, what its values are.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

from procession.kit.errors import Invalid
from procession.kit.ids import find_id, find_number
from procession.kit.paging import (
    ADDRESSES,
    FALSE_WORDS,
    MEMBERS,
    OPERATIONS,
    PAGING,
    STRICT,
    TAGS,
    TRUE_WORDS,
    WORDS,
    Strict,
)
from procession.kit.querying import bind_query, comma_list

#: Texts of one parameter, as a query string would carry them.
Texts = dict[str, list[str]]

_NUMBERED = (MEMBERS, OPERATIONS)
#: Kinds whose values are no ids: what they name is looked up by more than its id.
_OF_ANY_FORM = (ADDRESSES, TAGS)


@dataclass(frozen=True)
class Narrowing:
    """A parameter that makes a list shorter."""

    is_list: bool
    is_flag: bool
    is_number: bool
    #: The words that it takes, where they are few.
    words: tuple[str, ...]
    strict: Strict


@cache
def narrowing(shape: type[Any]) -> dict[str, Narrowing]:
    """By name. Without what pages, sorts or shows."""
    hints = get_type_hints(shape, include_extras=True)
    found = {}
    for field in msgspec.structs.fields(shape):
        each = _narrowing(hints[field.name])
        if field.encode_name not in PAGING and each.strict.narrows:
            found[field.encode_name] = each
    return found


def _narrowing(hint: Any) -> Narrowing:
    kind: Any = hint
    notes: tuple[Any, ...] = ()
    if get_origin(hint) is Annotated:
        kind, notes = hint.__origin__, hint.__metadata__
    extra: Mapping[str, Any] = next((each.extra for each in notes if each.extra), {})
    strict = extra.get(STRICT, Strict())
    kinds = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    return Narrowing(
        is_list=get_origin(kind) is list,
        is_flag=bool in kinds,
        is_number=int in kinds,
        words=strict.words or extra.get(WORDS, ()),
        strict=strict,
    )


def read_strictly(sent: Mapping[str, Any], shape: type[Any], at: str) -> Texts:
    """What the query of the list would say. Raises Invalid, naming every key below `at`."""
    known = narrowing(shape)  # type: ignore[arg-type]  # types are hashable
    texts: Texts = {}
    problems: dict[str, list[str]] = {}
    for name, value in sent.items():
        said = _said(name)
        if name not in known:
            problems[f"{at}{name}"] = [f"The {said} filter is unknown."]
            continue
        found = [*_texts(value, known[name])]
        if not found or None in found:
            problems[f"{at}{name}"] = [f"The selected {said} is invalid.{_hint(known[name])}"]
        else:
            texts[name] = [text for text in found if text is not None]
    if problems:
        raise Invalid(problems)
    return texts


def bind_strictly(texts: Texts, shape: type[Any]) -> Any:
    """The query of the list, by the one reader that lists have."""
    bound = bind_query(texts, shape)
    assert not bound.useless, bound.useless
    return bound.value


def names_in(texts: Texts, shape: type[Any]) -> Iterator[tuple[str, str, list[str]]]:
    """Of parameters that name things: the parameter, the kind, and what it names."""
    known = narrowing(shape)  # type: ignore[arg-type]
    for name, values in texts.items():
        kind = known[name].strict.names
        words = known[name].words
        named = [each for each in comma_list(values) if each.lower() not in words]
        if kind and named:
            yield name, kind, named


def _said(name: str) -> str:
    return name.replace("_", " ")


def _hint(parameter: Narrowing) -> str:
    is_few = parameter.words and not parameter.strict.names
    return f" It can be: {', '.join(parameter.words)}." if is_few else ""


def _texts(value: Any, parameter: Narrowing) -> Iterator[str | None]:
    """None for what is nothing, or not what the parameter takes."""
    if isinstance(value, list):
        if not parameter.is_list:
            yield None
            return
        for each in value:
            yield None if isinstance(each, list) else next(_texts(each, parameter), None)
        return
    if isinstance(value, bool):
        yield ("true" if value else "false") if parameter.is_flag else None
        return
    if isinstance(value, int) and not parameter.is_flag:
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        yield None
        return
    words = comma_list([value]) if parameter.is_list else [value.strip()]
    is_good = bool(words) and all(_is_good(word, parameter) for word in words)
    yield value.strip() if is_good else None


def _is_good(word: str, parameter: Narrowing) -> bool:
    lowered = word.lower()
    if parameter.is_flag:
        return lowered in (*TRUE_WORDS, *FALSE_WORDS)
    if parameter.is_number:
        return find_number(word) is not None
    names = parameter.strict.names
    if lowered in parameter.words:
        return True
    if not names:
        return not parameter.words
    return _may_name(word, names)


def _may_name(word: str, kind: str) -> bool:
    if kind in _OF_ANY_FORM:
        return True
    return (find_number(word) if kind in _NUMBERED else find_id(word)) is not None


def unknown_among(named: Sequence[str], known: Collection[str]) -> list[str]:
    return [each for each in named if each.lower() not in known]
