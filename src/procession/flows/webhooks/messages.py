"""Which facts are news for whom: from what happened to what is told of it (contract 60, 2.1 and 3).

Pure but for the kinds of facts; nothing is loaded here.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from procession.domains.comments.events import ThreadFact
from procession.domains.processes.events import (
    ProcessFact,
    ProcessLaunched,
    ProcessPeopleChanged,
)
from procession.domains.tasks.events import (
    TaskChanged,
    TaskCreated,
    TaskFact,
    TaskOwnersChanged,
    TaskReassigned,
    TaskWebhookEmitted,
)
from procession.domains.templates.events import (
    FieldAdded,
    FieldChanged,
    FieldDeleted,
    StepAdded,
    StepAssigneesChanged,
    StepChanged,
    StepDeleted,
    TemplateChanged,
)
from procession.kit.caller import Caller, CallerKind
from procession.kit.facts import Fact


class News(NamedTuple):
    """Something that may be told, and where it happened."""

    #: The word of the contract.
    event: str
    actor: Caller
    process_id: str | None = None
    task_id: str | None = None
    template_id: str | None = None
    thread_id: str | None = None
    #: Of `task.assigned`: who had the task before, as the wire writes them; None: not known.
    before: dict[str, list[Any]] | None = None
    #: Of a rule's webhook.
    rule: TaskWebhookEmitted | None = None
    #: What happened, for people.
    sentence: str = ""


#: Which kinds of watched objects hear of what.
AUDIENCES: dict[str, frozenset[str]] = {
    "process.launched": frozenset(("organization", "checklist", "user")),
    "process.completed": frozenset(("organization", "run")),
    "process.archived": frozenset(("run",)),
    "process.unarchived": frozenset(("run",)),
    "process.owner_changed": frozenset(("run",)),
    "task.completed": frozenset(("organization", "run", "task", "user")),
    "task.assigned": frozenset(("organization", "task")),
    "task.deadline_changed": frozenset(("task",)),
    "task.reopened": frozenset(("task",)),
    "task.comment_added": frozenset(("organization",)),
    "task.issue_raised": frozenset(("organization",)),
    "task.issue_resolved": frozenset(("organization",)),
    "template.step_created": frozenset(("checklist",)),
    "template.step_deleted": frozenset(("checklist",)),
    "template.step_owners_changed": frozenset(("checklist",)),
    "template.field_created": frozenset(("checklist",)),
    "template.field_deleted": frozenset(("checklist",)),
    "template.document_updated": frozenset(("checklist",)),
}
_OF_PROCESSES = ("process.launched", "process.completed", "process.archived", "process.unarchived")
_OF_TASKS = ("task.completed", "task.reopened")
_OF_THREADS = {
    "comment.added": "task.comment_added",
    "issue.reported": "task.issue_raised",
    "issue.resolved": "task.issue_resolved",
}
_OF_TEMPLATES: dict[type[Fact], str] = {
    StepAdded: "template.step_created",
    StepDeleted: "template.step_deleted",
    StepAssigneesChanged: "template.step_owners_changed",
    FieldAdded: "template.field_created",
    FieldDeleted: "template.field_deleted",
}
#: What people read in a document; whoever watches one is told once of a change, whatever it was.
_UPDATED = "updated the document"
DOCUMENT_UPDATED = "template.document_updated"
_OF_DOCUMENTS = (TemplateChanged, StepChanged, FieldChanged)
_NOBODY: dict[str, list[Any]] = {"users": [], "guests": [], "groups": []}


def news_of(told: Iterable[tuple[Caller, Fact]]) -> list[News]:
    """In the order of the facts. What happened to one thing several times is told once, with who it
    belonged to before the first time."""
    found: dict[tuple[str | None, ...], News] = {}
    for actor, fact in told:
        for each in _news(actor, fact):
            rule = None if each.rule is None else each.rule.action_id
            key = (each.event, each.process_id, each.task_id, each.thread_id, rule,
                   each.template_id and each.sentence)  # fmt: skip
            found.setdefault(key, each)
    return list(found.values())


def _news(actor: Caller, fact: Fact) -> Iterator[News]:
    if isinstance(fact, TaskFact):
        yield from _of_task(actor, fact)
    elif isinstance(fact, ProcessFact):
        yield from _of_process(actor, fact)
    elif isinstance(fact, ThreadFact):
        yield from _of_thread(actor, fact)
    elif type(fact) in _OF_TEMPLATES:
        template_id: str = fact.template_id  # type: ignore[attr-defined]
        event = _OF_TEMPLATES[type(fact)]
        yield News(event, actor, template_id=template_id, sentence=fact.sentence())
    if isinstance(fact, _OF_DOCUMENTS):
        # Whether it is a document is known when it is read.
        yield News(DOCUMENT_UPDATED, actor, template_id=fact.template_id, sentence=_UPDATED)


def _of_task(actor: Caller, fact: TaskFact) -> Iterator[News]:
    place: dict[str, Any] = {
        "actor": actor,
        "process_id": fact.run_id,
        "task_id": fact.id,
        "sentence": fact.sentence(),
    }
    if isinstance(fact, TaskWebhookEmitted):
        yield News("automation.webhook", **place, rule=fact)
    elif isinstance(fact, TaskOwnersChanged):
        before = fact.before
        yield News("task.assigned", **place, before=before if isinstance(before, dict) else None)
    elif isinstance(fact, TaskCreated):
        yield News("task.assigned", **place, before=_NOBODY)
    elif isinstance(fact, TaskReassigned):
        yield News("task.assigned", **place)
    elif isinstance(fact, TaskChanged) and fact.field == "deadline":
        yield News("task.deadline_changed", **place)
    elif fact.event in _OF_TASKS:
        yield News(fact.event, **place)


def _of_process(actor: Caller, fact: ProcessFact) -> Iterator[News]:
    place: dict[str, Any] = {
        "actor": actor,
        "process_id": fact.id,
        "template_id": fact.template_id,
        "sentence": fact.sentence(),
    }
    if isinstance(fact, ProcessPeopleChanged):
        if fact.field == "owner_id":
            yield News("process.owner_changed", **place)
    elif fact.event in _OF_PROCESSES:
        yield News(fact.event, **place)
    if isinstance(fact, ProcessLaunched):
        # Of each task that somebody has got; which those are is known when they are read.
        yield News("task.assigned", actor, process_id=fact.id, before=_NOBODY,
                   sentence=fact.sentence())  # fmt: skip


def _of_thread(actor: Caller, fact: ThreadFact) -> Iterator[News]:
    """What the server says by itself is no news, nor what is said about a template."""
    event = _OF_THREADS.get(fact.event)
    is_about_work = fact.task_id is not None or fact.run_id is not None
    if event is not None and is_about_work and actor.kind is not CallerKind.BOT:
        yield News(event, actor, process_id=fact.run_id, task_id=fact.task_id,
                   thread_id=fact.id, sentence=fact.sentence())  # fmt: skip
