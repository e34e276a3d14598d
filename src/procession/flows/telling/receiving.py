"""Mails that a mail server hands over: what all have in common (contract 30, 3.7; 60, 7)."""

from dataclasses import replace
from enum import StrEnum

import structlog

from procession.core.inbound_mail import InboundMail, UnreadableMail, read_mail
from procession.kit.mail_proof import is_proved
from procession.kit.server import Server

#: Bytes of a mail that are read; of a larger one the text, which stands first.
LARGEST_MAIL = 25 * 1024 * 1024

_log = structlog.get_logger("procession.mail")


class Outcome(StrEnum):
    LAUNCHED = "launched"
    COMMENTED = "commented"
    #: The same mail came before.
    REPEATED = "repeated"
    #: The sender was told why nothing came of it.
    REFUSED = "refused"
    #: Nobody was told: sent by a machine, unproved, or to no address of ours.
    DROPPED = "dropped"


def read_proved(server: Server, raw: bytes) -> InboundMail | None:
    """None for what can not be proved to come from its author, or comes from a program: an answer
    would go to whoever was named falsely, or to a mailbox that answers by itself."""
    try:
        mail = read_mail(raw[:LARGEST_MAIL])
    except UnreadableMail:
        # Tried again, it would be what it is.
        _log.info("mail dropped", is_readable=False)
        return None
    is_authentic = is_proved(mail.results, mail.sender, server.settings.mail_trusted_server)
    if not mail.message_id or mail.is_automatic or not is_authentic:
        _log.info("mail dropped", is_authentic=is_authentic, is_automatic=mail.is_automatic)
        return None
    # Of a mail that was cut, the last of its files would be one that nobody sent.
    return mail if len(raw) <= LARGEST_MAIL else replace(mail, attachments=(), is_cut=True)
