"""Sending mails: claim one, hand it to the mail server, forget its text.

Claims are leases as in `drain`: a mail whose worker died comes due again, so a mail may arrive
twice, and never not at all. What is logged names the mail by its number, never by what it says.
"""

import itertools
import os
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec
import sqlalchemy as sa
import structlog

from procession.core.times import HOUR, MINUTE, SECOND, Instant
from procession.flows.telling import addresses
from procession.kit.db import Connection, Statement, decode
from procession.kit.leasing import recalling
from procession.kit.mail import mails, refused_addresses
from procession.kit.server import Server
from procession.kit.settings import Settings
from procession.kit.system_log import Category, Severity, log_by_server

_log = structlog.get_logger("procession.mail")

_LEASE = 2 * MINUTE
_TIMEOUT_S = 30
#: Pauses before the second, third... attempt; after the last the mail is kept as failed.
_PAUSES = (10 * SECOND, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR)


class WaitingMail(msgspec.Struct, array_like=True, frozen=True):
    """A mail on its way."""

    id: int
    organization_id: str
    address: str
    subject: str
    text: str
    #: With this attempt.
    attempt_count: int
    created_at: Instant = 0
    #: The same for programs that show HTML; None: the text alone.
    html: str | None = None
    reply_to: str | None = None
    #: Where one click ends mails of this kind.
    unsubscribe: str | None = None


#: Takes a mail to where it goes, and says for the log what an administrator needs to find it;
#: raising means "again later".
Carrier = Callable[[WaitingMail], dict[str, str] | None]
#: Octets that a line of a mail may have (RFC 5322, 2.1.1). Longer ones must be encoded.
_LONGEST_LINE = 998

_NOW = sa.bindparam("now", type_=sa.BigInteger)
#: A claim that ran out may be another worker's by now, who has counted an attempt more.
_THIS = (
    mails.c.organization_id == sa.bindparam("organization_id", type_=sa.String(32)),
    mails.c.id == sa.bindparam("id_of_row", type_=sa.BigInteger),
    mails.c.attempt_count == sa.bindparam("attempts", type_=sa.Integer),
)
_NEXT = Statement(
    sa.select(*[mails.c[name] for name in WaitingMail.__struct_fields__])
    .where(mails.c.due_at <= _NOW, mails.c.text.is_not(None))
    .order_by(mails.c.due_at, mails.c.id)
    .limit(1)
)
_CLAIM = Statement(
    mails.update()
    .where(*_THIS, mails.c.due_at <= _NOW)
    .values(
        due_at=sa.bindparam("leased_until", type_=sa.BigInteger),
        attempt_count=mails.c.attempt_count + 1,
    )
)
_SENT = Statement(
    mails.update()
    .where(*_THIS)
    .values(sent_at=_NOW, text=None, html=None, due_at=None, last_error=None)
)
_AGAIN = Statement(
    mails.update()
    .where(*_THIS)
    .values(due_at=sa.bindparam("again_at", type_=sa.BigInteger), last_error=sa.bindparam("error"))
)
_FAILED = Statement(
    mails.update()
    .where(*_THIS)
    .values(failed_at=_NOW, due_at=None, last_error=sa.bindparam("error"))
)
_REFUSAL = (
    refused_addresses.c.organization_id == sa.bindparam("organization_id", type_=sa.String(32)),
    refused_addresses.c.address_key == sa.bindparam("address_key", type_=sa.Text),
)
_FORGET_REFUSAL = Statement(refused_addresses.delete().where(*_REFUSAL))
_ADD_REFUSAL = Statement(
    refused_addresses.insert().values(
        {name: sa.bindparam(name) for name in ("organization_id", "address_key", "refused_at")}
    )
)
_RECALL = recalling(mails, mails.c.text.is_not(None), max(_LEASE, *_PAUSES))


