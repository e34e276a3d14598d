"""Codes that only the server can make, for links and addresses in mails to one person."""

from procession.domains.people import guest_codes
from procession.kit.server import Server


def unsubscribe_code(server: Server, organization_id: str, person: str, switch: str) -> str:
    """`person`: as lists of people store them. `switch`: which mails end."""
    return guest_codes.unsubscribe_code(server.secret_key, organization_id, person, switch)


def reply_code(server: Server, organization_id: str, person: str, task_id: str) -> str:
    """Of the address that somebody answers to about a task. `person`: as above."""
    return guest_codes.reply_code(server.secret_key, organization_id, person, task_id)
