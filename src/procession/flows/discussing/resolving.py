"""Resolving an issue, and reopening it (contract 45, 4.2 and 4.4)."""

from procession.domains.comments import policy
from procession.domains.comments import store as threads
from procession.domains.comments.actions import editing
from procession.domains.comments.actions.writing import find_resolution, resolve
from procession.domains.comments.types import Place, Thread, ThreadLabel
from procession.domains.comments.wire import ResolveIn
from procession.domains.holds.actions.asking import HoldGate, home_of
from procession.flows.discussing.holding import count_issues, get_thread, hold, mark_troubled
from procession.flows.telling.commenting import new_thread, said
from procession.flows.telling.topics import Topic
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, invalid
from procession.kit.ids import find_id
from procession.kit.work import Work, writing


def resolve_issue(caller: Caller, place: Place, sent: ResolveIn) -> tuple[Thread, bool]:
    """The resolving thread, and whether it is new (an issue is resolved once)."""
    with writing(caller) as work:
        topic = _hold(work, place)
        problem = get_thread(work, topic, find_id(sent.thread_id), kind="Issue")
        existing = find_resolution(work, problem)
        if existing is not None:
            return existing, False
        new = new_thread(
            work, topic, said(work, sent.content), ThreadLabel.RESOLVE, state=sent.state
        )
        thread = resolve(work, [problem], new)
        count_issues(work, topic)
        return thread, True


def reopen_issue(caller: Caller, place: Place, thread_id: str) -> Thread:
    """`thread_id`: the issue, or what resolved it. The issue; what is open stays so."""
    with writing(caller) as work:
        topic = _hold(work, place)
        thread = get_thread(work, topic, thread_id, kind="Issue")
        if thread.label not in (ThreadLabel.PROBLEM, ThreadLabel.RESOLVE):
            raise invalid("thread_id", "The selected thread id is invalid.")
        clearance = HoldGate(work).ask(home_of(thread).subjects).clearance
        issues = editing.reopen(work, clearance, thread)
        if not issues:
            return thread
        mark_troubled(work, topic)
        issue = threads.find_any(work, issues[0].id)
        assert issue is not None
        return issue


def _hold(work: Work, place: Place) -> Topic:
    topic = hold(work, place)
    if not policy.can_resolve(work.caller):
        raise Forbidden
    return topic
