"""From what a client sent to typed values: lenient, partial, all problems at once (contract 00, 3).

A body is declared as a msgspec Struct. `bind` reads a decoded JSON object into it: numeric strings
are integers, `"1"` and `"true"` are booleans; strings are trimmed, in one form and without control
signs, and one in which nothing can be seen is null; every problem is reported under its dot path.
Limits are `msgspec.Meta` annotations, which the API description shows too.

What cannot be read is told and stood in for: by the field's default, or by a blank of its type. So
the use case can look at everything else and tell what it finds as well; nothing that is made of a
stand-in is ever kept (decision 0028).
"""

import re
import types
from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.core.markup import holds_large_picture, length_of
from procession.core.texts import (
    NO_NUL,
    is_blank,
    is_storable,
    places_of_nul,
    tidied,
    tidied_json,
    without_nul,
)
from procession.core.times import FIRST_YEAR, LAST_YEAR, Instant, OutOfTime, parse_instant
from procession.kit.errors import Invalid, Problems, problems_elsewhere
from procession.kit.html import is_tangled
from procession.kit.ids import LARGEST_NUMBER

T = TypeVar("T")

#: A field that may be left out of a partial update: absent stays what it is.
Absent = UnsetType

#: A date-time on the wire, an instant inside.
DateTime = Annotated[Instant, Meta(extra_json_schema={"type": "string", "format": "date-time"})]
#: Text that is not trimmed (rich text, comments).
RichText = Annotated[str, Meta(extra_json_schema={"format": "html"})]
#: A password or the like: kept exactly as sent.
Secret = Annotated[str, Meta(extra_json_schema={"format": "password"})]

#: The number of a user or guest: of 64 bits (decision 0018).
PersonNumber = Annotated[int, Meta(extra_json_schema={"format": "int64"})]

_TRUE = ("true", "1", True, 1)
_FALSE = ("false", "0", False, 0)
_INTEGER = re.compile(r"-?[0-9]{1,19}", re.ASCII)
#: What a whole-number column holds on either database; only numbers of people may be larger.
_LARGEST = 2**31 - 1
#: Of a list or map for which the contract has no limit of its own.
MOST_ENTRIES = 10_000
#: Of rich text for which the contract has no limit of its own.
_LONGEST_RICH_TEXT = 65_535


@dataclass(frozen=True)
class Bound(Generic[T]):
    """The typed body, and the keys that no field of it reads (header `X-Ignored-Fields`)."""

    value: T
    ignored: tuple[str, ...]
    #: What could not be read, by path; `value` holds stand-ins there.
    problems: Problems

    @property
    def hides_what_is_meant(self) -> bool:
        """A key that all else depends on (`FIRST` of the shape) is among what cannot be read."""
        first = getattr(self.value, "FIRST", ())
        return any(path.partition(".")[0] in first for path in self.problems)


class _Refused(Exception):
    """A value that is not what its field takes; holds the problems by path below the field."""

    def __init__(self, problems: Problems, readable: Any = UNSET) -> None:
        self.problems = problems
        #: A list, map or object with stand-ins for its parts that are wrong.
        self.readable = readable


_Reader = Callable[[str, Any], Any]


class Unreadable:
    """Stands for a body of which nothing may be used, and says so when it is first looked at.

    So an object that cannot be read is a 404 and a missing right a 403 before the body is a 422
    (contract 00, 5.7), without each use case having to check the body by itself.
    """

    __slots__ = ("_wrong",)

    def __init__(self, wrong: Invalid) -> None:
        self._wrong = wrong

    def __getattr__(self, name: str) -> Any:
        raise self._wrong


#: Nobody reads more.
_MOST_PLACES = 100


def bind(sent: Mapping[str, Any], shape: type[T], *, may_hold_nul: bool = False) -> Bound[T]:
    """As far as it can be read, with every problem.

    A shape may name, in `FIRST`, keys that say what is meant at all, or that are counted: where
    one of these cannot be read nothing else should be looked at. `may_hold_nul`: it is worth
    looking through everything that was sent.
    """
    nuls = _nul_problems(sent, shape) if may_hold_nul else {}
    value, problems = _read(without_nul(sent) if nuls else sent, shape, "")
    if nuls:
        problems = {**nuls, **problems_elsewhere(problems, nuls)}
    return Bound(value, tuple(_unknown_keys(sent, shape, "")), problems)


