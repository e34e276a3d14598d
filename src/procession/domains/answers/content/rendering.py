"""Answers as people read them: in titles, names of processes, cells and rich text (contract 31, 6).

Pure: the names of people and the timezone are handed in. What an answer that nobody gave looks like
is decided here, too: like nothing.
"""

import html
import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from procession.core.markup import without_tags
from procession.core.times import parse_moment
from procession.domains.answers.content.uploads import is_there
from procession.domains.templates.types import Field, FieldType
from procession.kit.html import clean_html

_DAY_LENGTH = len("2026-03-04")
_LINE_BREAKS = re.compile(r"\s*[\r\n\u2028\u2029]+\s*")


@dataclass(frozen=True)
class Known:
    """What answers need besides themselves: the organization's timezone, and who is who."""

    zone: str = "UTC"
    #: Full names of members, by number.
    users: Mapping[int, str] = field(default_factory=dict)
    #: Names of groups, by id.
    groups: Mapping[str, str] = field(default_factory=dict)
    #: What guests are called, by lower-cased address. One that is not in it is shown as its
    #: address, unless addresses are to stay hidden.
    guests: Mapping[str, str] = field(default_factory=dict)
    hides_addresses: bool = False


def in_title(asked: Field, value: Any, known: Known) -> str:
    """As one line of plain text."""
    return _LINE_BREAKS.sub(" ", _plain(asked, value, known, _TITLE)).strip()


def in_name(asked: Field, value: Any, known: Known) -> str:
    """As part of a generated name: long texts, files and tables are none (contract 30, 3.2)."""
    if asked.field_type in (FieldType.TEXTAREA, FieldType.FILE, FieldType.TABLE):
        return ""
    return in_title(asked, value, known)


def in_cell(asked: Field, value: Any, known: Known) -> str:
    """As a cell of an export: files are links, a table is JSON; of several texts those with a comma
    are quoted, so that a program can tell them apart."""
    return _plain(asked, value, known, _CELL)


def in_html(asked: Field, value: Any, known: Known) -> str:
    """As a part of rich text, which has to be cleaned as a whole afterwards: what is safe in text
    need not be so in an attribute."""
    if value is None:
        return ""
    render = _HTML.get(asked.field_type)
    if render is not None:
        return render(asked, value)
    return html.escape(_plain(asked, value, known, _TITLE))


def named_in(asked: Field, value: Any) -> tuple[list[int], list[str], list[str]]:
    """Members, groups and guests' addresses in an answer, whose names are needed to render it."""
    if asked.field_type != FieldType.PEOPLE or not isinstance(value, dict):
        return [], [], []
    return value.get("users") or [], value.get("groups") or [], value.get("guests") or []


# --- Each type ---

#: Several texts where an answer may be several.
_Plain = Callable[[Field, Any, Known], str | list[str]]


def _plain(asked: Field, value: Any, known: Known, ways: Mapping[str, _Plain]) -> str:
    if value is None:
        return ""
    render = ways.get(asked.field_type)
    shown = _text(value) if render is None else render(asked, value, known)
    if isinstance(shown, str):
        return shown
    return ", ".join(map(_quoted, shown) if ways is _CELL else shown)


def _quoted(text: str) -> str:
    """As CSV quotes, so that a cell of several can be split: `Basic, "Gold, yearly"`."""
    if "," not in text and not text.startswith('"'):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _text(value: Any) -> str:
    """Numbers stay numbers when they are stored, and are written as JSON writes them."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _without_tags(asked: Field, value: Any, _: Known) -> str:
    bare = without_tags(_text(value))
    # Only what was written as rich text holds such signs for others.
    return html.unescape(bare) if asked.use_wysiwyg_editor else bare


def _choice(_: Field, value: Any, __: Known) -> str:
    return _text(value.get("text", "")) if isinstance(value, dict) else _text(value)


def _choices(_: Field, value: Any, __: Known) -> list[str]:
    chosen = [entry for entry in _entries(value) if entry.get("selected") is True]
    return [_text(entry.get("text", "")) for entry in chosen]


def _date(asked: Field, value: Any, known: Known) -> str:
    """A day is a day everywhere; a time is shown as the organization's clocks show it."""
    text = _text(value).strip()
    if not asked.collect_time:
        return text[:_DAY_LENGTH]
    if len(text) <= _DAY_LENGTH:
        return f"{text} 00:00"
    try:
        moment = parse_moment(text).astimezone(ZoneInfo(known.zone))
    except (ValueError, OverflowError):
        return text
    return f"{moment.date().isoformat()} {moment:%H:%M}"


