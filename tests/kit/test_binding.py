"""From what a client sent to typed values, where a declaration has notes of its own."""

from typing import Annotated, Any

import msgspec
import pytest
from msgspec import UNSET, Meta, UnsetType

from procession.kit.binding import DateTime, PersonNumber, RichText, bind, bind_whole
from procession.kit.errors import Archived, Invalid

pytestmark = pytest.mark.hostile

_Line = Annotated[str, Meta(max_length=5)]


class _Part(msgspec.Struct, kw_only=True):
    size: int


class _Body(msgspec.Struct, kw_only=True):
    """Notes on the whole of a choice, and on a part of it."""

    line: Annotated[str | None, Meta(max_length=5)] = None
    both: Annotated[_Line | UnsetType | None, Meta(description="Twice noted.")] = UNSET
    count: Annotated[int | None, Meta(ge=1, le=9)] = None
    text: Annotated[RichText | None, Meta(description="Kept as sent.")] = None
    due: Annotated[DateTime | None, Meta(description="When.")] = None
    part: Annotated[_Part | None, Meta(description="With fields of its own.")] = None
    parts: Annotated[list[_Part] | None, Meta(description="Several.")] = None


def test_a_note_on_a_choice_is_a_note_on_what_is_sent() -> None:
    sent = {
        "line": " abc ", "both": None, "count": "3", "text": " a ", "due": "2025-05-15",
        "part": {"size": "1", "more": 1}, "parts": [{"size": 2}],
    }  # fmt: skip
    bound = bind(sent, _Body)
    assert bound.value == _Body(
        line="abc", both=None, count=3, text=" a ", due=1_747_267_200_000_000,
        part=_Part(size=1), parts=[_Part(size=2)],
    )  # fmt: skip
    assert bound.ignored == ("part.more",)
    assert bind({"line": None, "count": ""}, _Body).value == _Body()


@pytest.mark.parametrize(
    "sent", [{"line": "abcdef"}, {"both": "abcdef"}, {"count": 0}, {"count": 10}, {"due": "x"}]
)
def test_limits_hold_wherever_they_are_noted(sent: dict[str, object]) -> None:
    assert list(bind(sent, _Body).problems) == list(sent)
    with pytest.raises(Invalid) as refused:
        bind_whole(sent, _Body)
    assert list(refused.value.problems) == list(sent)


class _Named(msgspec.Struct, kw_only=True):
    title: str
    people: list[PersonNumber]
    groups: list[str]
    parts: dict[str, _Part]
    part: _Part
    is_open: bool
    due: DateTime
    anything: Any
    note: Annotated[str, Meta(max_length=3)] | UnsetType | None = UNSET


def test_found_c5_what_cannot_be_read_is_stood_in_for_and_the_rest_is_read() -> None:
    sent = {
        "title": {}, "people": ["x", 7, {}], "groups": [[], "a"], "part": {"size": "?"},
        "parts": {"a": {"size": 1}, "b": 2}, "is_open": "perhaps", "due": "never", "note": "long",
    }  # fmt: skip
    bound = bind(sent, _Named)
    assert bound.value == _Named(
        title="", people=[-1, 7, -3], groups=["-1", "a"], part=_Part(size=0),
        parts={"a": _Part(size=1), "b": _Part(size=0)}, is_open=False, due=0, anything=None,
    )  # fmt: skip
    assert list(bound.problems) == [
        "title", "people.0", "people.2", "groups.0", "parts.b", "part.size", "is_open", "due",
        "anything", "note",
    ]  # fmt: skip
    assert set(bind({}, _Named).problems) == set(_Named.__struct_fields__) - {"note"}


def test_found_c5_no_second_sentence_about_a_key_that_could_not_be_read() -> None:
    unreadable = Invalid({"owners.users.0": ["No."], "deadline": ["Never."]})
    found = Invalid(
        {
            "title": ["Long."],
            "owners": ["None."],
            "deadline.unit": ["?"],
            "owners.users.1": ["Who?"],
        }
    )
    assert found.beside(unreadable).problems == {
        "owners.users.0": ["No."], "deadline": ["Never."], "title": ["Long."],
        "owners.users.1": ["Who?"],
    }  # fmt: skip
    assert Invalid({"deadline": ["Soon."]}).beside(unreadable) is unreadable
    archived = Archived({"process": ["Archived."]}).beside(unreadable)
    assert (archived.code, archived.message) == ("ARCHIVED", "Archived. (and 2 more errors)")
