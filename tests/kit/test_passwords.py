"""What a password must be (contract 10, 2; found list F15; decision 0026)."""

import pytest

from procession.kit.passwords import weakness

OWN = ["ann.miller@mill.test", "ann.miller", "Ann", "Miller", "Ann Miller", "Miller Ann"]


@pytest.mark.parametrize("password", ["Correct1horse", "Tuesday-4-mills", "Aa1aaa", "Ann+Bob4ever"])
def test_what_will_do(password: str) -> None:
    assert weakness(password, 6, OWN) is None


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("Aa1aa", "6 to 127 characters"),
        ("aa1aaaaa", "upper-case"),
        ("AAAAAAA1", "lower-case"),
        ("Aaaaaaaa", "digit"),
        ("Aa1" + "a" * 125, "127"),
        ("Password1", "commonest"),
        ("PASSw0rd", "commonest"),
        ("Qwerty123", "commonest"),
        ("Trustno1", "commonest"),
        ("Annmiller1", "own name"),
        ("Miller-1972", "own name"),
        ("MillerAnn99!", "own name"),
        ("Ann.Miller@mill.test1", "own name"),
    ],
)
def test_found_f15_what_is_refused(password: str, word: str) -> None:
    assert word in (weakness(password, 6, OWN) or "")


def test_found_f15_who_has_no_name_is_not_compared_with_it() -> None:
    assert weakness("1A-2b-3c", 6, ["", " ", "1"]) is None


def test_found_f15_the_minimum_is_a_setting() -> None:
    assert weakness("Correct1horse", 13, []) is None
    assert "14 to 127" in (weakness("Correct1horse", 14, []) or "")
