"""How each figure is taken: interleaved rounds, medians."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median

from bench import data as bench_data
from bench.cases import CASES, Case
from bench.checking import check_answers, check_statements
from bench.data import Data
from bench.door import door_times
from bench.files import measure_files
from bench.growth import measure_growth
from bench.installation import (
    measure_events,
    measure_index,
    measure_memory,
    measure_memory_later,
    measure_processes,
)
from bench.large_template import measure_large_template
from bench.load import Connection, drive, request_bytes, time_of
from bench.many import measure_many
from bench.results import Bench, Plan, Result
from bench.rules import measure_rules
from bench.searching import measure_searching
from bench.sides import Running, databases, floor, ours


@contextmanager
def opened(kind: str, plan: Plan) -> Iterator[Bench]:
    with databases(kind) as made:
        print(f"{kind}: making {plan.processes} processes ...", flush=True)
        used_up = sum(case.most_a_round or 0 for case in CASES.values()) * (plan.rounds + 2)
        data = bench_data.make(
            made.create("seeded"), process_count=plan.processes, archived_count=used_up
        )
        yield Bench(plan, kind, made, data)


# --- Against the floor ---


@contextmanager
def _both_sides(bench: Bench, name: str) -> Iterator[tuple[Running, Running]]:
    """Fresh copies for each case, so that what one leaves behind does not weigh on the next."""
    urls = (
        bench.databases.copy(bench.seeded, f"floor_{name}"),
        bench.databases.copy(bench.seeded, f"ours_{name}"),
    )
    if bench.kind == "sqlite":
        check_statements(urls, bench.data)
    first = bench.first_request()
    with floor(urls[0], first) as base, ours(urls[1], first, with_worker=True) as own:
        check_answers((base.port, own.port), bench.data)
        yield base, own


def measure_case(bench: Bench, case: Case) -> Result:
    plan, data = bench.plan, bench.data
    with _both_sides(bench, case.name) as sides:
        feeds = [
            [case.feed(data, part, plan.connections) for part in range(plan.connections)]
            for _ in sides
        ]
        rates: list[list[float]] = [[], []]
        costs: list[list[float]] = [[], []]
        for number in range(plan.rounds + 1):
            for side, running in enumerate(sides):
                seconds = plan.round_seconds if number else plan.round_seconds / 2
                most = case.most_a_round or 1_000_000
                used = _processor_seconds(bench, running)
                reached = drive(running.port, feeds[side], seconds=seconds, most=most)
                used = _processor_seconds(bench, running) - used
                if number:  # The first round only warms up.
                    rates[side].append(reached.rate)
                    costs[side].append(used / reached.count * 1000)
    ratios = [own / base for base, own in zip(*rates, strict=True)]
    ratio = median(ratios)
    return Result(
        case.title, bench.kind, median(rates[0]), median(rates[1]), ratio,
        ">= 0.65 of the floor", ratio >= 0.65, "requests/s",
        f"processor time a request, database and worker included: "
        f"floor {median(costs[0]):.2f} ms, ours {median(costs[1]):.2f} ms", ratios,
    )  # fmt: skip


def _processor_seconds(bench: Bench, running: Running) -> float:
    return running.processor_seconds() + bench.databases.processor_seconds()


# --- Ours beside ours ---


def measure_archive_size(bench: Bench) -> list[Result]:
    """Archive and activate a process of 10 tasks and one of 1,000, by turns."""
    url = bench.databases.copy(bench.seeded, "sizes")
    names = (bench.data.with_10_tasks, bench.data.with_1000_tasks)
    paths = [bench.data.path(f"/runs/{name}") for name in names]
    token = bench.data.token
    times: dict[str, list[list[float]]] = {"archive": [[], []], "activate": [[], []]}
    with ours(url, bench.first_request()) as running:
        connection = Connection(running.port)
        for _ in range(bench.plan.repeats):
            for size, path in enumerate(paths):
                gone = request_bytes("DELETE", path, token)
                times["archive"][size].append(time_of(connection, gone))
                back = request_bytes("PUT", f"{path}/activate", token)
                times["activate"][size].append(time_of(connection, back))
        connection.close()
    return [
        _compared(f"{verb}: 1,000 tasks beside 10", bench, both) for verb, both in times.items()
    ]


def _compared(case: str, bench: Bench, times: Sequence[Sequence[float]]) -> Result:
    """Medians of the times before and after what makes the difference."""
    base, own = (median(side) * 1000 for side in times)
    ratio = own / base
    return Result(case, bench.kind, base, own, ratio, "<= 1.5 times", ratio <= 1.5, "ms")


def measure_archive_of_a_million(bench: Bench) -> list[Result]:
    """The first page of the default list, without and with a million archived processes."""
    without = bench.databases.copy(bench.seeded, "without")
    within = bench.databases.copy(bench.seeded, "within")
    print(f"  making {bench.plan.archived} archived processes ...", flush=True)
    bench_data.add_archived(within, bench.data, bench.plan.archived)
    results = []
    first = bench.first_request()
    with ours(without, first) as base, ours(within, first) as own:
        connections = [Connection(base.port), Connection(own.port)]
        for who, token in (("admin", bench.data.token), ("member", bench.data.member_token)):
            request = request_bytes("GET", bench.data.path("/runs"), token)
            times: list[list[float]] = [[], []]
            for _ in range(bench.plan.repeats):
                for side, connection in enumerate(connections):
                    times[side].append(time_of(connection, request))
            title = f"default list ({who}) with {bench.plan.archived:,} archived"
            results.append(_compared(title, bench, times))
        for connection in connections:
            connection.close()
    return results


# --- At the door ---


def measure_door(bench: Bench) -> list[Result]:
    """What is done at the door (bench/door.py) beside the whole archive request of a client."""
    results = []
    for kind in ("signed", "opaque"):
        url = bench.databases.copy(bench.seeded, f"door_{kind}")
        token = bench.data.token if kind == "opaque" else bench_data.signed_token(url, bench.data)
        repeats = bench.plan.repeats * 5
        inside = door_times(url, bench.data, token, repeats=repeats)
        door = median(whole - without for without, whole in inside) * 1000
        with ours(url, bench.first_request()) as running:
            own = median(_archive_times(running, bench.data, token, repeats)) * 1000
        without_http = median(1 - without / whole for without, whole in inside)
        share = door / own
        results.append(
            Result(
                f"authentication's share of archive ({kind} token)", bench.kind, door, own, share,
                "<= 0.10", share <= 0.10, "ms", f"without HTTP its share is {without_http:.2f}",
            )
        )  # fmt: skip
    return results


def _archive_times(running: Running, data: Data, token: str, repeats: int) -> list[float]:
    """Seconds of each request, one after the other."""
    connection = Connection(running.port)
    times = []
    for number in range(repeats):
        path = data.path(f"/runs/{data.process_ids[number % len(data.process_ids)]}")
        times.append(time_of(connection, request_bytes("DELETE", path, token)))
        time_of(connection, request_bytes("PUT", f"{path}/activate", token))
    connection.close()
    return times[repeats // 10 :]


# --- Start ---


def measure_start(bench: Bench) -> list[Result]:
    """From the start of `procession serve` (with its worker) to the first answer of the API."""
    url = bench.databases.copy(bench.seeded, "starting")
    times = []
    for _ in range(bench.plan.starts):
        with ours(url, bench.first_request(), with_worker=True) as running:
            times.append(running.start_seconds)
    spent = median(times)
    return [
        Result(
            "first answer after start",
            bench.kind,
            0.7,
            spent,
            spent / 0.7,
            "<= 0.7 s",
            spent <= 0.7,
            "s",
            rounds=times,
        )
    ]


EXTRAS: dict[str, Callable[[Bench], list[Result]]] = {
    "archive-size": measure_archive_size,
    "million": measure_archive_of_a_million,
    "growth": measure_growth,
    "search": measure_searching,
    "door": measure_door,
    "start": measure_start,
    "memory": measure_memory,
    "memory-later": measure_memory_later,
    "files": measure_files,
    "index": measure_index,
    "events": measure_events,
    "processes": measure_processes,
    "large-template": measure_large_template,
    "rules": measure_rules,
    "many": measure_many,
}
