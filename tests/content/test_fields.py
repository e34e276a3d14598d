"""From what clients send to form fields, without a server (contract 21, 1 to 5.2)."""

from typing import Any

import msgspec
import pytest

from procession.domains.templates.content.fields import changed_field, new_field, new_fields
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.types import Field, FieldType
from procession.domains.templates.wire.fields import FieldIn, field_out
from procession.kit.binding import bind

THEN, NOW = 1_000_000, 2_000_000
#: What each type needs besides label, type and `required`.
NEEDS: dict[str, dict[str, Any]] = {
    "radio": {"options": ["A", "B"]},
    "dropdown": {"options": ["A", "B"]},
    "multiselect": {"options": ["A", "B"]},
    "table": {"columns": ["Item"]},
}


def sent(**keys: Any) -> FieldIn:
    return bind(keys, FieldIn).value


def make(found: Findings | None = None, **keys: Any) -> Field:
    """A new field, which must be flawless unless `found` says otherwise."""
    findings = found or Findings()
    whole = {"label": "L", "field_type": "text", "required": False, **keys}
    field = new_field(sent(**whole), "", findings, THEN)
    assert found is not None or not findings.problems, findings.problems
    return field


def change(field: Field, found: Findings | None = None, **keys: Any) -> Field:
    findings = found or Findings()
    changed = changed_field(field, sent(**keys), "", findings, NOW)
    assert found is not None or not findings.problems, findings.problems
    return changed


def whole(field: Field) -> dict[str, Any]:
    """The object as clients read it."""
    out = field_out(field, 1, template_id="0" * 32, step_id="1" * 32, custom_fields={})
    return dict(msgspec.to_builtins(out))


@pytest.mark.parametrize("kind", list(FieldType))
def test_each_type_with_what_it_needs(kind: str) -> None:
    field = make(field_type=kind, **NEEDS.get(kind, {}))
    assert field.field_type == kind
    assert change(field, **whole(field)) is field


@pytest.mark.parametrize(
    ("word", "kind", "checks"),
    [
        ("assignee", "assignees_form", ()),
        ("assignee_picker", "assignees_form", ()),
        ("Member", "assignees_form", ()),
        ("member_picker", "assignees_form", ()),
        ("USER", "assignees_form", ()),
        ("short_text", "text", ()),
        ("number", "text", ("numeric",)),
        ("Number ", "text", ("numeric",)),
        ("phone", "text", ()),
        ("url", "text", ("url",)),
        ("long_text", "textarea", ()),
        ("select", "dropdown", ()),
        ("checkbox", "multiselect", ()),
        ("checklist", "multiselect", ()),
        ("multi_select", "multiselect", ()),
        ("datetime", "date", ()),
        ("TextArea", "textarea", ()),
    ],
)
def test_other_words_for_types(word: str, kind: str, checks: tuple[str, ...]) -> None:
    field = make(field_type=word, **NEEDS.get(kind, {}))
    assert (field.field_type, field.field_validation) == (kind, checks)


