"""The first hours of an operator (found list D1 to D6, F10)."""

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import standby
from browsers import Browser
from cast import Cast, Person
from procession.kit.database_address import default_database_address, shown_address
from procession.kit.settings import Settings, read_settings
from server import Client, running_server

FOUND = ("bootstrap", "--org", "Mill", "--email", "ann@mill.test")


def command(
    *words: str, cwd: Path | None = None, **settings: str
) -> "subprocess.CompletedProcess[str]":
    """Without what the tests' own environment says of settings."""
    kept = {key: text for key, text in os.environ.items() if not key.startswith("PROCESSION_")}
    return standby.run(words, env={**kept, **settings}, cwd=cwd)


def test_found_d1_a_misspelled_setting_is_warned_of(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/p.db"
    done = command(
        "migrate", PROCESSION_DATABASE_URL=url, PROCESSION_PUBLIC_ULR="x", PROCESSION_TOKEN="x"
    )
    assert done.returncode == 0
    warning, *_ = map(json.loads, done.stderr.splitlines()[:1])
    assert warning["level"] == "warning"
    assert warning["variable"] == "PROCESSION_PUBLIC_ULR"
    assert warning["did_you_mean"] == "PROCESSION_PUBLIC_URL"
    assert "PROCESSION_TOKEN" not in done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--workers", "0"), "--workers is '0'; it must be a whole number, at least 1."),
        (("--port", "70000"), "--port is '70000'; it must be a port number, 1 to 65535."),
        (("--port", "x"), "--port is 'x'; it must be a port number, 1 to 65535."),
    ],
)
def test_found_d1_options_are_checked_as_settings_are(
    words: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/p.db"
    done = command("serve", *words, PROCESSION_DATABASE_URL=url)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"procession: {sentence}"


@pytest.mark.parametrize(
    "words",
    [FOUND, ("token", "list"), ("migrate",), ("receive-mail", "--recipient", "x@y.test")],
    ids=lambda words: words[0],
)
def test_found_d2_every_command_names_its_database(
    words: tuple[str, ...], tmp_path: Path, new_database: Callable[[str], str]
) -> None:
    path = Path(new_database("sqlite").removeprefix("sqlite:///"))
    relative = os.path.relpath(path, tmp_path)
    done = command(*words, cwd=tmp_path, PROCESSION_DATABASE_URL=f"sqlite:///{relative}")
    assert done.returncode == 0, done.stderr
    (named,) = [line for line in done.stderr.splitlines() if line.startswith("Database: ")]
    assert Path(named.removeprefix("Database: ")).resolve() == path
    assert "Database" not in done.stdout


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://me:hunter2@db.test:5433/mill", "mill on db.test, port 5433 (PostgreSQL)"),
        ("postgresql://a,b/mill?password=hunter2", "mill on a,b (PostgreSQL)"),
        ("postgresql://", "the user's own on this machine (PostgreSQL)"),
        ("sqlite:////srv/p.db", "/srv/p.db"),
    ],
)
def test_found_d2_a_database_is_shown_without_its_password(address: str, shown: str) -> None:
    assert shown_address(address) == shown


def test_found_d2_the_default_database_is_one_whatever_folder_one_stands_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there, data = tmp_path / "here", tmp_path / "there", tmp_path / "data"
    here.mkdir()
    there.mkdir()
    home = str(data)
    assert command(*FOUND, cwd=here, XDG_DATA_HOME=home).returncode == 0
    listed = command("token", "list", cwd=there, XDG_DATA_HOME=home)
    assert "ann@mill.test" in listed.stdout, listed.stderr
    assert [path.name for path in (*here.iterdir(), *there.iterdir())] == []
    # What an older version has made in this folder is found there, too.
    (here / "var").mkdir()
    (data / "procession/procession.db").rename(here / "var/procession.db")
    assert "ann@mill.test" in command("token", "list", cwd=here, XDG_DATA_HOME=home).stdout
    monkeypatch.chdir(here)
    assert default_database_address() == "sqlite:///var/procession.db"


def test_found_d2_mails_lie_beside_the_database() -> None:
    told = read_settings({"PROCESSION_DATABASE_URL": "sqlite:////srv/mill/p.db"})
    assert told.mails == Path("/srv/mill/mail")
    assert read_settings({"PROCESSION_MAIL_FOLDER": "/a/b"}).mails == Path("/a/b")
    assert Settings(database_url="postgresql:///p").mails == Path("var/mail")


def test_found_d2_bootstrap_leaves_the_demo_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/p.db"
    assert command("demo", PROCESSION_DATABASE_URL=url).returncode == 0
    refused = command(*FOUND, PROCESSION_DATABASE_URL=url)
    assert refused.returncode == 1
    last = refused.stderr.splitlines()[-1]
    assert last == (
        f"procession: This database ({tmp_path}/p.db) is the demo's. Name another one by "
        "PROCESSION_DATABASE_URL, or say --force."
    )
    assert command(*FOUND, "--force", PROCESSION_DATABASE_URL=url).returncode == 0


def test_found_d3_what_commands_log_is_on_standard_error(cast: Cast) -> None:
    url = cast.server.settings.database_url
    recipient = f"bot+{'0' * 32}-launch@x.test"
    done = command("receive-mail", "--recipient", recipient, PROCESSION_DATABASE_URL=url)
    assert done.stdout == "dropped\n"
    lines = [line for line in done.stderr.splitlines() if not line.startswith("Database: ")]
    assert [json.loads(line)["event"] for line in lines] == ["mail dropped"]


def test_found_f10_token_list_prints_nothing_before_its_error(tmp_path: Path) -> None:
    done = command("token", "list", PROCESSION_DATABASE_URL=f"sqlite:///{tmp_path}/none.db")
    assert (done.returncode, done.stdout) == (1, "")
    away = "postgresql://nobody@127.0.0.1:1/none"
    done = command("token", "list", PROCESSION_DATABASE_URL=away)
    assert (done.returncode, done.stdout) == (1, "")


def test_found_d5_the_demos_people_can_sign_in(new_database: Callable[[str], str]) -> None:
    url = new_database("postgres")
    told = command("demo", PROCESSION_DATABASE_URL=url).stdout
    people = re.findall(r"(\S+@ferngate\.example) +password +(\S+)", told)
    assert len(people) == 3
    with running_server("postgres", url) as server:
        nobody = Person(0, "", Client(server.base_url, None), "")
        browser = Browser(Cast(server, "", nobody, nobody, nobody))
        assert browser.sign_in(*people[0]).status_code == 303
        assert browser.secret
