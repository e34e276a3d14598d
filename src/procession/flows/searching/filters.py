"""The filter of a search, as it is written into a query string (contract 60, 4)."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from procession.core.times import day_range
from procession.domains.search.store import FIELDS, OPERATIONS
from procession.domains.search.types import Condition, Filter, Group, Kind
from procession.kit.errors import Invalid, invalid

_NAME = re.compile(r"filter((?:\[[^\[\]]*\])+)")
_PART = re.compile(r"\[([^\[\]]*)\]")
#: Groups within each other, and conditions in all.
_DEEPEST = 10
_MOST = 50
_MALFORMED = (
    "The filter must be a condition (filter[type]=field) or a list that begins with its operator "
    "(filter[0][type]=boolean)."
)


def read_filter(sent: Iterable[tuple[str, str]], kinds: Sequence[Kind], zone: str) -> Filter | None:
    """`sent`: names and values of the query. Raises Invalid where it says nothing clear."""
    tree: dict[str, Any] = {}
    for name, value in sent:
        if name in ("filter", "filter[]"):
            raise invalid("filter", _MALFORMED)
        found = _NAME.fullmatch(name)
        if found is not None:
            _put(tree, _PART.findall(found[1]), value)
        elif name.startswith("filter["):
            raise invalid("filter", _MALFORMED)
    return _Reading(kinds, zone).filter(tree) if tree else None


def _put(tree: dict[str, Any], path: Sequence[str], value: str) -> None:
    if len(path) > _DEEPEST + 1:
        raise invalid("filter", f"The filter may not have more than {_DEEPEST} levels.")
    for key in path[:-1]:
        tree = tree.setdefault(key, {})
        if not isinstance(tree, dict):
            raise invalid("filter", _MALFORMED)
    if path[-1] in tree:
        raise invalid("filter", "The filter says the same key twice.")
    tree[path[-1]] = value


class _Reading:
    def __init__(self, kinds: Sequence[Kind], zone: str) -> None:
        self._fields = [
            field
            for field in ("starter", "date", "title", "description")
            if any(field in FIELDS.get(kind, ()) for kind in kinds)
        ]
        self._zone = zone
        self._count = 0

    def filter(self, tree: dict[str, Any]) -> Filter:
        if tree and all(key.isdecimal() and key.isascii() for key in tree):
            return self._group([tree[key] for key in sorted(tree, key=_by_number)])
        if tree.get("type") == "field":
            return self._condition(tree)
        raise invalid("filter", _MALFORMED)

    def _group(self, parts: list[Any]) -> Group:
        first, *rest = parts
        if not isinstance(first, dict) or first.get("type") != "boolean":
            raise invalid("filter", "The first entry of a filter's list must be its operator.")
        word = first.get("value")
        if not isinstance(word, str) or word.upper() not in ("AND", "OR"):
            raise invalid("filter", "The operator of a filter must be AND or OR.")
        if not rest or not all(isinstance(part, dict) for part in rest):
            raise invalid("filter", _MALFORMED)
        return Group(word.upper() == "OR", tuple(self.filter(part) for part in rest))

    def _condition(self, tree: dict[str, Any]) -> Condition:
        self._count += 1
        if self._count > _MOST:
            raise invalid("filter", f"The filter may not have more than {_MOST} conditions.")
        field, value = tree.get("field"), tree.get("value")
        operation = tree.get("operation", "=")
        problems = {}
        if field not in self._fields:
            problems["filter.field"] = [_allowed("field", self._fields)]
        if operation not in OPERATIONS:
            problems["filter.operation"] = [_allowed("operation", OPERATIONS)]
        if not isinstance(value, str):
            problems["filter.value"] = ["The filter value is required."]
        elif field == "date" and not _is_day(value, self._zone):
            problems["filter.value"] = ["The filter value is not a valid date."]
        if problems:
            raise Invalid(problems)
        return Condition(str(field), str(operation), str(value))


def _by_number(key: str) -> tuple[int, str]:
    return len(key.lstrip("0")), key.lstrip("0")


def _allowed(name: str, words: Sequence[str]) -> str:
    if not words:
        return f"The filter {name} is invalid. What is searched has none."
    return f"The filter {name} is invalid. It can be: {', '.join(words)}."


def _is_day(text: str, zone: str) -> bool:
    try:
        day_range(text, zone)
    except (ValueError, OverflowError):
        return False
    return True
