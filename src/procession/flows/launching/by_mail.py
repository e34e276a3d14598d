"""Launch a process by a mail to its template's address (contract 30, 3.7).

A mail server hands every such mail to `procession receive-mail`. What cannot be proved to come from
its author is dropped without a word: an answer would go to whoever was named falsely.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import Any

from procession.core.inbound_mail import InboundMail, template_addressed
from procession.core.launching import LONGEST_NAME
from procession.core.texts import tidied
from procession.domains.accounts import store as accounts
from procession.domains.answers.types import Answer, write_answers
from procession.domains.comments.actions.writing import add_bot_comment
from procession.domains.comments.types import Place
from procession.domains.files.actions.adding import add_file, hand_to_launched
from procession.domains.files.types import KICKOFF
from procession.domains.people import store as people
from procession.domains.people.types import Member
from procession.domains.processes import store as processes
from procession.domains.processes.types import LaunchedVia, Process
from procession.domains.processes.wire import LaunchIn
from procession.domains.templates import store as templates
from procession.domains.templates.types import Content, Field, FieldType
from procession.flows.files.mailed import MailedFile, all_bytes_kept, sorted_out
from procession.flows.forms.uploads import entries_of
from procession.flows.launching.choosing import as_launched, template_to_launch
from procession.flows.launching.starting import launch
from procession.flows.reaching.bots import as_bot
from procession.flows.telling import addresses, letters
from procession.flows.telling.receiving import Outcome, read_proved
from procession.kit.caller import Caller, CallerKind, Role
from procession.kit.errors import Archived, Invalid, Refusal, sentences_of
from procession.kit.html import clean_html
from procession.kit.mail import post
from procession.kit.mail_words import own_words, text_of_html
from procession.kit.server import Server
from procession.kit.work import Work, looking, writing

#: The kick-off field that takes the mail's text, by its label.
BODY_LABEL = "Inbound Email Trigger - Email Body"
#: The one that takes its files. Without it they are the process's all the same.
FILES_LABEL = "Inbound Email Trigger - Email Attachments"
#: Answers to people who may not launch, an hour: of an organization in all. Each person gets one.
_MOST_ANSWERS = 30
_NOT_A_MEMBER = "This address belongs to no active member who may launch this template by mail."


class _Repeated(Exception):
    """The mail came before: whatever was kept for it is taken back."""


def receive_mail(server: Server, raw: bytes, recipient: str) -> Outcome:
    template_id = template_addressed(recipient)
    mail = None if template_id is None else read_proved(server, raw)
    if template_id is None or mail is None:
        return Outcome.DROPPED
    organization_id = templates.find_organization(server.database.connection(), template_id)
    if organization_id is None:
        return Outcome.DROPPED
    bot = as_bot(server, organization_id)
    member = _sender(bot, mail)
    key = hashlib.sha256(f"{template_id} {mail.message_id}".encode()).hexdigest()
    if member is None:
        return _refuse(bot, mail, key, [_NOT_A_MEMBER])
    try:
        return _launch(_as_member(bot, member), mail, key, template_id)
    except Refusal as refusal:
        link = None
        if isinstance(refusal, Invalid) and not isinstance(refusal, Archived):
            settings = server.settings
            public_url = settings.public_url or settings.local_url
            link = addresses.launch_link(public_url, organization_id, template_id)
        return _refuse(bot, mail, key, sentences_of(refusal), link)


def _sender(bot: Caller, mail: InboundMail) -> Member | None:
    member = people.find_member_named(looking(bot), mail.sender)
    return member if member is not None and member.is_active else None


def _as_member(bot: Caller, member: Member) -> Caller:
    return replace(
        bot,
        kind=CallerKind.MEMBER,
        person_id=member.id,
        role=Role(member.role or Role.LIGHT),
        request_id="mail",
    )


def _launch(caller: Caller, mail: InboundMail, key: str, template_id: str) -> Outcome:
    """The mail is remembered in the launch's own transaction: it launches once, or not at all."""
    words = own_words(text_of_html(mail.body) if mail.is_html else mail.body)
    kept, left = sorted_out(caller, mail, words)
    try:
        with all_bytes_kept(caller, kept), writing(caller) as work:
            if not processes.remember_mail(work, key, mail.sender.lower()):
                raise _Repeated
            process = _write(work, mail, template_id, kept)
            processes.set_launched(work, key, process.id)
            if left:
                told = "".join(f"<p><em>{escape(why, quote=False)}</em></p>" for why in left)
                add_bot_comment(work, Place(process_id=process.id), told)
    except _Repeated:
        return Outcome.REPEATED
    return Outcome.LAUNCHED


def _write(work: Work, mail: InboundMail, template_id: str, kept: Sequence[MailedFile]) -> Process:
    """Its files are there before the process that they belong to, so that they can be answers."""
    sent = LaunchIn(checklist_id=template_id, name=tidied(mail.subject)[:LONGEST_NAME])
    template = template_to_launch(work, sent, has_unknown_keys=False)
    version = as_launched(work, template).version
    content = templates.get_content(work, template_id, version)
    for file in kept:
        add_file(
            work, file.id, None, filename=file.name, uploaded_from=KICKOFF,
            mimetype=file.mimetype, size=file.sent.size, is_told=False,
        )  # fmt: skip
    file_ids = [file.id for file in kept]
    asking = _field(content, FILES_LABEL, FieldType.FILE) if kept else None
    sent.prerun = _answers(content, mail)
    if asking is not None:
        sent.prerun[asking.id] = [{"id": file_id} for file_id in file_ids]
    process = launch(work, template, sent, via=LaunchedVia.EMAIL).process
    if kept:
        hand_to_launched(work, file_ids, process.id, template.id)
    if asking is not None:
        # As files of the process, which they are now.
        entries = entries_of(work, file_ids)
        answer = Answer([dict(entries[file_id]) for file_id in file_ids], work.now)
        answers = {**process.kickoff_answers, asking.id: answer}
        processes.set_columns(work, process.id, {"answers": write_answers(answers)})
    return process


def _answers(content: Content, mail: InboundMail) -> dict[str, Any]:
    """The mail's text answers the field that is made for it."""
    body = clean_html(tidied(mail.body)) if mail.is_html else tidied(mail.body)
    asking = _field(content, BODY_LABEL, FieldType.TEXTAREA)
    return {asking.id: body} if asking is not None and body else {}


def _field(content: Content, label: str, kind: FieldType) -> Field | None:
    """Of the kick-off form, the one that is made for this."""
    for field in content.kickoff:
        if field.label.strip() == label and field.field_type == kind:
            return field
    return None


def _refuse(
    bot: Caller, mail: InboundMail, key: str, reasons: Sequence[str], link: str | None = None
) -> Outcome:
    """Once for each mail, and not so often that somebody could flood a mailbox through us."""
    with writing(bot) as work:
        sender = mail.sender.lower()
        is_too_often = (
            processes.count_refused_from(work, sender) > 0
            or processes.count_refused(work) >= _MOST_ANSWERS
        )
        if not processes.remember_mail(work, key, sender):
            return Outcome.REPEATED
        if is_too_often:
            return Outcome.DROPPED
        organization = accounts.get_face(work).name
        post(work, letters.launch_refused(mail.sender, organization, mail.subject, reasons, link))
    return Outcome.REFUSED
