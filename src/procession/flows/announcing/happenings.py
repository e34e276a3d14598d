"""What one change comes to: for each task and process, from the facts that told of it.

Several facts about one thing become one happening: two rules that moved a deadline moved it once.
"""

from dataclasses import dataclass, field
from typing import Any

from procession.core.times import Instant, parse_instant
from procession.domains.people.types import guest_key, user_key
from procession.domains.tasks.types import AssignedPeople
from procession.kit.reading import read_stored
from procession.kit.work import News, NewsItem

#: Of many things: `announcing.operations` tells of it.
OPERATION_FINISHED = "operation.finished"


@dataclass
class TaskNews:
    """What happened to one task. What it was before: the oldest of several facts says it."""

    id: str
    is_shown: bool = False
    is_reopened: bool = False
    is_linked: bool = False
    #: completed, approved...; None: it was not completed.
    outcome: str | None = None
    owners_before: AssignedPeople | None = None
    deadline_before: Instant | None = None
    is_redated: bool = False
    #: By field: title, summary.
    texts_before: dict[str, str] = field(default_factory=dict)


@dataclass
class ProcessNews:
    id: str
    is_launched: bool = False
    #: Numbers of the tasks that another template's launch has added to it.
    added_numbers: range = range(0)
    is_completed: bool = False
    owner_before: int | None = None
    is_owner_changed: bool = False
    #: Users named on it before; None: they are the same.
    users_before: list[int] | None = None
    #: Other fields of it, by name.
    fields: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ThreadNews:
    """A comment, an issue, or what resolved one."""

    id: str
    event: str
    task_id: str | None
    process_id: str | None
    #: Stored key of who wrote it.
    author: str
    #: Stored keys of members and guests that it mentions for the first time.
    mentioned: tuple[str, ...] = ()
    #: Of a comment on a template or one of its steps.
    template_id: str | None = None


@dataclass
class Happenings:
    #: Stored keys of everybody who acted: they know.
    actors: frozenset[str]
    tasks: dict[str, TaskNews] = field(default_factory=dict)
    processes: dict[str, ProcessNews] = field(default_factory=dict)
    threads: list[ThreadNews] = field(default_factory=list)

    def task(self, task_id: str) -> TaskNews:
        return self.tasks.setdefault(task_id, TaskNews(task_id))

    def process(self, process_id: str) -> ProcessNews:
        return self.processes.setdefault(process_id, ProcessNews(process_id))

    @property
    def task_ids(self) -> set[str]:
        return {*self.tasks, *(each.task_id for each in self.threads if each.task_id)}

    @property
    def process_ids(self) -> set[str]:
        return {*self.processes, *(each.process_id for each in self.threads if each.process_id)}


def happened(news: News) -> Happenings:
    found = Happenings(frozenset(news.actors))
    for item in news.items:
        fact: dict[str, Any] = read_stored(bytes(item.fact))
        if item.event.startswith("task."):
            _to_task(found.task(fact["id"]), item.event, fact)
        elif item.event.startswith("process."):
            _to_process(found.process(fact["id"]), item.event, fact)
        elif item.event == OPERATION_FINISHED:
            continue
        else:
            found.threads.append(_thread(item, fact))
    return found


def _to_task(news: TaskNews, event: str, fact: dict[str, Any]) -> None:
    if event == "task.completed":
        news.outcome = fact["outcome"]
    elif event == "task.reopened":
        news.is_reopened = True
    elif event == "task.linked":
        news.is_linked = True
    elif event == "task.owners_changed":
        if news.owners_before is None:
            news.owners_before = AssignedPeople(**fact["before"])
    elif fact["field"] == "status":
        news.is_shown = True
    elif fact["field"] == "deadline":
        if not news.is_redated:
            news.deadline_before = None if fact["before"] is None else parse_instant(fact["before"])
        news.is_redated = True
    else:
        news.texts_before.setdefault(fact["field"], fact["before"] or "")


def _to_process(news: ProcessNews, event: str, fact: dict[str, Any]) -> None:
    if event == "process.launched":
        news.is_launched = True
    elif event == "process.extended":
        first = fact["first_task_number"]
        news.added_numbers = range(first, first + fact["task_count"])
    elif event == "process.completed":
        news.is_completed = True
    elif fact["field"] == "owner_id":
        if not news.is_owner_changed:
            news.owner_before = fact["before"]
        news.is_owner_changed = True
    elif fact["field"] == "users":
        news.users_before = fact["before"] if news.users_before is None else news.users_before
    elif fact["field"] not in news.fields:
        news.fields.append(fact["field"])


def _thread(item: NewsItem, fact: dict[str, Any]) -> ThreadNews:
    return ThreadNews(
        fact["id"],
        item.event,
        fact["task_id"],
        fact["run_id"],
        item.actor,
        (*map(user_key, fact["mentioned_users"]), *map(guest_key, fact["mentioned_guests"])),
        fact.get("checklist_id"),
    )
