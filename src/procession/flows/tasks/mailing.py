"""E-mail tasks: completing one sends its mail (contract 40, 7.6; 50, 10)."""

import structlog

from procession.domains.accounts import store as accounts
from procession.domains.tasks.events import TaskMailed, about
from procession.flows.forms.rendering import texts_of
from procession.flows.reaching.tasks import Reached
from procession.flows.telling import letters
from procession.flows.telling.recipients import Directory
from procession.flows.telling.replying import reply_address
from procession.kit.html import mail_html, plain_text
from procession.kit.mail import post
from procession.kit.work import Work

_log = structlog.get_logger("procession.mail")


def mail_task(work: Work, reached: Reached) -> None:
    """To everybody assigned, once each, written with the completion: it is sent when that is kept.

    Whoever was shut out since gets nothing, nor who wants no mail at all. Without anybody to write
    to, the activity says so, and the server's log.
    """
    task = reached.task
    texts = texts_of(work, [task])
    summary = texts.summary(task) or ""
    subject, text, html = texts.title(task), plain_text(summary), mail_html(summary)
    sender = None if task.send_chromeless else accounts.get_face(work).name
    everyone = Directory(work).among(task.people).values()
    told = {each.email.lower(): each for each in everyone if not each.is_silent}
    for person in told.values():
        reply_to = reply_address(person, task.id)
        mail = letters.of_task(person.email, subject, text, html, sender=sender, reply_to=reply_to)
        post(work, mail)
    if not told:
        _log.warning(
            "email_send_failed", org=work.caller.organization_id, task_id=task.id,
            run_id=task.process_id, why="no recipients",
        )  # fmt: skip
    named = about(task, work.caller.organization_id)
    work.record(TaskMailed(**named, recipient_count=len(told)))
