"""Where somebody answers to by mail, so that it becomes a comment (contract 60, 7)."""

import hmac

from procession.core.inbound_mail import TaskAddress, task_address
from procession.domains.people import store as people
from procession.flows.telling.recipients import Recipient


def reply_address(person: Recipient, task_id: str) -> str:
    """Theirs alone; "" where no mail server hands mails to this server."""
    settings = person.caller.server.settings
    if not settings.mail_reply_domain or not settings.mail_trusted_server:
        return ""
    return task_address(task_id, _code(person, task_id), settings.mail_reply_domain)


def is_theirs(person: Recipient, address: TaskAddress) -> bool:
    return hmac.compare_digest(_code(person, address.task_id), address.code)


def _code(person: Recipient, task_id: str) -> str:
    caller = person.caller
    return people.reply_code(caller.server, caller.organization_id, person.key, task_id)
