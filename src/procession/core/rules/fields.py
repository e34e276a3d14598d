"""Whether a condition on a field is met (contract 50, 3.2).

No stored answer is empty; what is empty meets the negative operations and `is_empty` alone.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from procession.core.rules.model import Condition
from procession.core.rules.values import Kind, Value, number, plain_of
from procession.core.times import Instant, day_range, parse_moment, to_instant


def is_met(condition: Condition, value: Value) -> bool:
    seen = value.of_column(condition.column)
    operation = condition.operation
    if operation == "is_empty":
        return seen.is_empty
    if operation == "is_not_empty":
        return not seen.is_empty
    compare = _COMPARISONS[operation.removeprefix("not_")]
    is_so = not seen.is_empty and compare(seen, _entries(condition, seen))
    return is_so != operation.startswith("not_")


def _entries(condition: Condition, value: Value) -> tuple[str, ...]:
    """What it is compared with, plain."""
    statement = condition.statement
    sent = (statement,) if isinstance(statement, str) else statement or ()
    return tuple(plain_of(text, is_rich=value.is_rich) for text in sent)


def _contains(value: Value, entries: tuple[str, ...]) -> bool:
    if value.kind is Kind.PEOPLE:
        return any(entry in value.texts for entry in entries)
    return any(entry in text for entry in entries for text in value.texts)


def _equals(value: Value, entries: tuple[str, ...]) -> bool:
    """Several texts are equal when they are the same set."""
    if value.kind in (Kind.TEXTS, Kind.PEOPLE):
        return set(value.texts) == set(entries)
    return len(entries) == 1 and _is_same(value, entries[0])


def _equals_any(value: Value, entries: tuple[str, ...]) -> bool:
    if value.kind in (Kind.TEXTS, Kind.PEOPLE):
        return not set(value.texts).isdisjoint(entries)
    return any(_is_same(value, entry) for entry in entries)


def _is_same(value: Value, entry: str) -> bool:
    """Of one text or date."""
    if value.kind is Kind.DATE:
        moment = _moment(entry, value.zone)
        if moment is not None:
            instant, is_day = moment
            return value.day == entry if is_day else value.instant == instant
    (text,) = value.texts
    if text == entry:
        return True
    numbers = _number(value, text), _number(value, entry)
    return None not in numbers and numbers[0] == numbers[1]


def _greater(value: Value, entries: tuple[str, ...]) -> bool:
    order = _order(value, entries)
    return order is not None and order > 0


def _less(value: Value, entries: tuple[str, ...]) -> bool:
    order = _order(value, entries)
    return order is not None and order < 0


def _order(value: Value, entries: tuple[str, ...]) -> int | None:
    """Below, at or above 0, as the answer is less, equal or greater; None: nobody can say."""
    if len(entries) != 1:
        return None
    if value.kind is Kind.DATE:
        moment = _moment(entries[0], value.zone)
        if moment is None or value.instant is None:
            return None
        return (value.instant > moment[0]) - (value.instant < moment[0])
    if len(value.texts) != 1:
        return None
    one, other = _number(value, value.texts[0]), _number(value, entries[0])
    return None if one is None or other is None else (one > other) - (one < other)


def _number(value: Value, text: str) -> Decimal | None:
    return number(text, value.prefix, value.suffix)


def _moment(text: str, zone: str) -> tuple[Instant, bool] | None:
    """The instant that a statement names, and whether it names a day alone."""
    try:
        return day_range(text, zone)[0], True
    except ValueError:
        pass
    try:
        return to_instant(parse_moment(text.upper())), False
    except (ValueError, OverflowError):
        return None


_COMPARISONS: Mapping[str, Callable[[Value, tuple[str, ...]], bool]] = {
    "contains": _contains,
    "equals": _equals,
    "equals_any": _equals_any,
    "greater_than": _greater,
    "less_than": _less,
}
OPERATIONS = (*_COMPARISONS, "not_contains", "not_equals", "is_empty", "is_not_empty")
