"""The requests that ours and its Django twin are measured with: the same for both."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain, cycle, islice
from typing import Any

from bench.load import Connection, request_bytes

#: Steps of the templates.
SIZES = (5, 20)
#: Processes of 20 tasks that a whole run of six rounds needs.
LIVE = 1000
#: Tasks that are completed of each process in one round.
_TASKS_OF_EACH = 5


@dataclass
class Made:
    """What a side has: ids, and a token for each role."""

    organization_id: str
    tokens: dict[str, str]
    #: By their number of steps.
    templates: dict[int, str]
    #: Each with 20 tasks.
    process_ids: list[str] = field(default_factory=list)
    #: Where it answers, as long as it does.
    port: int = 0

    def request(self, method: str, path: str, body: Any = None, *, role: str = "admin") -> bytes:
        sent = b"" if body is None else json.dumps(body).encode()
        whole = f"/organizations/{self.organization_id}{path}"
        return request_bytes(method, whole, self.tokens[role], sent)


@dataclass(frozen=True)
class PeerCase:
    """`requests` takes the side, the round's number and how many requests it has, `count`."""

    name: str
    title: str
    count: int
    requests: Callable[[Made, int, int], list[bytes]]


def launching(made: Made, size: int) -> bytes:
    body = {"checklist_id": made.templates[size], "name": "Ann Lee joins"}
    return made.request("POST", "/runs", body)


def getting(made: Made, process_id: str) -> bytes:
    return made.request("GET", f"/runs/{process_id}?with=tasks")


def listing(made: Made) -> bytes:
    return made.request("GET", "/runs")


def archiving(made: Made, process_id: str) -> bytes:
    return made.request("DELETE", f"/runs/{process_id}")


def restoring(made: Made, process_id: str) -> bytes:
    return made.request("PUT", f"/runs/{process_id}/activate")


def completing(made: Made, task_id: str) -> bytes:
    return made.request("POST", "/completed-tasks", {"task_id": task_id})


def deleting(made: Made, process_id: str) -> bytes:
    return made.request("DELETE", f"/runs/{process_id}/delete")


def _get(made: Made, number: int, count: int) -> list[bytes]:
    requests = [getting(made, process_id) for process_id in made.process_ids]
    return list(islice(cycle(requests), count))


def _one_each(request: Callable[[Made, str], bytes]) -> Callable[[Made, int, int], list[bytes]]:
    """Each round has processes of its own."""

    def requests(made: Made, number: int, count: int) -> list[bytes]:
        chosen = made.process_ids[number * count : (number + 1) * count]
        assert len(chosen) == count
        return [request(made, process_id) for process_id in chosen]

    return requests


def _delete(made: Made, number: int, count: int) -> list[bytes]:
    """From the end, archived before: the last case that needs them, and it takes them away."""
    chosen = [made.process_ids.pop() for _ in range(count)]
    connection = Connection(made.port)
    for process_id in chosen:
        connection.ask(archiving(made, process_id))
    connection.close()
    return [deleting(made, process_id) for process_id in chosen]


def _complete(made: Made, number: int, count: int) -> list[bytes]:
    """Requests that follow each other are about different processes, as people's are."""
    several = -(-count // _TASKS_OF_EACH)
    chosen = made.process_ids[number * several : (number + 1) * several]
    assert len(chosen) == several
    connection = Connection(made.port)
    tasks = []
    for process_id in chosen:
        got = json.loads(connection.ask(getting(made, process_id)))
        shown = got["data"]["tasks"]["data"]
        waiting = [task["id"] for task in shown if task["status"] != "completed"]
        tasks.append(waiting[:_TASKS_OF_EACH])
    connection.close()
    by_turns = chain.from_iterable(zip(*tasks, strict=True))
    return [completing(made, task_id) for task_id in islice(by_turns, count)]


CASES = {
    case.name: case
    for case in (
        PeerCase("get", "get with 20 tasks", 300, _get),
        PeerCase("list", "list of 10", 400, lambda made, _, count: [listing(made)] * count),
        PeerCase("archive", "archive", 120, _one_each(archiving)),
        PeerCase("restore", "restore", 120, _one_each(restoring)),
        PeerCase("complete", "complete", 200, _complete),
        PeerCase("launch-5", "launch of 5 tasks", 150, lambda made, _, n: [launching(made, 5)] * n),
        PeerCase(
            "launch-20", "launch of 20 tasks", 100, lambda made, _, n: [launching(made, 20)] * n
        ),
        PeerCase("delete", "delete for ever", 60, _delete),
    )
}
