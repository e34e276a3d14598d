"""Examples for who has only the installed package (found, D13)."""

import json

import pytest

from cast import Cast
from factories import made
from procession.cli.main import main


@pytest.fixture(autouse=True)
def no_database(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """The command needs none."""
    monkeypatch.setenv("PROCESSION_DATABASE_URL", f"sqlite:///{tmp_path}/none/none.db")


def test_found_d13_examples_are_listed_and_can_be_imported(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(("examples",)) == 0
    names = capsys.readouterr().out.split()
    assert "purchase-approval" in names
    assert main(("examples", "purchase-approval")) == 0
    document = json.loads(capsys.readouterr().out)
    imported = made(cast.olga.post("/checklists", document))
    assert imported["title"] == document["title"]


def test_found_d13_an_unknown_example_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("examples", "no-such")) == 1
    said = capsys.readouterr().err
    assert "There is no example no-such. There are: access-request," in said
