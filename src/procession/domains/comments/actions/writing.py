"""Writing a comment, reporting an issue, resolving it: the thread itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from procession.core.markup import length_of
from procession.domains.comments import store
from procession.domains.comments.events import CommentAdded, IssueReported, IssueResolved
from procession.domains.comments.types import Thread, ThreadLabel, ThreadState
from procession.kit import capping
from procession.kit.caller import CallerKind
from procession.kit.errors import invalid, raise_if_any
from procession.kit.ids import new_id
from procession.kit.work import Work


@dataclass(frozen=True)
class NewThread:
    """A thread about to be stored. `state` None: members write for members, guests for all."""

    process_id: str | None
    task_id: str | None
    content: str
    #: One of ThreadLabel, or what was sent in the stead of one: that is refused.
    label: str
    state: str | None = None
    resolves_thread: str | None = None


_LONGEST = 30_000
_FACTS: dict[str, type[CommentAdded | IssueReported | IssueResolved]] = {
    ThreadLabel.PROBLEM: IssueReported,
    ThreadLabel.RESOLVE: IssueResolved,
}


def add_thread(work: Work, new: NewThread) -> Thread:
    raise_if_any(_problems(new))
    is_guest = work.caller.is_guest
    usual = ThreadState.OPEN if is_guest else ThreadState.HIDDEN_FROM_GUESTS
    capping.hold(work, capping.COMMENTS)
    capping.check(work, capping.COMMENTS)
    thread_id = new_id()
    store.add_thread(
        work,
        id=thread_id,
        process_id=new.process_id,
        task_id=new.task_id,
        content=new.content,
        label=new.label,
        state=new.state or usual.value,
        author_kind=work.caller.kind.value,
        author_id=work.caller.person_id,
        resolved_by_thread=None,
        resolves_thread=new.resolves_thread,
        created_at=work.now,
        updated_at=work.now,
    )
    fact = _FACTS.get(new.label, CommentAdded) if _tells_of_issue(new) else CommentAdded
    work.record(fact(id=thread_id, task_id=new.task_id, run_id=new.process_id, content=new.content))
    thread = store.find_thread(work, thread_id)
    assert thread is not None
    return thread


def _problems(new: NewThread) -> dict[str, list[str]]:
    problems = {}
    if not new.content.strip():
        problems["content"] = ["The content field is required."]
    elif length_of(new.content) > _LONGEST:
        problems["content"] = [f"The content may not be greater than {_LONGEST} characters."]
    if new.label not in tuple(ThreadLabel):
        problems["label"] = ["The selected label is invalid."]
    if new.state is not None and new.state not in tuple(ThreadState):
        problems["state"] = ["The selected state is invalid."]
    return problems


def add_bot_comment(work: Work, process_id: str | None, task_id: str, content: str) -> str:
    """What the server itself says beside a task (contract 45, 3.4): no event, and no cap counts it.

    Returns its id. Its author is whoever acts, when that is a member.
    """
    thread_id = new_id()
    is_member = work.caller.kind is CallerKind.MEMBER
    store.add_thread(
        work,
        id=thread_id,
        process_id=process_id,
        task_id=task_id,
        content=content,
        label=ThreadLabel.COMMENT.value,
        state=ThreadState.HIDDEN_FROM_GUESTS.value,
        author_kind=CallerKind.BOT.value,
        author_id=work.caller.person_id if is_member else None,
        resolved_by_thread=None,
        resolves_thread=None,
        created_at=work.now,
        updated_at=work.now,
    )
    return thread_id


def _tells_of_issue(new: NewThread) -> bool:
    """A `resolve` comment without an issue to resolve is a comment with a label."""
    return new.label != ThreadLabel.RESOLVE or new.resolves_thread is not None


def find_resolution(work: Work, problem: Thread) -> Thread | None:
    """What resolved `problem` already; raises Invalid for a thread that is no issue."""
    if problem.label != ThreadLabel.PROBLEM:
        raise invalid("thread_id", "The selected thread id is invalid.")
    if problem.resolved_by_thread is None:
        return None
    return store.find_thread(work, problem.resolved_by_thread)


def resolve(work: Work, problems: Sequence[Thread], content: str, state: str | None) -> Thread:
    """One thread that closes all these issues of one task or process."""
    first = problems[0]
    thread = add_thread(
        work,
        NewThread(
            process_id=first.process_id,
            task_id=first.task_id,
            content=content,
            label=ThreadLabel.RESOLVE,
            state=state,
            resolves_thread=first.id,
        ),
    )
    for problem in problems:
        store.set_resolved(work, problem.id, thread.id)
    return thread
