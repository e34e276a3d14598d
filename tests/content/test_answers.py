"""From what clients send to answers, without a server (contract 31, 1 to 5)."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procession.domains.answers.content import rendering
from procession.domains.answers.content.asking import Known
from procession.domains.answers.content.defaults import with_defaults
from procession.domains.answers.content.emptiness import is_answered
from procession.domains.answers.content.keys import Owner
from procession.domains.answers.content.reading import Merged, mentioned, merge, open_form
from procession.domains.answers.content.requiring import missing_answers
from procession.domains.answers.types import (
    Answer,
    Answers,
    read_answers,
    value_id,
    values_of,
    write_answers,
)
from procession.domains.templates.types import Column, Field, FieldType, Option
from procession.flows.templates.checking_steps import needs_answer

THEN, NOW = 1_000_000, 2_000_000
GROUP = "9" * 32
KNOWN = Known(users=frozenset({7, 8}), groups=frozenset({GROUP}), members={"mia@acme.test": 8})
OPTIONS = (Option(id=1, text="Silver"), Option(id=2, text="Gold"), Option(id=3, text=" Red, blue "))
COLUMNS = (Column(1, "Item"), Column(2, "Qty"))


def each(*values: Any) -> Any:
    """Values of all kinds, whatever a checker of types would like them to have in common."""
    return values


def make(field_type: str = "text", number: int = 1, **keys: Any) -> Field:
    needs: dict[str, Any] = {}
    if field_type in ("radio", "dropdown", "multiselect"):
        needs["options"] = OPTIONS
    if field_type == "table":
        needs["columns"] = COLUMNS
    whole = {
        "id": f"{number:032x}",
        "alias": f"field-{number}",
        "label": f"Field {number}",
        "required": False,
        **needs,
        **keys,
    }
    return Field(field_type=field_type, created_at=THEN, updated_at=THEN, **whole)


def send(fields: list[Field], sent: Any, stored: Answers | None = None) -> Merged:
    form = open_form(sent, fields, "prerun", Owner(5, is_of_process=True))
    return merge(form, stored or {}, KNOWN, NOW)


def stored(field: Field, value: Any) -> Any:
    """What is kept of a value that must be accepted."""
    merged = send([field], {field.id: value})
    assert not merged.problems, merged.problems
    return values_of(merged.answers).get(field.id)


def refused(field: Field, value: Any) -> str:
    merged = send([field], {field.id: value})
    assert merged.answers == {}
    ((path, sentences),) = merged.problems.items()
    assert path == f"prerun.{field.id}"
    return sentences[0]


# --- Containers and keys ---


@pytest.mark.parametrize("nothing", [None, [], {}])
def test_31_18_no_answers(nothing: Any) -> None:
    assert send([make()], nothing) == Merged({}, {})


@pytest.mark.parametrize("word", ["field_id", "id", "timeline_id"])
def test_31_18_lists_are_folded(word: str) -> None:
    one, two = make(), make(number=2)
    merged = send([one, two], [{one.id: "a"}, {word: two.id, "value": "b", "label": "L"}])
    assert values_of(merged.answers) == {one.id: "a", two.id: "b"}


@pytest.mark.parametrize("sent", ["x", 1, True, ["x"], [{}], [{"a": 1, "b": 2}], [[]]])
def test_31_18_what_holds_no_answers(sent: Any) -> None:
    sentence = "prerun must be one object keyed by kick-off field id."
    assert send([make()], sent).problems == {"prerun": [sentence]}


def test_31_17_a_field_has_many_names() -> None:
    field = make(label="Full name", alias="full-name-1")
    value = value_id(5, field.id, is_of_process=True)
    for key in (field.id, value, field.alias, "Full name", "FULL-name-1", " full NAME "):
        assert values_of(send([field], {key: "x"}).answers) == {field.id: "x"}, key


def test_31_17_the_stronger_name_wins() -> None:
    one, two = make(label="Two"), make(number=2, alias="Two")
    assert values_of(send([one, two], {"Two": "x"}).answers) == {two.id: "x"}


def test_31_17_an_unknown_key_is_told_what_there_is() -> None:
    fields = [make(number=number) for number in range(1, 15)]
    (sentence,) = send(fields, {"Nope": "x"}).problems["prerun.Nope"]
    assert sentence.startswith(f'Unknown form field "Nope". Fields: Field 1 ({fields[0].id}), ')
    assert sentence.count("(") == 12


def test_31_17_two_fields_or_two_keys() -> None:
    one, two = make(label="Same"), make(number=2, label="same")
    ambiguous = 'Ambiguous field "SAME": use the field id.'
    assert send([one, two], {"SAME": "x"}).problems == {"prerun.SAME": [ambiguous]}
    merged = send([one], {one.id: "x", one.alias: "y"})
    assert list(merged.problems) == [f"prerun.{one.id}"]


def test_value_ids_of_another_owner_name_nothing() -> None:
    field = make()
    other = value_id(6, field.id, is_of_process=True)
    assert list(send([field], {other: "x"}).problems) == [f"prerun.{other}"]


# --- Choosing ---


@pytest.mark.parametrize(
    "value",
    ["Gold", 2, "2", 2.0, " gOLD ", {"id": 2}, {"id": "2", "text": "gold "}, ["Gold"],
     {"text": "Gold"}, {"label": "Gold"}, {"id": 99, "text": "Gold"}, {"id": 2, "value": "Gold"},
     {"text": 2}],
)  # fmt: skip
def test_31_2_3_4_ways_to_choose(value: Any) -> None:
    assert stored(make("dropdown"), value) == {"id": 2, "text": "Gold"}
    assert stored(make("radio"), value) == "Gold"


def test_31_5_text_before_id() -> None:
    field = make("dropdown", options=(Option(id=9, text="Gold"), Option(id=1, text="9")))
    assert stored(field, "9") == {"id": 1, "text": "9"}
    assert stored(field, {"id": 9}) == {"id": 9, "text": "Gold"}


@pytest.mark.parametrize("kind", ["dropdown", "radio", "multiselect"])
def test_31_7_what_is_no_option(kind: str) -> None:
    expected = f"Invalid {kind} choice selected. Options: 1=Silver, 2=Gold, 3= Red, blue "
    for value in each("Tin", 99, {"id": 99}, {"id": 99, "text": "Tin"}, True, [["Gold"]], [None]):
        assert refused(make(kind), value) == expected, value


def test_31_6_an_id_with_the_text_of_another() -> None:
    sentence = refused(make("dropdown"), {"id": 1, "text": "Gold"})
    assert sentence.startswith("Invalid dropdown choice selected.")
    assert '"Silver", not "Gold"' in sentence


@pytest.mark.parametrize("kind", ["dropdown", "radio"])
def test_two_entries_are_no_choice(kind: str) -> None:
    assert refused(make(kind), ["Gold", "Silver"]).startswith("Invalid")


def test_ambiguous_texts() -> None:
    field = make("radio", options=(Option(id=1, text="A"), Option(id=2, text="a")))
    assert stored(field, "a") == "a"
    assert "ambiguous" in refused(field, " A")
    same = make("radio", options=(Option(id=1, text="A"), Option(id=2, text="A")))
    assert stored(same, " a") == "A"


def test_no_options_at_all() -> None:
    assert refused(make("dropdown", options=()), "x") == "This field has no options."
    assert stored(make("dropdown", options=()), "") is None


# --- Shapes ---


def test_31_8_multiselect_flags() -> None:
    field = make("multiselect")
    one = {"id": 1, "text": "Silver", "selected": True}
    two = {"id": 2, "text": "Gold", "selected": True}
    assert stored(field, ["Silver", 2]) == [one, two]
    assert stored(field, [{"id": 1}, {"id": 2, "selected": True}]) == [
        {**one, "selected": False},
        two,
    ]
    assert stored(field, "Silver, Gold") == [one, two]
    assert stored(field, "Red, blue") == [{"id": 3, "text": " Red, blue ", "selected": True}]
    assert stored(field, one) == [one]
    assert stored(field, [one, {**one, "selected": False}]) == [{**one, "selected": False}]
    assert refused(field, [{**one, "selected": "perhaps"}]) == "Invalid multiselect field"


def test_exactly_what_was_sent_is_kept() -> None:
    value = {"id": 2, "text": "Gold", "value": None, "required": False, "color": "red"}
    assert stored(make("dropdown"), value) == {
        "id": 2, "text": "Gold", "value": None, "required": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [[["a", "b"], ["1", "2"]], {"Item": ["a", "b"], "Qty": ["1", "2"]},
     {"1": ["a", "b"], "qty": ["1", "2"]},
     [{"Item": "a", "Qty": "1"}, {"2": "2", "1": "b"}], {"rows": [["a", "1"], ["b", "2"]]},
     '[["a","b"],["1","2"]]', '{"rows": [["a", "1"], ["b", "2"]]}'],
)  # fmt: skip
def test_31_10_ways_to_fill_a_table(value: Any) -> None:
    assert stored(make("table"), value) == [["a", "b"], ["1", "2"]]


def test_31_9_tables() -> None:
    field = make("table")
    assert stored(field, ["Widget", "3"]) == ["Widget", "3"]
    assert stored(field, [["a", "b"], "1"]) == [["a", "b"], ["1", None]]
    wrong = "Number of columns does not match required columns"
    for value in each(["a", "b", "c"], {"rows": [["a"]]}, {"rows": [["a", "b"], ["c"]]}):
        assert refused(field, value) == wrong
    for value in each("a,b", 7, "7", {"Price": 1}, ["a", {"b": 1}], ["a", [["b"]]], {"rows": [1]}):
        assert refused(field, value) == "Invalid table field", value
    for value in each("", [], {}, "[]", "{}", False, 0):
        assert stored(field, value) is None


def test_31_12_files() -> None:
    field = make("file")
    url = "https://files.test/a%20b.pdf?signature=1#x"
    (entry,) = stored(field, url)
    assert (entry["url"], entry["full_url"]) == (url, url)
    assert (entry["filename"], entry["source"]) == ("a b.pdf", "url")
    assert entry["uploaded_at"] == "1970-01-01T00:00:02Z"
    assert stored(field, {"full_url": url}) == stored(field, [url]) == [entry]
    assert stored(field, "https://files.test/")[0]["filename"] == "https://files.test/"
    assert stored(field, {"url": "uploads/a.pdf"})[0]["filename"] == "a.pdf"
    for value in each("javascript:alert(1)", "ftp://a.test/x", "//evil.test/x", "notes", "/../x",
                  "/a/%2e%2e/b", "data:text/html,x", " javascript:/x/y"):  # fmt: skip
        assert refused(field, value) == "Field 1 must be a valid URL.", value
    for value in each({"filename": "a"}, [1], [None], 7, {"url": url, "source": "moon"}):
        assert refused(field, value) == "Invalid file field", value
    assert "does not exist" in refused(field, {"id": "a" * 32, "url": url})
    assert "100" in refused(field, [url] * 101)


def test_31_12_a_file_that_stays_keeps_its_time() -> None:
    field = make("file")
    before = {field.id: Answer(stored(field, "https://files.test/a"), THEN)}
    was = before[field.id].value[0]
    echoed = {**was, "uploaded_at": "2001-01-01T00:00:00Z"}
    assert send([field], {field.id: [echoed]}, before).answers == before
    before = {field.id: Answer([{**was, "uploaded_at": "1970-01-01T00:00:01Z"}], THEN)}
    two = send([field], {field.id: [echoed, "https://files.test/b"]}, before).answers
    assert [entry["uploaded_at"][-3:] for entry in two[field.id].value] == ["01Z", "02Z"]


def test_31_13_people() -> None:
    field = make("assignees_form")
    nobody: dict[str, Any] = {"users": [], "guests": [], "groups": []}
    assert stored(field, {"users": ["7", 7]}) == {**nobody, "users": [7]}
    assert stored(field, {"groups": [GROUP]}) == {**nobody, "groups": [GROUP]}
    mixed = {**nobody, "users": [8], "guests": ["jo@guests.test"]}
    assert stored(field, {"guests": ["Mia@acme.test", "jo@guests.test"]}) == mixed
    assert stored(field, "mia@acme.test, jo@guests.test") == mixed
    assert stored(field, ["mia@acme.test", "jo@guests.test", "JO@guests.test"])["users"] == [8]
    for value in each({"people": []}, {"users": "7"}, {"users": [True]}, {"groups": ["x"]}, 7, [7]):
        assert refused(field, value) == "Invalid assignees_form field", value
    assert "does not exist" in refused(field, {"users": [9]})
    assert "does not exist" in refused(field, {"groups": ["8" * 32]})
    assert "email" in refused(field, {"guests": ["jo"]})


def test_31_14_texts() -> None:
    text, long = make(), make("textarea")
    for value in each(12345, 1.5, True, 0, False, "0", " x "):
        assert stored(text, value) is value
    assert "200" in refused(text, "x" * 201)
    assert refused(text, ["x"]) == refused(text, "\x00") == "Invalid text field"
    assert len(stored(long, "x" * 30_000)) == 30_000
    assert "30000" in refused(long, "x" * 30_001)
    assert refused(long, 12345) == refused(long, True) == "Invalid textarea field"


def test_31_15_dates() -> None:
    field = make("date")
    for value in each("2026-03-04", "2026-03-04 09:00", "2026-03-04 09:00:01",
                  "2026-03-04T00:00:00.000Z", "2026-03-04T09:00:00+02:00"):  # fmt: skip
        assert stored(field, value) == value
    for value in each(1747319400, "01/02/2026", "tomorrow", "2026-02-30", True, 0, " "):
        assert refused(field, value) == "Field 1 is not a valid date.", value
    assert refused(field, {"date": "2026-03-04"}) == "Invalid date field"


def test_emails() -> None:
    field = make("email")
    assert stored(field, " a@b.co ") == "a@b.co"
    assert stored(field, "  ") is None
    assert refused(field, "a@b") == "Field 1 must be a valid email address."
    assert refused(field, 0) == refused(field, False) == "Invalid email field"


@pytest.mark.parametrize("kind", list(FieldType))
def test_31_16_a_wrapped_value_is_refused(kind: str) -> None:
    for inside in ("x", "Gold", ["a", "b"], "a@b.co", "2026-03-04", "https://a.test/x", None):
        assert refused(make(kind), {"value": inside}).startswith("Invalid")


# --- Empty, required, rules, defaults ---


@pytest.mark.parametrize("kind", list(FieldType))
@pytest.mark.parametrize("nothing", [None, "", [], {}])
def test_5_1_what_clears_every_type(kind: str, nothing: Any) -> None:
    field = make(kind)
    before = {field.id: Answer("x", THEN)}
    assert send([field], {field.id: nothing}, before).answers == {field.id: Answer(None, NOW)}


def test_5_1_false_and_zero() -> None:
    for kind in ("dropdown", "multiselect", "table", "file", "assignees_form", "radio"):
        assert stored(make(kind), False) is None
        assert stored(make(kind), 0) is None
    zero = make("radio", options=(Option(id=0, text="Zero"), Option(id=1, text="false")))
    assert stored(zero, 0) == "Zero"
    assert stored(zero, False) == "false"


def test_5_2_answers_that_say_nothing() -> None:
    for kind, value in (
        ("text", " "),
        ("textarea", "\n"),
        ("multiselect", [{"id": 1, "text": "Silver", "selected": False}]),
        ("assignees_form", {"users": []}),
        ("table", [["", None], ["  ", ""]]),
    ):
        field = make(kind, required=True)
        assert not is_answered(stored(field, value), field)
        missing = {f"prerun.{field.id}": ["Field 1 is required"]}
        answers = send([field], {field.id: value}).answers
        assert missing_answers([field], answers, "prerun") == missing
    assert is_answered(0, make())


def test_5_3_items_that_must_be_checked() -> None:
    every = make("multiselect", settings={"must_check_all": True})
    one = make("multiselect", options=(Option(id=1, text="A", required=True), OPTIONS[1]))
    for field, value, is_missing in (
        (every, ["Silver", "Gold"], True),
        (every, [1, 2, 3], False),
        (every, "", True),
        (one, ["Gold"], True),
        (one, ["A"], False),
    ):
        answers = send([field], {field.id: value}).answers
        assert bool(missing_answers([field], answers, "x")) is is_missing, value


def test_a_form_that_nobody_fills_in_needs_defaults_for_all_it_requires() -> None:
    gold = [{"id": 2, "text": "Gold", "selected": True}]
    on: dict[str, Any] = {"default_value_enabled": True}
    every: dict[str, Any] = {"settings": {"must_check_all": True}}
    assert not needs_answer(make())
    assert needs_answer(make(required=True))
    assert needs_answer(make(required=True, default_value="off"))
    assert not needs_answer(make(required=True, default_value="on", **on))
    assert needs_answer(make("file", required=True, **on))
    assert needs_answer(make("multiselect", default_value=gold, **on, **every))
    assert not needs_answer(make("multiselect", required=True, default_value=gold, **on))


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [("numeric", ["1", "-1.5", 7, 1.5], ["x", "1,5", "1e5", True]), ("integer", ["12"], ["1.5"]),
     ("email", ["a@b.co"], ["a"]), ("url", ["https://a.test"], ["a.test"]),
     ("alpha", ["Zoë"], ["a1"]), ("alpha_num", ["a1"], ["a-1"]), ("alpha_dash", ["a-1_"], ["a b"]),
     ("digits:3", ["123", 123], ["12", "12a"]), ("min:3", ["abc"], ["ab"]),
     ("max:3", ["abc"], ["abcd"]), ("between:2,3", ["ab"], ["a", "abcd"]),
     ("never-heard-of:x", ["a"], []), ("numeric|min:10", ["10"], ["9", "x"]),
     ("integer|between:1,5", ["5"], ["6"])],
)  # fmt: skip
def test_5_4_rules_of_the_author(rule: str, good: list[Any], bad: list[Any]) -> None:
    for kind in ("text", "textarea"):
        field = make(kind, label="Budget", field_validation=tuple(rule.split("|")))
        for value in good if kind == "text" else map(str, good):
            assert stored(field, value) == value
        for value in bad if kind == "text" else map(str, bad):
            assert refused(field, value).startswith("Budget ")
        assert stored(field, "") is None
    assert refused(make(label="Budget", field_validation=("numeric",)), "x") == (
        "Budget must be a number."
    )


def defaults(fields: list[Field], answers: Answers | None = None) -> Any:
    known = rendering.Known(zone="Asia/Tokyo")
    found = with_defaults(fields, answers or {}, NOW, known=known, template_title="Hire")
    return values_of(found)


def test_5_5_defaults() -> None:
    on: dict[str, Any] = {"default_value_enabled": True}
    fields = [
        make(number=1, default_value="{{DATE}} {{TEMPLATE_NAME}} {{nobody}}", **on),
        make(number=2),
        make(number=3, default_value="For {{field-2}} of {{ field-4 }}", **on),
        make("radio", number=4, default_value="Gold", **on),
        make("date", number=5, default_value="today+2", **on),
        make("date", number=6, default_value="{{field-5}}", **on),
        make("email", number=7, default_value="{{field-2}}@acme.test", **on),
        make("email", number=8, default_value="{{field-4}}", **on),
        make(number=9, default_value="off"),
        make("textarea", number=10, default_value="<b>{{field-2}}</b>", use_wysiwyg_editor=True,
             **on),
    ]  # fmt: skip
    ann = {fields[1].id: Answer("<i>", THEN)}
    values = defaults(fields, ann)
    assert [values.get(field.id) for field in fields] == [
        "1970-01-01 Hire {{nobody}}", "<i>", "For <i> of ", "Gold", "1970-01-03", "1970-01-03",
        None, None, None, "<b>&lt;i&gt;</b>",
    ]  # fmt: skip


def test_5_5_what_was_cleared_stays_empty() -> None:
    field = make(default_value_enabled=True, default_value="x")
    assert defaults([field]) == {field.id: "x"}
    assert defaults([field], send([field], {field.id: ""}).answers) == {}


# --- Any value at all ---

_numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
_scalars = st.none() | st.booleans() | _numbers | st.text(max_size=20)
_words = st.sampled_from(
    ["id", "text", "selected", "value", "label", "rows", "Item", "Qty", "1", "users", "guests",
     "groups", "url", "full_url", "filename", "Gold", "https://a.test/b", "jo@guests.test", GROUP,
     "source", "local", "2026-03-04", "[]", "version", "required"]
)  # fmt: skip
_json = st.recursive(
    _scalars | _words,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(_words | st.text(max_size=5), inner)
    ),
    max_leaves=12,
)


@given(st.sampled_from(list(FieldType)), _json)
def test_any_value_is_refused_or_read_back_unchanged(kind: str, value: Any) -> None:
    field = make(kind)
    form = open_form({field.id: value}, [field], "prerun", None)
    mentioned([form])
    merged = merge(form, {}, KNOWN, THEN)
    if merged.problems:
        assert merged.answers == {}
        return
    # Through the database and the wire, and back again.
    kept = read_answers(write_answers(merged.answers))
    echoed = msgspec.json.decode(msgspec.json.encode(values_of(kept)))
    assert send([field], echoed, kept) == Merged(kept, {})
    missing_answers([field], kept, "prerun")
    with_defaults([field], kept, NOW, known=rendering.Known(), template_title="T")


@given(_json)
def test_any_container_is_refused_or_read(sent: Any) -> None:
    fields = [make(label="Gold"), make("dropdown", number=2, alias="id")]
    merged = send(fields, sent)
    assert set(values_of(merged.answers)) <= {field.id for field in fields}
