"""Mails: written with the change, sent after it, to a real mail server or into files."""

import email
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from cast import Cast, assemble
from factories import made
from letters import mails_of
from procession.core.times import HOUR, MINUTE, Instant
from procession.kit.server import Server
from procession.kit.settings import Settings, read_settings
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
    return bytes(message.get_payload(decode=True)).decode()


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
    for _ in range(12):
        clock.now += 7 * HOUR
        tries += posting.send_one()
    assert tries == 6
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
    assert posting._claim() is not None

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
    claimed: list[WaitingMail | None] = [posting._claim(), posting._claim()]

    assert [mail is not None for mail in claimed] == [True, False]


def test_the_address_of_the_mail_server_is_checked() -> None:
    assert read_settings({"PROCESSION_SMTP_URL": "smtps://a:b@mail.test"}).smtp_url
    assert Settings().smtp_url == ""
    for wrong in ("mail.test", "http://mail.test", "smtp://", "smtp://mail.test:port"):
        with pytest.raises(Exception, match="PROCESSION_SMTP_URL") as refused:
            read_settings({"PROCESSION_SMTP_URL": wrong})
        assert "smtp://" in str(refused.value)


def test_a_wrong_mail_address_is_not_repeated_with_its_password() -> None:
    with pytest.raises(Exception, match="PROCESSION_SMTP_URL") as refused:
        read_settings({"PROCESSION_SMTP_URL": "smtp://us:hunter2@mail.test:port"})
    assert "hunter2" not in str(refused.value)
