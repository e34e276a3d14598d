"""Reading processes with the includes that were asked for (contract 30, 2.4)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from procession.domains.comments import store as threads
from procession.domains.comments.types import Thread
from procession.domains.people import store as people
from procession.domains.processes import store as processes
from procession.domains.processes.types import Process, ProcessFilter
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import Task
from procession.domains.templates import store as templates
from procession.domains.templates.actions.reading import TemplateView
from procession.kit.caller import Caller, CallerKind, Role
from procession.kit.errors import NotFound
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.work import Work, reading

#: Includes that need the process's tasks.
_TASK_INCLUDES = {"tasks", "next_task", "tasks_meta"}


@dataclass(frozen=True)
class ProcessView:
    """A process with what was asked for beside it; None: not asked for, or gone."""

    process: Process
    tasks: list[Task] | None = None
    template: TemplateView | None = None
    threads: list[Thread] | None = None
    threads_of_tasks: dict[str, list[Thread]] = field(default_factory=dict)
    guest_codes: dict[str, str] = field(default_factory=dict)


def get_process(caller: Caller, process_id: str, includes: frozenset[str]) -> ProcessView:
    with reading(caller) as work:
        return view(work, processes.get_visible(work, process_id), includes)


def list_processes(
    caller: Caller, request: PageRequest, wanted: ProcessFilter, includes: frozenset[str]
) -> tuple[Page[Process], list[ProcessView]]:
    with reading(caller) as work:
        page = processes.list_visible(work, request, wanted)
        check_everything_fits(page)
        return page, [view(work, process, includes) for process in page.rows]


def view(work: Work, process: Process, includes: frozenset[str]) -> ProcessView:
    """The process with its includes; without any it costs nothing more."""
    if not includes:
        return ProcessView(process)
    found = tasks.list_of_process(work, process.id) if includes & _TASK_INCLUDES else None
    return ProcessView(
        process=process,
        tasks=found,
        template=_template(work, process) if "checklist" in includes else None,
        threads=threads.list_of_process(work, process.id)
        if includes & {"threads", "issues"}
        else None,
        threads_of_tasks=threads_by_task(work, found or []) if "tasks.threads" in includes else {},
        guest_codes=guest_codes(work, found or []),
    )


def _template(work: Work, process: Process) -> TemplateView | None:
    """The version it was launched from; None when purged or not the caller's to see."""
    template = templates.find_visible(work, process.template_id)
    if template is None:
        return None
    steps = templates.list_steps(work, template.id, process.template_version)
    return TemplateView(template, templates.list_grants(work, template.id), steps)


def threads_by_task(work: Work, found: Sequence[Task]) -> dict[str, list[Thread]]:
    grouped: dict[str, list[Thread]] = {task.id: [] for task in found}
    for thread in threads.list_of_tasks(work, list(grouped)):
        grouped[thread.task_id or ""].append(thread)
    return grouped


def guest_codes(work: Work, found: Sequence[Task]) -> dict[str, str]:
    """Codes of the guests assigned to these tasks, for callers who may hand them out."""
    if not (work.caller.is_admin or work.caller.is_standard):
        return {}
    addresses = sorted({guest for task in found for guest in task.guests})
    return people.guest_codes(work, addresses) if addresses else {}


@dataclass(frozen=True)
class PublicView:
    """What a public link shows."""

    process: Process
    tasks: list[Task]


def get_public_process(caller: Caller, public_key: str) -> PublicView:
    """For anybody who has the link, while it is public and not archived (contract 30, 13.1)."""
    with reading(caller) as work:
        address = processes.find_public(work, public_key)
        if address is None:
            raise NotFound
        work.act_as(as_public(caller, address.organization_id))
        process = processes.get_visible(work, address.process_id)
        found = tasks.list_of_process(work, address.process_id)
        shown = [task for task in found if not task.top_secret and task.archived_at is None]
        return PublicView(process, shown)


def as_public(caller: Caller, organization_id: str) -> Caller:
    """Nobody in particular, reading one organization; what is shown is chosen by the caller."""
    return replace(caller, organization_id=organization_id, kind=CallerKind.BOT, role=Role.BOT)
