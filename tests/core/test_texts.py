"""In which form texts are stored, and which say nothing (ruling 19)."""

import pytest

from procession.core.texts import is_blank, tidied, tidied_json


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("e\u0301", "\u00e9"), ("a\x07b\x1b[0m\x7f\x85", "ab[0m"), ("a\tb\nc", "a\tb\nc"),
        ("a\r\nb\rc", "a\nb\nc"), ("\ud55c", "\ud55c"), ("\u1112\u1161\u11ab", "\ud55c"),
        ("\u200d\U0001f468", "\u200d\U0001f468"), ("", ""), ("\ufb01 \u2460", "\ufb01 \u2460"),
    ],
)  # fmt: skip
def test_ruling_19_in_one_form_and_without_control_signs(text: str, stored: str) -> None:
    assert tidied(text) == stored
    assert tidied(stored) == stored
    assert tidied_json({text: [text, {"x": text}, 1, None]}) == {
        text: [stored, {"x": stored}, 1, None]
    }


@pytest.mark.parametrize(
    "text",
    ["", " \t\n", "\u200b\u200c\u200d\ufeff", "\u2800", "\u3164", "\u0301\u20dd", "\x07\x85",
     "\u00a0\u2003\u3000\u2028", "\u202e\u2066", "\ufe0f", "\u00ad"],
)  # fmt: skip
def test_ruling_19_signs_that_nobody_sees_say_nothing(text: str) -> None:
    assert is_blank(text)
    assert is_blank(text * 3)
    assert not is_blank(f"{text}-")
