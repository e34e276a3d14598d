"""Commenting, reporting an issue, letting the bot say something (contract 45, 3 to 5)."""

from collections.abc import Collection

from procession.core.mentions import named_in
from procession.core.rules.model import Reassigned
from procession.domains.comments import store as threads
from procession.domains.comments.actions import editing
from procession.domains.comments.actions.writing import (
    add_thread,
    check_thread,
    let_bot_say,
    resolve,
)
from procession.domains.comments.types import Place, Thread, ThreadLabel
from procession.domains.comments.wire import BotCommentIn, ThreadIn
from procession.domains.people import store as people
from procession.domains.people.types import user_key
from procession.domains.tasks import store as tasks
from procession.domains.tasks.policy import can_delegate
from procession.domains.tasks.wire import OwnersChangeIn
from procession.flows.discussing.holding import count_issues, hold, mark_troubled
from procession.flows.reaching.tasks import Reached, require_open_to_change
from procession.flows.rules.cascading import about_task, follow
from procession.flows.tasks.reassigning import (
    reassign_task,
    reassignment,
    reassignment_problems,
)
from procession.flows.telling.commenting import new_thread, said
from procession.flows.telling.topics import Topic, topic_of_task
from procession.kit.caller import Caller
from procession.kit.errors import Invalid, raise_if_any
from procession.kit.work import Work, writing


def comment(
    caller: Caller, place: Place, sent: ThreadIn, label: ThreadLabel | None = None
) -> Thread:
    """`label`: decided by the endpoint, else by what was sent. PROBLEM reports an issue, RESOLVE
    closes all open ones."""
    with writing(caller) as work:
        return say(work, place, sent, label)


def say(work: Work, place: Place, sent: ThreadIn, label: ThreadLabel | None = None) -> Thread:
    """The same, as a part of what else is written."""
    topic = hold(work, place)
    word = label or sent.label or ThreadLabel.COMMENT
    content = said(work, sent.content)
    check_thread(content, word, sent.state)
    check_addressed(work, sent)
    topic = assign_newcomers(work, topic, content)
    new = new_thread(work, topic, content, word, state=sent.state, sent_to=sent.sent_to)
    if word == ThreadLabel.RESOLVE and not work.caller.is_guest:
        issues = threads.open_issues_at(work, place)
        if issues:
            thread = resolve(work, issues, new)
            count_issues(work, topic)
            return thread
    thread = add_thread(work, new)
    if word == ThreadLabel.PROBLEM:
        mark_troubled(work, topic)
    if word == ThreadLabel.IMPROVEMENT:
        improve_step(work, topic, thread)
    return thread


def comment_as_bot(caller: Caller, task_id: str, sent: BotCommentIn) -> Thread:
    """Whom it names is not told, nor anybody else."""
    with writing(caller) as work:
        topic = hold(work, Place(task_id=task_id))
        return let_bot_say(work, topic.place, said(work, sent.content))


def check_addressed(work: Work, sent: ThreadIn, before: Collection[str] = ()) -> None:
    """Whoever names somebody by number means that they are told. `before`: keys of those who were
    named already, whatever became of them."""
    active = people.active_users_among(work, sent.sent_to)
    raise_if_any(
        {
            f"sent_to.{place}": ["The selected user is invalid."]
            for place, user_id in enumerate(sent.sent_to)
            if user_id not in active and user_key(user_id) not in before
        }
    )


def assign_newcomers(work: Work, topic: Topic, content: str, before: str = "") -> Topic:
    """`+jo@acme.test` puts a guest on the task. `before`: those named there are on it already, or
    were taken off it again. Where the caller may not assign guests it is text."""
    task = topic.task
    if task is None or not can_delegate(work.caller, task):
        return topic
    known = {address.lower() for address in (*task.guests, *named_in(before).newcomers)}
    named = named_in(content).newcomers
    added = [address for address in named if address.lower() not in known]
    if not added:
        return topic
    reached = Reached(task, topic.process)
    require_open_to_change(reached)
    wanted = reassignment(task, OwnersChangeIn(guests=[*task.guests, *added]))
    problems = reassignment_problems(work, wanted, task.max_assignable)
    if problems:
        raise Invalid({"content": [text for texts in problems.values() for text in texts]})
    if reassign_task(work, reached, wanted):
        follow(work, topic.process, about_task(Reassigned, task))
    now = tasks.find_visible(work, task.id) or tasks.get_any(work, task.id)
    return topic_of_task(now, topic.process)


def improve_step(work: Work, topic: Topic, thread: Thread) -> None:
    """It stands on the step as well, so that who edits the template finds it (45, 3.5)."""
    task = topic.task
    if task is not None and task.template_id is not None and task.step_id is not None:
        editing.copy_to_step(work, thread, task.template_id, task.step_id)
