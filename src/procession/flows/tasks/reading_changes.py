"""What an update of a task would change: clients send back whole objects (contract 40, 5.5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET, UnsetType

from procession.core.times import Instant, optional_wire_time
from procession.domains.organizing import store as organizing
from procession.domains.organizing.types import TagLink
from procession.domains.tasks.types import MAIL_TYPES, Task, TaskState, TaskType
from procession.domains.tasks.wire import (
    TaskChangesIn,
)
from procession.flows.deadlines import setting
from procession.flows.forms.answering import Merged, read_task_answers
from procession.flows.forms.rendering import texts_of
from procession.flows.reaching.tasks import Reached
from procession.flows.tasks.reassigning import Reassignment
from procession.kit.html import clean_html, plain_line
from procession.kit.ids import find_id
from procession.kit.work import Work

_TYPES_FOR_EVERYONE = (TaskType.TASK, TaskType.APPROVAL)
#: Taken over as they are sent.
_PLAIN = (
    "is_soft_start_date", "task_type", "max_assignable", "webhook", "prevent_guest_comment",
    "top_secret", "everyone_must_complete", "can_complete_only_assignees",
)  # fmt: skip
#: Of a task that is open for all to see.
OPEN_WORDS = (TaskState.NOT_STARTED, TaskState.IN_PROGRESS, "active")


@dataclass(frozen=True)
class TaskChanges:
    """What would have another value than it has."""

    columns: Mapping[str, Any]
    people: Reassignment
    #: Its answers with those that were sent, and what is wrong with them; None: they stay.
    answers: Merged | None
    #: complete, hide, show or a state to set; None: it stays.
    turn: str | None
    is_approved: bool | None
    #: UNSET: it stays.
    position: int | UnsetType
    #: None: what was sent is no list.
    tags: list[str] | UnsetType | None
    tags_on_it: list[TagLink]
    #: A process to join, or None to leave it; UNSET: it stays where it is.
    run_id: str | UnsetType | None

    @property
    def is_none(self) -> bool:
        is_work = self.answers is not None or self.turn is not None
        return not (self.is_edit or is_work or self.people.is_change)

    @property
    def is_edit(self) -> bool:
        """Anything but answers and state."""
        return bool(self.columns) or not (
            self.position is UNSET and self.tags is UNSET and self.run_id is UNSET
        )


def read_changes(
    work: Work, reached: Reached, sent: TaskChangesIn, people: Reassignment
) -> TaskChanges:
    task = reached.task
    tags, on_it = _tags(work, task, sent.tags)
    run_id = (find_id(sent.run_id) or sent.run_id) if isinstance(sent.run_id, str) else sent.run_id
    return TaskChanges(
        columns=_columns(work, reached, sent),
        people=people,
        answers=_answers(work, reached, sent.taskdata),
        turn=_turn(task, sent),
        is_approved=None if sent.is_approved is UNSET else sent.is_approved,
        position=UNSET if sent.position == task.position else sent.position,
        tags=tags,
        tags_on_it=on_it,
        run_id=UNSET if run_id == task.process_id else run_id,
    )


def _answers(work: Work, reached: Reached, sent: Any) -> Merged | None:
    if sent is UNSET or sent is None or sent in ({}, []):
        return None
    merged = read_task_answers(work, reached, sent, "taskdata")
    is_same = not merged.problems and merged.answers == reached.task.form_answers
    return None if is_same else merged


def _columns(work: Work, reached: Reached, sent: TaskChangesIn) -> dict[str, Any]:
    task = reached.task
    wanted: dict[str, Any] = {name: getattr(sent, name) for name in _PLAIN}
    wanted |= _texts(work, task, sent)
    if task.task_type in MAIL_TYPES:
        wanted["send_chromeless"] = sent.send_chromeless
    task_type = task.task_type if sent.task_type is UNSET else sent.task_type
    is_new = task_type != task.task_type or not task.everyone_must_complete
    if is_new and task_type not in _TYPES_FOR_EVERYONE:
        wanted["everyone_must_complete"] = False
    if not _is_echo(sent.started_at, task.started_at):
        wanted["started_at"] = sent.started_at
    wanted |= _deadline(work, reached, sent.deadline)
    return {
        name: value
        for name, value in wanted.items()
        if value is not UNSET and value != getattr(task, name)
    }


def _texts(work: Work, task: Task, sent: TaskChangesIn) -> dict[str, Any]:
    """What is sent is stored, but for a whole task that is sent back (contract 50, 7).

    Its texts have their variables filled in, and those with the variables come beside them.
    """
    summary = sent.description if sent.summary is UNSET else sent.summary
    texts: dict[str, Any] = {}
    if summary not in (UNSET, task.summary):
        texts["summary"] = clean_html(summary or None)
    if sent.title not in (UNSET, task.title):
        texts["title"] = plain_line(sent.title or "") or sent.title or ""
    if "{" not in f"{task.title}{task.summary}":
        return texts
    shown = texts_of(work, [task])
    if sent.original_title == task.title and sent.title == shown.title(task).strip():
        texts["title"] = task.title
    if sent.original_summary == task.summary and summary == shown.summary(task):
        texts["summary"] = task.summary
    return texts


def _is_echo(sent: Instant | UnsetType | None, stored: Instant | None) -> bool:
    """Answers show whole seconds: a time that is sent back is the one that is stored."""
    return sent is UNSET or optional_wire_time(sent) == optional_wire_time(stored)


def _deadline(work: Work, reached: Reached, sent: Instant | UnsetType | None) -> dict[str, Any]:
    """A deadline set by hand is pinned, and moved into working time (contract 40, 7.2 and 7.3)."""
    task = reached.task
    if sent is None and reached.process is not None and not task.is_oneoff:
        return setting.unpinned(work, reached.process, task) if task.deadline_is_pinned else {}
    if sent is None:
        return {"deadline_at": None}
    if sent is UNSET or _is_echo(sent, task.deadline_at):
        return {}
    due_at = setting.into_working_time(work, sent)
    if due_at == task.deadline_at:
        return {}
    return setting.pinned(due_at)


def _turn(task: Task, sent: TaskChangesIn) -> str | None:
    """What a status that was sent asks for (contract 40, 5.6)."""
    status = sent.status
    if status is UNSET or (status == "active" and task.is_open):
        return None
    if status == task.state:
        decides = task.is_completed and sent.is_approved not in (UNSET, None, task.is_approved)
        return "complete" if decides else None
    if task.is_hidden and status in OPEN_WORDS:
        return "show"
    turns: dict[str, str] = {TaskState.HIDDEN: "hide", TaskState.COMPLETED: "complete"}
    return turns.get(status, status)


def _tags(work: Work, task: Task, sent: Any) -> tuple[list[str] | UnsetType | None, list[TagLink]]:
    """UNSET where they stay; the include `tags`, sent back, means what it shows."""
    wanted = UNSET if sent is UNSET else _read_tags(sent)
    if wanted is UNSET or wanted is None:
        return wanted, []
    on_it = organizing.links_of(work, [task.id]).get(task.id, [])
    is_same = set(wanted) == {link.tag_id for link in on_it}
    return (UNSET if is_same else wanted), on_it


def _read_tags(sent: Any) -> list[str] | None:
    """A list, one text with commas between, or an include; None for anything else."""
    if sent is None:
        return []
    if isinstance(sent, dict) and isinstance(sent.get("data"), list):
        sent = sent["data"]
    if isinstance(sent, str):
        sent = [word for word in sent.split(",") if word.strip()]
    if not isinstance(sent, list):
        return None
    named = [
        entry.get("tag_id", entry.get("id")) if isinstance(entry, dict) else entry for entry in sent
    ]
    return list(dict.fromkeys(str(name).strip().lower() for name in named))
