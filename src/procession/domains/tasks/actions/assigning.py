"""Assign and unassign people: the change itself, which people and rules make."""

from collections.abc import Sequence

from procession.domains.tasks import store
from procession.domains.tasks.types import AssigneesChange
from procession.kit.work import Work


def change_people(work: Work, process_id: str | None, changes: Sequence[AssigneesChange]) -> None:
    """Of tasks of one process (None: of one that stands alone); who changes them tells of it.

    Who is not assigned any more has their part to do again, should they come back (40, 6.2).
    """
    store.change_assignees_of(work, process_id, changes)
    store.forget_parts_of_others(work, [each.task_id for each in changes if each.gone])
