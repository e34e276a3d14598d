"""Codes in links."""

import pytest

from procession.core.links import find_place, placed

ORGANIZATION, CODE = "0a" * 16, "K9xZ"


def test_what_is_put_together_comes_apart_again() -> None:
    assert find_place(placed(ORGANIZATION, CODE), 4) == (ORGANIZATION, CODE)
    assert find_place(placed(ORGANIZATION.upper(), CODE), 4) == (ORGANIZATION, CODE)


def test_a_link_from_before_says_nothing_of_its_organization() -> None:
    assert find_place(CODE, 4) == (None, CODE)


@pytest.mark.parametrize(
    "before", ["x", "z" * 32, ORGANIZATION[1:], ORGANIZATION + "0", "\x00" * 32]
)
def test_what_is_no_organization_is_the_empty_one(before: str) -> None:
    assert find_place(before + CODE, 4) == ("", CODE)


@pytest.mark.parametrize("word", ["", "K", "K9x"])
def test_a_word_that_is_too_short_is_no_code(word: str) -> None:
    assert find_place(word, 4) == (None, word)
