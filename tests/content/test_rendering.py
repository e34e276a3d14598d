"""Answers as people read them (contract 31, 6)."""

import csv
from typing import Any

import pytest

from hostile_html import HOSTILE, check_harmless
from procession.domains.answers.content.rendering import (
    Known,
    in_cell,
    in_html,
    in_name,
    in_title,
)
from procession.domains.templates.types import Column, Field
from procession.kit.html import clean_html

KNOWN = Known(zone="Europe/Lisbon", users={7: "Ines Carvalho"}, groups={"a" * 32: "Bakers"})
COLUMNS = (Column(id=1, label="Item"), Column(id=2, label="<Qty>"))


def field(kind: str, **more: Any) -> Field:
    return Field(
        id="f" * 32, alias="f", label="F", field_type=kind, required=False,
        created_at=1, updated_at=1, **more,
    )  # fmt: skip


CHOICES = [
    {"id": 1, "text": "SSO", "selected": True},
    {"id": 2, "text": "Audit", "selected": False},
    {"id": 3, "text": "A & B", "selected": True},
]
FILES = [
    {"id": "x", "filename": "a.pdf", "full_url": "https://x.test/a.pdf?s=1&t=2"},
    {"url": "https://x.test/b.pdf", "filename": "b.pdf"},
]
PEOPLE = {"users": [7, 8], "guests": ["jo@x.test"], "groups": ["a" * 32, "b" * 32]}
EACH: list[tuple[Any, ...]] = [
    # field, value, in a title, in a name, in a cell, in rich text
    (field("text"), "Acme", "Acme", "Acme", "Acme", "Acme"),
    (field("text"), "a <b>\nc", "a <b> c", "a <b> c", "a <b>\nc", "a &lt;b&gt;\nc"),
    (field("text"), 7, "7", "7", "7", "7"),
    (field("text"), False, "false", "false", "false", "false"),
    (field("email"), "a@b.co", "a@b.co", "a@b.co", "a@b.co", "a@b.co"),
    (field("radio"), "Yes", "Yes", "Yes", "Yes", "Yes"),
    (field("textarea"), "1 < 2\n<b>x</b>", "1 < 2 x", "", "1 < 2\nx", "1 &lt; 2\n<b>x</b>"),
    (field("textarea"), "<p onclick='x'>hi</p>", "hi", "", "hi", "<p>hi</p>"),
    (field("textarea", use_wysiwyg_editor=True), "<p>A &amp; B</p>", "A & B", "", "A & B",
     "<p>A &amp; B</p>"),
    (field("dropdown"), {"id": 2, "text": "Gold"}, "Gold", "Gold", "Gold", "Gold"),
    (field("multiselect"), CHOICES, "SSO, A & B", "SSO, A & B", "SSO, A & B", "SSO, A &amp; B"),
    (field("date"), "2026-03-04", *["2026-03-04"] * 4),
    (field("date"), "2026-03-04T00:00:00.000Z", *["2026-03-04"] * 4),
    (field("date", collect_time=True), "2026-07-04 09:00", *["2026-07-04 10:00"] * 4),
    (field("date", collect_time=True), "2026-03-04T23:30:00-02:00", *["2026-03-05 01:30"] * 4),
    (field("date", collect_time=True), "2026-03-04", *["2026-03-04 00:00"] * 4),
    (field("assignees_form"), PEOPLE, *["Ines Carvalho, jo@x.test, Bakers"] * 4),
    (field("file"), FILES, "a.pdf, b.pdf", "",
     "https://x.test/a.pdf?s=1&t=2, https://x.test/b.pdf",
     '<a href="https://x.test/a.pdf?s=1&amp;t=2">a.pdf</a>, '
     '<a href="https://x.test/b.pdf">b.pdf</a>'),
    (field("table", columns=COLUMNS), [["a", "b"], 3], "", "", '[["a", "b"], 3]',
     "<table><thead><tr><th>Item</th><th>&lt;Qty&gt;</th></tr></thead><tbody>"
     "<tr><td>a</td><td>3</td></tr><tr><td>b</td><td></td></tr></tbody></table>"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "value", "shown"), [(a, v, shown) for a, v, *shown in EACH])
def test_each_type_in_each_place(asked: Field, value: Any, shown: list[str]) -> None:
    ways = (in_title, in_name, in_cell, in_html)
    assert [render(asked, value, KNOWN) for render in ways] == shown


def test_found_f7_several_texts_in_a_cell_can_be_split_again() -> None:
    texts = ["Basic", "Gold, yearly", 'the "best"', '"quoted", too', '"']
    chosen = [{"id": n, "text": text, "selected": True} for n, text in enumerate(texts)]
    cell = in_cell(field("multiselect"), chosen, KNOWN)
    assert next(csv.reader([cell.replace(", ", ",")])) == [
        text.replace(", ", ",") for text in texts
    ]
    assert cell.startswith('Basic, "Gold, yearly", the "best", """quoted"", too"')
    assert in_title(field("multiselect"), chosen[:2], KNOWN) == "Basic, Gold, yearly"
    assert in_cell(field("multiselect"), chosen[1:2], KNOWN) == '"Gold, yearly"'


@pytest.mark.parametrize("asked", [each[0] for each in EACH])
def test_what_nobody_answered_is_nothing(asked: Field) -> None:
    for render in (in_title, in_name, in_cell, in_html):
        assert render(asked, None, KNOWN) == ""


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles", "UTC"])
def test_31_38_a_day_is_the_same_day_everywhere(zone: str) -> None:
    for sent in ("2026-03-04T00:00:00.000Z", "2026-03-04", "2026-03-04T23:59:00-11:00"):
        assert in_title(field("date"), sent, Known(zone=zone)) == "2026-03-04"


def test_addresses_can_stay_hidden() -> None:
    known = Known(users={7: "Ines"}, guests={"jo@x.test": "Jo"}, hides_addresses=True)
    people = {"users": [7], "guests": ["JO@x.test", "al@x.test"], "groups": []}
    assert in_title(field("assignees_form"), people, known) == "Ines, Jo"


@pytest.mark.parametrize("kind", ["text", "textarea", "file", "table"])
@pytest.mark.parametrize("hostile", [*HOSTILE, "javascript:alert(1)", '" onclick="alert(1)'])
def test_rich_text_is_safe_once_it_is_cleaned_as_a_whole(kind: str, hostile: str) -> None:
    value: Any = {
        "file": [{"filename": hostile, "url": hostile}],
        "table": [[hostile]],
    }.get(kind, hostile)
    shown = in_html(field(kind, columns=COLUMNS[:1] if kind == "table" else ()), value, KNOWN)
    for text in (f"<p>{shown}</p>", f'<a href="{shown}">x</a>', f'<img alt="{shown}" src="a.png">'):
        check_harmless(clean_html(text))
