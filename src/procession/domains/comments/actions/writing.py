"""Writing a comment, reporting an issue, resolving it: the thread itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from procession.core.markup import length_of
from procession.domains.comments import store
from procession.domains.comments.events import (
    BotCommentAdded,
    CommentAdded,
    IssueReported,
    IssueResolved,
    about,
)
from procession.domains.comments.types import (
    Place,
    Thread,
    ThreadLabel,
    ThreadState,
    write_mentions,
)
from procession.kit import capping
from procession.kit.caller import CallerKind
from procession.kit.errors import invalid, raise_if_any
from procession.kit.ids import new_id
from procession.kit.work import Work


@dataclass(frozen=True)
class Mentioned:
    """Whom a thread mentions, and who hears of it now."""

    #: As stored: `u:7`, `e:3`, `g:<id>`.
    keys: tuple[str, ...] = ()
    users: tuple[int, ...] = ()
    guests: tuple[int, ...] = ()


@dataclass(frozen=True)
class NewThread:
    """A thread about to be stored. `state` None: members write for members, guests for all."""

    #: Of a task also with the process that it is in.
    place: Place
    content: str
    #: One of ThreadLabel, or what was sent in the stead of one: that is refused.
    label: str
    state: str | None = None
    resolves_thread: str | None = None
    mentioned: Mentioned = field(default_factory=Mentioned)


_LONGEST = 30_000
_FACTS: dict[str, type[CommentAdded | IssueReported | IssueResolved]] = {
    ThreadLabel.PROBLEM: IssueReported,
    ThreadLabel.RESOLVE: IssueResolved,
}


def add_thread(work: Work, new: NewThread) -> Thread:
    check_thread(new.content, new.label, new.state)
    is_guest = work.caller.is_guest
    usual = ThreadState.OPEN if is_guest else ThreadState.HIDDEN_FROM_GUESTS
    capping.hold(work, capping.COMMENTS)
    capping.check(work, capping.COMMENTS)
    thread_id = _add(
        work,
        new.place,
        content=new.content,
        label=new.label,
        state=new.state or usual.value,
        author_kind=work.caller.kind.value,
        author_id=work.caller.person_id,
        resolves_thread=new.resolves_thread,
        mentions=write_mentions(new.mentioned.keys),
    )
    thread = _get(work, thread_id)
    fact = _FACTS.get(new.label, CommentAdded) if _tells_of_issue(new) else CommentAdded
    work.record(
        fact(
            **about(thread),
            mentioned_users=new.mentioned.users,
            mentioned_guests=new.mentioned.guests,
        )
    )
    return thread


def _add(work: Work, place: Place, **columns: object) -> str:
    """Its id."""
    thread_id = new_id()
    store.add_thread(
        work,
        id=thread_id,
        **msgspec.structs.asdict(place),
        resolved_by_thread=None,
        created_at=work.now,
        updated_at=work.now,
        **columns,
    )
    return thread_id


def _get(work: Work, thread_id: str) -> Thread:
    thread = store.find_any(work, thread_id)
    assert thread is not None
    return thread


def check_thread(content: str, label: str, state: str | None) -> None:
    """Raises Invalid for all that is wrong."""
    problems = {}
    if not content.strip():
        problems["content"] = ["The content field is required."]
    elif length_of(content) > _LONGEST:
        problems["content"] = [f"The content may not be greater than {_LONGEST} characters."]
    if label not in tuple(ThreadLabel):
        problems["label"] = ["The selected label is invalid."]
    if state is not None and state not in tuple(ThreadState):
        problems["state"] = ["The selected state is invalid."]
    raise_if_any(problems)


def add_bot_comment(work: Work, place: Place, content: str) -> str:
    """What the server itself says beside a task (contract 45, 3.4): no event, and no cap counts it.

    Returns its id. Its author is whoever acts, when that is a member.
    """
    is_member = work.caller.kind is CallerKind.MEMBER
    return _add(
        work,
        place,
        content=content,
        label=ThreadLabel.COMMENT.value,
        state=ThreadState.HIDDEN_FROM_GUESTS.value,
        author_kind=CallerKind.BOT.value,
        author_id=work.caller.person_id if is_member else None,
        resolves_thread=None,
    )


def let_bot_say(work: Work, place: Place, content: str) -> Thread:
    """In the bot's name because somebody asked for it: as long and as often as their own."""
    check_thread(content, ThreadLabel.COMMENT, None)
    capping.hold(work, capping.COMMENTS)
    capping.check(work, capping.COMMENTS)
    thread = _get(work, add_bot_comment(work, place, content))
    work.record(BotCommentAdded(**about(thread)))
    return thread


def _tells_of_issue(new: NewThread) -> bool:
    """A `resolve` comment without an issue to resolve is a comment with a label."""
    return new.label != ThreadLabel.RESOLVE or new.resolves_thread is not None


def find_resolution(work: Work, problem: Thread) -> Thread | None:
    """What resolved `problem` already; raises Invalid for a thread that is no issue."""
    check_issue(problem)
    if problem.resolved_by_thread is None:
        return None
    return store.find_any(work, problem.resolved_by_thread)


def check_issue(thread: Thread) -> None:
    if thread.label != ThreadLabel.PROBLEM:
        raise invalid("thread_id", "The selected thread id is invalid.")


def resolve(work: Work, problems: Sequence[Thread], new: NewThread) -> Thread:
    """One thread that closes all these issues of one place."""
    thread = add_thread(work, _resolving(new, problems[0].id))
    for problem in problems:
        store.set_resolved(work, problem.id, thread.id)
    return thread


def _resolving(new: NewThread, first_id: str) -> NewThread:
    return NewThread(
        place=new.place,
        content=new.content,
        label=ThreadLabel.RESOLVE,
        state=new.state,
        resolves_thread=first_id,
        mentioned=new.mentioned,
    )
