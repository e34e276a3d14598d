"""Give a task another place in its process (contract 40, 5.5: `position`)."""

from procession.domains.tasks import store as tasks
from procession.domains.tasks.events import TaskMoved, about
from procession.domains.tasks.types import Task
from procession.kit.work import Work


def move_task(work: Work, task: Task, position: int) -> bool:
    """The others make room and are numbered from 1; past the last place is the last place."""
    if task.process_id is None:
        return False
    places = tasks.list_places(work, task.process_id)
    others = [place.id for place in places if place.id != task.id]
    at = min(position, len(places)) - 1
    order = [*others[:at], task.id, *others[at:]]
    if order == [place.id for place in places]:
        return False
    had = {place.id: place.position for place in places}
    new = {one: number for number, one in enumerate(order, start=1) if had[one] != number}
    tasks.set_places(work, new)
    tasks.set_columns(work, task.id, {})
    told = about(task, work.caller.organization_id)
    work.record(TaskMoved(**told, field="position", before=task.position))
    return True


def make_room(work: Work, process_id: str, position: int, count: int = 1) -> None:
    """For tasks that are about to be put there: what stands at and behind it moves on."""
    moved = [place for place in tasks.list_places(work, process_id) if place.position >= position]
    tasks.set_places(work, {place.id: place.position + count for place in moved})
