"""Search in an organization with 1,000 processes and in one with many more, by turns.

All carry one word in their names, a hundred another one. Both are made by bare inserts: processes
as `bench.growth` makes them, their names' texts by the bare driver with the terms of
`kit.searching`. What is timed is a page and its total, each as the store asks for it.
"""

import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from bench.data import Data
from bench.growth import grow
from bench.results import Bench, Result
from procession.core.folding import folded
from procession.domains.accounts.actions.authenticating import authenticate_member
from procession.domains.search import store
from procession.domains.search.types import Kind, wanted_of
from procession.flows.access.opening import open_server
from procession.kit.caller import Caller
from procession.kit.migrating import engine_for
from procession.kit.paging import PageRequest
from procession.kit.searching import search_texts, text_row
from procession.kit.settings import Settings
from procession.kit.work import reading

#: So many processes have the rare word.
_RARE = 100
COMMON, RARE = "process", "quokka"
#: A prime, so that numbers of texts lie as far apart as those of a hash.
_PRIME, _FACTOR = 9007199254740881, 7919000000007


def fill(url: str, data: Data, count: int) -> None:
    """So many processes, of which a hundred have the rare word."""
    step = max(count // _RARE, 1)
    is_rare = f"n.i % {step} = 0"
    # To psycopg a single one begins a parameter; `grow` sees to it.
    also = {
        "name": f"CASE WHEN {is_rare} THEN 'Grown {RARE} process ' ELSE 'Grown process ' END "
        "|| CAST(n.i AS TEXT)",
        "name_text": f"CAST(n.i AS BIGINT) * {_FACTOR} % {_PRIME}",
    }
    grow(url, data, count, also)
    engine = engine_for(url)
    held = engine.raw_connection()
    raw: Any = held.driver_connection
    if engine.dialect.name == "sqlite":
        raw.execute("PRAGMA synchronous=OFF")
        raw.execute("PRAGMA cache_size=-400000")
        raw.executemany("INSERT INTO search_texts VALUES (?, ?, ?, ?)", _texts(data, count, step))
        raw.commit()
        raw.execute("ANALYZE")
    else:
        _copy(raw, data, count, step)
    held.close()
    engine.dispose()


def _copy(raw: Any, data: Data, count: int, step: int) -> None:
    """The index of terms afterwards."""
    index = "search_texts_terms_idx"
    with raw.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index])
        (create,) = cursor.fetchone()
        cursor.execute(f"DROP INDEX {index}")
        with cursor.copy("COPY search_texts FROM STDIN") as copy:
            for row in _texts(data, count, step):
                copy.write_row(row)
        cursor.execute(create)
    raw.commit()
    raw.autocommit = True
    raw.execute("VACUUM ANALYZE")


def _texts(data: Data, count: int, step: int) -> Iterator[tuple[Any, ...]]:
    names = [column.name for column in search_texts.c]
    for place in range(1, count + 1):
        rare = f"{RARE} " if place % step == 0 else ""
        name = f"Grown {rare}process {place}"
        number = place * _FACTOR % _PRIME
        row = text_row(data.organization_id, number, ("n", folded, name))
        yield tuple(row[each] for each in names)


def measure_searching(bench: Bench) -> list[Result]:
    sizes = (1_000, bench.plan.searched)
    times = []
    for size in sizes:
        url = bench.databases.copy(bench.seeded, f"searched_{size}")
        print(f"  filling with {size:,} processes ...", flush=True)
        fill(url, bench.data, size)
        times.append(_times(url, bench.data, 5))
    results = []
    small, large = (sum(each[RARE]) * 1000 for each in times)
    title = f"search for what {_RARE} of {sizes[1]:,} processes have, beside 1,000: page and total"
    ratio = large / small
    results.append(Result(title, bench.kind, small, large, ratio, "<= 3 times", ratio <= 3, "ms"))
    page, total = (each * 1000 for each in times[1][COMMON])
    for what, own, most in (("first page", page, 50), ("total", total, 1500)):
        title = f"search for what all of {sizes[1]:,} processes have: {what}"
        is_met = own <= most
        results.append(
            Result(title, bench.kind, most, own, own / most, f"<= {most} ms", is_met, "ms")
        )
    return results


def _times(url: str, data: Data, repeats: int) -> dict[str, tuple[float, float]]:
    """Seconds of a first page and of its total, by word: each the median."""
    server = open_server(Settings(database_url=url))
    olga = authenticate_member(server, data.token, data.organization_id, "bench")
    found = {}
    for word in (RARE, COMMON):
        taken = [_asked(olga, word) for _ in range(repeats)]
        found[word] = (median(each[0] for each in taken), median(each[1] for each in taken))
    server.database.close()
    return found


def _asked(caller: Caller, word: str) -> tuple[float, float]:
    """Seconds until the page is there, and from then until its total is."""
    with reading(caller) as work:
        began = time.perf_counter()
        search = store.Search(work, Kind.PROCESS, wanted_of(word))
        search.page(PageRequest(1, 10))
        paged = time.perf_counter()
        search.count()
        return paged - began, time.perf_counter() - paged