def _nul_problems(sent: Mapping[str, Any], shape: type[Any]) -> dict[str, list[str]]:
    """NUL anywhere in what `shape` reads: in free values and in names of their parts, too, which
    no reader of a field looks into."""
    places = [
        path
        for name, value in sent.items()
        if name in _plan(shape)  # type: ignore[arg-type]  # types are hashable
        for path in islice(places_of_nul(value, name), _MOST_PLACES)
    ]
    return {path: [f"The {name_of(path)} {NO_NUL}"] for path in places[:_MOST_PLACES]}


def bind_whole(sent: Mapping[str, Any], shape: type[T]) -> T:
    """Raises Invalid with every problem of `sent`."""
    value, problems = _read(sent, shape, "")
    if problems:
        raise Invalid(problems)
    return value


def _read(sent: Mapping[str, Any], shape: type[T], at: str) -> tuple[T, dict[str, Sequence[str]]]:
    values: dict[str, Any] = {}
    problems: dict[str, Sequence[str]] = {}
    for name, field in _plan(shape).items():  # type: ignore[arg-type]  # types are hashable
        path = f"{at}{name}"
        if name not in sent:
            if field.is_required:
                problems[path] = [required_sentence(path)]
                values[field.attribute] = _blank_of(field.bare)
            continue
        try:
            values[field.attribute] = field.read(path, sent[name])
        except _Refused as refused:
            problems.update(refused.problems)
            if refused.readable is not UNSET:
                values[field.attribute] = refused.readable
            elif field.is_required:
                values[field.attribute] = _blank_of(field.bare)
    return shape(**values), problems


def _bare(kind: Any) -> Any:
    """The class of a type: without notes, and of a list without what is in it."""
    kind = _without_notes(kind)
    return get_origin(kind) or kind


def _blank(kind: Any) -> Any:
    """Stands in for what cannot be read, where a field has no default."""
    return _blank_of(_bare(kind))


def _blank_of(bare: Any) -> Any:
    if bare is Any:
        return None
    if isinstance(bare, type) and issubclass(bare, msgspec.Struct):
        return _read({}, bare, "")[0]
    return bare()


def _blank_entry(kind: Any, place: int) -> Any:
    """Of a list: the id of nobody, no two alike, so that the others keep their places."""
    blank = _blank(kind)
    return type(blank)(-1 - place) if kind in _OF_IDS else blank


def _unknown_keys(sent: Mapping[str, Any], shape: Any, at: str) -> Iterator[str]:
    """Dot paths of what no field reads, at every depth.

    A shape may name, in `ECHOED`, read-only keys that clients send back with what they read: those
    are passed over without a word.
    """
    plan = _plan(shape)
    echoed = getattr(shape, "ECHOED", ())
    for name, value in sent.items():
        if name not in plan:
            if name not in echoed:
                yield f"{at}{name}"
            continue
        for path, inside in _objects_in(f"{at}{name}", value, plan[name].holds):
            yield from _unknown_keys(inside, plan[name].inside, f"{path}.")


def _objects_in(path: str, value: Any, holds: Any) -> list[tuple[str, dict[str, Any]]]:
    """The objects of a field that holds one, a list of them, or a map of them."""
    if holds is list and isinstance(value, dict):
        value = value.get("data")  # An include, echoed back.
    if holds is dict:
        value = _folded(value)
    places: list[tuple[str, Any]] = []
    if holds is object:
        places = [(path, value)]
    elif holds is list and isinstance(value, list):
        places = [(f"{path}.{place}", entry) for place, entry in enumerate(value)]
    elif holds is dict and isinstance(value, dict):
        places = [(f"{path}.{key}", entry) for key, entry in value.items()]
    return [(at, inside) for at, inside in places if isinstance(inside, dict)]


@dataclass(frozen=True)
class _Field:
    attribute: str
    read: _Reader
    is_required: bool
    #: The type besides null and absent, with its notes.
    kind: Any = None
    #: The class of that type.
    bare: Any = None
    #: Where the field holds objects with fields of their own: their type, and whether it is one
    #: (object), a list or a dict of them.
    inside: Any = None
    holds: Any = None


@cache
def _plan(shape: type[Any]) -> dict[str, _Field]:
    hints = get_type_hints(shape, include_extras=True)
    return {
        field.encode_name: _Field(
            field.name,
            _reader(hints[field.name]),
            field.required,
            _kind(hints[field.name]),
            _bare(_kind(hints[field.name])),
            *_objects_of(_kind(hints[field.name])),
        )
        for field in msgspec.structs.fields(shape)
    }


def _objects_of(kind: Any) -> tuple[Any, Any]:
    """`inside` and `holds` of a field of this kind."""
    kind = _without_notes(kind)
    outer = get_origin(kind)
    inside = get_args(kind)[-1] if outer in (list, dict) else kind
    if isinstance(inside, type) and issubclass(inside, msgspec.Struct):
        return inside, outer or object
    return None, None


