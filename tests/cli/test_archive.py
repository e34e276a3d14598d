"""`procession archive ...` ends where the API ends (contract 70, 1 and 2)."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import pytest

from cast import Cast
from factories import launch, made
from procession.cli.archiving import bar
from procession.cli.main import main
from procession.domains.archive.types import Operation
from procession.flows.archive import operating, selecting


class Terminal(io.StringIO):
    """Somebody looks on."""

    def isatty(self) -> bool:
        return True


def told(cast: Cast, *words: str) -> tuple[int, str, str]:
    """Exit code, output, and what a terminal shows besides."""
    said, shown = io.StringIO(), Terminal()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(shown):
        patch.setenv("PROCESSION_DATABASE_URL", cast.server.settings.database_url)
        code = main(("archive", *words, "--org", cast.organization_id))
    return code, said.getvalue(), shown.getvalue()


def done(cast: Cast, *words: str) -> Any:
    code, said, shown = told(cast, *words, "--json")
    assert code == 0, shown
    return json.loads(said)


def test_part70_the_command_line_archives_and_takes_back(cast: Cast) -> None:
    runs = [launch(cast.olga)["id"] for _ in range(3)]
    below = launch(cast.olga, parent_id=runs[0])["id"]
    selection = done(
        cast, "select", "archive", "--ids", f"{runs[0]}, {'0' * 32}", "--with-children"
    )
    assert (selection["will_change"], selection["skipped"]) == (
        2, [{"reason": "not_found", "count": 1}],
    )  # fmt: skip
    operation = done(cast, "run", selection["token"], "--comment", "Over")
    assert (operation["status"], operation["done"], operation["comment"]) == ("finished", 2, "Over")
    seen = made(cast.olga.get(f"/runs/{below}"), 200)
    assert (seen["archived_via"], seen["archived_operation"]) == ("operation", 1)
    back = done(cast, "undo", "1")
    assert (back["kind"], back["done"]) == ("undo", 2)
    assert made(cast.olga.get(f"/runs/{below}"), 200)["status"] == "active"
    assert [each["number"] for each in done(cast, "status")] == [2, 1]
    assert done(cast, "status", "1")[0]["undone_by"] == 2


def test_part70_the_command_line_goes_on_without_a_worker(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large set is built and changed by who asks; the terminal shows how far it is."""
    for _ in range(4):
        launch(cast.olga)
    monkeypatch.setattr(selecting, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(operating, "_MOST_IN_A_REQUEST", 2)
    monkeypatch.setattr(operating, "_MOST_IN_A_TURN", 2)
    selection = done(cast, "select", "archive", "--filter", '{"all": true}')
    assert (selection["status"], selection["will_change"]) == ("ready", 4)
    code, said, shown = told(cast, "run", selection["token"])
    assert code == 0
    assert said == "Operation 1 is finished: 4 of 4.\n"
    assert shown.rstrip().endswith("a second")
    assert "[##############################] 100%  4 of 4" in shown


def test_part70_the_command_line_says_what_is_wrong(cast: Cast) -> None:
    run = launch(cast.olga)["id"]
    made(cast.olga.delete(f"/runs/{run}"), 200)
    token = done(cast, "select", "delete", "--ids", run)["token"]
    for words, sentence in (
        (("select", "archive", "--filter", "{"), "The filter is no JSON"),
        (("select", "archive", "--filter", '{"colour": 1}'), "colour"),
        (("select", "archive", "--ids", run, "--object", "task", "--with-children"), "families"),
        (("run", token), "confirm: 1"),
        (("run", "x" * 43), "not found"),
        (("undo", "9"), "not found"),
    ):
        code, said, shown = told(cast, *words)
        assert (code, said) == (1, ""), words
        assert sentence in shown
    assert told(cast, "run", token, "--confirm", "1")[0] == 0
    assert cast.olga.get(f"/runs/{run}").status_code == 404


def test_part70_a_bar_says_how_far_it_is() -> None:
    half = Operation(
        number=1, selection_id="", operation_kind="manual", verb="archive", kind="run",
        undoes=None, undone_by=None, rule=None, requested_by=1, is_requested_by_bot=True,
        requested_at=0, approved_by=None, comment=None, filter=None, digest=None,
        status="running", total=2000, done=900, skipped='{"failed":100}', started_at=0,
        finished_at=None, worked_at=10_000_000, last_id="",
    )  # fmt: skip
    assert bar(half).rstrip() == (
        "[###############...............]  50%  1,000 of 2,000, 100 a second, 10 s to go"
    )
