"""Is the floor honest? Its answers and its statements are compared with ours before measuring."""

import io
import json
import re
from itertools import zip_longest
from typing import Any

from bench.cases import CASES
from bench.data import Data
from bench.floor import Floor
from bench.load import Connection
from procession.flows.access.opening import open_server
from procession.kit.settings import Settings
from procession.web.app import Application

_VARYING = (
    (re.compile(r"\b[0-9a-f]{32}\b"), "<id>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "<time>"),
    (re.compile(r"\b\d{16}\b"), "<instant>"),
    (re.compile(r"\b[0-9a-f]{16}\b"), "<request>"),
)


def _plain(text: str) -> str:
    for pattern, word in _VARYING:
        text = pattern.sub(word, text)
    return text


def check_answers(ports: tuple[int, int], data: Data) -> None:
    """Both servers answer every measured request with the same JSON, ids and times apart."""
    connections = [Connection(port) for port in ports]
    for case in CASES.values():
        feed = case.feed(data, 0, 2)
        for request in (next(feed), next(feed)):
            first, second = (
                json.loads(_plain(connection.ask(request).decode()) or "null")
                for connection in connections
            )
            assert first == second, f"{case.name}:\n{_lines_apart(first, second)}"
    for connection in connections:
        connection.close()


def _lines_apart(first: Any, second: Any) -> str:
    texts = [json.dumps(each, indent=1).splitlines() for each in (first, second)]
    return _differences(*texts)


def check_statements(urls: tuple[str, str], data: Data) -> None:
    """On SQLite: both sides run the same statements with the same parameters, in the same order."""
    settings = Settings(database_url=urls[1])
    server = open_server(settings)
    floor, ours = Floor(urls[0]), Application(server)
    # That somebody is here is noted every five minutes, and a version is read once: now, and not
    # while it is compared.
    last = len(data.process_ids)
    used = CASES["complete"].feed(data, last - 1, last)
    for request in (next(used), next(used)):
        _traced(ours, server.database, request)
    for case in CASES.values():
        feed = case.feed(data, 0, 1)
        for request in (next(feed), next(feed)):
            of_floor = _traced(floor, floor._database, request)
            of_ours = _traced(ours, server.database, request)
            assert of_floor == of_ours, f"{case.name}:\n{_differences(of_floor, of_ours)}"
    floor._database.close()
    server.database.close()


def _traced(app: Any, database: Any, request: bytes) -> list[str]:
    """The statements one request runs, parameters filled in."""
    lines: list[str] = []
    raw = database.connection().raw
    raw.set_trace_callback(lambda line: lines.append(_plain(line)))
    statuses: list[str] = []
    b"".join(app(environ_of(request), lambda status, headers, *rest: statuses.append(status)))
    raw.set_trace_callback(None)
    assert statuses[0].startswith("2"), statuses
    return _without_empty_transactions(lines)


def _differences(of_floor: list[str], of_ours: list[str]) -> str:
    pairs = zip_longest(of_floor, of_ours, fillvalue="(none)")
    return "\n".join(f"- {one}\n+ {other}" for one, other in pairs if one != other)


def _without_empty_transactions(lines: list[str]) -> list[str]:
    """One that is asked nothing costs nothing, and does not even begin on PostgreSQL."""
    told: list[str] = []
    for line in lines:
        if line == "COMMIT" and told and told[-1] == "BEGIN":
            told.pop()
        elif not line.startswith("PRAGMA"):  # Said once to a connection.
            told.append(line)
    return told


def environ_of(request: bytes) -> dict[str, Any]:
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, target, _ = first.split(" ")
    path, _, query = target.partition("?")
    headers = {
        "HTTP_" + name.upper().replace("-", "_"): value
        for name, value in (line.split(": ") for line in lines)
    }
    return {
        **headers,
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/json",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
    }
