"""The command `procession receive-mail`."""

import sys

from procession.core.inbound_mail import task_addressed
from procession.flows.access.opening import open_server
from procession.flows.discussing.by_mail import receive_reply
from procession.flows.launching.by_mail import receive_mail as launch_by_mail
from procession.flows.telling.receiving import LARGEST_MAIL
from procession.kit.settings import Settings


def receive_mail(settings: Settings, recipient: str) -> str:
    """What became of the mail, for the mail server's log."""
    receive = launch_by_mail if task_addressed(recipient) is None else receive_reply
    # One byte more than is read tells what was cut.
    return receive(open_server(settings), sys.stdin.buffer.read(LARGEST_MAIL + 1), recipient)