@dataclass(frozen=True)
class PostOffice:
    """`send_one` is the whole worker step."""

    server: Server
    carry: Carrier

    def send_one(self) -> bool:
        """Send the mail that is due longest; False when none is."""
        mail = self.claim()
        if mail is None:
            if isinstance(self.carry, Postman):
                self.carry.hang_up()
            return False
        try:
            found = self.carry(mail)
        except Refused as refusal:
            self._give_up(mail, refusal)
        except Exception as error:
            self._postpone(mail, error)
        else:
            with self.server.database.writing() as connection:
                connection.execute(_SENT, {**_place(mail), "now": self.server.clock()})
                connection.execute(_FORGET_REFUSAL, _address(mail))
                self._tell(connection, mail, "email_sent", Severity.INFO, "")
            _log.info("mail sent", id=mail.id, **(found or {}))
        return True

    def _tell(
        self, connection: Connection, mail: WaitingMail, event: str, severity: Severity, why: str
    ) -> None:
        """Administrators read in the system log to whom and about what, never what it says."""
        log_by_server(
            connection,
            mail.organization_id,
            self.server.clock(),
            event=event,
            category=Category.EMAIL,
            message=f'"{mail.subject}" to {mail.address}' + (f": {why}" if why else ""),
            severity=severity,
            mail_id=mail.id,
            attempt=mail.attempt_count,
        )

    def _give_up(self, mail: WaitingMail, refusal: "Refused") -> None:
        """Another attempt would be refused as well."""
        values = {**_place(mail), "error": f"refused: {refusal.code}", "now": self.server.clock()}
        with self.server.database.writing() as connection:
            connection.execute(_FAILED, values)
            self._tell(
                connection, mail, "email_send_failed", Severity.ERROR, f"refused ({refusal.code})"
            )
            if refusal.is_address:
                connection.execute(_FORGET_REFUSAL, _address(mail))
                connection.execute(_ADD_REFUSAL, {**_address(mail), "refused_at": values["now"]})
        _log.error(
            "email_send_failed", id=mail.id, org=mail.organization_id, why="refused",
            code=refusal.code, is_address=refusal.is_address,
        )  # fmt: skip

    def recall(self) -> bool:
        """Let nothing wait for a clock that was ahead; always "nothing more", they go at once."""
        with self.server.database.writing() as connection:
            connection.execute(_RECALL, {"now": self.server.now_for_all(connection)})
        return False

    def claim(self) -> WaitingMail | None:
        """Nothing is written when nothing is due."""
        database = self.server.database
        connection = database.connection()
        now = self.server.now_for_all(connection)
        found = decode(connection.fetch(_NEXT, {"now": now}), WaitingMail)
        if not found:
            return None
        mail = found[0]
        # A claim that a power cut takes is made again.
        with database.writing(survives_power_cut=False) as connection:
            now = self.server.now_for_all(connection)
            claim = {**_place(mail), "now": now, "leased_until": now + _LEASE}
            is_ours = bool(connection.execute(_CLAIM, claim))
        return (
            msgspec.structs.replace(mail, attempt_count=mail.attempt_count + 1) if is_ours else None
        )

    def _postpone(self, mail: WaitingMail, error: Exception) -> None:
        """Only the kind of error is told: a mail server may repeat what it was sent."""
        kind = type(error).__name__
        _log.warning("mail failed", id=mail.id, error=kind)
        with self.server.database.writing() as connection:
            values = {**_place(mail), "error": kind}
            if mail.attempt_count > len(_PAUSES):
                connection.execute(_FAILED, {**values, "now": self.server.clock()})
                self._tell(connection, mail, "email_send_failed", Severity.ERROR, kind)
                _log.error("email_send_failed", id=mail.id, org=mail.organization_id, why=kind)
            else:
                again_at = self.server.now_for_all(connection) + _PAUSES[mail.attempt_count - 1]
                connection.execute(_AGAIN, {**values, "again_at": again_at})
                self._tell(connection, mail, "smtp_send_failed", Severity.WARNING, kind)


def _place(mail: WaitingMail) -> dict[str, object]:
    return {
        "organization_id": mail.organization_id,
        "id_of_row": mail.id,
        "attempts": mail.attempt_count,
    }


def _address(mail: WaitingMail) -> dict[str, object]:
    return {"organization_id": mail.organization_id, "address_key": mail.address.lower()}


def carrier_of(settings: Settings) -> Carrier:
    """The mail server of the settings, else files that an administrator can read."""
    if settings.smtp_url:
        return Postman(settings)
    return lambda mail: write_file(settings, mail)


def message_of(settings: Settings, mail: WaitingMail, encoding: str | None = None) -> EmailMessage:
    """`encoding`: of its text, for the transfer; None: what every mail server takes."""
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = mail.address
    message["Subject"] = mail.subject
    message["Date"] = formatdate(mail.created_at / SECOND or None)
    message["Message-ID"] = message_id(settings, mail)
    message["Auto-Submitted"] = "auto-generated"
    # Exchange heeds only this: nobody's absence is to answer.
    message["X-Auto-Response-Suppress"] = "All"
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        if mail.unsubscribe.startswith("https:"):
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text, cte=encoding)
    if mail.html:
        message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return message


