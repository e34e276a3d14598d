"""`python -m bench --peers`: what a request costs the processor, beside a Django twin (bench/twin).

Processor seconds are those of all processes of a side, its own PostgreSQL server included; on
SQLite the database is inside of them.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from bench.load import drive
from bench.peer_cases import CASES, LIVE, PeerCase, launching
from bench.peer_checking import check_answers, check_statements
from bench.peer_packages import install_twin
from bench.peer_sides import Peer, Usage, opened
from bench.results import Result

_CONNECTIONS = 8
_TARGET = 3.0


@dataclass(frozen=True)
class PeerPlan:
    """How much is measured; `scale` multiplies the requests of a round."""

    rounds: int = 5
    scale: float = 1.0

    @classmethod
    def quick(cls) -> "PeerPlan":
        return cls(rounds=2, scale=0.1)

    def count(self, case: PeerCase) -> int:
        return max(int(case.count * self.scale), _CONNECTIONS)

    @property
    def processes(self) -> int:
        """So many that no round meets what another one left."""
        return int(LIVE * self.scale * (self.rounds + 1) / 6) + 20


def measure_peers(kinds: Sequence[str], wanted: Sequence[str], *, is_quick: bool) -> list[Result]:
    """`kinds`: of sqlite and postgresql. `wanted`: names of `CASES`."""
    install_twin()
    plan = PeerPlan.quick() if is_quick else PeerPlan()
    return [result for kind in kinds for result in _measure_on(kind, plan, wanted)]


def _measure_on(kind: str, plan: PeerPlan, wanted: Sequence[str]) -> list[Result]:
    with opened(kind) as peers:
        check_statements()
        for peer in peers:
            print(f"{kind}: {peer.name} launches {plan.processes} processes ...", flush=True)
            _fill(peer, plan.processes)
        with _served(peers):
            check_answers(peers)
            return list(_measured(kind, plan, peers, wanted))


def _fill(peer: Peer, count: int) -> None:
    """By requests, one after the other; then the server stops, and many sums become few."""
    with peer.serving():
        answers = peer.ask([launching(peer.made, 20)] * count)
    peer.made.process_ids += [answer["data"]["id"] for answer in answers]
    peer.fold()


@contextmanager
def _served(peers: Sequence[Peer]) -> Iterator[None]:
    twin, own = peers
    with twin.serving(), own.serving():
        yield


def _measured(
    kind: str, plan: PeerPlan, peers: Sequence[Peer], wanted: Sequence[str]
) -> Iterator[Result]:
    for case in CASES.values():
        if case.name in wanted:
            result = _measure(kind, plan, peers, case)
            print(f"  {result.line()}", flush=True)
            yield result


def _measure(kind: str, plan: PeerPlan, peers: Sequence[Peer], case: PeerCase) -> Result:
    """Rounds by turns; the first one only warms up."""
    spent: list[list[Usage]] = [[], []]
    count = plan.count(case)
    for number in range(plan.rounds + 1):
        for side, peer in enumerate(peers):
            usage = _round(peer, case.requests(peer.made, number, count))
            if number:
                spent[side].append(usage)
    ratios = [twin.total / own.total for twin, own in zip(*spent, strict=True)]
    twin_ms, own_ms = (median(usage.total for usage in side) / count * 1000 for side in spent)
    ratio = median(ratios)
    return Result(
        case.title, kind, twin_ms, own_ms, ratio, f">= {_TARGET:g} times cheaper",
        ratio >= _TARGET, "ms of processor time", _parts(spent, count), ratios,
    )  # fmt: skip


def _round(peer: Peer, requests: list[bytes]) -> Usage:
    """What all these requests cost; every connection takes the next one."""
    shared = iter(requests)
    before = peer.usage()
    reached = drive(peer.port, [shared] * _CONNECTIONS, most=len(requests))
    assert reached.count == len(requests)
    return peer.usage() - before


def _parts(spent: Sequence[Sequence[Usage]], count: int) -> str:
    told = []
    for name, side in zip(("twin", "ours"), spent, strict=True):
        server, database = (
            median(part) / count * 1000
            for part in ([each.server for each in side], [each.database for each in side])
        )
        told.append(f"{name}: server {server:.2f} ms, PostgreSQL {database:.2f} ms")
    return "; ".join(told) if spent[0][0].database else ""
