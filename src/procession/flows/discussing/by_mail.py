"""Answers by mail: each becomes a comment on its task (contract 60, 7; decision 0055).

The address says which task, and carries a code of one person and that task: it is their answer
alone, and only when the mail is proved to be theirs. Who may comment is asked as ever.
"""

import hashlib
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from procession.core.inbound_mail import InboundMail, TaskAddress, task_addressed
from procession.core.texts import tidied
from procession.core.times import DAY, HOUR, MINUTE
from procession.domains.accounts import store as accounts
from procession.domains.comments import store
from procession.domains.comments.types import Place
from procession.domains.comments.wire import ThreadIn
from procession.domains.files.actions.adding import add_file
from procession.domains.files.types import StoredFile
from procession.domains.files.wire import UploadIn, full_url_of
from procession.domains.people import store as people
from procession.domains.people.types import guest_key, user_key
from procession.domains.tasks import store as tasks
from procession.flows.discussing.saying import say
from procession.flows.files.mailed import MailedFile, all_bytes_kept, sorted_out
from procession.flows.files.placing import Place as FilePlace
from procession.flows.files.placing import find_place
from procession.flows.reaching.bots import as_bot
from procession.flows.telling import letters
from procession.flows.telling.receiving import Outcome, read_proved
from procession.flows.telling.recipients import Directory, Recipient
from procession.flows.telling.replying import is_theirs
from procession.kit.caller import Caller
from procession.kit.errors import Refusal, sentences_of
from procession.kit.mail import post
from procession.kit.mail_words import own_words, text_of_html
from procession.kit.server import Server
from procession.kit.work import Work, looking, reading, writing

#: Comments by mail of one person on one task, within ten minutes.
_MOST_AT_ONCE = 10
#: Signs of the whole mail that are kept.
_MOST_KEPT = 200_000
#: Letters from which on two texts are the same if only their numbers differ: programs write times.
_ENOUGH_LETTERS = 40
_NOT_THEIRS = "This address takes the answers of somebody else: answer a mail that you got."
_NOTHING = "Your mail says nothing besides what it answers to."
_SAID = "You have just said the same."
_TOO_OFTEN = "Too many mails within ten minutes."


class _Repeated(Exception):
    """The mail came before: whatever was written for it is taken back."""


def receive_reply(server: Server, raw: bytes, recipient: str) -> Outcome:
    address = task_addressed(recipient)
    mail = None if address is None else read_proved(server, raw)
    if address is None or mail is None:
        return Outcome.DROPPED
    organization_id = tasks.find_organization(server.database.connection(), address.task_id)
    if organization_id is None:
        return Outcome.DROPPED
    bot = as_bot(server, organization_id)
    people_named = _named(looking(bot), mail.sender)
    if not people_named:
        return Outcome.DROPPED
    reply = _Reply(address, mail)
    person = next((each for each in people_named if is_theirs(each, address)), None)
    if person is None:
        return _refuse(bot, people_named[0], reply, [_NOT_THEIRS])
    if problem := _loop(looking(bot), person, reply):
        return _refuse(bot, person, reply, [problem])
    if not reply.words and not mail.attachments:
        return _refuse(bot, person, reply, [_NOTHING])
    try:
        return _comment(person, reply)
    except Refusal as refusal:
        return _refuse(bot, person, reply, sentences_of(refusal))


class _Reply:
    """A mail to a task, and what it says."""

    def __init__(self, address: TaskAddress, mail: InboundMail) -> None:
        self.task_id, self.mail = address.task_id, mail
        self.whole = text_of_html(mail.body) if mail.is_html else mail.body
        self.words = tidied(own_words(self.whole))
        self.key = _digest(f"{address.task_id} {mail.message_id}")
        letters_alone = "".join(sign for sign in self.words.lower() if sign.isalpha())
        is_long = len(letters_alone) >= _ENOUGH_LETTERS
        self.words_key = _digest(letters_alone if is_long else self.words)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _named(work: Work, address: str) -> list[Recipient]:
    """The member, and the guest, who have this address and are not shut out."""
    keys = []
    member = people.find_member_named(work, address)
    if member is not None and member.email.lower() == address.lower():
        keys.append(user_key(member.id))
    keys += [guest_key(guest.id) for guest in people.guests_by_email(work, [address]).values()]
    return list(Directory(work).of_keys(keys).values())


