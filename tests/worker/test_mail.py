"""Mails: written with the change, sent after it, to a real mail server or into files."""

import email
import io
import json
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from structlog.testing import capture_logs

from cast import Cast, assemble
from factories import made
from letters import mails_of
from procession.core.times import HOUR, MINUTE, Instant
from procession.flows.access import founding
from procession.flows.access.opening import open_migrated
from procession.flows.reaching.bots import as_bot
from procession.flows.telling import addresses
from procession.kit.log import configure_logging
from procession.kit.mail import Mail, post
from procession.kit.server import Server
from procession.kit.settings import Settings, read_settings
from procession.kit.work import writing
from procession.worker.loop import steps_of
from procession.worker.post import PostOffice, WaitingMail, carrier_of
from server import RunningServer, free_port


@dataclass
class Hands:
    """A clock that the test moves."""

    now: Instant

    def __call__(self) -> Instant:
        return self.now


@dataclass
class Arrivals:
    """What a mail server was given; it refuses as often as it is told to."""

    refusals: int = 0
    got: list[Message] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refusals:
            self.refusals -= 1
            return "451 Not now"
        self.got.append(email.message_from_bytes(envelope.content))
        return "250 OK"


@pytest.fixture
def arrivals() -> Arrivals:
    return Arrivals()


@pytest.fixture
def smtp_url(arrivals: Arrivals) -> Iterator[str]:
    port = free_port()
    controller = Controller(arrivals, hostname="127.0.0.1", port=port)
    controller.start()
    yield f"smtp://127.0.0.1:{port}"
    controller.stop()


def invite(cast: Cast, address: str = "ann@new.test") -> str:
    """The link that the mail must hold."""
    user = made(cast.olga.post("/users/invite", {"email": address, "first_name": "Änn"}), 200)
    return str(made(cast.olga.get(f"/users/{user['id']}/invitation"), 200)["link"])


def office(running: RunningServer, **settings: Any) -> tuple[PostOffice, Hands]:
    clock = Hands(running.storage.clock() + MINUTE)
    chosen = replace(running.settings, **settings)
    server = replace(running.storage, clock=clock, shared_clock=None, settings=chosen)
    return PostOffice(server, carrier_of(chosen)), clock


def text_of(message: Message) -> str:
    """Of its plain half, where it has two."""
    (plain,) = [part for part in message.walk() if part.get_content_type() == "text/plain"]
    return bytes(plain.get_payload(decode=True)).decode()


def test_a_mail_reaches_a_mail_server_once(
    alone: RunningServer, smtp_url: str, arrivals: Arrivals, capfd: pytest.CaptureFixture[str]
) -> None:
    cast = assemble(alone)
    link = invite(cast)
    posting, _ = office(alone, smtp_url=smtp_url, mail_from="Us <us@here.test>")

    assert posting.send_one() is True
    assert posting.send_one() is False

    (message,) = arrivals.got
    assert message["To"] == "ann@new.test"
    assert message["From"] == "Us <us@here.test>"
    assert link in text_of(message)
    assert "Änn" in text_of(message)
    (kept,) = mails_of(cast)
    assert kept.text == ""
    told = "".join(capfd.readouterr())
    assert link.rpartition("/")[2] not in told
    assert link.rpartition("/")[2] not in alone.log_text()
    assert "ann@new.test" not in told


def test_a_mail_that_is_refused_is_tried_again_and_at_last_given_up(
    alone: RunningServer, smtp_url: str, arrivals: Arrivals
) -> None:
    cast = assemble(alone)
    invite(cast)
    posting, clock = office(alone, smtp_url=smtp_url)
    arrivals.refusals = 2

    assert posting.send_one() is True
    assert posting.send_one() is False
    clock.now += 10 * MINUTE
    assert posting.send_one() is True
    assert arrivals.got == []
    clock.now += 10 * MINUTE
    assert posting.send_one() is True
    assert len(arrivals.got) == 1

    invite(cast, "bob@new.test")
    arrivals.refusals, tries = 100, 0
    with capture_logs() as logged:
        for _ in range(12):
            clock.now += 7 * HOUR
            tries += posting.send_one()
    assert tries == 6
    assert [line["event"] for line in logged].count("email_send_failed") == 1
    assert len(arrivals.got) == 1


def test_a_mail_server_that_is_away_is_tried_again(alone: RunningServer) -> None:
    invite(assemble(alone))
    posting, clock = office(alone, smtp_url=f"smtp://127.0.0.1:{free_port()}")

    assert posting.send_one() is True
    clock.now += HOUR
    assert posting.send_one() is True


def test_a_worker_that_died_leaves_a_mail_that_comes_due_again(
    alone: RunningServer, tmp_path: Path
) -> None:
    invite(assemble(alone))
    posting, clock = office(alone, mail_folder=str(tmp_path / "mail"))
    assert posting.claim() is not None

    assert posting.send_one() is False
    clock.now += 3 * MINUTE
    assert posting.send_one() is True


def test_without_a_mail_server_mails_are_files_for_the_owner_alone(
    alone: RunningServer, tmp_path: Path
) -> None:
    link = invite(assemble(alone))
    folder = tmp_path / "var" / "mail"
    posting, _ = office(alone, mail_folder=str(folder))

    posting.send_one()

    (path,) = folder.iterdir()
    assert path.suffix == ".eml"
    assert link in text_of(email.message_from_bytes(path.read_bytes()))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_found_b6_a_link_stands_in_the_file_as_it_is(alone: RunningServer, tmp_path: Path) -> None:
    """It is copied from there, and is longer than a line of a mail should be."""
    link = invite(assemble(alone), "ann@a-long-domain-of-somebody-else.test") + "?x=" + "y" * 60
    assert len(link) > 78
    posting, _ = office(alone, mail_folder=str(tmp_path))
    mail = WaitingMail(5, "0" * 32, "ann@new.test", "Hi", f"Hello Änn,\n\n{link}\n", 0)

    found = posting.carry(mail)

    path = tmp_path / "5.eml"
    assert link in path.read_text().splitlines()
    assert "Hello Änn," in path.read_text()
    assert text_of(email.message_from_bytes(path.read_bytes())) == mail.text
    assert found == {"file": str(path), "link": "invitation"}


