"""Families: a process and all whose parent leads to it, as rows that name their parents (contract
70, 5). Whoever writes to the database by hand can make a circle of parents: everything here ends.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar


class Kin(Protocol):
    """A member of a family."""

    @property
    def id(self) -> str: ...

    @property
    def parent_id(self) -> str | None: ...


class ArchivedKin(Kin, Protocol):
    @property
    def archived_operation(self) -> int | None:
        """The act that archived it; None: it is live, or was archived alone."""


K = TypeVar("K", bound=Kin)


@dataclass
class Tree:
    """A member, and those below it."""

    id: str
    children: list["Tree"] = field(default_factory=list)


def children_of(kin: Iterable[K]) -> dict[str, list[K]]:
    """By the ids of their parents, in the order in which they came."""
    found: dict[str, list[K]] = {}
    for each in kin:
        if each.parent_id is not None:
            found.setdefault(each.parent_id, []).append(each)
    return found


def above(kin: Iterable[Kin], ids: Iterable[str]) -> set[str]:
    """All members that one of `ids` is below of; not these themselves, unless in a circle."""
    parents = {each.id: each.parent_id for each in kin}
    found: set[str] = set()
    for each in ids:
        parent = parents.get(each)
        while parent is not None and parent in parents and parent not in found:
            found.add(parent)
            parent = parents[parent]
    return found


def of_the_same_act(kin: Sequence[ArchivedKin], chosen: Collection[str]) -> set[str]:
    """Of members below those of `chosen` that were archived in one act with others: whatever went
    with them. What was archived before or after that stays where it is."""
    children = children_of(kin)
    starts: dict[int, list[str]] = {}
    for each in kin:
        if each.id in chosen and each.archived_operation is not None:
            starts.setdefault(each.archived_operation, []).append(each.id)
    found: set[str] = set()
    for operation, waiting in starts.items():
        seen = set(waiting)
        while waiting:
            for child in children.get(waiting.pop(), []):
                if child.id in seen:
                    continue
                seen.add(child.id)
                waiting.append(child.id)
                if child.archived_operation == operation:
                    found.add(child.id)
    return found


def arrange(
    root: str, kin: Sequence[Kin], shown: Mapping[str, object], deepest: int
) -> tuple[Tree, set[str]]:
    """The tree of those in `shown`, `root` among them, and who is in it: one whose parent is not
    shown hangs below the nearest that is. Below `deepest` levels nobody is."""
    children = children_of(kin)
    tree = Tree(root)
    seen = {root}
    placed = {root}
    waiting = [(root, tree, 1)]
    for member, place, level in waiting:
        for child in children.get(member, []):
            if child.id in seen:
                continue
            seen.add(child.id)
            if child.id not in shown:
                waiting.append((child.id, place, level))
            elif level < deepest:
                below = Tree(child.id)
                place.children.append(below)
                placed.add(child.id)
                waiting.append((child.id, below, level + 1))
    return tree, placed
