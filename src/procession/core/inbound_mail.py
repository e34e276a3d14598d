"""Mails that people send to the address of a template or a task: what one says.

Pure: from the bytes that a mail server hands over to a value (contract 30, 3.7; 60, 7).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from email.utils import getaddresses
from typing import NamedTuple

from procession.core.nesting import DEEPEST
from procession.core.texts import storable

#: The header of a part that holds parts. Those within each other are among them.
_PART_OF_PARTS = re.compile(
    rb"^content-type[ \t]*:(?:[^\n]|\n[ \t])*?(?:multipart|message)/", re.IGNORECASE | re.MULTILINE
)
_TO_TEMPLATE = re.compile(r"bot\+([0-9a-f]{32})-launch@\S+", re.IGNORECASE)
_TO_TASK = re.compile(r"bot\+([0-9a-f]{32})-comment-task-([a-z2-7]{12})@\S+", re.IGNORECASE)
#: Headers that only programs write, which answer by themselves or send to many.
_OF_PROGRAMS = (
    "List-Id", "List-Post", "List-Unsubscribe", "X-Autoreply", "X-Autorespond",
    "X-Auto-Response-Suppress", "X-Failed-Recipients", "Feedback-ID",
)  # fmt: skip
#: How the subject of an absence begins where nothing else says that a program wrote it.
_ABSENT = re.compile(
    r"(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office"
    r"|automatische antwort|abwesenheits(?:notiz|meldung|nachricht)|autom\. antwort)\b",
    re.IGNORECASE,
)
_DAEMONS = ("mailer-daemon", "postmaster")


class TaskAddress(NamedTuple):
    """Where somebody answers to about a task."""

    task_id: str
    #: Of one person and this task (`people.reply_code`).
    code: str


@dataclass(frozen=True)
class Attachment:
    """A file that came with a mail."""

    #: As it was sent: it may hold anything. "" for none.
    filename: str
    content: bytes
    #: What the text calls it by where it is a picture in it; "" for none.
    content_id: str = ""
    #: A part of how the text looks: a picture pasted into it, the logo of a signature.
    is_in_text: bool = False


class UnreadableMail(ValueError):
    """Parts, or remarks in a header, lie within each other more deeply than any person's do."""


@dataclass(frozen=True)
class InboundMail:
    """A mail as far as it matters to a launch or a comment."""

    #: Address of the one author; empty when there is none, or more than one.
    sender: str
    subject: str
    #: The plain text; of a mail in HTML alone, that HTML.
    body: str
    is_html: bool
    #: Empty when the mail has none.
    message_id: str
    #: By a machine: a bounce, a vacation notice, a mailing list. Never to be answered.
    is_automatic: bool
    #: What the mail server found out about the sender: its newest header, unfolded and not decoded;
    #: empty when there is none. What stands further down may have come with the mail.
    results: str
    attachments: tuple[Attachment, ...] = ()
    #: It was larger than anybody reads: its files are missing.
    is_cut: bool = False


def task_address(task_id: str, code: str, domain: str) -> str:
    """62 of the 64 signs that stand before an at-sign at most."""
    return f"bot+{task_id}-comment-task-{code}@{domain}"


def task_addressed(recipient: str) -> TaskAddress | None:
    """None for another address. Mail servers on the way may have changed its case."""
    found = _TO_TASK.fullmatch(recipient.strip().strip("<>"))
    return TaskAddress(found[1].lower(), found[2].lower()) if found else None


def template_addressed(recipient: str) -> str | None:
    """The template of `bot+<template id>-launch@<domain>`; None for another address."""
    found = _TO_TEMPLATE.fullmatch(recipient.strip().strip("<>"))
    return found[1].lower() if found else None


def read_mail(raw: bytes) -> InboundMail:
    """Raises UnreadableMail."""
    if len(_PART_OF_PARTS.findall(raw)) > DEEPEST:
        raise UnreadableMail
    try:
        return _read(raw)
    except RecursionError:
        raise UnreadableMail from None


def _read(raw: bytes) -> InboundMail:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    authors = [address for _, address in getaddresses(_texts(message, "From")) if address]
    sender = authors[0] if len(authors) == 1 else ""
    body, is_html = _body(message)
    return InboundMail(
        sender=sender,
        subject=" ".join(_text(message, "Subject").split()),
        body=body,
        is_html=is_html,
        message_id=_text(message, "Message-ID").strip(),
        is_automatic=_is_automatic(message, sender),
        results=_results(message),
        attachments=tuple(_attachments(message)),
    )


