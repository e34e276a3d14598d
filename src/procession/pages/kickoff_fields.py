"""The fields of a kick-off form on a page: how they are shown, and what a browser sends for them.

A form of HTML sends texts. What they are answers to is read by the one validator of all answers;
here they only get the shapes that it takes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from procession.core.times import Instant, parse_moment, to_datetime, to_instant, wire_time
from procession.domains.templates.types import Field, FieldType
from procession.kit.reading import NotJson, read_json
from procession.pages.file_answers import ShownFile, entry_of, files_in

#: Rows of a table that a page without scripts has room for.
TABLE_ROWS = 5
_LOCAL_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?", re.ASCII)
_CHOICES = (FieldType.RADIO, FieldType.DROPDOWN)


@dataclass(frozen=True)
class ShownField:
    """One question, with what stands in it."""

    asked: Field
    #: Of fields with one text.
    text: str = ""
    #: Texts of the options that are chosen.
    chosen: frozenset[str] = frozenset()
    #: Of a field for files: what was sent already.
    files: Sequence[ShownFile] = ()
    #: By column.
    cells: Sequence[Sequence[str]] = ()
    problem: str | None = None
    #: The form's name for all of its answers.
    at: str = "prerun"

    @property
    def name(self) -> str:
        return f"{self.at}[{self.asked.id}]"

    @property
    def is_joined_by_submitter(self) -> bool:
        return self.asked.settings.get("default_to_guest") is True

    @property
    def needs_answer(self) -> bool:
        """A default that is not shown counts as one."""
        has_default = self.asked.default_value_enabled and self.asked.default_value is not None
        is_given = has_default or self.is_joined_by_submitter or bool(self.files)
        return self.asked.required and not is_given

    @property
    def rows(self) -> list[list[str]]:
        """Of a table: what stands in it, and room for more."""
        height = max([TABLE_ROWS, *map(len, self.cells)])
        cells = [*self.cells, *[()] * (len(self.asked.columns) - len(self.cells))]
        return [[column[row] if row < len(column) else "" for column in cells]
                for row in range(height)]  # fmt: skip


def shown_fields(
    fields: Sequence[Field], given: Mapping[str, Any], problems: Mapping[str, str]
) -> list[ShownField]:
    """`given`: answers by field, as a browser or a link has sent them."""
    return [
        shown_field(asked, given[asked.id] if asked.id in given else _default(asked),
                    problems.get(f"prerun.{asked.id}"))
        for asked in fields
    ]  # fmt: skip


def shown_field(
    asked: Field, value: Any, problem: str | None = None, at: str = "prerun"
) -> ShownField:
    """With what stands in it: an answer as it is stored, or as a browser or a link has sent it."""
    if asked.field_type == FieldType.MULTISELECT:
        return ShownField(asked, chosen=frozenset(_texts(value)), problem=problem, at=at)
    if asked.field_type == FieldType.TABLE:
        return ShownField(asked, cells=_cells(value), problem=problem, at=at)
    if asked.field_type == FieldType.FILE:
        return ShownField(asked, files=files_in(value, None), problem=problem, at=at)
    if asked.field_type in _CHOICES:
        return ShownField(asked, chosen=frozenset(_texts(value)[:1]), problem=problem, at=at)
    if asked.field_type == FieldType.PEOPLE:
        value = value.get("guests") if isinstance(value, dict) else value
    return ShownField(asked, ", ".join(_texts(value)), problem=problem, at=at)


def _texts(value: Any) -> list[str]:
    """What a value says: itself, the text of an option, or of each of several."""
    if isinstance(value, list):
        return [text for entry in value for text in _texts(entry)]
    if isinstance(value, dict):
        is_chosen = value.get("selected") is not False
        return _texts(value.get("text", value.get("url"))) if is_chosen else []
    if value is None or value == "" or isinstance(value, bool):
        return []
    return [str(value)]


def _cells(value: Any) -> list[list[str]]:
    if not isinstance(value, list):
        return []
    columns = [column if isinstance(column, list) else [column] for column in value]
    return [["" if cell is None else str(cell) for cell in column] for column in columns]


def _default(asked: Field) -> Any:
    """Only what stands there as it will be stored; others are filled in when nothing is sent."""
    return asked.default_value if _shows_default(asked) else None


def _shows_default(asked: Field) -> bool:
    value = asked.default_value
    if not asked.default_value_enabled or asked.field_type == FieldType.DATE:
        return False
    return not (isinstance(value, str) and "{" in value)


def sent_answers(fields: Sequence[Field], sent: Any, zone: str) -> dict[str, Any]:
    """What a form of a page holds, by field. Blank is nothing, unless a default stood there."""
    texts = sent if isinstance(sent, dict) else {}
    answers = {}
    for asked in fields:
        if asked.id in texts:
            value = sent_answer(asked, texts[asked.id], zone)
            if value is not None or (asked.default_value_enabled and _shows_default(asked)):
                answers[asked.id] = value
    return answers


def sent_answer(asked: Field, value: Any, zone: str) -> Any:
    """None for what is blank."""
    if asked.field_type == FieldType.TABLE:
        return _table(asked, value)
    if asked.field_type == FieldType.FILE:
        tokens = value if isinstance(value, list) else [value]
        kept = [each for each in tokens if each not in (None, "")]
        return [entry_of(each) if isinstance(each, str) else each for each in kept] or None
    if isinstance(value, list):
        return [entry for entry in value if entry != ""] or None
    if not isinstance(value, str) or not value.strip():
        return value or None
    if asked.field_type == FieldType.PEOPLE:
        return {"guests": value}
    if asked.collect_time and _LOCAL_TIME.fullmatch(value):
        return _instant(value, zone)
    return value


def _table(asked: Field, value: Any) -> Any:
    """Columns of texts, without the blank rows at the end."""
    if not isinstance(value, dict):
        return value or None
    columns = [value.get(f"c{column.id}") for column in asked.columns]
    cells = [column if isinstance(column, list) else [] for column in columns]
    height = max(
        (row + 1 for column in cells for row, cell in enumerate(column) if str(cell).strip()),
        default=0,
    )
    return [[*column, *[""] * height][:height] for column in cells] if height else None


def _instant(text: str, zone: str) -> str:
    """A time as the organization's clocks show it; one that is none is read as it was sent."""
    instant = local_instant(text, zone)
    return text if instant is None else wire_time(instant)


def local_instant(text: str, zone: str) -> Instant | None:
    """What the clocks of a zone show, as a browser's own control sends it; None: it is no time."""
    try:
        moment = to_instant(parse_moment(text))
        offset = to_datetime(moment, zone).utcoffset()
        assert offset is not None
        return to_instant(to_datetime(moment) - offset)
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True)
class Prefilled:
    """What the address of a form says beforehand (contract 30, 3.7; 95, 3.10)."""

    answers: dict[str, Any] = field(default_factory=dict)
    is_unreadable: bool = False


def prefilled(fields: Sequence[Field], text: str | None) -> Prefilled:
    """`text`: JSON, an object by alias or id, or a list of objects with one key each."""
    if not text:
        return Prefilled()
    try:
        read = read_json(text)
    except NotJson:
        return Prefilled(is_unreadable=True)
    entries = read if isinstance(read, list) else [read]
    if not all(isinstance(entry, dict) for entry in entries):
        return Prefilled(is_unreadable=True)
    named = {key: value for entry in entries for key, value in entry.items()}
    ids = {name: each.id for each in fields for name in (each.alias, each.id)}
    return Prefilled({ids[key]: value for key, value in named.items() if key in ids})
