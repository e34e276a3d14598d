"""Mail servers as they are: they refuse, wait, hang, and break off (issue 16)."""

import email
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import Message
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller

from cast import Cast, assemble
from procession.core.times import HOUR, MINUTE, Instant
from procession.flows.reaching.bots import as_bot
from procession.kit.db import Statement
from procession.kit.mail import Mail, deliverable, mails, post_all
from procession.kit.work import reading, writing
from procession.worker.post import Postman, PostOffice
from server import RunningServer, free_port

_STATES = Statement(
    sa.select(mails.c.address, mails.c.failed_at, mails.c.sent_at)
    .where(mails.c.organization_id == sa.bindparam("organization_id"))
    .order_by(mails.c.id)
)


@dataclass
class Hands:
    now: Instant

    def __call__(self) -> Instant:
        return self.now


@dataclass
class MailServer:
    """Answers to recipients and to what they are sent, as a test wants them."""

    refuses: dict[str, str] = field(default_factory=dict)
    #: Answers to DATA, in turn; then it takes everything.
    answers: list[str] = field(default_factory=list)
    got: list[Message] = field(default_factory=list)
    sessions: set[int] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.got.append(email.message_from_bytes(envelope.content))
        self.sessions.add(id(session))
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "hang up":
            server.transport.abort()
        return answer


@contextmanager
def listening(server: MailServer) -> Iterator[str]:
    port = free_port()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    yield f"smtp://127.0.0.1:{port}"
    controller.stop()


def written(cast: Cast, *addresses: str) -> None:
    bot = as_bot(cast.server.storage, cast.organization_id)
    with writing(bot) as work:
        post_all(work, [Mail(address, "Hi", "Hello.\n") for address in addresses])


def office(cast: Cast, url: str, timeout_s: float = 5.0) -> tuple[PostOffice, Hands]:
    running = cast.server
    clock = Hands(running.storage.clock() + MINUTE)
    settings = replace(running.settings, smtp_url=url)
    server = replace(running.storage, clock=clock, shared_clock=None, settings=settings)
    return PostOffice(server, Postman(settings, timeout_s)), clock


def send_all(posting: PostOffice) -> int:
    count = 0
    while posting.send_one():
        count += 1
    return count


def states(cast: Cast) -> dict[str, str]:
    values = {"organization_id": cast.organization_id}
    rows = cast.server.storage.database.connection().fetch(_STATES, values)
    return {
        address: "failed" if failed else "sent" if sent else "waits"
        for address, failed, sent in rows
    }


def test_16_one_recipient_that_is_refused_for_good_keeps_no_other_waiting_and_is_marked(
    alone: RunningServer,
) -> None:
    cast, server = assemble(alone), MailServer({"no@x.test": "550 No such user"})
    written(cast, "a@x.test", "no@x.test", "b@x.test")
    with listening(server) as url:
        posting, clock = office(cast, url)
        assert send_all(posting) == 3
        assert states(cast) == {"a@x.test": "sent", "no@x.test": "failed", "b@x.test": "sent"}
        with reading(as_bot(posting.server, cast.organization_id)) as work:
            both = [Mail("No@x.test", "", ""), Mail("a@x.test", "", "")]
            assert [mail.to for mail in deliverable(work, both)] == ["a@x.test"]
        # What somebody asks for is sent there all the same; when it arrives the mark goes.
        server.refuses.clear()
        written(cast, "no@x.test")
        clock.now += MINUTE
        assert send_all(posting) == 1
        with reading(as_bot(posting.server, cast.organization_id)) as work:
            assert len(deliverable(work, both)) == 2


def test_16_not_now_is_tried_again_and_marks_nobody(alone: RunningServer) -> None:
    cast, server = assemble(alone), MailServer({"a@x.test": "451 Later"}, ["554 Spam", "421 Busy"])
    written(cast, "a@x.test", "spam@x.test", "busy@x.test")
    with listening(server) as url:
        posting, clock = office(cast, url)
        assert send_all(posting) == 3
        waiting = {"a@x.test": "waits", "spam@x.test": "failed", "busy@x.test": "waits"}
        assert states(cast) == waiting
        server.refuses.clear()
        clock.now += HOUR
        assert send_all(posting) == 2
        assert states(cast) == {**dict.fromkeys(waiting, "sent"), "spam@x.test": "failed"}
        with reading(as_bot(posting.server, cast.organization_id)) as work:
            assert deliverable(work, [Mail("spam@x.test", "", "")])


def test_16_lost_after_data_it_comes_again_with_the_same_message_id(alone: RunningServer) -> None:
    cast, server = assemble(alone), MailServer(answers=["hang up"])
    written(cast, "a@x.test", "b@x.test")
    with listening(server) as url:
        posting, clock = office(cast, url)
        assert send_all(posting) == 2
        assert states(cast) == {"a@x.test": "waits", "b@x.test": "sent"}
        clock.now += HOUR
        assert send_all(posting) == 1
    ids = [message["Message-ID"] for message in server.got]
    assert [message["To"] for message in server.got] == ["a@x.test", "b@x.test", "a@x.test"]
    assert ids[0] == ids[2] != ids[1]


def test_16_300_mails_of_one_change_go_over_one_connection(alone: RunningServer) -> None:
    """The database has no part in it: one of them sends so many."""
    cast, server = assemble(alone), MailServer()
    count = 300 if alone.name == "sqlite" else 20
    written(cast, *(f"p{number}@x.test" for number in range(count)))
    with listening(server) as url:
        posting, _ = office(cast, url)
        assert send_all(posting) == count
    assert len(server.got) == count
    assert len(server.sessions) == 1


@pytest.mark.parametrize("answer", [b"", b"220 hello\r\n"], ids=["silent", "then silent"])
def test_16_a_server_that_hangs_is_given_up_and_tried_again(
    alone: RunningServer, answer: bytes
) -> None:
    cast = assemble(alone)
    written(cast, "a@x.test")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def take() -> None:
            taken, _ = listener.accept()
            with taken:
                taken.sendall(answer)
                taken.recv(1024)
                taken.recv(1024)

        waiting = threading.Thread(target=take)
        waiting.start()
        posting, _ = office(cast, f"smtp://127.0.0.1:{port}", timeout_s=0.1)
        assert posting.send_one()
        assert states(cast) == {"a@x.test": "waits"}
        waiting.join()


def test_16_without_the_tls_that_was_asked_for_nothing_is_sent(alone: RunningServer) -> None:
    cast, server = assemble(alone), MailServer()
    written(cast, "a@x.test")
    with listening(server) as url:
        posting, _ = office(cast, url.replace("smtp:", "smtps:"))
        assert posting.send_one()
    assert server.got == []
    assert states(cast) == {"a@x.test": "waits"}
