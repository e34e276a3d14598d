"""Mails that people send to a template's address: what one says.

Pure: from the bytes that a mail server hands over to a value (contract 30, 3.7).
"""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses

from procession.core.nesting import DEEPEST
from procession.core.texts import storable

#: The header of a part that holds parts. Those within each other are among them.
_PART_OF_PARTS = re.compile(
    rb"^content-type[ \t]*:(?:[^\n]|\n[ \t])*?(?:multipart|message)/", re.IGNORECASE | re.MULTILINE
)
_TO_TEMPLATE = re.compile(r"bot\+([0-9a-f]{32})-launch@\S+", re.IGNORECASE)


class UnreadableMail(ValueError):
    """Parts, or remarks in a header, lie within each other more deeply than any person's do."""


@dataclass(frozen=True)
class InboundMail:
    """A mail as far as it matters to a launch."""

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
        is_automatic=_is_automatic(message),
        results=_results(message),
    )


def _texts(message: EmailMessage, name: str) -> list[str]:
    """Headers may be broken in any way; what cannot be read is not there."""
    try:
        return [storable(str(value)) for value in message.get_all(name, [])]
    except Exception:
        return []


def _text(message: EmailMessage, name: str) -> str:
    return next(iter(_texts(message, name)), "")


def _body(message: EmailMessage) -> tuple[str, bool]:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return "", False
    try:
        text = str(part.get_content())
    except (LookupError, ValueError, KeyError):
        payload = part.get_payload(decode=True)
        text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return storable(text).strip(), part.get_content_subtype() == "html"


def _is_automatic(message: EmailMessage) -> bool:
    submitted = _text(message, "Auto-Submitted").strip().lower()
    precedence = _text(message, "Precedence").strip().lower()
    return (
        submitted not in ("", "no")
        or precedence in ("bulk", "list", "junk")
        or bool(_texts(message, "List-Id"))
        or _text(message, "Return-Path").strip() == "<>"
    )


def _results(message: EmailMessage) -> str:
    """As it came: an encoded word in it is what the sender chose, and would become its grammar."""
    for name, value in message.raw_items():
        if name.lower() == "authentication-results":
            return str(value).replace("\r", "").replace("\n", "")
    return ""
