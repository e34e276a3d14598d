"""Changing what was said, and deleting it (contract 45, 3.2 and 3.3)."""

from procession.domains.comments import policy
from procession.domains.comments import store as threads
from procession.domains.comments.actions import editing
from procession.domains.comments.actions.writing import check_thread
from procession.domains.comments.types import Place, Thread, ThreadLabel
from procession.domains.comments.wire import ThreadIn
from procession.domains.files.actions.removing import delete_pasted_into
from procession.domains.holds.actions.asking import HoldGate, home_of
from procession.domains.holds.types import Subjects
from procession.flows.discussing.holding import count_issues, get_thread, hold, mark_troubled
from procession.flows.discussing.saying import assign_newcomers, check_addressed, improve_step
from procession.flows.telling.commenting import new_thread, said
from procession.flows.telling.topics import Topic
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden
from procession.kit.expecting import check_unchanged
from procession.kit.work import Work, writing


def edit(caller: Caller, place: Place, thread_id: str, sent: ThreadIn) -> Thread:
    """Its label and state stay where they are not sent. Only who is mentioned anew is told."""
    with writing(caller) as work:
        topic, thread = _hold_own(work, place, thread_id)
        label, state = sent.label or thread.label, sent.state or thread.state
        content = said(work, sent.content)
        check_thread(content, label, state)
        check_addressed(work, sent, thread.mentioned)
        topic = assign_newcomers(work, topic, content, thread.content)
        new = new_thread(
            work,
            topic,
            content,
            label,
            state=state,
            sent_to=sent.sent_to,
            before=thread.mentioned,
        )
        changes = {"content": new.content, "label": label, "state": state}
        changed = editing.edit(work, thread, changes, new.mentioned)
        _follow(work, topic, thread, changed)
        return changed


def _follow(work: Work, topic: Topic, was: Thread, now: Thread) -> None:
    if now.is_open_issue and not was.is_open_issue:
        mark_troubled(work, topic)
    elif was.is_open_issue and not now.is_open_issue:
        count_issues(work, topic)
    if now.label == ThreadLabel.IMPROVEMENT:
        improve_step(work, topic, now)
    elif was.label == ThreadLabel.IMPROVEMENT:
        _delete_copy(work, was)


def _delete_copy(work: Work, thread: Thread) -> None:
    copy = threads.find_copy(work, thread.id)
    if copy is not None:
        asked = HoldGate(work).ask(Subjects(templates=(copy.home_id,)))
        editing.delete_copy(work, asked.clearance, copy)


def delete(caller: Caller, place: Place, thread_id: str) -> None:
    """For ever. Issues that it closed are open again."""
    with writing(caller) as work:
        gate = HoldGate(work)
        topic, thread = _hold_own(work, place, thread_id)
        clearance = gate.clear_parts([home_of(thread)])
        opened = editing.delete(work, clearance, thread)
        delete_pasted_into(work, clearance, thread.home_id, thread.id, thread.content)
        if thread.label == ThreadLabel.IMPROVEMENT:
            _delete_copy(work, thread)
        if opened:
            mark_troubled(work, topic)
        elif thread.is_open_issue:
            count_issues(work, topic)


def _hold_own(work: Work, place: Place, thread_id: str) -> tuple[Topic, Thread]:
    topic = hold(work, place)
    thread = get_thread(work, topic, thread_id, kind="Comment")
    check_unchanged(work, "thread", thread.id, thread.row_version)
    if not policy.can_edit(work.caller, thread):
        raise Forbidden
    return topic, thread
