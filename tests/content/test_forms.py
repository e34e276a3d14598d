"""Whole forms: upserting the kick-off form, moving fields, and rules that follow (contract 21)."""

from typing import Any

import msgspec
import pytest

from procession.domains.templates.content.comparing_forms import form_changes
from procession.domains.templates.content.fields import changed_field
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.content.following import with_followed_options
from procession.domains.templates.content.forms import place_for_new
from procession.domains.templates.content.kickoff import with_kickoff_entries
from procession.domains.templates.types import Condition, Content, Field, Option, Rule
from procession.domains.templates.wire.fields import FieldIn
from procession.kit.binding import bind

NOW = 2_000_000


def field(number: int, **values: Any) -> Field:
    values = {"field_type": "text", "required": False, "label": f"F{number}", **values}
    return Field(id=f"{number:032x}", alias=f"f-{number}", created_at=1, updated_at=1, **values)


FORM = Content(kickoff=tuple(field(number) for number in range(1, 5)))


def upsert(*entries: dict[str, Any]) -> tuple[list[str], Findings]:
    """Labels afterwards, and what was found."""
    found = Findings()
    sent = [bind(entry, FieldIn).value for entry in entries]
    content = with_kickoff_entries(FORM, sent, found, NOW)
    return [each.label for each in content.kickoff], found


NEW = {"label": "N", "field_type": "text", "required": True}


def old(number: int, **keys: Any) -> dict[str, Any]:
    return {"id": f"{number:032x}", **keys}


@pytest.mark.parametrize(
    ("entries", "labels"),
    [
        ([], "F1 F2 F3 F4"),
        ([NEW], "N F1 F2 F3 F4"),
        ([old(3)], "F3 F1 F2 F4"),
        ([old(3, label="X")], "X F1 F2 F4"),
        ([old(n, position=5 - n) for n in range(1, 5)], "F4 F3 F2 F1"),
        ([old(n) for n in (2, 1, 4, 3)], "F2 F1 F4 F3"),
        ([*(old(n, position=n) for n in range(1, 5)), {**NEW, "position": 2}], "F1 N F2 F3 F4"),
        ([{"alias": "f-2", "label": "X"}, {"timeline_id": f"{4:032x}"}], "X F4 F1 F3"),
        ([{**NEW, "id": None, "alias": "unknown"}], "N F1 F2 F3 F4"),
        ([old(2), {**NEW, "position": 1}], "N F2 F1 F3 F4"),
    ],
)
def test_the_order_after_an_upsert(entries: list[dict[str, Any]], labels: str) -> None:
    got, found = upsert(*entries)
    assert got == labels.split()
    assert found == Findings()


@pytest.mark.parametrize(
    ("entries", "path", "sentence"),
    [
        ([{"id": "f" * 32}], "prerun.0.id", "The selected prerun.0.id is invalid."),
        ([NEW, {"id": 7, **NEW}], "prerun.1.id", "The selected prerun.1.id is invalid."),
        ([old(1), {"alias": "f-1"}], "prerun.1.id", "The same field is listed twice."),
        (
            [{**NEW, "field_type": "x"}],
            "prerun.0.field_type",
            "The selected field type is invalid.",
        ),
        ([NEW] * 197, "prerun", "A form may not have more than 200 fields."),
    ],
)
def test_wrong_entries(entries: list[dict[str, Any]], path: str, sentence: str) -> None:
    _, found = upsert(*entries)
    assert sentence in found.problems[path]


@pytest.mark.parametrize(
    ("position", "count", "place"),
    [(None, 3, None), (1, 3, None), (2, 3, 2), (3, 3, 3), (4, 3, None), (1, 0, None)],
)
def test_where_new_fields_go(position: int | None, count: int, place: int | None) -> None:
    assert place_for_new(position, count) == place


@pytest.mark.parametrize(
    ("order", "moved"),
    [("1234", ""), ("4123", "4"), ("2341", "1"), ("1324", "3"), ("4321", "432")],
)
def test_only_what_was_moved_is_told(order: str, moved: str) -> None:
    now = msgspec.structs.replace(FORM, kickoff=tuple(field(int(digit)) for digit in order))
    changes = form_changes(FORM, now)
    assert len(changes.moved) == len(moved)
    assert (changes.added, changes.deleted, changes.changed) == ((), (), ())


# --- Rules follow renamed options ---

CHOICE = field(
    1, field_type="dropdown", options=(Option(id=1, text="Silver"), Option(id=2, text="Gold"))
)


def following(statement: Any, options: list[Any], operation: str = "equals") -> tuple[Any, int]:
    """The statement after an edit of the options, and how many warnings there were."""
    condition = Condition(
        id="c", source="Prerun", source_id=CHOICE.id, operation=operation, statement=statement
    )
    other = msgspec.structs.replace(condition, source_id="0" * 32)
    rule = Rule(
        id="r", name="R", conditions=(condition, other), actions=(), created_at=1, updated_at=1
    )
    content, found = Content(kickoff=(CHOICE,), rules=(rule,)), Findings()
    changed = changed_field(CHOICE, bind({"options": options}, FieldIn).value, "", found, NOW)
    (after,) = with_followed_options(content, CHOICE, changed, "", found).rules
    assert after.conditions[1] == other
    assert (after.updated_at == NOW) == (after.conditions != rule.conditions)
    return after.conditions[0].statement, len(found.warnings)


@pytest.mark.parametrize(
    ("statement", "options", "followed", "warnings"),
    [
        ("Gold", [{"id": 1, "text": "Silver"}, {"id": 2, "text": "Platinum"}], "Platinum", 0),
        ("Silver", [{"id": 1, "text": "Silver"}, {"id": 2, "text": "Platinum"}], "Silver", 0),
        ("Gold", ["Bronze", "Silver", "Gold"], "Gold", 0),
        ("Silver", ["Bronze", "Silver", "Gold"], "Silver", 0),
        ("Silver", ["Gold"], "Silver", 1),
        ("Gold", ["Silver"], "Gold", 1),
        ("Gold", ["Gold", "Silver"], "Gold", 0),
        (["Gold", "x"], [{"id": 1, "text": "Silver"}, {"id": 2, "text": "P"}], ["P", "x"], 0),
        ('["Gold"]', [{"id": 1, "text": "Silver"}, {"id": 2, "text": "P"}], '["P"]', 0),
        (None, ["P", "Q"], None, 0),
        (7, ["P", "Q"], 7, 0),
    ],
)
def test_statements(statement: Any, options: list[Any], followed: Any, warnings: int) -> None:
    assert following(statement, options) == (followed, warnings)


def test_statements_of_several_texts() -> None:
    options = [{"id": 1, "text": "Silver"}, {"id": 2, "text": "P"}]
    assert following("Silver, Gold", options, "equals_any") == ("Silver,P", 0)
    assert following("Silver, Gold", options)[0] == "Silver, Gold"
