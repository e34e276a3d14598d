"""Option lists, and fields that follow them (contract 21, 5.2 and 8), without a server."""

from typing import Any

import msgspec
import pytest

from procession.domains.templates.content.findings import Findings
from procession.domains.templates.content.option_lists import (
    changed_list,
    new_list,
    options_of,
    relinked,
)
from procession.domains.templates.types import (
    Condition,
    Content,
    Field,
    Option,
    OptionList,
    Rule,
    Step,
)
from procession.domains.templates.wire.option_lists import OptionListIn, option_list_out
from procession.kit.binding import bind, bind_whole
from procession.kit.errors import Invalid

PLACES = {"title": "Places", "columns": ["Name", "Country"], "rows": [["Oslo", "NO"], ["Bonn"]]}


def read(sent: Any, was: OptionList | None = None) -> OptionList:
    found, body = Findings(), bind_whole(sent, OptionListIn)
    kept = new_list(body, found, 5) if was is None else changed_list(was, body, found, 9)
    found.refuse_problems()
    return kept


def problems_of(sent: Any, was: OptionList | None = None) -> set[str]:
    with pytest.raises(Invalid) as refused:
        read(sent, was)
    return set(refused.value.problems)


def cells(kept: OptionList) -> Any:
    return [(row.id, row.cells) for row in kept.rows]


def texts(kept: OptionList) -> list[tuple[int, str]]:
    return [(option.id, option.text) for option in options_of(kept)]


def test_21_8_rows_however_they_are_sent() -> None:
    kept = read(PLACES)
    assert [(column.id, column.label) for column in kept.columns] == [(1, "Name"), (2, "Country")]
    assert cells(kept) == [(1, {1: "Oslo", 2: "NO"}), (2, {1: "Bonn"})]
    assert kept.option_column_id == 1
    rows = [
        {"id": "7", "cells": {"2": " NO ", "1": "Oslo"}}, {"cells": {"1": 12}}, "Bonn", [], {},
        {"cells": None}, {"cells": {"1": None, "2": ""}},
    ]  # fmt: skip
    kept = read({**PLACES, "rows": rows})
    assert cells(kept) == [
        (7, {1: "Oslo", 2: "NO"}), (8, {1: "12"}), (9, {1: "Bonn"}), (10, {}), (11, {}), (12, {}),
        (13, {}),
    ]  # fmt: skip


def test_21_8_options_of_a_list() -> None:
    rows = [["Oslo", "NO"], ["", "DE"], ["Bonn", "DE"], ["Oslo", "US"]]
    assert texts(read({**PLACES, "rows": rows})) == [(1, "Oslo"), (3, "Bonn")]
    kept = read({**PLACES, "rows": rows, "option_column_id": 2})
    assert texts(kept) == [(1, "NO"), (2, "DE"), (4, "US")]


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        ({"title": None}, "title"),
        ({"title": "x" * 251}, "title"),
        ({"columns": []}, "columns"),
        ({"columns": ["c"] * 51}, "columns"),
        ({"columns": [""]}, "columns.0.label"),
        ({"columns": [{"label": "x" * 256}]}, "columns.0.label"),
        ({"columns": [{"label": ["x"]}]}, "columns.0.label"),
        ({"columns": [{"id": 1, "label": "a"}, {"id": "1", "label": "b"}]}, "columns"),
        ({"rows": [[]] * 5001}, "rows"),
        ({"rows": [{"id": 1}, {"id": 1}]}, "rows"),
        ({"rows": [["a", "b", "c"]]}, "rows.0.cells"),
        ({"rows": [{"cells": "a"}]}, "rows.0.cells"),
        ({"rows": [{"cells": {"9": "a"}}]}, "rows.0.cells.9"),
        ({"rows": [{"cells": {"x": "a"}}]}, "rows.0.cells.x"),
        ({"rows": [{"cells": {"1": "x" * 501}}]}, "rows.0.cells.1"),
        ({"rows": [{"cells": {"1": {}}}]}, "rows.0.cells.1"),
        ({"rows": [["a\x00"]]}, "rows.0.cells.1"),
        ({"rows": [["\ud800"]]}, "rows.0.cells.1"),
        ({"rows": [True]}, "rows.0.cells.1"),
        ({"option_column_id": 3}, "option_column_id"),
        ({"option_column_id": "first"}, "option_column_id"),
    ],
)
def test_21_8_wrong_lists(sent: Any, path: str) -> None:
    rows = [] if "columns" in sent else PLACES["rows"]
    assert problems_of({**PLACES, "rows": rows, **sent}) == {path}


def test_21_8_a_list_sent_back_stays_the_same() -> None:
    kept = read(PLACES)
    echo = msgspec.to_builtins(option_list_out(kept, 3))
    assert bind(echo, OptionListIn).ignored == ()
    assert read(echo, kept) is kept
    assert read({}, kept) is kept
    changed = read({"name": "Towns"}, kept)
    assert (changed.title, changed.rows, changed.updated_at) == ("Towns", kept.rows, 9)