def _choices(hint: Any) -> tuple[Any, ...]:
    """What a field may hold. A note on the whole of a choice is a note on each part of it."""
    if get_origin(hint) is Annotated:
        inside, *notes = get_args(hint)
        return tuple(
            choice if choice in (type(None), UnsetType) else Annotated[choice, *notes]
            for choice in _choices(inside)
        )
    if get_origin(hint) in (Union, types.UnionType):
        return tuple(choice for part in get_args(hint) for choice in _choices(part))
    return (hint,)


def _kind(hint: Any) -> Any:
    """What is left of the annotation besides null and absent."""
    (kind,) = [choice for choice in _choices(hint) if choice not in (type(None), UnsetType)]
    return kind


def _without_notes(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _reader(hint: Any) -> _Reader:
    """How a value of the annotated type is read."""
    choices = _choices(hint)
    is_nullable = type(None) in choices
    may_be_absent = UnsetType in choices
    kind = _kind(hint)
    if _without_notes(kind) is Any:
        return lambda path, value: tidied_json(value)
    read_value = _value_reader(kind)
    is_empty = _is_nothing if _is_secret(kind) else _is_nothing_to_see

    def read(path: str, value: Any) -> Any:
        if is_empty(value):
            if is_nullable:
                return None
            if may_be_absent and value is None:
                return UNSET
            raise _Refused({path: [required_sentence(path)]})
        return read_value(path, value)

    return read


def _is_secret(kind: Any) -> bool:
    return get_origin(kind) is Annotated and _is_noted(get_args(kind)[1:], Secret)


def _is_nothing(value: Any) -> bool:
    return value is None or value == ""


def _is_nothing_to_see(value: Any) -> bool:
    return value is None or (isinstance(value, str) and is_blank(value))


def _value_reader(kind: Any) -> _Reader:
    notes: list[Meta] = []
    if get_origin(kind) is Annotated:
        kind, *notes = get_args(kind)
        if _is_noted(notes, DateTime):
            return _read_instant
        if _is_noted(notes, RichText):
            return lambda path, value: _read_rich_text(path, value, notes)
        if _is_noted(notes, PersonNumber):
            return lambda path, value: read_integer(path, value, largest=LARGEST_NUMBER)
        if _is_noted(notes, Secret):
            return lambda path, value: _limited(path, _read_text(path, value), notes)
    if kind is Any:
        return lambda path, value: tidied_json(value)
    if kind is str:
        return lambda path, value: _limited(path, tidied(_read_text(path, value)).strip(), notes)
    if kind is int:
        return lambda path, value: _ranged(path, read_integer(path, value), notes)
    if kind is bool:
        return _read_boolean
    if get_origin(kind) is list:
        return _list_reader(get_args(kind)[0], _most_entries(notes))
    if get_origin(kind) is dict:
        return _map_reader(get_args(kind)[1])
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return lambda path, value: _read_struct(kind, path, value)
    raise TypeError(f"no reader for {kind!r}")


def _is_noted(notes: Sequence[Meta], kind: Any) -> bool:
    """The type is this one of ours, whatever else is noted about it."""
    return get_args(kind)[1] in notes


def name_of(path: str) -> str:
    """The field's name in sentences: underscores as spaces."""
    return path.replace("_", " ")


def required_sentence(path: str) -> str:
    return f"The {name_of(path)} field is required."


def refuse(path: str, ending: str) -> _Refused:
    return _Refused({path: [f"The {name_of(path)} {ending}"]})


def _read_text(path: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise refuse(path, "must be a string.")
    text = str(value)
    if not is_storable(text):
        raise refuse(path, NO_NUL)
    return text


def _read_rich_text(path: str, value: Any, notes: Sequence[Meta]) -> str:
    """Its length and its depth are known before anything cleans it."""
    has_limit = any(meta.max_length is not None for meta in notes)
    limits = notes if has_limit else (*notes, Meta(max_length=_LONGEST_RICH_TEXT))
    text = _limited(path, tidied(_read_text(path, value)), limits, length_of)
    if holds_large_picture(text):
        raise refuse(path, "may not hold pictures of more than 256 KB.")
    if is_tangled(text):
        raise refuse(path, "is nested too deeply.")
    return text


def _limited(
    path: str, text: str, notes: Sequence[Meta], length: Callable[[str], int] = len
) -> str:
    for meta in notes:
        if meta.max_length is not None and length(text) > meta.max_length:
            raise refuse(path, f"may not be greater than {meta.max_length} characters.")
        if meta.min_length and not text:
            raise _Refused({path: [required_sentence(path)]})
    return text


def read_integer(path: str, value: Any, *, largest: int = _LARGEST) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        number = int(value)
    else:
        raise refuse(path, "must be an integer.")
    if abs(number) > largest:
        raise _invalid(path)
    return number


def _invalid(path: str) -> _Refused:
    return _Refused({path: [f"The selected {name_of(path)} is invalid."]})


def _ranged(path: str, number: int, notes: Sequence[Meta]) -> int:
    for meta in notes:
        too_small = meta.ge is not None and number < meta.ge
        too_large = meta.le is not None and number > meta.le
        if too_small or too_large:
            raise _invalid(path)
    return number


def _read_boolean(path: str, value: Any) -> bool:
    word = value.strip().lower() if isinstance(value, str) else value
    if isinstance(word, str | bool | int):
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
    raise refuse(path, "must be true or false.")


def _read_instant(path: str, value: Any) -> Instant:
    try:
        return parse_instant(value)
    except OutOfTime:
        raise refuse(path, f"must be in the years {FIRST_YEAR} to {LAST_YEAR}.") from None
    except (ValueError, AttributeError, TypeError, OverflowError):
        raise refuse(path, "is not a valid date.") from None


def _read_object(path: str, value: Any) -> dict[str, Any]:
    if value == []:  # Some clients write an empty map as an empty list.
        return {}
    if not isinstance(value, dict):
        raise refuse(path, "must be an object.")
    return value


def _folded(value: Any) -> Any:
    """Some clients write a map as a list of objects with one key each."""
    is_such = isinstance(value, list) and all(
        isinstance(entry, dict) and len(entry) == 1 for entry in value
    )
    return {key: inside for entry in value for key, inside in entry.items()} if is_such else value


def _map_reader(kind: Any) -> _Reader:
    """An object of entries of one kind, whatever their keys."""
    if kind is Any:
        return lambda path, value: tidied_json(_read_object(path, value))
    read_entry = _value_reader(kind)

    def read(path: str, value: Any) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        problems: dict[str, Sequence[str]] = {}
        sent = _read_object(path, _folded(value))
        _check_count(path, sent)
        for key, entry in sent.items():
            try:
                entries[key] = read_entry(f"{path}.{key}", entry)
            except _Refused as refused:
                problems.update(refused.problems)
                is_partly = refused.readable is not UNSET
                entries[key] = refused.readable if is_partly else _blank(kind)
        if problems:
            raise _Refused(problems, entries)
        return entries

    return read


#: Kinds of entries that stand for things: clients send the things themselves, and some twice.
_OF_IDS = (int, str, PersonNumber)


def _most_entries(notes: Sequence[Meta]) -> int:
    return min([MOST_ENTRIES, *(note.max_length for note in notes if note.max_length is not None)])


def _list_reader(kind: Any, most: int) -> _Reader:
    read_entry = _value_reader(kind)

    def read(path: str, value: Any) -> list[Any]:
        if isinstance(value, dict) and isinstance(value.get("data"), list):
            value = value["data"]  # An include, echoed back.
        if not isinstance(value, list):
            raise refuse(path, "must be an array.")
        _check_count(path, value, most)
        entries: list[Any] = []
        problems: dict[str, Sequence[str]] = {}
        for place, entry in enumerate(value):
            try:
                entries.append(read_entry(f"{path}.{place}", _id_inside(entry, kind)))
            except _Refused as refused:
                problems.update(refused.problems)
                is_partly = refused.readable is not UNSET
                entries.append(refused.readable if is_partly else _blank_entry(kind, place))
        if problems:
            raise _Refused(problems, entries)
        return list(dict.fromkeys(entries)) if kind in _OF_IDS else entries

    return read


def _check_count(path: str, entries: Sized, most: int = MOST_ENTRIES) -> None:
    """Before any of them is read, and long before anything is looked up for each."""
    if len(entries) > most:
        raise refuse(path, f"may not have more than {most} items.")


def _id_inside(entry: Any, kind: Any) -> Any:
    """Clients send back objects where a list of ids is meant: `{"id": 7}` is 7."""
    if kind in _OF_IDS and isinstance(entry, dict) and "id" in entry:
        return entry["id"]
    return entry


def _read_struct(kind: type[Any], path: str, value: Any) -> Any:
    if value == [] and getattr(kind, "IS_NEVER_A_LIST", False):
        raise refuse(path, "must be an object.")
    read, problems = _read(_read_object(path, value), kind, f"{path}.")
    if problems:
        raise _Refused(problems, read)
    return read
