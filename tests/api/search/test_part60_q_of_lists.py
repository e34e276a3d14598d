"""`q` of the list of processes: what few have is found by the index of texts, what many have by a
look at each (contract 60, 4; decision 0060). The list is the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from cast import Cast, Person
from factories import launch, made
from procession.domains.processes import access
from procession.domains.processes.tables import processes
from procession.kit.db import Statement

NAMES = [
    "Quokka onboarding", "ÄRZTE-Prüfung 12", "Ärzte", "50% off_er", "a b c", "Grown process 77",
    "{{form.x}} and more", "東京 点検表", "back\\slash quokka", "numbatting",
]  # fmt: skip
QUERIES = [
    "quokka", "QUOKKA onb", "kka onb", "arzte", "prüf", "50%", "off_er", "offxer", "a b", "77",
    "cess 7", "{{form", "and more", "京", "点検表", "\\slash", "zzz", "bat", "number",
]  # fmt: skip

_FORGET = Statement(
    processes.update()
    .where(processes.c.id == sa.bindparam("process_id", type_=sa.Text))
    .values(name_text=None)
)


@contextmanager
def found_by_index(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """However few processes there are, and however many of them have the text."""
    with monkeypatch.context() as patch:
        patch.setattr(access, "LARGE", 0)
        patch.setattr(access, "MANY", 1000)
        yield


def lists(by: Person, number: int) -> dict[str, Any]:
    found = {}
    for query in QUERIES:
        text = str(number) if query == "number" else query
        answer = by.get(f"/runs?archived=true&per_page=100&q={quote(text)}").json()
        found[query] = (
            [row["name"] for row in answer["data"]],
            answer["meta"]["pagination"]["total"],
        )
    return found


def test_60_4_q_of_a_list_finds_the_same_by_the_index(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_of = [launch(cast.olga, name=name) for name in NAMES]
    made(cast.olga.delete(f"/runs/{made_of[0]['id']}"), 200)
    # Of the last one nobody knows the text.
    with cast.server.storage.database.writing() as connection:
        connection.execute(_FORGET, {"process_id": made_of[-1]["id"]})
    number = made_of[4]["increment_id"]
    people = (cast.olga, cast.mia, cast.leo)
    by_look = [lists(who, number) for who in people]
    assert by_look[0]["kka onb"] == (["Quokka onboarding"], 1)
    assert by_look[0]["bat"] == (["numbatting"], 1)
    assert "a b c" in by_look[0]["number"][0]
    with found_by_index(monkeypatch):
        assert [lists(who, number) for who in people] == by_look
