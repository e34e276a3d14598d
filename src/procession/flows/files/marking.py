"""What answers say of a file that is gone: its entry keeps its place (contract 45, 6)."""

from typing import Any

from procession.domains.answers.types import Answer, Answers, write_answers
from procession.domains.files import store
from procession.domains.files.types import FileUse
from procession.domains.processes import store as processes
from procession.domains.processes.actions.guarding import require_live
from procession.domains.processes.actions.progressing import refresh
from procession.domains.tasks import store as tasks
from procession.flows.forms.answering import answered
from procession.flows.rules.cascading import follow
from procession.kit.work import Work


def mark_deleted(work: Work, file_id: str) -> None:
    """In every answer that names it. An answer in an archived process is not changed: raises
    Archived."""
    for use in store.uses_of(work, file_id):
        if use.task_id is not None:
            _mark_in_task(work, use.task_id, file_id)
        else:
            _mark_in_kickoff(work, use, file_id)


def _mark_in_task(work: Work, task_id: str, file_id: str) -> None:
    process = processes.lock_of_task(work, task_id)
    if process is not None:
        require_live(process)
    task = tasks.get_any(work, task_id)
    marked, changed = _marked(task.form_answers, file_id)
    if not changed:
        return
    tasks.set_columns(work, task_id, {"answers": write_answers(marked)})
    if process is not None:
        follow(work, process, answered(changed))
        refresh(work, process)


def _mark_in_kickoff(work: Work, use: FileUse, file_id: str) -> None:
    process = processes.lock_any(work, use.process_id or "")
    require_live(process)
    marked, changed = _marked(process.kickoff_answers, file_id)
    if not changed:
        return
    processes.set_columns(work, process.id, {"answers": write_answers(marked)})
    if follow(work, process, answered(changed), kickoff=marked):
        refresh(work, process)


def _marked(answers: Answers, file_id: str) -> tuple[Answers, list[str]]:
    """And the fields whose answers name it."""
    changed = [
        field_id
        for field_id, answer in answers.items()
        if isinstance(answer.value, list) and any(_names(entry, file_id) for entry in answer.value)
    ]
    marked = {
        field_id: Answer(
            [
                {**entry, "deleted": True} if _names(entry, file_id) else entry
                for entry in answers[field_id].value
            ],
            answers[field_id].at,
        )
        for field_id in changed
    }
    return {**answers, **marked}, changed


def _names(entry: Any, file_id: str) -> bool:
    return isinstance(entry, dict) and entry.get("id") == file_id
