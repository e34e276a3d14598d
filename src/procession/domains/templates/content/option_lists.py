"""Option lists: reading what clients send, their rows as options, and fields that follow them.

A field that names a list holds the list's options in the content of its template, so that launching
and reading need no list. Whoever changes a list changes those fields with it (contract 21, 8).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UnsetType

from procession.core.texts import is_storable
from procession.core.times import Instant
from procession.domains.templates.content.arranging import replaced
from procession.domains.templates.content.choices import is_text
from procession.domains.templates.content.fields import with_matching_default
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.content.following import with_followed_options
from procession.domains.templates.content.forms import fields_of, form_of, with_fields
from procession.domains.templates.types import (
    Column,
    Content,
    Field,
    ListRow,
    Option,
    OptionList,
)
from procession.domains.templates.wire.option_lists import OptionListIn
from procession.kit.ids import new_id

_MOST_COLUMNS = 50
_MOST_ROWS = 5_000
_LONGEST_LABEL = 255
#: Of an option's text, and so of every cell: any column may supply the options.
_LONGEST_CELL = 500
#: Far enough from what a column holds that there are always numbers to follow.
_LARGEST_ID = 2**30


# --- Reading ---


def new_list(sent: OptionListIn, found: Findings, now: Instant) -> OptionList:
    """Not yet a list while problems were found."""
    if isinstance(_title_sent(sent), UnsetType):
        found.require("title")
    if isinstance(sent.columns, UnsetType):
        found.require("columns")
    empty = OptionList(id=new_id(), title="", created_at=now, updated_at=now)
    return _with(empty, sent, found)


def changed_list(was: OptionList, sent: OptionListIn, found: Findings, now: Instant) -> OptionList:
    """The same value when nothing is different."""
    changed = _with(was, sent, found)
    return was if changed == was else msgspec.structs.replace(changed, updated_at=now)


def _with(was: OptionList, sent: OptionListIn, found: Findings) -> OptionList:
    title = _title_sent(sent)
    columns, rows = was.columns, was.rows
    if not isinstance(sent.columns, UnsetType):
        columns = _read_columns(sent.columns, was.columns, found)
    ids = {column.id for column in columns}
    if not isinstance(sent.rows, UnsetType):
        # Cells of a column that goes away with this body go with it.
        gone = {column.id for column in was.columns} - ids
        rows = _RowReader(columns, gone, found).read(sent.rows, was.rows)
    else:
        rows = tuple(
            msgspec.structs.replace(
                row, cells={column: text for column, text in row.cells.items() if column in ids}
            )
            for row in rows
        )
    chosen = was.option_column_id or (columns[0].id if columns else 0)
    if not isinstance(sent.option_column_id, UnsetType):
        chosen = sent.option_column_id
    if columns and chosen not in ids:
        found.refuse("option_column_id", "The selected option column id is invalid.")
    return msgspec.structs.replace(
        was,
        title=was.title if isinstance(title, UnsetType) else title,
        columns=columns,
        rows=rows,
        option_column_id=chosen,
    )


def _title_sent(sent: OptionListIn) -> str | UnsetType:
    return sent.name if isinstance(sent.title, UnsetType) else sent.title


def _read_columns(
    sent: Sequence[Any], was: Sequence[Column], found: Findings
) -> tuple[Column, ...]:
    if not sent:
        found.require("columns")
    if len(sent) > _MOST_COLUMNS:
        found.refuse("columns", f"A list may not have more than {_MOST_COLUMNS} columns.")
        return ()
    labels = []
    for place, entry in enumerate(sent):
        path = f"columns.{place}.label"
        words = (
            [entry.get(word) for word in ("label", "text", "name")] if _is_map(entry) else [entry]
        )
        label = _text_of(next((word for word in words if word is not None), None), path, found)
        if label is not None and not label:
            found.require(path)
        if label is not None and len(label) > _LONGEST_LABEL:
            found.refuse(path, f"The {path} may not be greater than {_LONGEST_LABEL} characters.")
        labels.append(label or "")
    ids = _ids_of(sent, [column.id for column in was], "columns", found)
    return tuple(Column(number, label) for number, label in zip(ids, labels, strict=True))


class _RowReader:
    """Rows under certain columns."""

    def __init__(self, columns: Sequence[Column], gone: set[int], found: Findings) -> None:
        self._ids = [column.id for column in columns]
        self._gone = gone
        self._found = found

    def read(self, sent: Sequence[Any], was: Sequence[ListRow]) -> tuple[ListRow, ...]:
        if len(sent) > _MOST_ROWS:
            self._found.refuse("rows", f"A list may not have more than {_MOST_ROWS} rows.")
            return ()
        ids = _ids_of(sent, [row.id for row in was], "rows", self._found)
        return tuple(
            ListRow(number, self._cells(entry, f"rows.{place}"))
            for place, (number, entry) in enumerate(zip(ids, sent, strict=True))
        )

    def _cells(self, entry: Any, path: str) -> dict[int, str]:
        path = f"{path}.cells"
        cells = entry.get("cells") if _is_map(entry) else entry
        if isinstance(cells, str | int | float) and not _is_map(entry):
            cells = [cells]
        if cells in (None, []):
            return {}
        if isinstance(cells, list):
            if len(cells) > len(self._ids):
                self._found.refuse(path, f"The {path} are more than there are columns.")
                return {}
            cells = dict(zip(map(str, self._ids), cells, strict=False))
        if not isinstance(cells, dict):
            self._found.refuse(path, f"The {path} must be an object.")
            return {}
        return self._filled(cells, path)

    def _filled(self, cells: Mapping[str, Any], path: str) -> dict[int, str]:
        """In the order of the columns, so that equal rows are equal."""
        texts: dict[int, str] = {}
        for key, value in cells.items():
            column = int(key) if key.isascii() and key.isdecimal() and len(key) < 11 else -1
            if column in self._gone:
                continue
            if column not in self._ids:
                self._found.refuse(f"{path}.{key}", f"The selected {path}.{key} is invalid.")
                continue
            text = _text_of(value, f"{path}.{key}", self._found)
            if text:
                texts[column] = text
            if text is not None and len(text) > _LONGEST_CELL:
                sentence = f"The {path}.{key} may not be greater than {_LONGEST_CELL} characters."
                self._found.refuse(f"{path}.{key}", sentence)
        return {column: texts[column] for column in self._ids if column in texts}


def _is_map(entry: Any) -> bool:
    return isinstance(entry, dict)


def _text_of(value: Any, path: str, found: Findings) -> str | None:
    """None when it is none."""
    if value is None:
        return ""
    if not is_text(value) or not is_storable(str(value)):
        found.refuse(path, f"The {path} must be a string.")
        return None
    return str(value).strip()


def _ids_of(sent: Sequence[Any], was: Sequence[int], path: str, found: Findings) -> list[int]:
    """Those sent; others get numbers that nothing has had before.

    The number of a row that just went would make a rename of what is a new row, and rules would
    follow it (contract 21, 5.2).
    """
    given = [_id_of(entry) for entry in sent]
    taken = [number for number in given if number is not None]
    if len(set(taken)) < len(taken):
        found.refuse(path, f"The {path} have duplicate ids.")
    following = max((*taken, *was, 0)) + 1
    ids = []
    for number in given:
        ids.append(following if number is None else number)
        following += number is None
    return ids


def _id_of(entry: Any) -> int | None:
    value = entry.get("id") if _is_map(entry) else None
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdecimal():
        value = int(value.strip()[:20])
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 < value < _LARGEST_ID else None


# --- Options ---


def options_of(kept: OptionList) -> tuple[Option, ...]:
    """One for each row: blank ones skipped, the same text only once."""
    options: dict[str, Option] = {}
    for row in kept.rows:
        text = row.cells.get(kept.option_column_id)
        if text:
            options.setdefault(text, Option(id=row.id, text=text))
    return tuple(options.values())


def fields_linked_to(content: Content, list_id: str) -> list[Field]:
    return [field for field in content.all_fields() if field.list_id == list_id]


def relinked(content: Content, kept: OptionList, found: Findings, now: Instant) -> Content:
    """Fields that name the list get its options as they are now.

    As with options that authors edit: a default keeps what is still there, and rules follow an
    option that was renamed (contract 21, 5.2).
    """
    options = options_of(kept)
    for field in fields_linked_to(content, kept.id):
        if field.options != options:
            other = msgspec.structs.replace(field, options=options, updated_at=now)
            other = with_matching_default(other, field, "", found)
            content = with_followed_options(content, field, other, "", found)
            step_id = form_of(content, field.id)
            fields = replaced(fields_of(content, step_id) or (), other)
            content = with_fields(content, step_id, fields, now)
    return content
