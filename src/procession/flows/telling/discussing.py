"""Comments and issues on processes and tasks (contract 45, 3 to 5)."""

from collections.abc import Sequence

from procession.core.rules.model import Reopened
from procession.domains.comments import store as threads
from procession.domains.comments.actions.writing import (
    NewThread,
    add_thread,
    find_resolution,
    resolve,
)
from procession.domains.comments.types import Thread, ThreadLabel
from procession.domains.comments.wire import ResolveIn, ThreadIn
from procession.domains.processes import store as processes
from procession.domains.processes.actions.guarding import require_live
from procession.domains.processes.actions.progressing import refresh
from procession.domains.processes.types import Process
from procession.domains.snippets.content import expanded
from procession.domains.tasks import store as tasks
from procession.domains.tasks.actions.completing import reopen
from procession.domains.tasks.policy import can_comment
from procession.flows.reaching.snippets import texts_named
from procession.flows.reaching.tasks import Reached, reach
from procession.flows.rules.cascading import about_task, follow
from procession.kit.caller import Caller
from procession.kit.errors import Archived, Forbidden, NotFound
from procession.kit.html import clean_html
from procession.kit.ids import find_id
from procession.kit.work import Work, writing


def comment_on_task(
    caller: Caller, task_id: str, sent: ThreadIn, label: ThreadLabel | None = None
) -> Thread:
    """`label`: decided by the endpoint, else by what was sent. PROBLEM reports an issue."""
    with writing(caller) as work:
        reached = reach(work, task_id)
        if not can_comment(caller, reached.task):
            raise Forbidden
        _require_live(reached)
        word = label or sent.label or ThreadLabel.COMMENT
        if word == ThreadLabel.PROBLEM:
            return _report_on_task(work, reached, sent.content, sent.state)
        if word == ThreadLabel.RESOLVE and not caller.is_guest:
            issues = _open_issues(threads.of_tasks(work, [task_id])[task_id])
            if issues:
                return _resolve_all_on_task(work, reached, issues, sent.content, sent.state)
        return add_comment(work, reached, sent.content, label=word, state=sent.state)


def add_comment(
    work: Work,
    reached: Reached,
    text: str,
    *,
    label: str = ThreadLabel.COMMENT,
    state: str | None = None,
) -> Thread:
    return add_thread(
        work,
        NewThread(
            process_id=reached.task.process_id,
            task_id=reached.task.id,
            content=_content(work, text),
            label=label,
            state=state,
        ),
    )


def _report_on_task(work: Work, reached: Reached, text: str, state: str | None) -> Thread:
    """An issue on a completed task reopens it: its work is in question."""
    thread = add_comment(work, reached, text, label=ThreadLabel.PROBLEM, state=state)
    events = about_task(Reopened, reached.task) if reached.task.is_completed else []
    reopen(work, reached.task)
    follow(work, reached.process, events)
    _count_issues(work, reached)
    return thread


def _open_issues(found: Sequence[Thread]) -> list[Thread]:
    return [thread for thread in found if thread.is_open_issue]


def _resolve_all_on_task(
    work: Work, reached: Reached, issues: Sequence[Thread], text: str, state: str | None
) -> Thread:
    """What connectors offer as "resolve the issue": a comment labelled so (contract 45, 4.3)."""
    thread = resolve(work, issues, _content(work, text), state)
    _count_issues(work, reached)
    return thread


def _count_issues(work: Work, reached: Reached) -> None:
    count = threads.count_open_issues_of_task(work, reached.task.id)
    tasks.set_columns(work, reached.task.id, {"open_issue_count": count})
    if reached.process is not None:
        refresh(work, reached.process)


def resolve_on_task(caller: Caller, task_id: str, sent: ResolveIn) -> tuple[Thread, bool]:
    """The resolving thread, and whether it is new (an issue is resolved once)."""
    if caller.is_guest:
        raise Forbidden
    with writing(caller) as work:
        reached = reach(work, task_id)
        _require_live(reached)
        problem = _get_thread(work, sent)
        if problem.task_id != task_id:
            raise NotFound(kind="Issue")
        existing = find_resolution(work, problem)
        if existing is not None:
            return existing, False
        thread = resolve(work, [problem], _content(work, sent.content), sent.state)
        _count_issues(work, reached)
        return thread, True


def _get_thread(work: Work, sent: ResolveIn) -> Thread:
    thread_id = find_id(sent.thread_id)
    thread = threads.find_thread(work, thread_id) if thread_id else None
    if thread is None:
        raise NotFound(kind="Issue")
    return thread


def _require_live(reached: Reached) -> None:
    if reached.process is not None:
        require_live(reached.process)
    if reached.task.archived_at is not None:
        raise Archived({"task": ["Cannot update archived tasks."]})


def comment_on_process(
    caller: Caller, process_id: str, sent: ThreadIn, label: ThreadLabel | None = None
) -> Thread:
    """As on a task: PROBLEM reports an issue, RESOLVE closes all open ones."""
    with writing(caller) as work:
        process = _get_live(work, process_id)
        word = label or sent.label or ThreadLabel.COMMENT
        content = _content(work, sent.content)
        issues = (
            _open_issues(threads.of_processes(work, [process_id])[process_id])
            if word == ThreadLabel.RESOLVE
            else []
        )
        if issues:
            thread = resolve(work, issues, content, sent.state)
        else:
            thread = add_thread(
                work,
                NewThread(process.id, task_id=None, content=content, label=word, state=sent.state),
            )
        if issues or word == ThreadLabel.PROBLEM:
            refresh(work, process)
        return thread


def resolve_on_process(caller: Caller, process_id: str, sent: ResolveIn) -> tuple[Thread, bool]:
    with writing(caller) as work:
        process = _get_live(work, process_id)
        problem = _get_thread(work, sent)
        if problem.process_id != process_id or problem.task_id is not None:
            raise NotFound(kind="Issue")
        existing = find_resolution(work, problem)
        if existing is not None:
            return existing, False
        thread = resolve(work, [problem], _content(work, sent.content), sent.state)
        refresh(work, process)
        return thread, True


def _content(work: Work, text: str | None) -> str:
    """Clean, with what snippets say now: what somebody said stays as it was said (50, 8)."""
    clean = clean_html(text)
    return expanded(clean, texts_named(work, (clean,))) or ""


def _get_live(work: Work, process_id: str) -> Process:
    process = processes.get_visible(work, process_id, lock=True)
    require_live(process)
    return process
