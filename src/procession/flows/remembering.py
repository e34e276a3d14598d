"""Reading the activity feed: who names an entity must be able to read it (contract 60, 1.4)."""

from procession.domains.activity import store
from procession.domains.activity.types import ActivityFilter, Entry
from procession.domains.comments import store as threads
from procession.domains.processes import store as processes
from procession.domains.tasks import store as tasks
from procession.domains.templates import store as templates
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, NotFound
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.work import Work, reading

_NOT_YOURS = "You do not have the right to read this activity."


def list_activity(caller: Caller, request: PageRequest, wanted: ActivityFilter) -> Page[Entry]:
    with reading(caller) as work:
        named = wanted.entity_id is not None
        if named and not caller.is_admin and not _is_readable(work, wanted):
            raise Forbidden(_NOT_YOURS)
        page = store.list_entries(work, request, wanted, is_entity_readable=named)
        check_everything_fits(page)
        return page


def _is_readable(work: Work, wanted: ActivityFilter) -> bool:
    entity_id = wanted.entity_id or ""
    if wanted.entity_type == "run":
        return processes.find_visible(work, entity_id) is not None
    if wanted.entity_type == "checklist":
        return templates.find_visible(work, entity_id) is not None
    if wanted.entity_type == "thread":
        thread = threads.find_thread(work, entity_id)
        if thread is None or thread.task_id is None:
            return False
        entity_id = thread.task_id
    try:
        tasks.get_visible(work, entity_id)
    except NotFound:
        return False
    return True