LONG = "x" * 600
CREATE_PROBLEMS: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"field_type": "number_slider"}, {"field_type": "The selected field type is invalid."}),
    ({"field_type": "dropdown"}, {"options": "The options field is required."}),
    ({"field_type": "dropdown", "options": []}, {"options": "The options field is required."}),
    ({"field_type": "multiselect", "options": None}, {"options": "The options field is required."}),
    (
        {"field_type": "radio", "options": ["A"]},
        {"options": "The options must have at least 2 items."},
    ),
    ({"field_type": "table"}, {"columns": "The columns field is required."}),
    (
        {"field_type": "dropdown", "options": [{"id": 1}]},
        {"options.0.text": "The options.0.text field is required."},
    ),
    (
        {"field_type": "dropdown", "options": ["A", "  "]},
        {"options.1.text": "The options.1.text field is required."},
    ),
    (
        {"field_type": "dropdown", "options": [["A"], None, True]},
        {f"options.{at}.text": f"The options.{at}.text field is required." for at in range(3)},
    ),
    (
        {"field_type": "table", "columns": [{"id": 1}]},
        {"columns.0.label": "The columns.0.label field is required."},
    ),
    (
        {"field_type": "dropdown", "options": [{"id": 1, "text": "A"}, {"id": "1", "text": "B"}]},
        {"options": "The options have duplicate ids."},
    ),
    (
        {"field_type": "table", "columns": [{"id": 1, "label": "A"}, {"id": 1, "label": "B"}]},
        {"columns": "The options have duplicate ids."},
    ),
    (
        {"field_type": "dropdown", "options": ["x" * 501]},
        {"options.0.text": "The options.0.text may not be greater than 500 characters."},
    ),
    (
        {"field_type": "dropdown", "options": ["a\x00b"]},
        {"options.0.text": "The options.0.text may not contain a NUL character."},
    ),
    (
        {"field_type": "dropdown", "options": [str(number) for number in range(1001)]},
        {"options": "A field may not have more than 1000 options."},
    ),
    (
        {"field_type": "table", "columns": [str(number) for number in range(101)]},
        {"columns": "A table may not have more than 100 columns."},
    ),
    (
        {"field_type": "dropdown", "options": ["A"], "default_value": "C"},
        {"default_value": "The selected default value is invalid."},
    ),
    (
        {"field_type": "dropdown", "options": ["A", "B"], "default_value": ["A", "B"]},
        {"default_value": "The selected default value is invalid."},
    ),
    (
        {"field_type": "multiselect", "options": ["A"], "default_value": ["A", {"text": "B"}]},
        {"default_value": "The selected default value is invalid."},
    ),
    ({"default_value": {"a": 1}}, {"default_value": "The default value must be a string."}),
    (
        {"default_value": "x" * 201},
        {"default_value": "The default value may not be greater than 200 characters."},
    ),
    (
        {"field_type": "date", "default_value": "tomorrow"},
        {"default_value": "The default value is not a valid date."},
    ),
    (
        {"field_type": "date", "default_value": "2026-02-30"},
        {"default_value": "The default value is not a valid date."},
    ),
    (
        {"field_type": "email", "default_value": "nobody"},
        {"default_value": "The default value must be a valid email address."},
    ),
    (
        {"field_validation": "min:abc"},
        {"field_validation": "The field validation min:abc is not written correctly."},
    ),
    (
        {"field_validation": ["between:1"]},
        {"field_validation": "The field validation between:1 is not written correctly."},
    ),
    (
        {"field_validation": "digits"},
        {"field_validation": "The field validation digits is not written correctly."},
    ),
    (
        {"field_validation": {"a": 1}},
        {"field_validation": "The field validation must be a list of strings."},
    ),
    (
        {"field_validation": [1]},
        {"field_validation": "The field validation must be a list of strings."},
    ),
    ({"settings": {"a": LONG * 14}}, {"settings": "The settings may not be larger than 8 KB."}),
    (
        {"settings": {"must_check_all": "maybe"}},
        {"settings.must_check_all": "The must check all must be true or false."},
    ),
    ({"list": "f" * 32, "field_type": "dropdown"}, {"list": "The selected list is invalid."}),
    (
        {"field_type": "dropdown", "options": [{"text": "A", "required": "maybe"}]},
        {"options.0.required": "The options.0.required must be true or false."},
    ),
]


@pytest.mark.parametrize(("keys", "problems"), CREATE_PROBLEMS)
def test_what_is_refused(keys: dict[str, Any], problems: dict[str, str]) -> None:
    found = Findings()
    make(found, **keys)
    assert found.problems == {path: [sentence] for path, sentence in problems.items()}


def test_what_a_new_field_cannot_do_without() -> None:
    found = Findings()
    new_field(sent(), "prerun.3.", found, NOW)
    assert found.problems == {
        "prerun.3.label": ["The prerun.3.label field is required."],
        "prerun.3.field_type": ["The prerun.3.field type field is required."],
        "prerun.3.required": ["The prerun.3.required field is required."],
    }


