"""Measures of the whole installation: all processes, the worker's too, as `serve` starts them."""

import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median

import sqlalchemy as sa

from bench.cases import CASES
from bench.data import Data
from bench.load import Connection, drive, time_of
from bench.results import Bench, Result
from bench.sides import Running, ours
from procession.kit.journal import outbox
from procession.kit.leasing import AT_ONCE
from procession.kit.migrating import engine_for

_EVENTS = 10_000


def measure_events(bench: Bench) -> list[Result]:
    """A click (archive, activate) alone, and while the worker works off a heap of events."""
    url = bench.databases.copy(bench.seeded, "events")
    with ours(url, bench.first_request(), with_worker=True, EVENT_LOG="on") as running:
        _worked_off(url)
        clicks = _clicks(bench.data)
        alone = _times_while(running, clicks, lambda count: count < bench.plan.repeats)
        _add_events(url, bench.data, _EVENTS)
        began = time.perf_counter()
        during = _times_while(running, clicks, lambda _: bool(_waiting(url)))
        spent = time.perf_counter() - began
    base, own = (_p95(times) * 1000 for times in (alone, during))
    is_met = own <= 2 * base or own <= 20
    note = f"{len(during)} clicks in the {spent:.1f} s that {_EVENTS:,} events took"
    return [
        Result(
            "p95 of a click while events are worked off", bench.kind, base, own, own / base,
            "<= 2 times, or 20 ms", is_met, "ms", note,
        )
    ]  # fmt: skip


def measure_memory(bench: Bench) -> list[Result]:
    """What all processes together have of the machine's memory after mixed requests."""
    url = bench.databases.copy(bench.seeded, "memory")
    plan = bench.plan
    # Archiving last: it may leave some archived, in which nothing is completed.
    kinds = [CASES[name] for name in ("complete", "get", "list", "launch", "archive")]
    with ours(url, bench.first_request(), with_worker=True) as running:
        for case in kinds:
            feeds = [case.feed(bench.data, part, 8) for part in range(8)]
            drive(running.port, feeds, most=plan.memory_requests // len(kinds))
        used = [size / 1e6 for size in running.shared_out_bytes().values()]
    total = sum(used)
    note = "processes: " + ", ".join(f"{size:.0f}" for size in used) + " MB"
    return [
        Result(
            f"memory of all processes (PSS) after {plan.memory_requests:,} requests", bench.kind,
            120, total, total / 120, "<= 120 MB", total <= 120, "MB", note, used,
        )
    ]  # fmt: skip


def measure_memory_later(bench: Bench) -> list[Result]:
    """After 10,000 mixed calls beside the same server after its first 2,000: nothing piles up.

    None of them archives: what a round leaves archived, the next one could complete nothing in.
    """
    url = bench.databases.copy(bench.seeded, "memory_later")
    kinds = [CASES[name] for name in ("complete", "get", "list", "launch")]
    whole, used = bench.plan.memory_requests, []
    with ours(url, bench.first_request(), with_worker=True) as running:
        feeds = [[case.feed(bench.data, part, 8) for part in range(8)] for case in kinds]
        # A fifth, then the rest, each in ten rounds of all kinds.
        for count in (whole // 5, whole - whole // 5):
            for _ in range(10):
                for feed in feeds:
                    drive(running.port, feed, most=max(count // (10 * len(kinds)), 8))
            used.append(sum(running.shared_out_bytes().values()) / 1e6)
    first, last = used
    title = f"memory of all processes (PSS): {whole:,} mixed requests beside {whole // 5:,}"
    return [
        Result(
            title, bench.kind, first, last, last / first, "<= 1.1 times", last / first <= 1.1, "MB"
        )
    ]


def measure_index(bench: Bench) -> list[Result]:
    """What search keeps beside the rows, for each process: texts, terms, and the numbers of texts.

    Only PostgreSQL can say how large each index is everywhere; nothing is asked of the figure.
    """
    if bench.kind != "postgresql":
        return []
    url = bench.databases.copy(bench.seeded, "index")
    with engine_for(url).connect() as connection:
        kept = int(connection.execute(sa.text(_INDEX_BYTES)).scalar_one())
        rows = connection.execute(sa.text("SELECT count(*) FROM processes")).scalar_one()
        whole = connection.execute(sa.text("SELECT pg_database_size(current_database())"))
        share = kept / int(whole.scalar_one())
    note = f"{rows:,} processes of 20 tasks; of the whole database {share:.0%}"
    return [
        Result(
            "bytes of index a process", bench.kind, 0, kept / rows, share, "told", True, "B", note
        )
    ]


_INDEX_BYTES = """
    SELECT sum(pg_relation_size(oid)) FROM pg_class
    WHERE relname LIKE '%\\_text\\_idx' OR relname LIKE '%\\_unsearched\\_idx'
    OR relname LIKE 'search\\_texts%'
"""


def measure_processes(bench: Bench) -> list[Result]:
    """Two server processes beside one, on PostgreSQL."""
    if bench.kind != "postgresql":
        return []
    results = []
    for name in ("archive", "get", "complete"):
        rates: list[list[float]] = [[], []]
        for turn in range(3):
            for place, count in enumerate(("1", "2")):
                url = bench.databases.copy(bench.seeded, f"processes_{name}_{turn}_{count}")
                with ours(url, bench.first_request(), with_worker=True, WORKERS=count) as running:
                    feeds = [CASES[name].feed(bench.data, part, 8) for part in range(8)]
                    drive(running.port, feeds, seconds=0.5)
                    feeds = [CASES[name].feed(bench.data, part, 8) for part in range(8)]
                    rates[place].append(drive(running.port, feeds, seconds=2).rate)
        one, two = (median(each) for each in rates)
        results.append(
            Result(
                f"two processes: {CASES[name].title}", bench.kind, one, two, two / one,
                ">= 1.7 of one", two / one >= 1.7, "requests/s",
            )
        )  # fmt: skip
    return results


def _clicks(data: Data) -> Iterator[bytes]:
    return CASES["archive"].feed(data, 0, 1)


def _times_while(
    running: Running, clicks: Iterator[bytes], goes_on: Callable[[int], bool]
) -> list[float]:
    """Seconds of each click, asked one after the other with a breath between."""
    connection = Connection(running.port)
    times: list[float] = []
    while goes_on(len(times)) or len(times) < 20:
        times.append(time_of(connection, next(clicks)))
        time.sleep(0.002)
    connection.close()
    return times


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def _add_events(url: str, data: Data, count: int) -> None:
    row = {
        "organization_id": data.organization_id,
        "event": "process.archived",
        "payload": '{"event":"process.archived"}',
        "created_at": 0,
        "due_at": AT_ONCE,
    }
    with engine_for(url).begin() as connection:
        connection.execute(outbox.insert(), [row] * count)


def _waiting(url: str) -> int:
    with engine_for(url).connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(outbox)).scalar_one())


def _worked_off(url: str) -> None:
    while _waiting(url):
        time.sleep(0.1)
