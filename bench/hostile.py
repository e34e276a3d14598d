"""What clients that are slow, or many at once, cost the others (`make bench B=--hostile`).

Takes minutes, so nothing of it is in the suite, which tries the same with less.
"""

import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import cycle
from statistics import median

from bench.load import Connection, request_bytes
from bench.results import Bench, Result
from bench.sides import Running, ours

_MIB = 1024 * 1024
_CONNECTIONS, _SECONDS, _TURNS = 8, 20, 3
_SLOW = (50, 500)


# --- Others are answered ---


def measure_half_sent(bench: Bench) -> list[Result]:
    """p95 of 8 connections in a closed loop, before and while others have sent half a body."""
    results = []
    for count in _SLOW:
        url = bench.databases.copy(bench.seeded, f"half_sent_{count}")
        with ours(url, bench.first_request(), with_worker=True) as running:
            before, during = [], []
            for _ in range(_TURNS):
                before.append(_p95_of_loop(running, bench))
                with _half_sent(running, bench, count):
                    during.append(_p95_of_loop(running, bench))
        base, own = median(before), median(during)
        ratio = median(now / was for was, now in zip(before, during, strict=True))
        results.append(
            Result(
                f"p95 of a read while {count} bodies are half sent", bench.kind, base, own, ratio,
                "<= 2 times, or 20 ms", ratio <= 2 or own <= 20, "ms", rounds=during,
            )
        )  # fmt: skip
    return results


def _p95_of_loop(running: Running, bench: Bench) -> float:
    """Milliseconds."""
    seconds = 2 if bench.plan.is_quick else _SECONDS
    request = request_bytes("GET", bench.data.path("/runs?per_page=10"), bench.data.token)

    def loop(_: int) -> list[float]:
        connection, times = Connection(running.port), []
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            start = time.perf_counter()
            connection.ask(request)
            times.append(time.perf_counter() - start)
        connection.close()
        return times

    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        times = sorted(each for found in pool.map(loop, range(_CONNECTIONS)) for each in found)
    return times[int(len(times) * 0.95)] * 1000


@contextmanager
def _half_sent(running: Running, bench: Bench, count: int) -> Iterator[None]:
    """So many all the time: who is told 408 is followed by another. Half of them have a token."""
    path = bench.data.path("/runs")
    with_token = f"Authorization: Bearer {bench.data.token}\r\n"
    heads = cycle(
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f'{word}Content-Length: 100\r\n\r\n{{"na'.encode()
        for word in ("", with_token)
    )
    with ExitStack() as opened:
        for _ in range(count):
            one = opened.enter_context(socket.create_connection(("127.0.0.1", running.port), 30))
            one.sendall(next(heads))
        yield


# --- Large bodies ---


def measure_slow_upload(bench: Bench) -> list[Result]:
    """100 MiB at 1 MiB in a second: nobody is cut off for being as slow as that."""
    size = 10 if bench.plan.is_quick else 100
    url = bench.databases.copy(bench.seeded, "slow_upload")
    process = bench.data.process_ids[0]
    fields = {"subject_type": "Run", "subject_id": process, "uploaded_from": "note"}
    lines = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    lines.append(
        '--b\r\nContent-Disposition: form-data; name="file"; filename="large.txt"\r\n'
        "Content-Type: text/plain\r\n\r\n"
    )
    first, last = "".join(lines).encode(), b"\r\n--b--\r\n"
    length = len(first) + size * _MIB + len(last)
    head = (
        f"POST {bench.data.path('/file')} HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Bearer {bench.data.token}\r\n"
        f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {length}\r\n\r\n"
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        ours(
            url, bench.first_request(), with_worker=True, FILES=folder,
            MAX_UPLOAD_BYTES=str(length),
        ) as running,
    ):  # fmt: skip
        began = time.perf_counter()
        connection = Connection(running.port)
        connection.send(head.encode() + first)
        for second in range(size):
            connection.socket.sendall(b"x" * _MIB)
            time.sleep(max(0.0, began + second + 1 - time.perf_counter()))
        # Raises AssertionError for any answer but a 2xx.
        connection.ask(last)
        spent = time.perf_counter() - began
        connection.close()
    return [
        Result(
            f"upload of {size} MiB at 1 MiB a second", bench.kind, size, spent, spent / size,
            "a 2xx", True, "s",
        )
    ]  # fmt: skip


def measure_bodies_at_once(bench: Bench) -> list[Result]:
    """200 bodies of 10 MiB, all of them half there at one time."""
    count = 20 if bench.plan.is_quick else 200
    url = bench.databases.copy(bench.seeded, "bodies_at_once")
    size = 10 * _MIB
    head = (
        f"POST {bench.data.path('/runs')} HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Bearer {bench.data.token}\r\nContent-Type: application/json\r\n"
        f'Content-Length: {size}\r\n\r\n{{"name": "'
    ).encode()
    with ours(url, bench.first_request(), with_worker=True) as running, ExitStack() as opened:
        before = most = _memory(running)
        told = 0
        for _ in range(count):
            one = opened.enter_context(socket.create_connection(("127.0.0.1", running.port), 30))
            try:
                one.sendall(head + b"x" * (size // 2))
            except OSError:  # Told 503 before it was read.
                told += 1
            most = max(most, _memory(running))
    more = most - before
    return [
        Result(
            f"memory that {count} bodies of 10 MiB take at once (PSS)", bench.kind, before, most,
            more, "<= 150 MB more", more <= 150, "MB", f"{told} were told to come again",
        )
    ]  # fmt: skip


def _memory(running: Running) -> float:
    return sum(running.shared_out_bytes().values()) / 1e6


HOSTILE: dict[str, Callable[[Bench], list[Result]]] = {
    "half-sent": measure_half_sent,
    "slow-upload": measure_slow_upload,
    "bodies-at-once": measure_bodies_at_once,
}
