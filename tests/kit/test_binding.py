"""From what a client sent to typed values, where a declaration has notes of its own."""

from typing import Annotated

import msgspec
import pytest
from msgspec import UNSET, Meta, UnsetType

from procession.kit.binding import DateTime, RichText, bind
from procession.kit.errors import Invalid

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
    with pytest.raises(Invalid) as refused:
        bind(sent, _Body)
    assert list(refused.value.problems) == list(sent)