def _loop(work: Work, person: Recipient, reply: _Reply) -> str:
    """Why this is taken for a mailbox that answers by itself; "" for what is not.

    Two of those would answer each other for ever, by way of us.
    """
    task_id, since = reply.task_id, work.now - DAY
    if store.is_reply_known(work, reply.key):
        return ""
    if store.count_said(work, task_id, person.key, reply.words_key, since):
        return _SAID
    count = store.count_replies(work, task_id, person.key, work.now - 10 * MINUTE)
    return _TOO_OFTEN if count >= _MOST_AT_ONCE else ""


def _comment(person: Recipient, reply: _Reply) -> Outcome:
    """The mail is remembered in the comment's own transaction: it says it once, or not at all."""
    caller = person.caller
    if store.is_reply_known(looking(caller), reply.key):
        return Outcome.REPEATED
    kept, left = _files(caller, reply)
    try:
        with all_bytes_kept(caller, kept), writing(caller) as work:
            _write(work, person, reply, kept, left)
    except _Repeated:
        return Outcome.REPEATED
    return Outcome.COMMENTED


def _write(
    work: Work, person: Recipient, reply: _Reply, kept: Sequence[MailedFile], left: Sequence[str]
) -> None:
    key, task_id = reply.key, reply.task_id
    if not store.remember_reply(work, key, task_id, person.key, reply.words_key):
        raise _Repeated
    files = [_add(work, task_id, file) for file in kept]
    content = "".join((_as_html(reply.words), *_told_of_files(work.caller, files, left)))
    thread = say(work, Place(task_id=task_id), ThreadIn(content=content))
    store.set_comment(work, key, thread.id)
    store.add_mail(work, thread.id, reply.mail.subject, reply.whole[:_MOST_KEPT])


def _refuse(bot: Caller, person: Recipient, reply: _Reply, reasons: Sequence[str]) -> Outcome:
    """They are told once for each mail, and of each task once an hour."""
    key, task_id = reply.key, reply.task_id
    with writing(bot) as work:
        is_told = store.count_refused_replies(work, task_id, person.key, work.now - HOUR) == 0
        if not store.remember_reply(work, key, task_id, person.key, reply.words_key):
            return Outcome.REPEATED
        if not is_told:
            return Outcome.DROPPED
        settings = bot.server.settings
        link = person.task_link(settings.public_url or settings.local_url, task_id)
        organization, subject = accounts.get_face(work).name, reply.mail.subject
        post(work, letters.reply_refused(person, organization, subject, reasons, link))
    return Outcome.REFUSED


# --- Files ---


def _files(caller: Caller, reply: _Reply) -> tuple[list[MailedFile], list[str]]:
    """Those that are kept, and why others are not: sentences."""
    kept, left = sorted_out(caller, reply.mail, reply.words)
    try:
        if kept:
            with reading(caller) as work:
                _place(work, reply.task_id)
    except Refusal as refusal:
        why = " ".join(sentences_of(refusal))
        return [], [*left, *(f"{file.name} was not kept: {why}" for file in kept)]
    return kept, left


def _place(work: Work, task_id: str, *, lock: bool = False) -> FilePlace:
    return find_place(work, UploadIn(subject_type="Task", subject_id=task_id), lock=lock)


def _add(work: Work, task_id: str, file: MailedFile) -> StoredFile:
    place = _place(work, task_id, lock=True)
    return add_file(
        work,
        file.id,
        place.subject,
        filename=file.name,
        uploaded_from=place.uploaded_from,
        mimetype=file.mimetype,
        size=file.sent.size,
    )


# --- What it says, as a comment ---


def _as_html(words: str) -> str:
    """Lines stay lines; what was quoted between them stays a quote."""
    if not words or "\n" not in words:
        return escape(words, quote=False)
    return "".join(_paragraphs(words))


def _paragraphs(words: str) -> Iterator[str]:
    for is_quote, lines in groupby(words.split("\n"), key=lambda line: line.startswith(">")):
        text = "\n".join(line.lstrip("> ") if is_quote else line for line in lines)
        parts = [part for part in text.strip("\n").split("\n\n") if part.strip()]
        told = "".join(
            f"<p>{escape(part, quote=False).replace(chr(10), '<br>')}</p>" for part in parts
        )
        if told:
            yield f"<blockquote>{told}</blockquote>" if is_quote else told


def _told_of_files(
    caller: Caller, files: Sequence[StoredFile], left: Sequence[str]
) -> Iterator[str]:
    settings = caller.server.settings
    public_url = settings.public_url or settings.local_url
    for file in files:
        url = escape(full_url_of(file, caller.organization_id, public_url))
        yield f'<p><a href="{url}">{escape(file.filename, quote=False)}</a></p>'
    for why in left:
        yield f"<p><em>{escape(why, quote=False)}</em></p>"