def test_21_8_new_rows_get_numbers_that_nothing_had() -> None:
    kept = read(PLACES)
    first = {"id": 1, "cells": {"1": "Oslo"}}
    changed = read({"rows": [first, ["Rome"]]}, kept)
    assert cells(changed) == [(1, {1: "Oslo"}), (3, {1: "Rome"})]


def test_21_8_cells_go_with_their_column() -> None:
    kept = read(PLACES)
    name = {"id": 1, "label": "Name"}
    assert cells(read({"columns": [name]}, kept)) == [(1, {1: "Oslo"}), (2, {1: "Bonn"})]
    echo = msgspec.to_builtins(option_list_out(kept, 0))
    assert cells(read({**echo, "columns": [name]}, kept)) == [(1, {1: "Oslo"}), (2, {1: "Bonn"})]
    # The options' own column does not go silently.
    other = {"columns": [{"id": 2, "label": "Country"}]}
    assert problems_of(other, kept) == {"option_column_id"}
    assert texts(read({**other, "option_column_id": 2}, kept)) == [(1, "NO")]


def linked(name: str, field_type: str, options: Any, default: Any = None) -> Field:
    return Field(
        id=name, alias=name, label=name, field_type=field_type, required=False, list_id="places",
        options=tuple(Option(id=at, text=text) for at, text in options), default_value=default,
        default_value_enabled=default is not None, created_at=1, updated_at=1,
    )  # fmt: skip


def condition(source_id: str, statement: Any, source: str = "Prerun") -> Condition:
    return Condition(
        id="c", source=source, source_id=source_id, operation="equals", statement=statement
    )


def rule(name: str, *conditions: Condition) -> Rule:
    return Rule(id=name, name=name, conditions=conditions, actions=(), created_at=1, updated_at=1)


def places(*rows: Any) -> OptionList:
    kept = read({**PLACES, "rows": [{"id": at, "cells": {"1": text}} for at, text in rows]})
    return msgspec.structs.replace(kept, id="places")


OLD = [(1, "Oslo"), (2, "Bonn"), (3, "Rome")]


def test_21_8_fields_follow_their_list() -> None:
    own = msgspec.structs.replace(linked("own", "dropdown", OLD), list_id=None)
    step = Step(
        id="s", alias="s", title="S", created_at=1, updated_at=1,
        fields=(linked("deep", "radio", OLD, "Bonn"), own),
    )  # fmt: skip
    quiet = Step(id="t", alias="t", title="T", created_at=1, updated_at=1, fields=(own,))
    content = Content(
        steps=(step, quiet),
        kickoff=(
            linked("one", "dropdown", OLD, {"id": 2, "text": "Bonn"}),
            linked("two", "multiselect", OLD, [{"id": 1, "text": "Oslo", "selected": True},
                                               {"id": 3, "text": "Rome", "selected": True}]),
            linked("three", "radio", OLD, "Rome"),
        ),
        rules=(
            rule("r", condition("one", "Bonn"), condition("two", ["Bonn", "Oslo"])),
            rule("kept", condition("own", "Bonn", "Capture"), condition("one", "Rome")),
        ),
    )  # fmt: skip
    new = [(1, "Oslo"), (2, "Cologne"), (4, "Paris")]
    now = relinked(content, places(*new), Findings(), 9)
    options = tuple(Option(id=at, text=text) for at, text in new)
    assert {field.options for field in now.kickoff} == {options}
    one, two, three = now.kickoff
    assert one.default_value == {"id": 2, "text": "Cologne"}
    assert two.default_value == [{"id": 1, "text": "Oslo", "selected": True}]
    assert (three.default_value, three.default_value_enabled) == (None, False)
    deep, left = now.steps[0].fields
    assert (deep.options, deep.default_value, deep.updated_at) == (options, "Cologne", 9)
    assert (left, now.steps[0].updated_at, now.steps[1]) == (own, 9, quiet)
    assert [each.statement for each in now.rules[0].conditions] == ["Cologne", ["Cologne", "Oslo"]]
    assert now.rules[1] == content.rules[1]
    assert relinked(now, places(*new), Findings(), 11) is now
    other = msgspec.structs.replace(places(*new), id="another")
    assert relinked(content, other, Findings(), 9) is content


def test_21_30_numbers_alone_are_no_rename() -> None:
    content = Content(
        kickoff=(linked("one", "dropdown", OLD),), rules=(rule("r", condition("one", "Bonn")),)
    )
    inserted = [(1, "New"), (2, "Oslo"), (3, "Bonn"), (4, "Rome")]
    assert relinked(content, places(*inserted), Findings(), 9).rules == content.rules
    removed = [(1, "Oslo"), (2, "Rome")]
    assert relinked(content, places(*removed), Findings(), 9).rules == content.rules
