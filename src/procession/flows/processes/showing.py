"""Reading processes with the includes that were asked for (contract 30, 2.4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from procession.domains.answers.wire import AnsweredFieldOut
from procession.domains.comments import store as threads
from procession.domains.comments.types import Thread
from procession.domains.files.types import StoredFile
from procession.domains.people import store as people
from procession.domains.people.types import GuestCodes
from procession.domains.processes import store as processes
from procession.domains.processes.types import Process, ProcessFilter
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import Task
from procession.domains.templates import store as templates
from procession.domains.templates.actions.reading import TemplateView, at_version
from procession.domains.templates.types import Stage
from procession.domains.watchers.types import Watched
from procession.flows.files.including import files_of_processes
from procession.flows.forms.rendering import AS_STORED, Texts, texts_of
from procession.flows.forms.showing import (
    KICKOFF_FIELDS,
    STEP_FIELDS,
    VALUES,
    ShownForms,
    show_forms,
    values_in,
)
from procession.flows.organizing.annotating import NO_NOTES, Notes, note, note_on_templates
from procession.flows.webhooks.including import SeenWatcher, watchers_beside
from procession.kit.caller import Caller, CallerKind, Role
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.work import Work, looking, reading

#: Includes that need the process's tasks.
_TASK_INCLUDES = {"tasks", "next_task", "tasks_meta", "stages"}
#: Includes that need its hidden tasks, too.
_FORM_INCLUDES = {STEP_FIELDS, VALUES}
_THREAD_INCLUDES = {"threads", "comments", "issues", "threads_count"}


@dataclass(frozen=True)
class ProcessView:
    """A process with what was asked for beside it; None: not asked for, or gone."""

    process: Process
    tasks: list[Task] | None = None
    template: TemplateView | None = None
    threads: list[Thread] | None = None
    threads_of_tasks: dict[str, list[Thread]] = field(default_factory=dict)
    files: list[StoredFile] | None = None
    guest_codes: GuestCodes = field(default_factory=GuestCodes)
    #: Of everything on the page.
    notes: Notes = NO_NOTES
    texts: Texts = AS_STORED
    forms: ShownForms = field(default_factory=ShownForms)
    #: All fields of its tasks, and all their answers.
    fields: list[AnsweredFieldOut] | None = None
    values: dict[str, Any] | None = None
    stages: tuple[Stage, ...] = ()
    watchers: Sequence[SeenWatcher] = ()


def get_process(caller: Caller, process_id: str, includes: frozenset[str]) -> ProcessView:
    with reading(caller, by_key=True) as work:
        return views(work, [processes.get_visible(work, process_id)], includes)[0]


def view_process(caller: Caller, process: Process, includes: frozenset[str]) -> ProcessView:
    """A process that was just changed; read again only for what is beside it."""
    if not includes:
        # One statement, its custom fields: that needs no transaction of its own.
        return views(looking(caller), [process], includes)[0]
    with reading(caller, by_key=True) as work:
        return views(work, [processes.get_visible(work, process.id)], includes)[0]


def list_processes(
    caller: Caller, request: PageRequest, wanted: ProcessFilter, includes: frozenset[str]
) -> tuple[Page[Process], list[ProcessView]]:
    with reading(caller) as work:
        page = processes.list_visible(work, request, wanted)
        check_everything_fits(page)
        return page, views(work, page.rows, includes)


def views(work: Work, found: Sequence[Process], includes: frozenset[str]) -> list[ProcessView]:
    """Processes with their includes: one statement each for all of them."""
    ids = [process.id for process in found]
    tasks_of = tasks.of_processes(work, ids) if includes & _TASK_INCLUDES else {}
    threads_of = threads.of_processes(work, ids) if includes & _THREAD_INCLUDES else {}
    seen_templates = _templates_of(work, found) if "checklist" in includes else {}
    every_task = [task for listed in tasks_of.values() for task in listed]
    files_of = files_of_processes(work, ids) if "assets" in includes else {}
    wants_task_threads = "tasks.threads" in includes
    task_threads = threads.of_tasks(work, [task.id for task in every_task if wants_task_threads])
    codes = guest_codes(work, every_task)
    notes = _notes(work, found, every_task, seen_templates.values(), includes)
    whole = tasks.of_whole_processes(work, ids) if includes & _FORM_INCLUDES else {}
    forms = show_forms(
        work,
        _tasks_with_forms(every_task, whole, includes),
        ids if includes & KICKOFF_FIELDS else (),
    )
    texts = texts_of(work, every_task)
    stages = _stages_of(work, found) if "stages" in includes else {}
    watchers = watchers_beside(work, Watched.PROCESS, ids, includes)
    return [
        ProcessView(
            process=process,
            tasks=tasks_of.get(process.id),
            template=seen_templates.get(process.id),
            threads=threads_of.get(process.id),
            files=files_of.get(process.id),
            threads_of_tasks=task_threads,
            guest_codes=codes,
            notes=notes,
            texts=texts,
            forms=forms,
            fields=forms.of_tasks_in(whole[process.id]) if STEP_FIELDS in includes else None,
            values=values_in(whole[process.id]) if VALUES in includes else None,
            stages=stages.get(process.id, ()),
            watchers=watchers.get(process.id, ()),
        )
        for process in found
    ]


def _tasks_with_forms(
    listed: Sequence[Task], whole: Mapping[str, Sequence[Task]], includes: frozenset[str]
) -> list[Task]:
    """Those whose fields are shown, of the whole processes or beside the tasks that are listed."""
    if STEP_FIELDS in includes:
        return [task for inside in whole.values() for task in inside]
    return list(listed) if "tasks.form_fields" in includes else []


def _stages_of(work: Work, found: Sequence[Process]) -> dict[str, tuple[Stage, ...]]:
    """Milestones of the versions that were launched, by process."""
    launched = {process.id: (process.template_id, process.template_version) for process in found}
    contents = templates.launched_contents(work, launched.values())
    return {process_id: contents[key].stages for process_id, key in launched.items()}


def _notes(
    work: Work,
    found: Sequence[Process],
    every_task: Sequence[Task],
    seen: Iterable[TemplateView],
    includes: frozenset[str],
) -> Notes:
    """Of the processes, and of the steps of their templates where those are shown."""
    ids = [*(process.id for process in found), *(task.id for task in every_task)]
    notes = note(work, ids, tags="tags" in includes, folders="folders" in includes)
    if "checklist" not in includes:
        return notes
    on_templates = note_on_templates(work, list(seen), {"steps"})
    values = None if notes.values is None else {**(on_templates.values or {}), **notes.values}
    return replace(notes, tags={**on_templates.tags, **notes.tags}, values=values)


def _templates_of(work: Work, found: Sequence[Process]) -> dict[str, TemplateView]:
    """By process, the version it was launched from; none when purged or not the caller's to see."""
    visible = templates.visible_among(work, {process.template_id for process in found})
    grants = templates.grants_of(work, list(visible))
    launched = {
        process.id: (process.template_id, process.template_version)
        for process in found
        if process.template_id in visible
    }
    contents = templates.contents_of(work, launched.values())
    older = [key for key in launched.values() if visible[key[0]].version != key[1]]
    faces = templates.faces_of(work, older)
    return {
        process_id: TemplateView(
            at_version(visible[key[0]], key[1], faces), contents[key], grants[key[0]]
        )
        for process_id, key in launched.items()
    }


def guest_codes(work: Work, found: Sequence[Task]) -> GuestCodes:
    """Codes of the guests assigned to these tasks, for callers who may hand them out."""
    if not (work.caller.is_admin or work.caller.is_standard):
        return GuestCodes()
    of_groups = people.guests_of_groups(work, {group for task in found for group in task.groups})
    addresses = {guest for task in found for guest in task.guests}
    addresses.update(address for inside in of_groups.values() for address in inside)
    codes = people.guest_codes(work, sorted(addresses)) if addresses else {}
    return GuestCodes(codes, of_groups)


def as_public(caller: Caller, organization_id: str) -> Caller:
    """Nobody in particular, reading one organization; what is shown is chosen by the caller."""
    return replace(caller, organization_id=organization_id, kind=CallerKind.BOT, role=Role.BOT)