@pytest.mark.parametrize(
    ("options", "stored"),
    [
        (["A", "B"], [(1, "A"), (2, "B")]),
        ([{"label": "A"}, {"name": "B"}, {"value": "C"}], [(1, "A"), (2, "B"), (3, "C")]),
        ([{"text": "A"}, {"id": 7, "text": "B"}], [(1, "A"), (7, "B")]),
        ([{"id": "2", "text": "A"}, "B", {"id": "x", "text": "C"}], [(2, "A"), (1, "B"), (3, "C")]),
        ([{"id": None, "text": " A "}, {"id": True, "text": "B"}], [(1, " A "), (2, "B")]),
        ([1, 2.5], [(1, "1"), (2, "2.5")]),
        ([{"id": 10**30, "text": "A"}, {"id": -1, "text": "B"}], [(1, "A"), (2, "B")]),
        ([{"id": 1, "text": "A", "value": None, "required": False}], [(1, "A")]),
    ],
)
def test_options_in_whatever_shape(options: list[Any], stored: list[tuple[int, str]]) -> None:
    field = make(field_type="dropdown", options=options)
    assert [(option.id, option.text) for option in field.options] == stored
    assert change(field, **whole(field)) is field


def test_the_same_text_twice_is_told() -> None:
    found = Findings()
    make(found, field_type="dropdown", options=["A", "A"])
    assert found.warnings == ['options: the text "A" is there more than once.']


@pytest.mark.parametrize(
    ("kind", "default", "stored"),
    [
        ("dropdown", "B", {"id": 2, "text": "B"}),
        ("dropdown", 2, {"id": 2, "text": "B"}),
        ("dropdown", {"id": 2}, {"id": 2, "text": "B"}),
        ("dropdown", {"id": 9, "text": "B"}, {"id": 2, "text": "B"}),
        ("dropdown", ["B"], {"id": 2, "text": "B"}),
        ("radio", {"id": 2, "text": "B"}, "B"),
        ("radio", "b", "B"),
        ("multiselect", "B", [{"id": 2, "text": "B", "selected": True}]),
        ("multiselect", ["B", 2], [{"id": 2, "text": "B", "selected": True}]),
        (
            "multiselect",
            [{"id": 1, "selected": False}, {"id": 2, "selected": True}],
            [{"id": 2, "text": "B", "selected": True}],
        ),
        ("text", "Dear {{name-1000001}}", "Dear {{name-1000001}}"),
        ("text", 7, "7"),
        ("date", " today+3 ", "today+3"),
        ("date", "today", "today"),
        ("date", "{{start-1000001}}", "{{start-1000001}}"),
        ("date", "2026-05-01", "2026-05-01"),
        ("date", "2026-05-01T10:00:00Z", "2026-05-01T10:00:00Z"),
        ("email", "a@b.test", "a@b.test"),
        ("email", "{{mail-1000001}}", "{{mail-1000001}}"),
        ("text", "", None),
        ("multiselect", [], None),
        ("dropdown", None, None),
    ],
)
def test_defaults(kind: str, default: Any, stored: Any) -> None:
    keys = {**NEEDS.get(kind, {}), "default_value_enabled": True, "default_value": default}
    field = make(field_type=kind, **keys)
    assert (field.default_value, field.default_value_enabled) == (stored, True)
    assert change(field, **whole(field)) is field


@pytest.mark.parametrize("kind", ["file", "table", "assignees_form"])
def test_types_without_default_drop_it(kind: str) -> None:
    found = Findings()
    keys = {**NEEDS.get(kind, {}), "default_value_enabled": True, "default_value": "x"}
    field = make(found, field_type=kind, **keys)
    assert (field.default_value, field.default_value_enabled) == (None, False)
    assert sorted(found.dropped) == ["default_value", "default_value_enabled"]
    again = Findings()
    change(field, again, **whole(field))
    assert again.dropped == []


