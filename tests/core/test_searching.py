"""Words of a query, and the terms by which an index finds them (contract 60, 4)."""

import random

import pytest

from procession.core.folding import folded
from procession.core.searching import matches, rank_of, terms_for, terms_of, words_of

_SIGNS = "aab bcß-é'%\"東京ｱ🦘 "


def test_an_index_finds_what_a_look_at_the_text_finds() -> None:
    """Nothing that occurs has other terms; and of three signs or fewer, nothing else has them."""
    chance = random.Random(4)
    for _ in range(3000):
        text = folded("".join(chance.choices(_SIGNS, k=chance.randint(0, 12))))
        terms = terms_of(text)
        for word in words_of("".join(chance.choices(_SIGNS, k=chance.randint(1, 5)))):
            has_terms = terms.issuperset(terms_for(word))
            occurs = matches(text, [word])
            assert has_terms or not occurs, (text, word)
            assert len(word) > 3 or has_terms is occurs, (text, word)


def test_a_term_has_no_sign_that_ends_one() -> None:
    every = "".join(map(chr, range(33, 127)))
    for term in terms_of(folded(every)) | set(terms_for(every)):
        assert all(sign.isalnum() or ord(sign) > 127 for sign in term), term


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("  Foo   BAR ", ("foo", "bar")),
        ("foo foobar", ("foobar",)),
        ("a\x00b", ("a\x00b",)),
        ("\u00a0 \u3000", ()),
        ("100% sure", ("100%", "sure")),
    ],
)
def test_words_are_split_on_white_space(query: str, words: tuple[str, ...]) -> None:
    assert words_of(query) == words


def test_a_name_ranks_by_how_it_holds_the_query() -> None:
    names = ["egg", "eggs", "an egg", "bird"]
    assert [rank_of(name, ("egg",), "egg") for name in names] == [0, 1, 2, 3]