def message_id(settings: Settings, mail: WaitingMail) -> str:
    """The same at each attempt: a mail that arrived although its connection broke is known again.

    The instant tells it from the mails of another database, which are numbered from 1, too.
    """
    domain = parseaddr(settings.mail_from)[1].rpartition("@")[2] or "localhost"
    return f"<{mail.organization_id[:8]}.{mail.id}.{mail.created_at}@{domain}>"


def _as_it_reads(text: str) -> str | None:
    """The encoding that leaves a text as it is: a link in it can be copied from the file."""
    longest = max((len(line) for line in text.encode().splitlines()), default=0)
    return "8bit" if longest <= _LONGEST_LINE else None


class Refused(Exception):
    """By the mail server, for good (RFC 5321, 4.2.1: 5yz)."""

    def __init__(self, code: int, *, is_address: bool) -> None:
        super().__init__(code)
        self.code = code
        #: It is the address that is refused, not what the mail says.
        self.is_address = is_address


@contextmanager
def smtp_server(settings: Settings, timeout_s: float = _TIMEOUT_S) -> Iterator[smtplib.SMTP]:
    """The mail server of the settings, ready to take a mail."""
    with _connected(settings, timeout_s) as server:
        yield server


def _connected(settings: Settings, timeout_s: float) -> smtplib.SMTP:
    address = urlsplit(settings.smtp_url)
    host, trust = address.hostname or "", ssl.create_default_context()
    is_tls = address.scheme == "smtps"
    port = address.port or (465 if is_tls else 25)
    server = (
        smtplib.SMTP_SSL(host, port, timeout=timeout_s, context=trust)
        if is_tls
        else smtplib.SMTP(host, port, timeout=timeout_s)
    )
    try:
        server.ehlo()
        if not is_tls and server.has_extn("starttls"):
            server.starttls(context=trust)
            server.ehlo()
        if address.username:
            server.login(unquote(address.username), unquote(address.password or ""))
    except BaseException:
        server.close()
        raise
    return server


class Postman:
    """Carries mails to the mail server, many over one connection; `hang_up` when none is left."""

    def __init__(self, settings: Settings, timeout_s: float = _TIMEOUT_S) -> None:
        self._settings = settings
        self._timeout_s = timeout_s
        self._server: smtplib.SMTP | None = None

    def __call__(self, mail: WaitingMail) -> None:
        """Raises Refused where another attempt would not help, other errors where it may."""
        server = self._ready()
        try:
            server.send_message(message_of(self._settings, mail))
        except smtplib.SMTPRecipientsRefused as refused:
            (code, _), *_others = refused.recipients.values()
            raise self._refusal(code, refused, is_address=True) from None
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refused:
            raise self._refusal(refused.smtp_code, refused, is_address=False) from None
        except BaseException:
            # Nobody knows what it has taken: the next mail gets another connection.
            self._drop()
            raise

    def _refusal(self, code: int, refused: Exception, *, is_address: bool) -> Exception:
        return Refused(code, is_address=is_address) if 500 <= code < 600 else refused

    def _ready(self) -> smtplib.SMTP:
        """The connection that is open, unless the server has left it meanwhile."""
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                if self._server.noop()[0] == 250:
                    return self._server
            self._drop()
        self._server = _connected(self._settings, self._timeout_s)
        return self._server

    def hang_up(self) -> None:
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._server.quit()
            self._drop()

    def __del__(self) -> None:
        """Whoever lets go of it leaves no connection open."""
        self._drop()

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


def write_file(settings: Settings, mail: WaitingMail) -> dict[str, str]:
    """`<number>.eml`, readable by the server's own user alone: it may hold an invitation's link.

    The log names the file, and what its link is good for.
    """
    folder = settings.mails
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path, opened = _new_file(folder, mail.id)
    with os.fdopen(opened, "wb") as file:
        file.write(message_of(settings, mail, _as_it_reads(mail.text)).as_bytes())
    link = addresses.kind_of_link(mail.text)
    return {"file": str(path.absolute())} | ({"link": link} if link else {})


def _new_file(folder: Path, number: int) -> tuple[Path, int]:
    """Another database numbers its mails from 1, too: what is there is never written over."""
    for again in itertools.count(1):
        path = folder / (f"{number}.eml" if again == 1 else f"{number}-{again}.eml")
        with suppress(FileExistsError):
            return path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    raise AssertionError