def test_options_and_columns_of_other_types_are_dropped() -> None:
    found = Findings()
    field = make(found, options=["A"], columns=["B"])
    assert (field.options, field.columns) == ((), ())
    assert found.dropped == ["options", "columns"]
    empty = Findings()
    make(empty, options=[], columns=[])
    assert empty == Findings()


@pytest.mark.parametrize(
    ("validation", "stored", "warnings"),
    [
        ("numeric|min:0", ("numeric", "min:0"), 0),
        (["numeric", "max:10.5"], ("numeric", "max:10.5"), 0),
        ("required|nullable|String|email", ("email",), 0),
        ("between:1, 5|between:-2,3", ("between:1, 5", "between:-2,3"), 0),
        ("regex:x|digits:4", ("regex:x", "digits:4"), 1),
        ("", (), 0),
        (None, (), 0),
        (["numeric", "numeric"], ("numeric",), 0),
    ],
)
def test_validation(validation: Any, stored: tuple[str, ...], warnings: int) -> None:
    found = Findings()
    field = make(found, field_validation=validation)
    assert (field.field_validation, len(found.warnings)) == (stored, warnings)
    assert found.problems == {}


def test_settings() -> None:
    kept = {"color": {"deep": [1, None]}, "must_check_all": True}
    field = make(settings={**kept, "must_check_all": "1"})
    assert field.settings == kept
    assert change(field, settings=[]).settings == {}
    assert change(field, settings=None).settings == {}
    assert change(field, label="M").settings == kept
    deep: Any = 1
    for _ in range(100):
        deep = [deep]
    found = Findings()
    make(found, settings={"a": deep})
    assert set(found.problems) == {"settings"}


@pytest.mark.parametrize(
    ("keys", "name", "value"),
    [
        ({"description": "Help"}, "guidance", "Help"),
        ({"help_text": "Help"}, "guidance", "Help"),
        ({"instructions": "Help"}, "guidance", "Help"),
        ({"instructions": "Other", "guidance": "Help"}, "guidance", "Help"),
        ({"label": "Proper", "title": "Other"}, "label", "Proper"),
        ({"is_required": "1"}, "required", True),
        ({"validation": "numeric"}, "field_validation", ("numeric",)),
    ],
)
def test_other_keys(keys: dict[str, Any], name: str, value: Any) -> None:
    field = make()
    assert getattr(change(field, **keys), name) == value
    other = {"name": "N", "type": "date", "is_required": False}
    made = new_field(sent(**other), "", Findings(), NOW)
    assert (made.label, made.field_type, made.required) == ("N", "date", False)


def test_a_change_is_partial_and_keeps_the_id() -> None:
    field = make(guidance="G", prefix="$", field_type="dropdown", options=["A"])
    changed = change(field, label="M", id="f" * 32, alias="other")
    assert changed == msgspec.structs.replace(field, label="M", updated_at=NOW)
    assert change(field, label="L") is field
    cleared = change(field, guidance=None, prefix="")
    assert (cleared.guidance, cleared.prefix) == (None, None)


def test_another_type_starts_without_what_it_does_not_have() -> None:
    text = make(default_value_enabled=True, default_value="A", field_validation="numeric")
    found = Findings()
    change(text, found, field_type="dropdown")
    assert found.problems == {"options": ["The options field is required."]}
    choice = change(text, field_type="dropdown", options=["A", "B"])
    assert (choice.field_type, choice.default_value, choice.field_validation) == (
        "dropdown", None, (),
    )  # fmt: skip
    filled = change(choice, default_value="A", default_value_enabled=True)
    back = change(filled, field_type="text")
    assert (back.options, back.default_value, back.default_value_enabled) == ((), None, False)
    assert (back.id, back.alias, back.label) == (text.id, text.alias, text.label)
    assert change(filled, field_type="radio").options == filled.options
    longer = change(text, field_type="textarea")
    assert (longer.default_value, longer.field_validation) == ("A", ("numeric",))


