"""Two hundred queries find the same in the same order on both databases: what is expected is worked
out from the texts alone (contract 60, 4)."""

import random
from dataclasses import dataclass

import pytest

from cast import Cast
from factories import launch, made
from procession.core.folding import folded
from procession.core.searching import matches, rank_of, words_of
from procession.domains.accounts.actions.authenticating import authenticate_member
from procession.domains.processes import access
from procession.domains.search.store import walking
from procession.domains.search.types import Kind, wanted_of
from procession.flows.searching.finding import search
from procession.kit.paging import PageRequest

_WORDS = [
    "onboarding", "Onboarding", "ÄRZTE", "Ärzte-Prüfung", "offer", "OFFER 2026", "100%", "a_b",
    "o'neil", "(draft)", '"quoted"', "東京", "点検表", "Приёмка", "naïve", "Straße", "x", "an",
    "foo-bar", "foobar", "🦘 jump", "e-mail", "C++", "50/50", "İstanbul",
]  # fmt: skip


@dataclass(frozen=True)
class _Made:
    """`place`: the later, the newer."""

    place: int
    name: str
    summary: str
    is_archived: bool


def _rows(chance: random.Random) -> list[_Made]:
    return [
        _Made(
            place,
            " ".join(chance.choices(_WORDS, k=chance.randint(1, 3))),
            " ".join(chance.choices(_WORDS, k=chance.randint(0, 3))),
            chance.random() < 0.3,
        )
        for place in range(40)
    ]


def _queries(chance: random.Random) -> list[str]:
    """Words, pieces of words, and several of them; some of nothing that is there."""
    queries = [*_WORDS, *"%_'\"(*-ß東п", "zzz", "ing", "ngo"]
    while len(queries) < 200:
        pieces = []
        for word in chance.choices(_WORDS, k=chance.randint(1, 2)):
            begin = chance.randint(0, max(len(word) - 2, 0))
            pieces.append(word[begin : begin + chance.randint(1, 5)])
        query = " ".join(pieces).strip()
        queries += [query] if query else []
    return queries


def _expected(rows: list[_Made], query: str) -> list[str]:
    words, spaced = words_of(query), folded(" ".join(query.split()))
    hits = [row for row in rows if _has_each(row, words)]
    hits.sort(
        key=lambda row: (row.is_archived, rank_of(folded(row.name), words, spaced), -row.place)
    )
    return [row.name for row in hits]


def _has_each(row: _Made, words: tuple[str, ...]) -> bool:
    """Each word is in one of its texts; not each text has all."""
    texts = (folded(row.name), folded(row.summary))
    return all(any(matches(text, [word]) for text in texts) for word in words)


@pytest.mark.parametrize("how", ["few", "many", "many, of which few have the words"])
def test_60_4_200_queries(cast: Cast, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """However many there are: so few are walked through as a million beside a usual page."""
    if how != "few":
        monkeypatch.setattr(access, "LARGE", 0)
        monkeypatch.setattr(access, "MANY", 0 if how == "many" else 1000)
        monkeypatch.setattr(walking, "_WINDOWS", (4, 12, None))
        monkeypatch.setattr(walking, "_BEGINNING", 2)
    chance = random.Random(60)
    rows_made = _rows(chance)
    for row in rows_made:
        process = launch(cast.olga, name=row.name, summary=row.summary)
        if row.is_archived:
            made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    storage, olga = cast.server.storage, cast.olga
    caller = authenticate_member(storage, olga.token, olga.organization_id, "queries")
    request = PageRequest(1, 100)
    for query in _queries(chance):
        wanted = wanted_of(query)
        hits = search(caller, [Kind.PROCESS], wanted, request, with_tags=False)
        page = hits.by_kind[Kind.PROCESS].page
        assert [process.name for process in page.rows] == _expected(rows_made, query), query
        assert page.total == len(page.rows)
        short = search(caller, [Kind.PROCESS], wanted, PageRequest(2, 3), with_tags=False)
        rows = short.by_kind[Kind.PROCESS].page.rows
        assert [each.name for each in rows] == _expected(rows_made, query)[3:6], query
