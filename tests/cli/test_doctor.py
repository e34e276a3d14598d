"""What cannot work is said before it is needed (found list F9)."""

import io
import json
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from cast import Cast
from factories import make_oneoff
from procession.cli.main import main
from procession.domains.accounts import store as accounts
from procession.domains.accounts.types import IdentityProvider
from procession.domains.files.actions import clearing
from procession.flows.access import founding
from procession.flows.access.opening import open_migrated
from procession.flows.reaching.bots import as_bot
from procession.kit.file_store import store_of
from procession.kit.journal import INSERT_OUTBOX
from procession.kit.settings import Settings
from procession.kit.work import writing
from procession.worker.mail_check import mail_problem
from sent import upload
from server import free_port, running_server

NewDatabase = Callable[[str], str]


def doctor(**settings: str) -> tuple[int, dict[str, str]]:
    """The exit code, and each line by what it is about."""
    told = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(told):
        for name, value in settings.items():
            patch.setenv(f"PROCESSION_{name}", value)
        code = main(["doctor"])
    lines = (line.split(maxsplit=2) for line in told.getvalue().splitlines())
    return code, {about: f"{mark} {text}" for mark, about, text in reversed(list(lines))}


def test_found_f9_a_healthy_server_is_told_as_such(
    database_kind: str, new_database: NewDatabase, tmp_path: Path
) -> None:
    url = new_database(database_kind)
    code, said = doctor(DATABASE_URL=url, MAIL_FOLDER=str(tmp_path / "mail"))
    assert code == 0
    assert said["mail"] == f"ok files in {tmp_path}/mail"
    assert said["worker"] == "ok none works; last seen: never"
    assert "schema" in said["database"]
    assert list((tmp_path / "mail").iterdir()) == []


def test_part45_files_without_bytes_and_bytes_without_files_are_told(
    cast: Cast,
) -> None:
    task, settings = make_oneoff(cast.olga), cast.server.settings
    file = upload(cast.olga, subject_type="Task", subject_id=task["id"])
    folder = Path(settings.files_address) / cast.organization_id
    (kept,) = folder.glob("*/*")
    kept.rename(kept.with_name("0" * 32))
    _, said = doctor(DATABASE_URL=settings.database_url, FILES=settings.files_address)
    assert said["files"].startswith(f"ok {settings.files_address}; ")
    found = list(clearing.missing(cast.server.storage, store_of(settings)))
    assert file["id"] in {each.id for each in found}


def test_found_f9_a_folder_that_takes_no_file_is_told(
    new_database: NewDatabase, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    code, said = doctor(DATABASE_URL=new_database("sqlite"), MAIL_FOLDER=f"{tmp_path}/file/mail")
    assert code == 1
    assert said["mail"] == (
        f"WRONG Nothing can be written to the folder of mails, {tmp_path}/file/mail "
        "(NotADirectoryError). See PROCESSION_MAIL_FOLDER."
    )


def test_found_f9_a_mail_server_that_is_away_is_told(new_database: NewDatabase) -> None:
    url = f"smtp://us:hunter2@127.0.0.1:{free_port()}"
    code, said = doctor(DATABASE_URL=new_database("sqlite"), SMTP_URL=url)
    assert code == 1
    assert said["mail"].startswith("WRONG The mail server 127.0.0.1:")
    assert said["mail"].endswith("(ConnectionRefusedError). See PROCESSION_SMTP_URL.")
    assert "hunter2" not in str(said)


def test_found_f9_a_mail_server_is_asked_and_nothing_is_sent() -> None:
    port = free_port()
    controller = Controller(
        object(),
        hostname="127.0.0.1",
        port=port,
        authenticator=lambda *_: AuthResult(success=False, handled=False),
        auth_require_tls=False,
    )
    controller.start()
    try:
        assert mail_problem(Settings(smtp_url=f"smtp://127.0.0.1:{port}")) is None
        refused = mail_problem(Settings(smtp_url=f"smtp://us:hunter2@127.0.0.1:{port}")) or ""
    finally:
        controller.stop()
    assert "refuses the user name or the password" in refused
    assert "hunter2" not in refused


def test_found_f9_the_start_says_it_too(new_database: NewDatabase, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    folder = f"{tmp_path}/file/mail"
    with running_server(
        "sqlite", new_database("sqlite"), with_worker=True, MAIL_FOLDER=folder
    ) as server:
        give_up = time.monotonic() + 10
        while "mails cannot be sent" not in server.log_text() and time.monotonic() < give_up:
            time.sleep(0.02)
        lines = [line for line in server.log_text().splitlines() if line.startswith("{")]
    (told,) = [json.loads(line) for line in lines if "mails cannot be sent" in line]
    assert told["level"] == "warning"
    assert folder in told["reason"]


def test_5_5_the_doctor_looks_at_what_waits_and_at_what_belongs_to_nobody(
    database_kind: str, new_database: NewDatabase, tmp_path: Path
) -> None:
    url = new_database(database_kind)
    settings = {"DATABASE_URL": url, "MAIL_FOLDER": str(tmp_path)}
    code, said = doctor(**settings)
    assert code == 0, said
    assert said["disk"].startswith("ok ")
    assert said["clock"] == "ok goes with the database's"
    assert said["outbox"] == "ok 0 events wait"
    assert said["mails"] == "ok 0 mails wait"
    assert said["orphans"] == "ok none"
    assert "0 live and 0 archived processes" in said["database"]
    storage = open_migrated(Settings(database_url=url))
    founded = founding.found_organization(storage, name="Mill", email="ann@mill.test")
    with writing(as_bot(storage, founded.organization_id)) as work:
        away = f"https://127.0.0.1:{free_port()}"
        accounts.set_provider(
            work,
            IdentityProvider(
                organization_id=founded.organization_id,
                issuer=away,
                client_id="mill",
                sealed_secret="",
                is_enforced=False,
            ),
        )
    long_ago = storage.clock() - 3_600_000_000
    with storage.database.writing() as connection:
        for organization_id in ("0" * 32, "1" * 32):
            values = {"organization_id": organization_id, "event": "x", "payload": "{}",
                      "created_at": long_ago, "due_at": 0}  # fmt: skip
            connection.execute(INSERT_OUTBOX, values)
    code, said = doctor(**settings)
    assert code == 1
    assert " events wait, the first for 36" in said["outbox"]
    assert said["outbox"].endswith(". Start the server with its worker, or `procession work`.")
    assert said["provider"].startswith("WRONG ")
    assert said["provider"].endswith(f"See `procession sso test --org {founded.organization_id}`.")
    assert "2 in outbox" in said["orphans"]
    assert said["orphans"].startswith("WRONG ")
    storage.database.close()
