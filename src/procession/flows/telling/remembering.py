"""Reading the activity feed: who names an entity must be able to read it (contract 60, 1.4)."""

from procession.domains.activity import store
from procession.domains.activity.types import ActivityFilter, Entry
from procession.domains.comments import store as threads
from procession.domains.processes import store as processes
from procession.domains.tasks import store as tasks
from procession.domains.templates import store as templates
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.work import Work, reading

_NOT_YOURS = "You do not have the right to read this activity."


def list_activity(
    caller: Caller, request: PageRequest, wanted: ActivityFilter
) -> tuple[Page[Entry], dict[tuple[str, str], str]]:
    """Entries, and what the things they are about are called now."""
    with reading(caller) as work:
        if wanted.entity_id is not None and not caller.is_admin and not _is_readable(work, wanted):
            raise Forbidden(_NOT_YOURS)
        page = store.list_entries(work, request, wanted)
        check_everything_fits(page)
        return page, store.names_now(work, page.rows) if page.rows else {}


def _is_readable(work: Work, wanted: ActivityFilter) -> bool:
    entity_id = wanted.entity_id or ""
    if wanted.entity_type == "run":
        return processes.find_visible(work, entity_id) is not None
    if wanted.entity_type == "checklist":
        return templates.find_visible(work, entity_id) is not None
    if wanted.entity_type == "step":
        # Steps are as readable as their template.
        template_id = templates.find_template_of_step(work, entity_id)
        return template_id is not None and templates.find_visible(work, template_id) is not None
    if wanted.entity_type == "thread":
        return _is_thread_readable(work, entity_id)
    return tasks.find_visible(work, entity_id) is not None


def _is_thread_readable(work: Work, thread_id: str) -> bool:
    thread = threads.find_thread(work, thread_id)
    if thread is None:
        return False
    if thread.task_id is not None:
        return tasks.find_visible(work, thread.task_id) is not None
    if thread.template_id is not None:
        return templates.find_visible(work, thread.template_id) is not None
    return processes.find_visible(work, thread.process_id or "") is not None
