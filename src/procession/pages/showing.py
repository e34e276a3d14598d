"""Processes, tasks and people as pages show them: pure, from what the use cases gave."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from procession.core.deadline_states import DeadlineState, deadline_state
from procession.core.times import Instant
from procession.domains.answers.wire import AnsweredFieldOut
from procession.domains.comments.types import Thread
from procession.domains.processes import policy
from procession.domains.processes.types import Process
from procession.domains.tasks.types import EXPIRING_TYPES, Task
from procession.domains.templates.types import FieldType
from procession.flows.forms.rendering import Texts
from procession.flows.processes.surveying import Names, people_of_answer
from procession.kit.caller import Caller

#: More tasks than this would be less than a few pixels each: their segments are put together.
_MOST_SEGMENTS = 36


@dataclass(frozen=True)
class Can:
    """What the caller may do with processes: what is not here is not shown."""

    archive: bool
    delete: bool
    #: One process; and all that a list finds.
    export: bool = False
    export_many: bool = False


def may(caller: Caller) -> Can:
    """The flags that the API gives with `with=permissions`."""
    return Can(
        policy.can_archive(caller),
        policy.can_purge(caller),
        policy.can_export(caller),
        policy.can_export_many(caller),
    )


@dataclass(frozen=True)
class Segment:
    """A stretch of the bar of a process: `share` tasks of one state; None: open, and in time."""

    state: DeadlineState | None
    share: int


@dataclass(frozen=True)
class Card:
    """A process on a board or in a table."""

    process: Process
    state: DeadlineState
    segments: Sequence[Segment]
    #: Title of the task that comes next, and everybody who has it.
    next_title: str | None
    next_people: Sequence[str]
    owner: str
    starter: str
    #: Everybody who has an open task in it.
    people: Sequence[str]
    due_at: Instant | None
    open_count: int


def card(process: Process, tasks: Sequence[Task], names: Names, texts: Texts, now: Instant) -> Card:
    visible = [task for task in tasks if task.archived_at is None]
    open_tasks = [task for task in visible if task.is_open]
    following = open_tasks[0] if open_tasks else None
    return Card(
        process=process,
        state=state_of_process(process, now),
        segments=_segments(visible, now),
        next_title=texts.title(following) if following else None,
        next_people=names.of(following) if following else (),
        owner=names.user(process.owner_id),
        starter=names.user(process.started_by),
        people=sorted({name for task in open_tasks for name in names.of(task)}),
        due_at=None if process.is_done else process.first_open_deadline_at,
        open_count=len(open_tasks),
    )


def state_of_process(process: Process, now: Instant) -> DeadlineState:
    return deadline_state(
        due_at=process.last_deadline_at if process.is_done else process.first_open_deadline_at,
        completed_at=process.completed_at,
        clock=process.clock(now),
        has_problem=bool(process.open_issue_count or process.problem_task_count),
    )


def state_of_task(task: Task, now: Instant) -> DeadlineState:
    archived_at = task.shown_archived_at
    return deadline_state(
        due_at=None if task.waits_for_anchor else task.deadline_at,
        completed_at=task.completed_at if task.is_completed else None,
        clock=now if archived_at is None else archived_at,
        has_problem=task.open_issue_count > 0,
        expires=task.task_type in EXPIRING_TYPES,
    )


def _segments(tasks: Sequence[Task], now: Instant) -> list[Segment]:
    """One for each task; of very many, one for each run of the same state."""
    states = [state_of_task(task, now) for task in tasks]
    shown = [None if state is DeadlineState.ON_TIME else state for state in states]
    if len(shown) <= _MOST_SEGMENTS:
        return [Segment(state, 1) for state in shown]
    together: list[Segment] = []
    for state in shown:
        if together and together[-1].state == state:
            together[-1] = Segment(state, together[-1].share + 1)
        else:
            together.append(Segment(state, 1))
    return together[:_MOST_SEGMENTS]


def initials(name: str) -> str:
    """Of a person's first and last name, or of an address."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    picked = words[:1] if len(words) < 2 else [words[0], words[-1]]
    return "".join(word[0] for word in picked).upper() or "?"


def author_of(thread: Thread) -> str:
    if thread.author_kind == "bot":
        return "Procession"
    name = f"{thread.author_first_name or ''} {thread.author_last_name or ''}".strip()
    return name or thread.author_email or "Somebody"


def table_rows(field: AnsweredFieldOut) -> list[list[str]]:
    """What was entered into a table, row by row; empty for every other kind of question."""
    if field.field_type != FieldType.TABLE or not isinstance(field.value, list):
        return []
    columns = [each if isinstance(each, list) else [each] for each in field.value]
    return [
        ["" if cell is None else str(cell) for cell in row]
        for row in zip_longest(*columns)
        if any(cell not in (None, "") for cell in row)
    ]


def answer_lines(value: Any, names: Names | None = None) -> list[str]:
    """What was answered, a line for each part of it; none: nothing was. `names`: of the people whom
    it may name; without them they are shown as they are known to the server."""
    if value is None or value in ("", [], {}):
        return []
    named = None if names is None else people_of_answer(value)
    if names is not None and named is not None:
        return names.called(named)
    if isinstance(value, dict):
        return _lines_of(value)
    if isinstance(value, list):
        return [line for each in value for line in answer_lines(each)]
    return [str(value)]


def _lines_of(entry: dict[str, Any]) -> list[str]:
    """An option, a file, or people."""
    for key in ("text", "filename", "label", "name", "full_name", "email", "value"):
        if entry.get(key):
            return answer_lines(entry[key])
    return [line for key in ("users", "guests", "groups") for line in answer_lines(entry.get(key))]