def test_another_type_sent_in_the_whole_object() -> None:
    choice = make(
        field_type="dropdown", options=["A", "B"], default_value="A", default_value_enabled=True
    )
    found = Findings()
    text = change(choice, found, **{**whole(choice), "field_type": "text"})
    assert found == Findings()
    assert (text.field_type, text.options, text.default_value) == ("text", (), None)


@pytest.mark.parametrize(
    ("kind", "default", "options", "left"),
    [
        ("dropdown", "A", ["B", "A"], {"id": 2, "text": "A"}),
        ("dropdown", "A", [{"id": 1, "text": "Z"}, {"id": 2, "text": "B"}], {"id": 1, "text": "Z"}),
        ("radio", "B", [{"id": 1, "text": "A"}, {"id": 2, "text": "Z"}], "Z"),
    ],
)
def test_a_default_follows_its_option(
    kind: str, default: Any, options: list[Any], left: Any
) -> None:
    field = make(
        field_type=kind, options=["A", "B"], default_value=default, default_value_enabled=True
    )
    found = Findings()
    changed = change(field, found, options=options)
    assert (changed.default_value, changed.default_value_enabled) == (left, True)
    assert found == Findings()
    echoed = change(field, **{**whole(field), "options": options})
    assert echoed.default_value == left


def test_a_default_goes_with_its_option() -> None:
    field = make(
        field_type="dropdown", options=["A", "B"], default_value="A", default_value_enabled=True
    )
    for body in ({"options": ["B"]}, {**whole(field), "options": ["B"]}):
        found = Findings()
        changed = change(field, found, **body)
        assert (changed.default_value, changed.default_value_enabled) == (None, False)
        assert found.problems == {}
        assert len(found.warnings) == 1
    several = make(
        field_type="multiselect",
        options=["A", "B"],
        default_value=["A", "B"],
        default_value_enabled=True,
    )
    found = Findings()
    left = change(several, found, options=["B"])
    assert left.default_value == [{"id": 1, "text": "B", "selected": True}]
    assert left.default_value_enabled
    assert len(found.warnings) == 1


def test_rich_defaults_and_guidance_are_cleaned() -> None:
    hostile = '<p onclick="x()">Hi {{name-1}}</p><script>x()</script>'
    field = make(field_type="textarea", default_value=hostile, guidance=hostile)
    assert (field.default_value, field.guidance) == (hostile, "<p>Hi {{name-1}}</p>")
    rich = change(field, use_wysiwyg_editor=True)
    assert rich.default_value == "<p>Hi {{name-1}}</p>"
    linked = change(field, guidance="See https://a.test/b.")
    assert linked.guidance == (
        'See <a href="https://a.test/b" rel="noopener noreferrer">https://a.test/b</a>.'
    )
    assert change(linked, **whole(linked)) is linked


def test_a_whole_form_stands_in_the_order_of_its_positions() -> None:
    names = [("C", 3), ("A", None), ("B", 2), ("D", 3)]
    bodies = [
        sent(label=label, field_type="text", required=False, position=position)
        for label, position in names
    ]
    found = Findings()
    fields = new_fields(bodies, "prerun", found, NOW)
    assert [field.label for field in fields] == ["A", "B", "C", "D"]
    assert found == Findings()
    new_fields(bodies * 51, "prerun", found, NOW)
    assert found.problems == {"prerun": ["A form may not have more than 200 fields."]}


def test_a_list_supplies_the_options() -> None:
    lists = {"f" * 32: make(field_type="dropdown", options=["X", "Y"]).options}
    field = make(field_type="dropdown", options=["A"])
    found = Findings()
    linked = changed_field(field, sent(list="f" * 32, options=["Q"]), "", found, NOW, lists=lists)
    assert [option.text for option in linked.options] == ["X", "Y"]
    assert found.dropped == ["options"]
    assert change(linked, **whole(linked)) is linked
    unlinked = change(linked, list=None)
    assert (unlinked.list_id, unlinked.options) == (None, linked.options)
