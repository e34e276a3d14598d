"""Getting hold of what is talked about, and bringing it up to date with what was said."""

from procession.core.rules.model import Reopened
from procession.domains.comments import store as threads
from procession.domains.comments.types import Place, Thread
from procession.domains.processes import store as processes
from procession.domains.processes.actions.guarding import require_live
from procession.domains.processes.actions.progressing import refresh
from procession.domains.tasks import store as tasks
from procession.domains.tasks.actions.completing import reopen
from procession.domains.tasks.policy import can_comment
from procession.domains.templates import policy as template_policy
from procession.domains.templates import store as templates
from procession.domains.templates.actions.editing import get_live, get_readable
from procession.domains.templates.types import Template
from procession.flows.reaching.tasks import Reached, reach
from procession.flows.rules.cascading import about_task, follow
from procession.flows.telling.topics import (
    Topic,
    topic_of_process,
    topic_of_task,
    topic_of_template,
)
from procession.kit.errors import Archived, Forbidden, NotFound
from procession.kit.work import Work


def hold(work: Work, place: Place) -> Topic:
    """For a change: locked against other writers, and neither archived nor closed to the caller."""
    if place.task_id is not None:
        reached = reach(work, place.task_id)
        if not can_comment(work.caller, reached.task):
            raise Forbidden
        _require_live(reached)
        return topic_of_task(reached.task, reached.process)
    if work.caller.is_guest:
        raise NotFound
    if place.process_id is not None:
        process = processes.get_visible(work, place.process_id, lock=True)
        require_live(process)
        return topic_of_process(process)
    template = get_live(work, place.template_id or "")
    _require_step(work, template, place.step_id)
    return topic_of_template(template, place.step_id)


def look(work: Work, place: Place) -> Topic:
    """The same for reading: what is archived can be read as long as it can be seen."""
    if place.task_id is not None:
        task = tasks.get_visible(work, place.task_id)
        return topic_of_task(task, None)
    if work.caller.is_guest:
        raise NotFound
    if place.process_id is not None:
        return topic_of_process(processes.get_visible(work, place.process_id))
    template = get_readable(work, place.template_id or "")
    _require_step(work, template, place.step_id)
    return topic_of_template(template, place.step_id)


def _require_live(reached: Reached) -> None:
    if reached.process is not None:
        require_live(reached.process)
    if reached.task.archived_at is not None:
        raise Archived({"task": ["Cannot update archived tasks."]})


def _require_step(work: Work, template: Template, step_id: str | None) -> None:
    """In the version that the caller reads."""
    if step_id is None:
        return
    version = template_policy.version_shown(work.caller, template)
    content = None if version is None else templates.get_content(work, template.id, version)
    if content is None or content.step(step_id) is None:
        raise NotFound(kind="Step")


def get_thread(work: Work, topic: Topic, thread_id: str | None, *, kind: str) -> Thread:
    """One of this place, as far as the caller sees them."""
    thread = threads.find_thread(work, thread_id) if thread_id else None
    if thread is None or thread.place != _only(topic.place):
        raise NotFound(kind=kind)
    return thread


def _only(place: Place) -> Place:
    """Without the process that a task is in."""
    return Place(task_id=place.task_id) if place.task_id is not None else place


def count_issues(work: Work, topic: Topic) -> None:
    """After an issue came, went or was resolved. Templates only show theirs."""
    if topic.task is not None:
        count = threads.count_open_issues_of_task(work, topic.task.id)
        tasks.set_columns(work, topic.task.id, {"open_issue_count": count})
    if topic.process is not None:
        refresh(work, topic.process)


def mark_troubled(work: Work, topic: Topic) -> None:
    """After an issue was reported or reopened: a completed task is reopened, for its work is in
    question."""
    if topic.task is not None:
        task = topic.task
        events = about_task(Reopened, task) if task.is_completed else []
        reopen(work, task)
        follow(work, topic.process, events)
    count_issues(work, topic)
