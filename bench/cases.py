"""The requests that are measured against the floor."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle

from bench.data import Data
from bench.load import request_bytes


@dataclass(frozen=True)
class Case:
    """One kind of request. `feed` takes the data, the connection's number, and how many there are;
    it never ends."""

    name: str
    title: str
    feed: Callable[[Data, int, int], Iterator[bytes]]


def _archive_and_activate(data: Data, part: int, parts: int) -> Iterator[bytes]:
    """Each connection has processes of its own, and leaves every one live after two requests."""
    for process_id in cycle(data.process_ids[part::parts]):
        path = data.path(f"/runs/{process_id}")
        yield request_bytes("DELETE", path, data.token)
        yield request_bytes("PUT", f"{path}/activate", data.token)


def _get(data: Data, part: int, parts: int) -> Iterator[bytes]:
    requests = [
        request_bytes("GET", data.path(f"/runs/{process_id}?with=tasks"), data.token)
        for process_id in data.process_ids[part::parts]
    ]
    return cycle(requests)


def _list(data: Data, part: int, parts: int) -> Iterator[bytes]:
    return cycle([request_bytes("GET", data.path("/runs"), data.token)])


def _launch(data: Data, part: int, parts: int) -> Iterator[bytes]:
    body = json.dumps({"checklist_id": data.template_id, "name": "Ann Lee joins"}).encode()
    return cycle([request_bytes("POST", data.path("/runs"), data.token, body)])


CASES = {
    case.name: case
    for case in (
        Case("archive", "archive and activate", _archive_and_activate),
        Case("get", "get with 20 tasks", _get),
        Case("list", "list of 10", _list),
        Case("launch", "launch of 20 tasks", _launch),
    )
}
