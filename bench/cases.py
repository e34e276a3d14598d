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
    #: So many requests a round, where each uses something up; None: as many as there is time for.
    most_a_round: int | None = None


#: Processes that each check before a measurement uses up.
_CHECKED = 4


def _archive_and_activate(data: Data, part: int, parts: int) -> Iterator[bytes]:
    """Each connection has processes of its own, and leaves every one live after two requests."""
    for process_id in cycle(data.process_ids[part::parts]):
        path = data.path(f"/runs/{process_id}")
        yield request_bytes("DELETE", path, data.token)
        yield request_bytes("PUT", f"{path}/activate", data.token)


def _complete_and_reopen(data: Data, part: int, parts: int) -> Iterator[bytes]:
    """As above: each connection has processes of its own, of which no last task is completed."""
    pairs = list(zip(data.process_ids, data.first_task_ids, strict=True))
    for process_id, task_id in cycle(pairs[part::parts]):
        path = data.path(f"/runs/{process_id}/completed-tasks")
        body = json.dumps({"task_id": task_id}).encode()
        yield request_bytes("POST", path, data.token, body)
        yield request_bytes("DELETE", f"{path}/{task_id}", data.token)


def _delete(data: Data, part: int, parts: int) -> Iterator[bytes]:
    """Who checks before has the first few: alone those of the statements, in two parts those of
    the answers."""
    first = _CHECKED * (parts - 1) if parts <= 2 else 2 * _CHECKED
    for process_id in data.archived_ids[first:][part::parts]:
        yield request_bytes("DELETE", data.path(f"/runs/{process_id}/delete"), data.token)


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
        Case("complete", "complete and reopen", _complete_and_reopen),
        Case("delete", "delete for ever", _delete, most_a_round=80),
    )
}
