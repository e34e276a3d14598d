"""Changing a thread, deleting it, and reopening issues: the thread itself (contract 45, 3 and 4).

Whether the caller may, and what becomes of the task or process, is the flow's part.
"""

from collections.abc import Mapping

from procession.domains.comments import store
from procession.domains.comments.actions.writing import Mentioned, check_thread
from procession.domains.comments.events import (
    CommentDeleted,
    CommentEdited,
    IssueReported,
    IssueWithdrawn,
    about,
)
from procession.domains.comments.types import Thread, ThreadLabel, write_mentions
from procession.kit.destroying import Clearance
from procession.kit.errors import invalid
from procession.kit.ids import new_id
from procession.kit.work import Work


def edit(work: Work, thread: Thread, changes: Mapping[str, str], mentioned: Mentioned) -> Thread:
    """`changes`: what shall be the content, label and state; what of it is another is told.

    Nothing happens where nothing is. `mentioned`: all whom the new content mentions, and who of
    them hears of it for the first time.
    """
    different = {name: new for name, new in changes.items() if getattr(thread, name) != new}
    check_thread(changes["content"], changes["label"], changes["state"])
    _check_label(thread, different)
    if not different:
        return thread
    columns: dict[str, object] = {**different, "updated_at": work.now}
    if "content" in different:
        columns["mentions"] = write_mentions(mentioned.keys)
    store.set_columns(work, thread.id, columns)
    changed = store.find_any(work, thread.id)
    assert changed is not None
    _tell(work, thread, changed, mentioned)
    return changed


def _check_label(thread: Thread, different: Mapping[str, str]) -> None:
    """What is resolved stays an issue, and what resolved it stays that."""
    is_resolved = thread.label == ThreadLabel.PROBLEM and not thread.is_open_issue
    if "label" in different and (is_resolved or thread.label == ThreadLabel.RESOLVE):
        raise invalid("label", "The label of a resolved issue cannot be changed.")


def _tell(work: Work, was: Thread, now: Thread, mentioned: Mentioned) -> None:
    told = about(now)
    for field in ("content", "label", "state"):
        if getattr(was, field) == getattr(now, field):
            continue
        if field == "label" and ThreadLabel.PROBLEM in (was.label, now.label):
            is_new = now.label == ThreadLabel.PROBLEM
            work.record(IssueReported(**told) if is_new else IssueWithdrawn(**told))
            continue
        who = mentioned if field == "content" else Mentioned()
        work.record(
            CommentEdited(
                **told,
                field=field,
                before=getattr(was, field),
                mentioned_users=who.users,
                mentioned_guests=who.guests,
            )
        )


def delete(work: Work, clearance: Clearance, thread: Thread) -> list[Thread]:
    """For ever. The issues that it had closed, which are open again."""
    work.record(CommentDeleted(**about(thread)))
    closed = store.resolved_by(work, thread) if thread.label == ThreadLabel.RESOLVE else []
    store.delete_thread(work, clearance, thread)
    for issue in closed:
        _open_again(work, issue)
    if thread.resolved_by_thread is not None:
        _name_another(work, thread.resolved_by_thread, thread.id)
    return closed


def reopen(work: Work, clearance: Clearance, thread: Thread) -> list[Thread]:
    """`thread`: an issue, or what resolved one or several. What was resolved and is open now.

    What resolved them goes when it closed nothing else; where that is on hold it stays.
    """
    if thread.label == ThreadLabel.PROBLEM:
        resolution_id, issues = thread.resolved_by_thread, [thread]
    else:
        resolution_id, issues = thread.id, store.resolved_by(work, thread)
        if not issues:
            raise invalid("thread_id", "The selected thread id is invalid.")
    if resolution_id is None:
        return []
    for issue in issues:
        _open_again(work, issue)
    _name_another(work, resolution_id, issues[0].id, clearance)
    return issues


def _open_again(work: Work, issue: Thread) -> None:
    store.clear_resolved(work, issue.id)
    work.record(IssueReported(**about(issue), is_reopened=True))


def _name_another(
    work: Work, resolution_id: str, gone_id: str, clearance: Clearance | None = None
) -> None:
    """What resolved `gone_id` names the first of what else it closed. Where it closed nothing
    else it goes, if there is a clearance for it: it is left behind by an issue that was deleted."""
    resolution = store.find_any(work, resolution_id)
    if resolution is None:
        return
    others = store.resolved_by(work, resolution)
    if not others and clearance is not None and clearance.covers(resolution.home_id):
        work.record(CommentDeleted(**about(resolution)))
        store.delete_thread(work, clearance, resolution)
    elif resolution.resolves_thread == gone_id:
        first = others[0].id if others else None
        store.set_columns(work, resolution.id, {"resolves_thread": first})


# --- Improvements, which also stand on the step that the task was made from (contract 45, 3.5) ---


def copy_to_step(work: Work, thread: Thread, template_id: str, step_id: str) -> None:
    """Made once, and brought up to date with what it is a copy of."""
    copy = store.find_copy(work, thread.id)
    mentions = {"mentions": thread.mentions}
    if copy is not None:
        new = {"content": thread.content, "updated_at": work.now, **mentions}
        store.set_columns(work, copy.id, new)
    elif store.template_is_there(work, template_id):
        store.add_thread(
            work,
            id=new_id(),
            process_id=None,
            task_id=None,
            template_id=template_id,
            step_id=step_id,
            content=thread.content,
            label=thread.label,
            state=thread.state,
            author_kind=thread.author_kind,
            author_id=thread.author_id,
            resolved_by_thread=None,
            resolves_thread=None,
            copied_from=thread.id,
            created_at=work.now,
            updated_at=work.now,
            **mentions,
        )


def delete_copy(work: Work, clearance: Clearance, copy: Thread) -> None:
    """Where what it is a copy of was deleted, or is no improvement any more. It is the template's:
    where that is on hold it stays."""
    if clearance.covers(copy.home_id):
        store.delete_thread(work, clearance, copy)