def _people(asked: Field, value: Any, known: Known) -> list[str]:
    """Who is gone has no name any more."""
    users, groups, guests = named_in(asked, value)
    names = [known.users.get(user, "") for user in users]
    names += [
        known.guests.get(address.lower(), "" if known.hides_addresses else address)
        for address in guests
    ]
    names += [known.groups.get(group, "") for group in groups]
    return [name for name in names if name]


def _file_names(_: Field, value: Any, __: Known) -> list[str]:
    return [_file_name(entry) for entry in _files_there(value)]


def _file_links(_: Field, value: Any, __: Known) -> list[str]:
    return [_link(entry) or _file_name(entry) for entry in _files_there(value)]


def _files_there(value: Any) -> list[Mapping[str, Any]]:
    """Without those that are deleted."""
    return [entry for entry in _entries(value) if is_there(entry)]


def _file_name(entry: Mapping[str, Any]) -> str:
    return _text(entry.get("filename") or _link(entry))


def _link(entry: Mapping[str, Any]) -> str:
    return _text(entry.get("full_url") or entry.get("url") or "")


def _nothing(_: Field, __: Any, ___: Known) -> str:
    return ""


def _as_json(_: Field, value: Any, __: Known) -> str:
    return json.dumps(value, ensure_ascii=False)


_SHARED: dict[str, _Plain] = {
    FieldType.TEXTAREA: _without_tags,
    FieldType.DROPDOWN: _choice,
    FieldType.RADIO: _choice,
    FieldType.MULTISELECT: _choices,
    FieldType.DATE: _date,
    FieldType.PEOPLE: _people,
}
_TITLE = {**_SHARED, FieldType.FILE: _file_names, FieldType.TABLE: _nothing}
_CELL = {**_SHARED, FieldType.FILE: _file_links, FieldType.TABLE: _as_json}


# --- Rich text ---


def _rich(_: Field, value: Any) -> str:
    return clean_html(_text(value)) or ""


def _html_links(_: Field, value: Any) -> str:
    return ", ".join(
        f'<a href="{html.escape(_link(entry))}">{html.escape(_file_name(entry))}</a>'
        for entry in _files_there(value)
    )


def _html_table(asked: Field, value: Any) -> str:
    """A column's answer is a list of its rows, or a single value: one row."""
    columns = [_rows(column) for column in value] if isinstance(value, list) else []
    if not columns:
        return ""
    height = max(len(column) for column in columns)
    head = "".join(f"<th>{html.escape(column.label)}</th>" for column in asked.columns)
    rows = [
        "".join(
            f"<td>{_cell(column[row] if row < len(column) else None)}</td>" for column in columns
        )
        for row in range(height)
    ]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _rows(column: Any) -> list[Any]:
    return column if isinstance(column, list) else [column]


def _cell(value: Any) -> str:
    return "" if value is None else html.escape(_text(value))


_HTML: dict[str, Callable[[Field, Any], str]] = {
    FieldType.TEXTAREA: _rich,
    FieldType.FILE: _html_links,
    FieldType.TABLE: _html_table,
}


def _entries(value: Any) -> Collection[Mapping[str, Any]]:
    """The objects of a list; nothing else is one."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
