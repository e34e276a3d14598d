"""Taking files in and giving them out, beside a route that streams the same bytes to the same disk.

The floor (`bench/floor_files.py`) writes what is sent, waits until the disk has it, and answers; it
reads it again in pieces. It looks at no form and at no content, and keeps no record.
"""

import json
import tempfile
import time
from collections.abc import Callable
from statistics import median

from bench.load import Connection, request_bytes, time_of
from bench.results import Bench, Result
from bench.sides import Running, floor, ours

_MEGABYTES = 8
_MARK = b"procession-bench"


def measure_files(bench: Bench) -> list[Result]:
    """8 MB, one client, by turns."""
    urls = [bench.databases.copy(bench.seeded, f"files_{side}") for side in ("floor", "ours")]
    first = bench.first_request()
    times: dict[str, list[list[float]]] = {"upload": [[], []], "download": [[], []]}
    with (
        tempfile.TemporaryDirectory(prefix="procession-bench-files-") as folder,
        floor(urls[0], first, FILES=f"{folder}/floor") as base,
        ours(urls[1], first, FILES=f"{folder}/ours") as own,
    ):
        asks = [_asking(bench, running) for running in (base, own)]
        for number in range(max(bench.plan.repeats // 10, 3)):
            for side, ask in enumerate(asks):
                up, down = ask()
                if number:  # The first one only warms up.
                    times["upload"][side].append(up)
                    times["download"][side].append(down)
    return [_compared(f"{verb} of {_MEGABYTES} MB", bench, both) for verb, both in times.items()]


def _asking(bench: Bench, running: Running) -> Callable[[], tuple[float, float]]:
    connection = Connection(running.port)
    upload = upload_bytes(bench)

    def ask() -> tuple[float, float]:
        """Seconds of an upload, and of a download of the same file."""
        spent = time_of(connection, upload)
        file_id = json.loads(connection.ask(upload))["data"]["id"]
        path = bench.data.path(f"/file/{file_id}/dl")
        return spent, _time_to_fetch(connection, request_bytes("GET", path, bench.data.token))

    return ask


def _time_to_fetch(connection: Connection, request: bytes) -> float:
    """Seconds until all of it has come; nothing of it is kept, which would take longer."""
    room = bytearray(1 << 20)
    start = time.perf_counter()
    connection.send(request)
    head = b""
    while b"\r\n\r\n" not in head:
        head += connection.socket.recv(1 << 14)
    assert head.startswith(b"HTTP/1.1 200"), head[:500]
    told, _, begun = head.partition(b"\r\n\r\n")
    length = told.lower().partition(b"content-length:")[2].split()[0]
    left = int(length) - len(begun)
    while left:
        count = connection.socket.recv_into(room)
        assert count, "the server closed the connection"
        left -= count
    return time.perf_counter() - start


def upload_bytes(bench: Bench) -> bytes:
    """A form with one file in it."""
    data = bench.data
    fields = {
        "subject_type": "Run",
        "subject_id": data.process_ids[0],
        "uploaded_from": "bench",
    }
    parts = [
        b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (_MARK, name.encode(), text.encode())
        for name, text in fields.items()
    ]
    content = b"%PDF-1.4\n" + b"0123456789abcdef" * (_MEGABYTES * 65_536)
    file = (
        b'--%s\r\nContent-Disposition: form-data; name="name"; filename="a.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n%s\r\n--%s--\r\n" % (_MARK, content, _MARK)
    )
    body = b"".join(parts) + file
    head = (
        f"POST {data.path('/file')} HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {data.token}\r\n"
        f"Content-Type: multipart/form-data; boundary={_MARK.decode()}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _compared(case: str, bench: Bench, times: list[list[float]]) -> Result:
    base, own = (median(side) * 1000 for side in times)
    ratio = own / base
    return Result(
        case, bench.kind, base, own, ratio, "<= 1.3 times the floor", ratio <= 1.3, "ms",
        rounds=times[1],
    )  # fmt: skip
