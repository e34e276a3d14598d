"""`python -m bench.written`: what each change writes; a table for docs/benchmarks.md.

On PostgreSQL its log is read: bytes, entries of indexes, and rows that are deleted. On SQLite the
pages that go to the log beside the file. One request at a time, nobody else's.
"""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from bench.peer_cases import SIZES
from bench.peer_sides import OwnPeer
from bench.sides import databases
from postgres import find_binaries

#: Median of so many; the first of each fills what is remembered.
_TIMES = 9
_ENTRY = re.compile(r"rmgr: (?:Btree|Gin) .*desc: INSERT")
_ROW_GONE = re.compile(r"rmgr: Heap .*desc: DELETE")
#: A page of SQLite's log, with its header.
_FRAME = 4096 + 24


class _AsInstalled(OwnPeer):
    """Nobody receives events."""

    def _command(self, port: int) -> tuple[list[str], dict[str, str]]:
        command, variables = super()._command(port)
        return command, {**variables, "PROCESSION_EVENT_LOG": "off"}


class _Written:
    """What the database has written since the last look."""

    def __init__(self, peer: OwnPeer) -> None:
        self._peer, self._is_sqlite = peer, peer.url.startswith("sqlite")
        self._from = ""

    def look(self) -> None:
        if self._is_sqlite:
            self._peer.in_database("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            self._from = self._end()

    def found(self) -> tuple[int, ...]:
        """Pages; or bytes, entries of indexes, and rows deleted."""
        if self._is_sqlite:
            log = Path(self._peer.url.removeprefix("sqlite:///") + "-wal")
            return (log.stat().st_size // _FRAME,)
        end = self._end()
        told = self._told(self._from, end)
        bytes_written = _place(end) - _place(self._from)
        return (bytes_written, len(_ENTRY.findall(told)), len(_ROW_GONE.findall(told)))

    def _end(self) -> str:
        said: str = self._peer.in_database("SELECT pg_current_wal_flush_lsn()::text")[0][0]
        return said

    def _told(self, start: str, end: str) -> str:
        folder = str(self._peer.in_database("SHOW data_directory")[0][0])
        waldump = str(find_binaries() / "pg_waldump")
        command = [waldump, "-p", f"{folder}/pg_wal", "-s", start, "-e", end]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _place(position: str) -> int:
    high, low = position.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def main() -> None:
    for kind in ("sqlite", "postgresql"):
        with databases(kind) as made:
            own = _AsInstalled(made.create("bench"), None)
            with own.serving():
                measured = _measured(own, _Written(own))
            for verb, found in measured.items():
                middle = [f"{median(part):,.0f}" for part in zip(*found[1:], strict=True)]
                print(f"{kind} | {verb} | {' | '.join(middle)} |", flush=True)


def _measured(own: OwnPeer, written: _Written) -> dict[str, list[tuple[int, ...]]]:
    """By verb, of each time."""
    made = own.made
    found: dict[str, list[tuple[int, ...]]] = {}

    def ask(verb: str, *request: Any) -> Any:
        written.look()
        (answer,) = own.ask([made.request(*request)])
        found.setdefault(verb, []).append(written.found())
        return answer

    for _ in range(_TIMES):
        _one_life(own, ask)
    return found


def _one_life(own: OwnPeer, ask: Callable[..., Any]) -> None:
    for size in SIZES:
        body = {"checklist_id": own.made.templates[size], "name": "Ann Lee joins"}
        run = f"/runs/{ask(f'launch {size}', 'POST', '/runs', body)['data']['id']}"
    (shown,) = own.ask([own.made.request("GET", f"{run}?with=tasks")])
    task = shown["data"]["tasks"]["data"][0]["id"]
    ask("complete", "POST", f"{run}/completed-tasks", {"task_id": task})
    ask("reopen", "DELETE", f"{run}/completed-tasks/{task}")
    ask("rename", "PUT", run, {"name": "Bo joins"})
    ask("archive", "DELETE", run)
    ask("restore", "PUT", f"{run}/activate")
    own.ask([own.made.request("DELETE", run)])
    ask("delete", "DELETE", f"{run}/delete")


if __name__ == "__main__":
    main()
