"""Places in an ordered list: steps, fields, milestones and rules. Positions count from 1."""

from collections.abc import Sequence
from typing import Protocol, TypeVar


class HasId(Protocol):
    @property
    def id(self) -> str: ...


Item = TypeVar("Item", bound=HasId)


def position_of(items: Sequence[Item], item_id: str) -> int | None:
    """None when it is not among them."""
    return next((at for at, item in enumerate(items, start=1) if item.id == item_id), None)


def find(items: Sequence[Item], item_id: str) -> Item | None:
    return next((item for item in items if item.id == item_id), None)


def inserted(items: Sequence[Item], item: Item, position: int | None) -> tuple[Item, ...]:
    """At the position, the rest moves down; None and positions past the end append."""
    place = len(items) if position is None else min(max(position, 1) - 1, len(items))
    return (*items[:place], item, *items[place:])


def moved(items: Sequence[Item], item_id: str, position: int) -> tuple[Item, ...]:
    """One item to another position; past the end is last."""
    item = find(items, item_id)
    return tuple(items) if item is None else inserted(without(items, item_id), item, position)


def without(items: Sequence[Item], item_id: str) -> tuple[Item, ...]:
    return tuple(item for item in items if item.id != item_id)


def replaced(items: Sequence[Item], item: Item) -> tuple[Item, ...]:
    """The item with the same id gives way."""
    return tuple(item if other.id == item.id else other for other in items)


def in_order(items: Sequence[Item], order: Sequence[str]) -> tuple[Item, ...]:
    """Those named in `order` first, as it says; the others follow in the order they had."""
    places = {item_id: at for at, item_id in enumerate(order)}
    return tuple(sorted(items, key=lambda item: places.get(item.id, len(places))))
