"""Where settings come from, and the commands that show them (5.5)."""

import io
import json
import os
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from procession.cli.main import main
from procession.kit.environment import SettingError, add_env_file
from procession.kit.settings import SETTINGS, read_settings


def told(*words: str, folder: Path, **settings: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a command that runs in this folder."""
    said, complained = io.StringIO(), io.StringIO()
    before = dict(os.environ)
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(complained):
        patch.chdir(folder)
        for name, value in settings.items():
            patch.setenv(f"PROCESSION_{name}", value)
        code = main(words)
    for name in set(os.environ) - set(before):
        del os.environ[name]
    return code, said.getvalue(), complained.getvalue()


def test_5_5_secrets_may_be_in_files(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("long and random\n")
    read = read_settings({"PROCESSION_SECRET_KEY_FILE": f"{tmp_path}/key"})
    assert read.secret_key == "long and random"


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"SMTP_URL_FILE": "none"}, "PROCESSION_SMTP_URL_FILE: the file {}/none cannot be read"),
        ({"SMTP_URL_FILE": "empty"}, "PROCESSION_SMTP_URL_FILE: the file {}/empty is empty."),
        ({"SMTP_URL_FILE": "picture"}, "the file {}/picture is no text in UTF-8."),
        ({"SMTP_URL_FILE": "wrong"}, "PROCESSION_SMTP_URL is not readable; it must be smtp://"),
        (
            {"SMTP_URL_FILE": "wrong", "SMTP_URL": "smtp://mail.test"},
            "PROCESSION_SMTP_URL and PROCESSION_SMTP_URL_FILE are both set; keep one of them.",
        ),
    ],
)
def test_5_5_a_file_that_cannot_be_used_is_told(
    environment: Mapping[str, str], sentence: str, tmp_path: Path
) -> None:
    (tmp_path / "empty").write_text(" \n")
    (tmp_path / "picture").write_bytes(b"\x89PNG\xff")
    (tmp_path / "wrong").write_text("hunter2")
    given = {
        f"PROCESSION_{name}": f"{tmp_path}/{text}" if name.endswith("_FILE") else text
        for name, text in environment.items()
    }
    with pytest.raises(SettingError) as wrong:
        read_settings(given)
    assert sentence.format(tmp_path) in str(wrong.value)
    assert "hunter2" not in str(wrong.value)


def test_5_5_a_folder_s_env_file_is_read_and_the_environment_goes_first(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# ours\n\nPROCESSION_PORT=8100\nexport PROCESSION_HOST='::1'\nPATH=/none\n"
        'PROCESSION_MAIL_FROM="Mill <mill@mill.test>"\nPROCESSION_WORKERS=2 # of two\n'
    )
    environment = {"PROCESSION_PORT": "8200"}
    added = add_env_file(environment, tmp_path / ".env")
    assert sorted(added) == ["PROCESSION_HOST", "PROCESSION_MAIL_FROM", "PROCESSION_WORKERS"]
    read = read_settings(environment)
    assert (read.port, read.host, read.workers) == (8200, "::1", 2)
    assert read.mail_from == "Mill <mill@mill.test>"
    assert "PATH" not in environment
    assert add_env_file({}, tmp_path / "none") == []


def test_5_5_an_env_file_that_says_nothing_is_told_without_its_text(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PROCESSION_PORT=1\nhunter2\n")
    code, _, said = told("config", "check", folder=tmp_path)
    assert code == 1
    assert said == f"procession: Line 2 of {tmp_path}/.env is not NAME=VALUE.\n"


def test_5_5_config_check_tells_all_that_is_wrong(tmp_path: Path) -> None:
    code, said, _ = told(
        "config", "check", folder=tmp_path, PORT="x", WORKERS="0", PUBLIC_ULR="http://a.test"
    )
    assert code == 1
    assert said.splitlines() == [
        "WRONG  PROCESSION_PORT is 'x'; it must be a port number, 1 to 65535.",
        "WRONG  PROCESSION_WORKERS is '0'; it must be a whole number, at least 1.",
        "WRONG  There is no setting PROCESSION_PUBLIC_ULR. Did you mean PROCESSION_PUBLIC_URL?",
    ]
    code, said, named = told("config", "check", folder=tmp_path, DATABASE_URL="sqlite:////a/p.db")
    assert (code, said) == (0, "ok     every setting can be used\n")
    assert named == "Database: /a/p.db\n"


def test_5_5_config_print_shows_what_is_in_force_without_secrets(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("hunter3")
    given = {
        "DATABASE_URL": "postgresql://me:hunter2@db.test/mill",
        "SECRET_KEY_FILE": f"{tmp_path}/key",
        "TRUSTED_PROXIES": "10.0.0.0/8",
        "PROT": "1",
    }
    code, said, complained = told("config", "print", folder=tmp_path, **given)
    assert code == 0
    lines = said.splitlines()
    assert len(lines) == len(SETTINGS)
    assert "# PROCESSION_DATABASE_URL is set by the environment and is not shown" in lines
    assert "# PROCESSION_SECRET_KEY is set by the file and is not shown" in lines
    assert "PROCESSION_TRUSTED_PROXIES=10.0.0.0/8" in lines
    assert "# PROCESSION_PORT=8000" in lines
    assert "hunter" not in said + complained
    assert "There is no setting PROCESSION_PROT. Did you mean PROCESSION_PORT?" in complained
    (tmp_path / ".env").write_text("PROCESSION_WORKERS=2\n")
    code, said, complained = told("config", "print", "--json", folder=tmp_path, **given)
    (workers,) = [row for row in json.loads(said) if row["variable"] == "PROCESSION_WORKERS"]
    assert workers == {"variable": "PROCESSION_WORKERS", "value": "2", "from": ".env"}
    (port,) = [row for row in json.loads(said) if row["variable"] == "PROCESSION_PORT"]
    assert port == {"variable": "PROCESSION_PORT", "value": "8000", "from": "default"}
    assert "hunter" not in said + complained


def test_5_5_help_of_serve_shows_every_variable_with_its_default(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    shown = capsys.readouterr().out
    assert "(PROCESSION_PORT, default 8000)" in " ".join(shown.split())
    assert "  PROCESSION_SESSION_LIFETIME=2592000" in shown.splitlines()
    assert all(f"  {each.variable}=" in shown for each in SETTINGS.values())
