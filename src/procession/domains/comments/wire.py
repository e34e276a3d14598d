"""JSON shapes of threads (contract 45, 1)."""

from typing import Any, ClassVar

import msgspec

from procession.core.times import Instant, wire_time
from procession.domains.comments.types import CommentMail, Place, Reactions, Thread
from procession.domains.people.types import users_among
from procession.kit.binding import PersonNumber, RichText


class ThreadIn(msgspec.Struct, kw_only=True):
    """Body of a comment or an issue. `sent_to`: members who are told, as if the text named them."""

    content: RichText
    label: str | None = None
    state: str | None = None
    sent_to: list[PersonNumber] = []


class ReactionsIn(msgspec.Struct, kw_only=True):
    """All reactions of the caller to a comment; an empty list takes them back."""

    reactions: list[str]


class ReactionOut(msgspec.Struct, kw_only=True):
    """Who reacted in one way, the first who did first: numbers of members and of guests."""

    reaction: str
    users: list[int]
    guests: list[int]


class BotCommentIn(msgspec.Struct, kw_only=True):
    """Body of what the bot is to say."""

    content: RichText


class ResolveIn(msgspec.Struct, kw_only=True):
    """Body that resolves an issue: which one, and what was done about it."""

    FIRST: ClassVar[tuple[str, ...]] = ("thread_id",)

    thread_id: str
    content: RichText
    state: str | None = None


class ThreadOut(msgspec.Struct, kw_only=True):
    """The Thread object (contract 45, 1). `content` is what people read; `original_content` is what
    they edit."""

    id: str
    content: str
    original_content: str
    label: str
    state: str
    author_id: int | None
    author_type: str
    author: dict[str, Any] | None
    sent_by: int | None
    sent_to: list[int] = []
    task_id: str | None
    run_id: str | None
    checklist_id: str | None = None
    step_id: str | None = None
    subject: dict[str, str]
    resolve_id: str | None
    resolves_id: str | None
    created_at: str
    updated_at: str
    last_updated_at: str
    created_ago: str
    archived_at: None = None
    #: Ours (contract 45, 3.8).
    reactions: list[ReactionOut] = []


class CommentMailOut(msgspec.Struct, kw_only=True):
    """The mail that a comment came by, with what was cut; nulls where it was typed here."""

    id: str
    by_mail: bool
    subject: str | None
    text: str | None
    received_at: str | None


def comment_mail_out(thread_id: str, mail: CommentMail | None) -> CommentMailOut:
    return CommentMailOut(
        id=thread_id,
        by_mail=mail is not None,
        subject=None if mail is None else mail.subject,
        text=None if mail is None else mail.text,
        received_at=None if mail is None else wire_time(mail.received_at),
    )


class ThreadDeletedOut(msgspec.Struct):
    """What was deleted for ever."""

    id: str


def thread_out(thread: Thread, now: Instant, *, names_only: bool = False) -> ThreadOut:
    """`names_only`: for guests, who get no addresses."""
    return ThreadOut(
        id=thread.id,
        content=thread.shown,
        original_content=thread.content,
        label=thread.label,
        state=thread.state,
        author_id=thread.author_id,
        author_type=thread.author_kind,
        author=_author(thread, names_only=names_only),
        sent_by=thread.author_id,
        sent_to=users_among(list(thread.mentioned)) if thread.mentions else [],
        task_id=thread.task_id,
        run_id=thread.process_id,
        checklist_id=thread.template_id,
        step_id=thread.step_id,
        subject=_subject(thread.place),
        resolve_id=thread.resolved_by_thread,
        resolves_id=thread.resolves_thread,
        created_at=wire_time(thread.created_at),
        updated_at=wire_time(thread.updated_at),
        last_updated_at=wire_time(thread.updated_at),
        created_ago=_ago(thread.created_at, now),
        reactions=_reactions(thread.reacted),
    )


def _reactions(reacted: Reactions) -> list[ReactionOut]:
    return [
        ReactionOut(
            reaction=name,
            users=[int(key[2:]) for key in keys if key.startswith("u:")],
            guests=[int(key[2:]) for key in keys if key.startswith("e:")],
        )
        for name, keys in reacted.people.items()
    ]


def _subject(place: Place) -> dict[str, str]:
    named = (
        ("Task", place.task_id),
        ("Run", place.process_id),
        ("Step", place.step_id),
        ("Checklist", place.template_id),
    )
    return next({"id": of, "type": kind} for kind, of in named if of is not None)


def _author(thread: Thread, *, names_only: bool) -> dict[str, Any] | None:
    if thread.author_kind == "bot":
        return None
    first, last = thread.author_first_name or "", thread.author_last_name or ""
    names = {"first_name": first, "last_name": last, "full_name": f"{first} {last}".strip()}
    if names_only:
        return names
    return {
        "id": thread.author_id,
        "email": thread.author_email,
        "username": thread.author_username,
        **names,
        "profile_pic": None,
    }


_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def _ago(then: Instant, now: Instant) -> str:
    seconds = max((now - then) // 1_000_000, 1)
    name, length = next(unit for unit in _UNITS if seconds >= unit[1])
    count = seconds // length
    return f"{count} {name}{'' if count == 1 else 's'} ago"
