"""Is the twin honest? It answers what ours answers, and runs few statements."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bench.load import Connection
from bench.peer_cases import (
    archiving,
    completing,
    deleting,
    getting,
    launching,
    listing,
    restoring,
)
from bench.peer_packages import ask_twin
from bench.peer_sides import Peer

#: Statements of one change, all that it takes to make and record it: what begins and ends the
#: transaction, and the one that finds out who asks, come on top.
MOST_STATEMENTS = {"complete": 6, "launch": 8}

_VARYING = (
    (re.compile(r"\b[0-9a-f]{32}\b"), "<id>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "<time>"),
    (re.compile(r"localhost(:\d+)?"), "<host>"),
    # Ours ends aliases with a number that is drawn.
    (re.compile(r'("alias":"[a-z0-9-]+?)-\d{7}"'), r'\1"'),
)


def _plain(text: str) -> Any:
    for pattern, word in _VARYING:
        text = pattern.sub(word, text)
    return json.loads(text)


def check_answers(peers: Sequence[Peer]) -> None:
    """Both answer every measured request with the same JSON, ids and times apart, refuse the same,
    and write as many rows of each kind; they have two processes more then, and one less."""
    before = [peer.row_counts() for peer in peers]
    twin, own = (_Conversation(peer).answers() for peer in peers)
    for (name, first), (_, second) in zip(twin, own, strict=True):
        told = list(_differences(first, second))
        assert not told, f"{name}: the twin, and ours: {told[:10]}"
    by_twin, by_own = (
        {name: count - was[name] for name, count in peer.row_counts().items()}
        for peer, was in zip(peers, before, strict=True)
    )
    assert by_twin == by_own, f"the twin writes {by_twin}, ours {by_own}"


def _differences(first: Any, second: Any, at: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Paths at which two values differ, with what stands there; the innermost ones."""
    if isinstance(first, dict) and isinstance(second, dict):
        for key in sorted(first.keys() | second.keys()):
            yield from _differences(first.get(key), second.get(key), f"{at}.{key}")
        if first.keys() != second.keys():
            yield at, sorted(first.keys() - second.keys()), sorted(second.keys() - first.keys())
    elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        for place, (one, other) in enumerate(zip(first, second, strict=True)):
            yield from _differences(one, other, f"{at}.{place}")
    elif first != second:
        yield at, first, second


class _Conversation:
    def __init__(self, peer: Peer) -> None:
        self._made = peer.made
        self._connection = Connection(peer.port)
        self._told: list[tuple[str, Any]] = []

    def answers(self) -> list[tuple[str, Any]]:
        """Each with a name."""
        made = self._made
        process_id = made.process_ids.pop()
        got = self._ask("get", getting(made, process_id))
        tasks = got["tasks"]["data"]
        self._ask("list", listing(made))
        self._ask_others(process_id, tasks[0]["id"])
        for task in tasks:
            self._ask("complete", completing(made, task["id"]))
        self._ask("get of a complete one", getting(made, process_id))
        self._refuse("delete of a live one", deleting(made, process_id))
        for act in (archiving, restoring, archiving):
            self._ask(act.__name__, act(made, process_id))
        self._ask("list without it", listing(made))
        self._ask("delete", deleting(made, process_id))
        self._refuse("get of what is deleted", getting(made, process_id))
        for size in (5, 20):
            launched = self._ask(f"launch of {size}", launching(made, size))
            self._ask(f"get of {size}", getting(made, launched["id"]))
        self._connection.close()
        return self._told

    def _ask_others(self, process_id: str, task_id: str) -> None:
        """Standard members see what everybody may read; light ones what they have a part in."""
        request: Callable[..., bytes] = self._made.request
        task = {"task_id": task_id}
        self._ask(
            "get of a standard member",
            request("GET", f"/runs/{process_id}?with=tasks", role="standard"),
        )
        self._ask("list of a standard member", request("GET", "/runs", role="standard"))
        self._ask("list of a light member", request("GET", "/runs", role="light"))
        self._refuse("get of a light member", request("GET", f"/runs/{process_id}", role="light"))
        self._refuse(
            "complete of a light member", request("POST", "/completed-tasks", task, role="light")
        )
        self._refuse(
            "delete of a standard member",
            request("DELETE", f"/runs/{process_id}/delete", role="standard"),
        )

    def _ask(self, name: str, request: bytes) -> Any:
        body = self._connection.ask(request)
        self._told.append((name, _plain(body.decode()) if body else None))
        return json.loads(body)["data"] if body else None

    def _refuse(self, name: str, request: bytes) -> None:
        """Only the status counts."""
        try:
            answered = self._connection.ask(request).decode()
        except AssertionError as refused:
            answered = str(refused).split(" ")[1]
        self._told.append((name, answered))


def check_statements() -> None:
    """The twin's, counted by Django."""
    for name, count in counted_statements().items():
        assert count <= MOST_STATEMENTS[name], f"the twin's {name} takes {count} statements"


def counted_statements() -> dict[str, int]:
    counted: dict[str, int] = json.loads(ask_twin("count_statements", "sqlite:///:memory:"))
    return counted
