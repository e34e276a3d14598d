"""One folding for searching and sorting (found C1 to C3, decision 0027)."""

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from procession.core.folding import (
    SORTED_SIGNS,
    folded,
    kept_fold,
    lower_ascii,
    occurs,
    sorting_key,
)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Приёмка ÄRZTE", "приемка arzte"),
        ("İstanbul", "istanbul"),
        ("ISPARTA", "\u0131sparta"),
        ("ΟΔΟΣ", "οδός"),
        ("Straße", "STRASSE"),
        ("Łódź Ærø Đorđe", "lodz aero dorde"),
        ("\uff26\uff55ll ﬁt", "FULL FIT"),
        ("Cafe\u0301", "café"),
        ("ΐ", "\u03b9\u0308\u0301"),
    ],
)
def test_found_c2_texts_that_differ_by_case_and_accents_are_one(text: str, same: str) -> None:
    assert folded(text) == folded(same)


@pytest.mark.parametrize(
    ("text", "other"), [("мой", "мои"), ("がき", "かき"), ("कु", "क"), ("한", "하"), ("ñ", "m")]
)
def test_other_letters_stay_other_letters(text: str, other: str) -> None:
    assert folded(text) != folded(other)


def test_every_sign_folds_to_what_folds_no_further() -> None:
    """Whatever its case, and however it is written."""
    surrogates = range(0xD800, 0xE000)
    for sign in (chr(each) for each in range(1, sys.maxunicode + 1) if each not in surrogates):
        once = folded(sign)
        assert once, ascii(sign)
        for same in {
            once, sign.upper(), sign.lower(), sign.title(), sign.casefold(),
            unicodedata.normalize("NFD", sign), unicodedata.normalize("NFKC", sign),
        }:  # fmt: skip
            assert folded(same) == once, (ascii(sign), ascii(same))


@given(st.text())
@example("й\u0306")
def test_folding_again_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(), st.text())
def test_ways_to_write_the_same_are_one(before: str, after: str) -> None:
    text = before + after
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert folded(unicodedata.normalize(form, text)) == folded(text)


@given(st.text(st.characters(max_codepoint=127)))
def test_what_databases_fold_themselves_needs_nothing_beside_it(text: str) -> None:
    assert kept_fold(text) is None
    assert folded(text) == lower_ascii(text) == text.lower()


@given(st.text(min_size=1))
def test_a_text_occurs_in_itself(text: str) -> None:
    assert occurs(text, text)
    kept = kept_fold(text)
    assert kept is None or kept.startswith(folded(text))


@given(st.text(min_size=1), st.text(min_size=1))
def test_another_text_has_another_fold_beside_it(one: str, other: str) -> None:
    """Not even a server that knows of no folding can leave one behind that looks right."""
    if one != other and not (one.isascii() and other.isascii()):
        assert kept_fold(one) != kept_fold(other)


@given(st.lists(st.text(min_size=1)))
def test_the_order_is_by_what_is_folded_first(texts: list[str]) -> None:
    in_order = [folded(text)[:SORTED_SIGNS] for text in sorted(texts, key=sorting_key)]
    assert in_order == sorted(in_order)


def test_found_c3_one_order_whatever_the_case() -> None:
    names = ["zebra", "Zoo", "Äpfel", "ärzte", "Éclair", "élan", "Öl"]
    assert sorted(names, key=sorting_key) == [
        "Äpfel", "ärzte", "Éclair", "élan", "Öl", "zebra", "Zoo",
    ]  # fmt: skip


def test_of_texts_that_differ_by_accents_the_plain_one_comes_first() -> None:
    assert sorted(["Elan b", "élan", "Elan", "elan a"], key=sorting_key) == [
        "Elan", "élan", "elan a", "Elan b",
    ]  # fmt: skip
