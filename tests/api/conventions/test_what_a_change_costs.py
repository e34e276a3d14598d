"""What each change costs the database is written in docs/benchmarks.md, and is so (issue 13).

Statements on both databases, and round trips on PostgreSQL, where what nobody waits for goes with
the next statement.
"""

import re
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from cast import Cast
from counter import ROUND_TRIPS, STATEMENTS, Counter
from factories import launch, make_template, tasks_of
from procession.core.times import MINUTE

PAGE = Path(__file__).parents[3] / "docs" / "benchmarks.md"
_ROW = re.compile(r"^\| (\w[\w ]*) \| (\d+) \| (\d+) \| (\d+) \|", re.MULTILINE)
VERBS = (
    "launch 5", "launch 20", "complete", "reopen", "rename", "archive", "restore", "delete",
)  # fmt: skip


def written() -> dict[str, tuple[int, int, int]]:
    """Of the page's table, by verb: statements on SQLite and PostgreSQL, and round trips."""
    text = PAGE.read_text(encoding="utf-8")
    table = text.partition("## What a change costs")[2].partition("\n## ")[0]
    return {name: (int(one), int(two), int(trips)) for name, one, two, trips in _ROW.findall(table)}


def cost_of_each(cast: Cast, monkeypatch: pytest.MonkeyPatch, *counted: str) -> dict[str, int]:
    """Two minutes later, when versions that are frozen are remembered; as installed."""
    storage = cast.server.storage
    later = replace(
        storage,
        clock=lambda: storage.clock() + 2 * MINUTE,
        settings=replace(storage.settings, event_log=False),
    )
    templates = {count: make_template(cast.olga, count) for count in (5, 20)}
    runs = f"/organizations/{cast.organization_id}/runs"
    processes = [launch(cast.olga, templates[20]) for _ in range(2)]
    launch(cast.olga, templates[5])
    found: dict[str, int] = {}
    for process in processes:  # What is remembered is read with the first.
        run, task = f"{runs}/{process['id']}", tasks_of(cast.olga, process)[0]["id"]
        with monkeypatch.context() as patch:
            counter = Counter(cast, patch, later, counted)
            for count, template in templates.items():
                body = msgspec.json.encode({"checklist_id": template["id"], "name": "Ann joins"})
                found[f"launch {count}"] = counter.cost("POST", runs, body=body)
            body = msgspec.json.encode({"task_id": task})
            found["complete"] = counter.cost("POST", f"{run}/completed-tasks", body=body)
            found["reopen"] = counter.cost("DELETE", f"{run}/completed-tasks/{task}")
            found["rename"] = counter.cost("PUT", run, body=b'{"name": "Bo joins"}')
            found["archive"] = counter.cost("DELETE", run)
            found["restore"] = counter.cost("PUT", f"{run}/activate")
            counter.cost("DELETE", run)
            found["delete"] = counter.cost("DELETE", f"{run}/delete")
    return found


def test_13_a_change_costs_what_the_page_says(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    told = written()
    assert set(told) == set(VERBS)
    is_sqlite = cast.server.name == "sqlite"
    found = cost_of_each(cast, monkeypatch, *STATEMENTS)
    assert found == {verb: told[verb][0 if is_sqlite else 1] for verb in VERBS}
    if not is_sqlite:
        trips = cost_of_each(cast, monkeypatch, *ROUND_TRIPS)
        assert trips == {verb: told[verb][2] for verb in VERBS}
