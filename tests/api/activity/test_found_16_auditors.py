"""For auditors: the activity feed as a file (issue 16), by the API and the command line."""

import csv
import io
import json
from dataclasses import replace

import pytest

from cast import Cast
from factories import launch, let_all_launch, made, make_template
from procession.cli.main import main
from server import Client


def test_16_administrators_take_the_feed_along_and_that_is_told(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 1), name="=1+1")
    cast.olga.delete(f"/runs/{process['id']}")
    feed = f"/activity-feeds?entity_type=run&entity_id={process['id']}"
    lines = cast.olga.get(f"{feed}&format=jsonl")
    assert lines.headers["Content-Type"] == "application/jsonl"
    entries = [json.loads(line) for line in lines.text.splitlines()]
    assert [each["verb"] for each in entries] == [["created"], ["archived"]]
    shown = made(cast.olga.get(f"{feed}&sort=created_at"), 200)
    assert entries == shown
    table = cast.olga.get(f"{feed}&format=csv&verb=archived")
    (row,) = csv.DictReader(io.StringIO(table.text))
    assert (row["verb"], row["auditable_id"]) == ("archived", process["id"])
    assert row["actor_email"].startswith("olga-")
    assert cast.olga.get(f"{feed}&format=xml").status_code == 422
    assert cast.mia.get("/activity-feeds?format=csv").status_code == 403
    told = made(cast.olga.get("/system-logs?event=export_made"), 200)
    assert len(told) == 2


def test_16_a_token_for_the_feed_is_good_for_nothing_else(cast: Cast) -> None:
    sent = {"name": "Auditor", "scopes": ["activity.read"]}
    token = made(cast.olga.client.post("/me/tokens", sent))
    auditor = replace(cast.olga, client=Client(cast.server.base_url, token["access_token"]))
    assert auditor.get("/activity-feeds?format=jsonl").status_code == 200
    assert auditor.get("/runs").status_code == 403


def test_16_the_command_writes_the_same(
    cast: Cast, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    process = launch(cast.olga)
    monkeypatch.setenv("PROCESSION_DATABASE_URL", cast.server.settings.database_url)
    words = ["activity", "export", "--org", cast.organization_id, "--entity-type", "run"]
    assert main([*words, "--entity-id", process["id"], "--after", "2020-01-01"]) == 0
    (line,) = capfdbinary.readouterr().out.splitlines()
    assert json.loads(line)["auditable_id"] == process["id"]
    assert main([*words, "--verb", "sung"]) == 1


def test_16_who_may_do_what_is_one_table(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    assert cast.mia.get("/rights").status_code == 403
    let_all_launch(cast.olga, template)
    table = cast.olga.get("/rights")
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = {int(row["user_id"]): row for row in csv.DictReader(io.StringIO(table.text))}
    assert (rows[cast.olga.user_id]["edit"], rows[cast.olga.user_id]["owner"]) == ("yes", "yes")
    of_mia = rows[cast.mia.user_id]
    assert (of_mia["checklist_id"], of_mia["launch"], of_mia["edit"]) == (
        template["id"], "yes", "no",
    )  # fmt: skip
    assert of_mia["email"].endswith("@cast.test")
