"""The command `procession receive-mail`."""

import sys

from procession.flows.access.opening import open_server
from procession.flows.launching import by_mail
from procession.kit.settings import Settings

#: Bytes; what comes after them is attachments, which nobody reads yet.
_LARGEST_MAIL = 25 * 1024 * 1024


def receive_mail(settings: Settings, recipient: str) -> str:
    """What became of the mail, for the mail server's log."""
    return by_mail.receive_mail(
        open_server(settings), sys.stdin.buffer.read(_LARGEST_MAIL), recipient
    )
