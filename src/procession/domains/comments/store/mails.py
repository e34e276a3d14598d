"""Mails that were sent to tasks' addresses: each is remembered once, and kept with its comment."""

import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.comments.tables import comment_mails, received_replies
from procession.domains.comments.types import CommentMail
from procession.domains.people.access import ORGANIZATION_ID
from procession.kit.db import Statement
from procession.kit.work import Work

_TEXT = sa.Text()
_ID = sa.String(32)
_INSERT = Statement(
    received_replies.insert().from_select(
        [column.name for column in received_replies.c],
        sa.select(
            ORGANIZATION_ID,
            sa.bindparam("key", type_=_TEXT),
            sa.bindparam("task_id", type_=_ID),
            sa.bindparam("person", type_=_TEXT),
            sa.bindparam("words_key", type_=_TEXT),
            sa.bindparam("thread_id", type_=_ID),
            sa.bindparam("now", type_=sa.BigInteger),
        ).suffix_with("ON CONFLICT DO NOTHING"),
    )
)
_OF_KEY = (
    received_replies.c.organization_id == ORGANIZATION_ID,
    received_replies.c.key == sa.bindparam("key_of_row", type_=_TEXT),
)
_SET_THREAD = Statement(
    received_replies.update()
    .where(*_OF_KEY)
    .values(thread_id=sa.bindparam("new_thread_id", type_=_ID))
)
_IS_KNOWN = Statement(sa.select(received_replies.c.key).where(*_OF_KEY))
_THEIRS = (
    received_replies.c.organization_id == ORGANIZATION_ID,
    received_replies.c.task_id == sa.bindparam("task_id", type_=_ID),
    received_replies.c.person == sa.bindparam("person", type_=_TEXT),
    received_replies.c.received_at > sa.bindparam("since", type_=sa.BigInteger),
)
_COUNT = Statement(sa.select(sa.func.count()).where(*_THEIRS))
_COUNT_REFUSED = Statement(
    sa.select(sa.func.count()).where(*_THEIRS, received_replies.c.thread_id.is_(None))
)
_COUNT_SAID = Statement(
    sa.select(sa.func.count()).where(
        *_THEIRS,
        received_replies.c.thread_id.is_not(None),
        received_replies.c.words_key == sa.bindparam("words_key", type_=_TEXT),
    )
)
_ADD_MAIL = Statement(
    comment_mails.insert().values(
        {column.name: sa.bindparam(column.name) for column in comment_mails.c}
    )
)
_MAIL = Statement(
    sa.select(*[comment_mails.c[name] for name in CommentMail.__struct_fields__]).where(
        comment_mails.c.organization_id == ORGANIZATION_ID,
        comment_mails.c.thread_id == sa.bindparam("thread_id", type_=_ID),
    )
)


def remember_reply(work: Work, key: str, task_id: str, person: str, words_key: str) -> bool:
    """False when this mail came before. Two who remember the same wait for each other."""
    values = {"key": key, "task_id": task_id, "person": person, "words_key": words_key}
    return bool(work.run(_INSERT, thread_id=None, **values))


def is_reply_known(work: Work, key: str) -> bool:
    return work.value(_IS_KNOWN, key_of_row=key) is not None


def set_comment(work: Work, key: str, thread_id: str) -> None:
    work.run(_SET_THREAD, key_of_row=key, new_thread_id=thread_id)


def count_replies(work: Work, task_id: str, person: str, since: Instant) -> int:
    return int(work.value(_COUNT, task_id=task_id, person=person, since=since))


def count_refused_replies(work: Work, task_id: str, person: str, since: Instant) -> int:
    return int(work.value(_COUNT_REFUSED, task_id=task_id, person=person, since=since))


def count_said(work: Work, task_id: str, person: str, words_key: str, since: Instant) -> int:
    """How often they have said just this."""
    said = {"task_id": task_id, "person": person, "words_key": words_key, "since": since}
    return int(work.value(_COUNT_SAID, **said))


def add_mail(work: Work, thread_id: str, subject: str, text: str) -> None:
    work.run(
        _ADD_MAIL,
        organization_id=work.caller.organization_id,
        thread_id=thread_id,
        subject=subject,
        text=text,
        received_at=work.now,
    )


def find_mail(work: Work, thread_id: str) -> CommentMail | None:
    return work.first(_MAIL, CommentMail, thread_id=thread_id)
