"""Reading tasks with the includes that were asked for (contract 40, 2.1 and 3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from procession.domains.activity import store as activity
from procession.domains.activity.types import Entry
from procession.domains.comments import store as comments
from procession.domains.comments.types import Thread
from procession.domains.files.types import StoredFile
from procession.domains.people import store as people
from procession.domains.people.actions.reading import find_member_named
from procession.domains.people.types import GuestCodes
from procession.domains.processes import store as processes
from procession.domains.tasks import store as tasks
from procession.domains.tasks.actions.reading import find_tasks
from procession.domains.tasks.policy import can_comment
from procession.domains.tasks.types import Task, TaskFilter
from procession.domains.templates import store as templates
from procession.domains.templates.types import Step
from procession.domains.watchers.types import Watched
from procession.flows.files.including import files_of_tasks
from procession.flows.forms.rendering import AS_STORED, Texts, texts_of
from procession.flows.forms.showing import KICKOFF_FIELDS, STEP_FIELDS, ShownForms, show_forms
from procession.flows.organizing.annotating import NO_NOTES, Notes, note
from procession.flows.processes.showing import ProcessView, guest_codes, views
from procession.flows.webhooks.including import SeenWatcher, watchers_beside
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, NotFound
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work, looking, reading

_THREAD_INCLUDES = {"threads", "comments", "issues", "threads_count"}
#: Includes that need the processes of the tasks.
_PROCESS_INCLUDES = {"run", "step"}


@dataclass(frozen=True)
class StepView:
    """A step where it stood in the version that was launched."""

    template_id: str
    position: int
    step: Step


@dataclass(frozen=True)
class History:
    """Entries of the feed about tasks, by task, and what they name is called now."""

    entries: Mapping[str, list[Entry]]
    names: Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class TaskView:
    """A task with what was asked for beside it; None: not asked for, or there is none."""

    task: Task
    process: ProcessView | None = None
    step: StepView | None = None
    threads: list[Thread] | None = None
    files: list[StoredFile] | None = None
    guest_codes: GuestCodes = field(default_factory=GuestCodes)
    #: Of everything on the page.
    notes: Notes = NO_NOTES
    texts: Texts = AS_STORED
    forms: ShownForms = field(default_factory=ShownForms)
    #: Of everything on the page.
    history: History | None = None
    watchers: Sequence[SeenWatcher] = ()


def get_task(
    caller: Caller, task_id: str, process_id: str | None, includes: frozenset[str]
) -> TaskView:
    with reading(caller, by_key=True) as work:
        task = tasks.get_visible(work, task_id, process_id)
        return _views(work, [task], includes)[0]


def view_task(caller: Caller, task: Task, includes: frozenset[str]) -> TaskView:
    """A task that was just changed."""
    with reading(caller, by_key=True) as work:
        return _views(work, [task], includes)[0]


def view_tasks(caller: Caller, found: Sequence[Task]) -> list[TaskView]:
    """Tasks that changed along with another, without anything beside them."""
    if not found:
        return []
    with reading(caller, by_key=True) as work:
        return _views(work, found, frozenset())


def list_tasks(
    caller: Caller, request: PageRequest, wanted: TaskFilter, includes: frozenset[str]
) -> tuple[Page[Task], list[TaskView]]:
    with reading(caller) as work:
        if wanted.process_id is not None:
            # A process that cannot be read has no tasks to list, not even none.
            processes.get_visible(work, wanted.process_id)
        if wanted.roles:
            bound = templates.steps_for_titles(work, wanted.roles)
            wanted = msgspec.structs.replace(wanted, steps_of_roles=tuple(bound))
        page = find_tasks(work, request, wanted)
        return page, _views(work, page.rows, includes)


def _views(work: Work, found: Sequence[Task], includes: frozenset[str]) -> list[TaskView]:
    """One statement for each thing asked for, however many tasks there are."""
    codes = guest_codes(work, found)
    wants_threads = bool(includes & _THREAD_INCLUDES)
    files = files_of_tasks(work, found) if "assets" in includes else {}
    threads = comments.of_tasks(work, [task.id for task in found if wants_threads])
    runs = _processes(work, found, includes) if includes & _PROCESS_INCLUDES else {}
    steps = _steps(runs) if "step" in includes else {}
    notes = _notes(work, found, runs, includes)
    texts = texts_of(work, found)
    forms = show_forms(
        work, found if STEP_FIELDS in includes else [], _kickoffs(work, found, includes)
    )
    history = _history(work, found) if "activities" in includes else None
    watchers = watchers_beside(work, Watched.TASK, [task.id for task in found], includes)
    return [
        TaskView(
            task=task,
            process=runs.get(task.process_id or ""),
            step=steps.get((task.process_id or "", task.step_id or "")),
            files=files.get(task.id),
            threads=_shown(work.caller, task, threads[task.id]) if wants_threads else None,
            guest_codes=codes,
            notes=notes,
            texts=texts,
            forms=forms,
            history=history,
            watchers=watchers.get(task.id, ()),
        )
        for task in found
    ]


def _history(work: Work, found: Sequence[Task]) -> History:
    """Guests are not told who did what."""
    by_task = activity.of_tasks(work, [] if work.caller.is_guest else [task.id for task in found])
    entries = [entry for each in by_task.values() for entry in each]
    return History(by_task, activity.names_now(work, entries) if entries else {})


def _kickoffs(work: Work, found: Sequence[Task], includes: frozenset[str]) -> set[str]:
    """Processes whose kick-off forms are shown. Guests are not told what others were asked."""
    if not includes & KICKOFF_FIELDS or work.caller.is_guest:
        return set()
    return {task.process_id for task in found if task.process_id is not None}


def _notes(
    work: Work,
    found: Sequence[Task],
    runs: Mapping[str, ProcessView],
    includes: frozenset[str],
) -> Notes:
    """Of the tasks, and of their steps, which came along with the processes. Guests learn none."""
    if work.caller.is_guest:
        return replace(NO_NOTES, values=None)
    ids = [task.id for task in found]
    notes = note(work, ids, tags="tags" in includes, folders="folders" in includes)
    of_runs = next((run.notes for run in runs.values()), NO_NOTES)
    return replace(
        notes,
        tags={**of_runs.tags, **notes.tags},
        values={**(of_runs.values or {}), **(notes.values or {})},
    )


def _processes(
    work: Work, found: Sequence[Task], includes: frozenset[str]
) -> dict[str, ProcessView]:
    """With their templates where those or their steps are wanted, for members who may read them."""
    visible = processes.visible_among(work, {task.process_id for task in found if task.process_id})
    wants_templates = bool(includes & {"run.checklist", "step"}) and not work.caller.is_guest
    inside = frozenset({"checklist"}) if wants_templates else frozenset[str]()
    return {view.process.id: view for view in views(work, list(visible.values()), inside)}


def _steps(runs: Mapping[str, ProcessView]) -> dict[tuple[str, str], StepView]:
    """Steps of the versions that were launched, by process and step."""
    return {
        (process_id, step.id): StepView(run.template.template.id, position, step)
        for process_id, run in runs.items()
        if run.template is not None
        for position, step in enumerate(run.template.content.steps, start=1)
    }


def _shown(caller: Caller, task: Task, threads: list[Thread]) -> list[Thread]:
    """Guests may be kept out of the talk, their own words included (contract 45, 2.1)."""
    return threads if can_comment(caller, task) else []


def get_member_id(caller: Caller, name: str) -> int:
    """The member named in the path; light members only themselves (contract 00, 8.4)."""
    member = find_member_named(looking(caller), name)
    if member is None:
        raise NotFound("User not found")
    if caller.is_light and member.id != caller.person_id:
        raise Forbidden
    return member.id


def get_guest_address(caller: Caller, name: str) -> str:
    """The guest whose list is read: by code, or, for members, by address too (contract 40, 9)."""
    guest = people.find_linked_guest(looking(caller), name)
    if guest is None:
        raise NotFound
    return guest.email
