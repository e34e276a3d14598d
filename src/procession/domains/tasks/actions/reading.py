"""Reading tasks."""

from procession.domains.tasks import store
from procession.domains.tasks.types import STATUS_WORDS, STATUSES, Task, TaskFilter
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, invalid
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.work import Work, looking, reading


def get_task(caller: Caller, task_id: str, process_id: str | None = None) -> Task:
    return store.get_visible(looking(caller), task_id, process_id)


def list_tasks(caller: Caller, request: PageRequest, wanted: TaskFilter) -> Page[Task]:
    with reading(caller) as work:
        return find_tasks(work, request, wanted)


def find_tasks(work: Work, request: PageRequest, wanted: TaskFilter) -> Page[Task]:
    if wanted.status not in STATUSES:
        allowed = ", ".join(STATUS_WORDS)
        raise invalid("status", f"The selected status is invalid. It can be: {allowed}.")
    page = store.list_visible(work, request, wanted)
    check_everything_fits(page)
    return page


def count_own_open(caller: Caller) -> int:
    """Open tasks of the calling member: the number beside their list."""
    return store.count_own_open(looking(caller))


def require_self_if_light(caller: Caller, user_id: int) -> None:
    """A light member reads another member's tasks nowhere (contract 00, 8.4)."""
    if caller.is_light and user_id != caller.person_id:
        raise Forbidden
