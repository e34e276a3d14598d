"""Files beside what they belong to, a whole page at once (contract 45, 6)."""

from collections.abc import Collection, Sequence

from procession.domains.files import store
from procession.domains.files.types import StoredFile, SubjectKind
from procession.domains.tasks.types import Task
from procession.kit.caller import Caller
from procession.kit.work import Work, looking


def files_of_processes(work: Work, process_ids: Collection[str]) -> dict[str, list[StoredFile]]:
    return store.of_subjects(work, SubjectKind.PROCESS, process_ids)


def files_of_templates(
    caller: Caller, template_ids: Collection[str]
) -> dict[str, list[StoredFile]]:
    return store.of_subjects(looking(caller), SubjectKind.TEMPLATE, template_ids)


def files_of_tasks(work: Work, tasks: Sequence[Task]) -> dict[str, list[StoredFile]]:
    """Their own, and those of their process that were uploaded for a field of their step."""
    own = store.of_subjects(work, SubjectKind.TASK, [task.id for task in tasks])
    ids = {task.process_id for task in tasks if task.process_id and task.step_id}
    shared = store.of_subjects(work, SubjectKind.PROCESS, ids)
    return {
        task.id: [
            *own[task.id],
            *(
                file
                for file in shared.get(task.process_id or "", ())
                if task.step_id is not None and file.step_id == task.step_id
            ),
        ]
        for task in tasks
    }