def test_a_line_too_long_for_a_mail_is_encoded(alone: RunningServer, tmp_path: Path) -> None:
    posting, _ = office(alone, mail_folder=str(tmp_path))
    mail = WaitingMail(5, "0" * 32, "ann@new.test", "Hi", "Ä" * 600 + "\n", 0)
    posting.carry(mail)
    raw = (tmp_path / "5.eml").read_bytes()
    assert max(map(len, raw.splitlines())) <= 998
    assert text_of(email.message_from_bytes(raw)) == mail.text


def test_found_b6_the_log_names_the_file_and_what_the_link_is_good_for(
    alone: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = invite(assemble(alone))
    posting, _ = office(alone, mail_folder=str(tmp_path))
    said = io.StringIO()
    monkeypatch.setattr(sys, "stderr", said)
    configure_logging("info")
    posting.send_one()
    (line,) = said.getvalue().splitlines()
    told = json.loads(line)
    assert (told["event"], told["file"], told["link"]) == (
        "mail sent", str(tmp_path / f"{told['id']}.eml"), "invitation",
    )  # fmt: skip
    assert link.rpartition("/")[2] not in line


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        (addresses.new_password_link("http://x.test", "abc", "a@b.test"), "new password"),
        (addresses.invitation_link("http://x.test", "abc"), "invitation"),
        (addresses.form_link("http://x.test", "0" * 32, "1" * 32, "abc"), "form"),
        ("http://x.test/0123/guest/abc", "guest"),
        (addresses.launch_link("http://x.test", "0" * 32, "1" * 32), None),
    ],
)
def test_found_b6_kinds_of_links(link: str, kind: str | None) -> None:
    assert addresses.kind_of_link(f"Hello,\n\nhere: {link}\n") == kind


def test_found_b7_two_databases_never_write_over_each_others_files(
    new_database: Callable[[str], str], tmp_path: Path
) -> None:
    for kind in ("sqlite", "sqlite", "postgres"):
        server = open_migrated(Settings(database_url=new_database(kind), mail_folder=str(tmp_path)))
        founded = founding.found_organization(server, name="Mill", email="ann@mill.test")
        with writing(as_bot(server, founded.organization_id)) as work:
            post(work, Mail("ann@mill.test", "Hi", f"From {founded.organization_id}.\n"))
        assert PostOffice(server, carrier_of(server.settings)).send_one()
        server.database.close()

    texts = {path.name: path.read_text().partition("\n\n")[2] for path in tmp_path.iterdir()}
    assert sorted(texts) == ["1-2.eml", "1-3.eml", "1.eml"]
    assert len(set(texts.values())) == 3


def test_what_was_refused_is_not_mailed(alone: RunningServer, tmp_path: Path) -> None:
    cast = assemble(alone)
    cast.olga.post("/users/invite", {"email": "ann@new.test", "role": "owner"})
    posting, _ = office(alone, mail_folder=str(tmp_path))

    assert posting.send_one() is False


def test_names_cannot_add_headers(alone: RunningServer, smtp_url: str, arrivals: Arrivals) -> None:
    cast = assemble(alone)
    made(cast.olga.put("", {"name": "Us\r\nBcc: all@evil.test"}), 200)
    invite(cast)
    posting, _ = office(alone, smtp_url=smtp_url)

    posting.send_one()

    (message,) = arrivals.got
    assert message["Bcc"] is None
    assert message["Subject"]


def test_the_worker_sends_mails(alone: RunningServer, tmp_path: Path) -> None:
    invite(assemble(alone))
    settings = replace(alone.settings, mail_folder=str(tmp_path))
    clock = Hands(alone.storage.clock() + MINUTE)
    server: Server = replace(alone.storage, settings=settings, clock=clock, shared_clock=None)

    for _ in range(10):
        for step in steps_of(server):
            step()

    assert len(list(tmp_path.iterdir())) == 1


def test_two_workers_never_send_the_same_mail(alone: RunningServer, tmp_path: Path) -> None:
    invite(assemble(alone))
    posting, _ = office(alone, mail_folder=str(tmp_path))
    claimed: list[WaitingMail | None] = [posting.claim(), posting.claim()]

    assert [mail is not None for mail in claimed] == [True, False]


def test_the_address_of_the_mail_server_is_checked() -> None:
    assert read_settings({"PROCESSION_SMTP_URL": "smtps://a:b@mail.test"}).smtp_url
    assert Settings().smtp_url == ""
    for wrong in (
        "mail.test",
        "http://mail.test",
        "smtp://",
        "smtp://mail.test:port",
        "smtp://us:25#hunter2@mail.test",
        "smtp://us:25/hunter2@mail.test",
    ):
        with pytest.raises(Exception, match="PROCESSION_SMTP_URL") as refused:
            read_settings({"PROCESSION_SMTP_URL": wrong})
        assert "smtp://" in str(refused.value)


def test_a_wrong_mail_address_is_not_repeated_with_its_password() -> None:
    with pytest.raises(Exception, match="PROCESSION_SMTP_URL") as refused:
        read_settings({"PROCESSION_SMTP_URL": "smtp://us:hunter2@mail.test:port"})
    assert "hunter2" not in str(refused.value)
