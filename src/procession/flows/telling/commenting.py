"""Saying something about a task, a process, a template or a step (contract 45, 3).

The use cases of people are in the wing `discussing`; what is said here is part of another change.
"""

from collections.abc import Collection

from procession.core.mentions import with_addressed
from procession.domains.comments.actions.writing import Mentioned, NewThread, add_thread
from procession.domains.comments.types import Thread, ThreadLabel
from procession.domains.snippets.content import expanded
from procession.flows.reaching.snippets import texts_named
from procession.flows.reaching.tasks import Reached
from procession.flows.telling.mentioning import mention
from procession.flows.telling.topics import Topic, topic_of_task
from procession.kit.html import clean_html
from procession.kit.work import Work


def add_comment(work: Work, reached: Reached, text: str) -> Thread:
    """On a task, by whoever completes it or hides it."""
    topic = topic_of_task(reached.task, reached.process)
    return add_thread(work, new_thread(work, topic, said(work, text), ThreadLabel.COMMENT))


def new_thread(
    work: Work,
    topic: Topic,
    content: str,
    label: str,
    *,
    state: str | None = None,
    sent_to: Collection[int] = (),
    before: Collection[str] = (),
) -> NewThread:
    """As it is to be stored. `content`: clean. `sent_to`: who is mentioned besides those it names.

    `before`: keys of those whom it mentioned already.
    """
    if content and sent_to:
        content = with_addressed(content, sent_to)
    mentioned = mention(work, topic, content, before) if content else Mentioned()
    return NewThread(topic.place, content, label, state, mentioned=mentioned)


def said(work: Work, text: str | None) -> str:
    """Clean, with what snippets say now: what somebody said stays as it was said (50, 8)."""
    clean = clean_html(text)
    return expanded(clean, texts_named(work, (clean,))) or ""
