"""Columns of the tracker's table: which there are, which are shown, and what they are sorted by."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from procession.flows.processes.tabulating import Asked, Question
from procession.kit.ids import find_id

#: Of a column that is a question, by the id of its field.
FIELD = "f:"
#: Shown for as long as nobody has chosen others.
USUAL = ("template", "state", "progress", "due", "next", "owner", "started")
OF_ARCHIVE = ("template", "state", "progress", "archived", "by", "owner")
NAMES = {
    "template": "Template", "state": "State", "progress": "Progress", "due": "Due",
    "next": "Next", "assignees": "Assignees", "owner": "Owner", "starter": "Started by",
    "started": "Started", "updated": "Last updated", "completed": "Completed", "tags": "Tags",
    "folder": "Folder", "archived": "Archived", "by": "Archived by",
}  # fmt: skip
#: By the key of a column, that of the list.
SORTED = {
    "name": "name", "state": "status", "due": "due_date", "started": "started_at",
    "updated": "updated_at", "completed": "completed_at", "archived": "archived_at",
}  # fmt: skip
MOST = 40


class Column(NamedTuple):
    """One as it is shown; the name stands before all of them."""

    key: str
    name: str
    #: Sorts by it, or turns the order; None: it cannot be sorted by.
    address: str | None = None
    #: ascending or descending, where the rows are in its order.
    order: str | None = None


class Columns:
    """Which columns an address, or else the member's own choice, asks for."""

    def __init__(self, wanted: Sequence[str], template_id: str) -> None:
        known = [each for each in wanted[:MOST] if each in NAMES or _field_of(each)]
        self.keys = tuple(dict.fromkeys(known)) or USUAL
        self.template_id = template_id

    def asked(self, sorted_by: tuple[str, bool] | None) -> Asked:
        """`sorted_by`: a field, and whether it falls."""
        return Asked(
            template_id=self.template_id,
            field_ids=[found for each in self.keys if (found := _field_of(each))],
            sorted_by=sorted_by,
            tags="tags" in self.keys,
            folders="folder" in self.keys,
        )

    def shown(
        self, questions: Sequence[Question], sort: str, address: Callable[..., str]
    ) -> Sequence[Column]:
        """With the name's first. Questions of another template are left out."""
        labels = {f"{FIELD}{each.field.id}": each.field.label for each in questions}
        named = [("name", "Name"), *((key, NAMES.get(key) or labels.get(key)) for key in self.keys)]
        return [column(key, name, sort, address) for key, name in named if name]


def column(key: str, name: str, sort: str, address: Callable[..., str]) -> Column:
    if key not in SORTED and not key.startswith(FIELD):
        return Column(key, name)
    order = {key: "ascending", f"-{key}": "descending"}.get(sort)
    turned = f"-{key}" if order == "ascending" else key
    return Column(key, name, address(sort=turned, page=""), order)


def plain_columns(keys: Sequence[str], **names: str) -> Sequence[Column]:
    """Of tables that nobody chooses columns of. `names`: where they are called otherwise."""
    return [Column("name", "Name"), *(Column(key, names.get(key, NAMES[key])) for key in keys)]


def choices(shown: Sequence[str], questions: Sequence[Question]) -> Sequence[tuple[str, str, bool]]:
    """Key, name, and whether it is shown: those that are come first, in their order."""
    every: Mapping[str, str] = {
        **NAMES,
        **{f"{FIELD}{each.field.id}": each.field.label for each in questions},
    }
    first = [key for key in shown if key in every]
    return [(key, every[key], True) for key in first] + [
        (key, name, False) for key, name in every.items() if key not in first
    ]


def order_of(sort: str) -> tuple[tuple[str, bool], ...] | None:
    """What a list is sorted by; None for what is no column of it."""
    key, falls = sort.removeprefix("-"), sort.startswith("-")
    return ((SORTED[key], falls),) if key in SORTED else None


def field_order(sort: str) -> tuple[str, bool] | None:
    """The field that rows are sorted by, and whether it falls."""
    found = _field_of(sort.removeprefix("-"))
    return (found, sort.startswith("-")) if found else None


def _field_of(key: str) -> str:
    return (find_id(key.removeprefix(FIELD)) or "") if key.startswith(FIELD) else ""


def texts_of(table: Any) -> Mapping[str, Mapping[str, str]]:
    """By process and column, what stands in cells that hold text alone."""
    return {
        each.id: {
            "tags": ", ".join(table.tags.get(each.id, ())),
            "folder": ", ".join(table.folders.get(each.id, ())),
            **{f"{FIELD}{key}": text for key, text in table.answers.get(each.id, {}).items()},
        }
        for each in table.board.page.rows
    }
