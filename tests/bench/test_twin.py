"""The Django twin that `make bench B=--peers` measures ours beside (issue 13)."""

from collections.abc import Iterator

import pytest

from bench.peer_cases import CASES, Made, launching
from bench.peer_checking import MOST_STATEMENTS, check_answers, counted_statements
from bench.peer_packages import is_twin_installed
from bench.peer_sides import Peer, opened

_NEEDS_DJANGO = pytest.mark.skipif(
    not is_twin_installed(),
    reason="The Django twin is not installed here; `make bench B=--peers` installs it.",
)


@_NEEDS_DJANGO
def test_issue_13_the_twin_completes_by_6_statements_and_launches_by_8() -> None:
    counted = counted_statements()
    assert set(counted) == set(MOST_STATEMENTS)
    assert counted == MOST_STATEMENTS


@pytest.fixture
def peers() -> Iterator[tuple[Peer, ...]]:
    """Both sides, with a few processes each, on SQLite."""
    with opened("sqlite") as (twin, own), twin.serving(), own.serving():
        for peer in (twin, own):
            answers = peer.ask([launching(peer.made, 20)] * 12)
            peer.made.process_ids += [answer["data"]["id"] for answer in answers]
        yield twin, own


@_NEEDS_DJANGO
def test_issue_13_the_twin_answers_what_we_answer(peers: tuple[Peer, ...]) -> None:
    check_answers(peers)


def test_issue_13_every_round_has_requests_of_its_own() -> None:
    """What is archived, restored or deleted in one round is not met again in the next."""
    made = Made("org", {"admin": "token"}, {5: "five", 20: "twenty"}, [f"p{n}" for n in range(40)])
    for name in ("archive", "restore"):
        rounds = [CASES[name].requests(made, number, 8) for number in range(3)]
        assert len({request for requests in rounds for request in requests}) == 24
    assert CASES["launch-5"].requests(made, 0, 8) == [launching(made, 5)] * 8
    assert launching(made, 5) != launching(made, 20)
