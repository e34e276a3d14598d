"""May a task be changed so, and can it be: rights first, then every problem at once."""

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET

from procession.domains.processes.types import Process
from procession.domains.tasks import policy
from procession.domains.tasks.types import Task, TaskType
from procession.domains.templates.content.steps import check_url
from procession.flows.organizing.tagging import tag_problems
from procession.flows.reaching.tasks import Reached
from procession.flows.tasks import hiding
from procession.flows.tasks.linking import process_to_join
from procession.flows.tasks.reading_changes import OPEN_WORDS, TaskChanges
from procession.flows.tasks.reassigning import reassignment_problems
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, gathering, invalid, raise_if_any
from procession.kit.work import Work

LONGEST_TITLE = 600
IS_COMPLETED = "Completed tasks cannot be updated. Reopen the task first."


def check_rights(caller: Caller, task: Task, changes: TaskChanges, *, may_reassign: bool) -> None:
    """One key not allowed: nothing is applied. A key sent back unchanged needs no right."""
    edits = changes.is_edit or (changes.people.is_change and not may_reassign)
    if edits and not policy.can_edit(caller, task):
        raise Forbidden
    assigns_guests = bool(changes.people.new_guests) and not may_reassign
    if assigns_guests and not policy.can_assign_guests(caller):
        raise Forbidden
    if changes.turn in ("hide", "show") and not policy.can_hide(caller):
        raise Forbidden
    works = changes.answers is not None or changes.turn not in (None, "hide", "show")
    if works and not policy.can_complete(caller, task):
        raise Forbidden


def check_changes(work: Work, reached: Reached, changes: TaskChanges) -> Process | None:
    """Every problem at once; the process to join, locked."""
    task, columns = reached.task, changes.columns
    if task.is_completed:
        _check_completed(changes)
    problems = _column_problems(task, columns)
    if changes.position is not UNSET and changes.position < 1:
        problems["position"] = ["The selected position is invalid."]
    if changes.tags is None:
        problems["tags"] = ["The tags must be an array."]
    elif changes.tags is not UNSET:
        problems |= tag_problems(work, changes.tags)
    most = columns.get("max_assignable", task.max_assignable)
    problems |= reassignment_problems(
        work, changes.people, most, most_is_new="max_assignable" in columns
    )
    problems |= _turn_problems(task, changes.turn)
    if changes.answers is not None:
        problems |= changes.answers.problems
    target = None
    if changes.run_id is not UNSET and not task.is_oneoff:
        problems["run_id"] = ["Only one-off tasks can be linked to a process."]
    elif isinstance(changes.run_id, str):
        with gathering(problems):
            target = process_to_join(work, changes.run_id)
    raise_if_any(problems)
    return target


def _column_problems(task: Task, columns: Mapping[str, Any]) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    title = columns.get("title", task.title)
    if not title:
        problems["title"] = ["The title field is required."]
    elif len(title) > LONGEST_TITLE:
        problems["title"] = [f"The title may not be greater than {LONGEST_TITLE} characters."]
    if "task_type" in columns:
        if columns["task_type"] not in tuple(TaskType):
            problems["task_type"] = ["The selected task type is invalid."]
        elif not task.is_open:
            problems["task_type"] = ["Only open tasks can change their type."]
    check_url("webhook", columns.get("webhook"), problems)
    if "deadline_at" in columns and columns["deadline_at"] is None:
        problems["deadline"] = ["The deadline field is required."]
    return problems


def _check_completed(changes: TaskChanges) -> None:
    """Only its place and its tags may change (contract 40, 5.5)."""
    is_answered = changes.answers is not None and not changes.answers.problems
    is_moved = changes.run_id is not UNSET
    if changes.columns or changes.people.is_change or is_moved or is_answered:
        raise invalid("task", IS_COMPLETED)


def _turn_problems(task: Task, turn: str | None) -> dict[str, list[str]]:
    if turn in ("hide", "show"):
        return hiding.visibility_problems(task, "status")
    if turn in (None, "complete"):
        return {}
    if turn not in OPEN_WORDS:
        return {"status": ["The selected status is invalid."]}
    return {"status": ["Reopen the task to work on it again."]} if task.is_completed else {}