def _texts(message: MIMEPart, name: str) -> list[str]:
    """Headers may be broken in any way; what cannot be read is not there."""
    try:
        return [storable(str(value)) for value in message.get_all(name, [])]
    except Exception:
        return []


def _text(message: MIMEPart, name: str) -> str:
    return next(iter(_texts(message, name)), "")


def _body(message: EmailMessage) -> tuple[str, bool]:
    """Its text, and whether that is HTML."""
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return "", False
    if part.get_content_subtype() == "html":
        return _text_of(part).strip(), True
    # Some programs write on below a picture: in another part.
    more = [each for each in _leaves(message) if _is_text_below(each) and each is not part]
    return "\n\n".join(_text_of(each).strip() for each in (part, *more)).strip(), False


def _is_text_below(part: MIMEPart) -> bool:
    is_file = part.get_content_disposition() == "attachment" or part.get_filename()
    return part.get_content_type() == "text/plain" and not is_file


def _text_of(part: MIMEPart) -> str:
    try:
        text = str(part.get_content())
    except (LookupError, ValueError, KeyError):
        text = _bytes_of(part).decode("utf-8", "replace")
    if str(part.get_param("format", "")).lower() == "flowed":
        text = _unflowed(text, drops_blank=str(part.get_param("delsp", "")).lower() == "yes")
    return storable(text)


def _unflowed(text: str, *, drops_blank: bool) -> str:
    """Lines that end with a blank go on in the next one (RFC 3676); not the one before names."""
    paragraphs: list[str] = []
    goes_on = False
    for line in text.splitlines():
        bare = line[1:] if line.startswith(" ") else line
        is_quote = bare.startswith(">")
        if goes_on and not is_quote and bare != "-- ":
            paragraphs[-1] += bare
        else:
            paragraphs.append(bare)
        goes_on = bare.endswith(" ") and bare != "-- " and not is_quote
        if goes_on and drops_blank:
            paragraphs[-1] = paragraphs[-1][:-1]
    return "\n".join(paragraphs)


def _bytes_of(part: MIMEPart) -> bytes:
    """Of a mail in the mail: what it is, with its headers."""
    payload = part.get_payload(decode=True)
    if payload is None and part.get_content_type() == "message/rfc822":
        return part.get_payload(0).as_bytes()  # type: ignore[union-attr]
    return payload if isinstance(payload, bytes) else b""


def _leaves(message: MIMEPart) -> Iterator[MIMEPart]:
    """Parts that hold no others, but for mails in the mail: those are files."""
    if message.get_content_maintype() == "multipart":
        for part in message.iter_parts():
            if isinstance(part, MIMEPart):
                yield from _leaves(part)
    else:
        yield message


def _attachments(message: EmailMessage) -> Iterator[Attachment]:
    body = message.get_body(preferencelist=("plain", "html"))
    if message.get_content_maintype() != "multipart":
        return
    for part in _leaves(message):
        name = _name_of(part)
        content_id = _text(part, "Content-ID").strip().strip("<>")
        is_file = part.get_content_disposition() == "attachment"
        is_text = part.get_content_maintype() == "text" and not name
        if part is body or (is_text and not is_file):
            continue
        if part.get_content_maintype() == "message":
            yield Attachment(name or "mail.eml", _bytes_of(part))
            continue
        if name or is_file or content_id:
            is_in_text = bool(content_id) and not is_file
            yield Attachment(name, _bytes_of(part), content_id, is_in_text)


def _name_of(part: MIMEPart) -> str:
    try:
        return storable(part.get_filename() or "")
    except Exception:
        return ""


def _is_automatic(message: EmailMessage, sender: str) -> bool:
    submitted = _text(message, "Auto-Submitted").strip().lower()
    precedence = _text(message, "Precedence").strip().lower()
    return (
        submitted not in ("", "no")
        or precedence in ("bulk", "list", "junk", "auto_reply")
        or any(_texts(message, name) for name in _OF_PROGRAMS)
        or _text(message, "Return-Path").strip() == "<>"
        or message.get_content_type() == "multipart/report"
        or sender.partition("@")[0].lower() in _DAEMONS
        or _ABSENT.match(_text(message, "Subject").strip()) is not None
    )


def _results(message: EmailMessage) -> str:
    """As it came: an encoded word in it is what the sender chose, and would become its grammar."""
    for name, value in message.raw_items():
        if name.lower() == "authentication-results":
            return str(value).replace("\r", "").replace("\n", "")
    return ""
