"""JSON shapes of what a search finds (contract 60, 4)."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from procession.core.times import Instant, optional_wire_time, wire_time
from procession.domains.organizing.wire.folders import FolderOut
from procession.domains.people.types import LinkedGuest, Member
from procession.domains.processes.types import Process
from procession.domains.snippets.types import Snippet
from procession.domains.tasks.types import Task
from procession.domains.tasks.wire import OwnersOut
from procession.domains.templates.types import Content, Field, Step, Template


class HitTag(msgspec.Struct, kw_only=True):
    """A tag on a hit."""

    id: str
    title: str
    color: str | None


class Hit(msgspec.Struct, kw_only=True):
    """What every hit says. Its name is told twice, for clients that ask for either."""

    #: Of people a number.
    id: str | int
    #: 0: what is found has no number.
    increment_id: int = 0
    title: str
    name: str
    status: str | None
    type: str
    #: Where they are asked for.
    tags: list[HitTag] | UnsetType = UNSET


class TemplateHit(Hit, kw_only=True):
    """A template."""

    steps_count: int
    icon: str | None
    is_public: bool
    is_featured: bool
    organization_id: str
    #: The folder it lies in behind those around it; a bare list.
    folders: list[FolderOut]
    archived_at: str | None


class ProcessHit(Hit, kw_only=True):
    """A process."""

    due_date_passed: bool
    due_soon: bool
    checklist_id: str
    checklist_title: str
    archived_at: str | None


class TaskHit(Hit, kw_only=True):
    """A task."""

    run_id: str | None
    run_name: str | None
    status_label: str
    position: int
    deadline: str | None
    created_at: str
    starter_id: int
    is_oneoff_task: bool
    owners: OwnersOut
    archived_at: str | None


class SnippetHit(Hit, kw_only=True):
    """A snippet."""

    content: str


class FieldHit(Hit, kw_only=True):
    """A field; one of a kick-off form has no step."""

    label: str
    field_type: str
    step_id: str | None
    checklist_id: str


class StepHit(Hit, kw_only=True):
    """A step."""

    checklist_id: str
    position: int
    summary: str | None


class PersonHit(Hit, kw_only=True):
    """A member or a guest; `type` says which."""

    email: str
    role: str | None


class Pagination(msgspec.Struct, kw_only=True):
    """Which page it is (contract 00, 4.2)."""

    total: int
    count: int
    per_page: int
    current_page: int
    total_pages: int
    links: dict[str, str]
    has_more_pages: bool


class HitsMeta(msgspec.Struct, kw_only=True):
    """About the hits of one kind."""

    pagination: Pagination
    #: What was there before an upgrade is still being indexed, so some of it is not found yet.
    indexing: bool | UnsetType = UNSET


class HitsOut(msgspec.Struct, kw_only=True):
    """A page of what was found of one kind."""

    meta: HitsMeta


class TemplateHitsOut(HitsOut, kw_only=True):
    """The templates that were found."""

    data: list[TemplateHit]


class ProcessHitsOut(HitsOut, kw_only=True):
    """The processes that were found."""

    data: list[ProcessHit]


class TaskHitsOut(HitsOut, kw_only=True):
    """The tasks that were found."""

    data: list[TaskHit]


class SnippetHitsOut(HitsOut, kw_only=True):
    """The snippets that were found."""

    data: list[SnippetHit]


class FieldHitsOut(HitsOut, kw_only=True):
    """The fields that were found."""

    data: list[FieldHit]


class StepHitsOut(HitsOut, kw_only=True):
    """The steps that were found."""

    data: list[StepHit]


class PersonHitsOut(HitsOut, kw_only=True):
    """The people that were found."""

    data: list[PersonHit]


class SearchOut(msgspec.Struct, kw_only=True):
    """One key for each kind that was asked for."""

    blueprint: TemplateHitsOut | UnsetType = UNSET
    process: ProcessHitsOut | UnsetType = UNSET
    task: TaskHitsOut | UnsetType = UNSET
    snippet: SnippetHitsOut | UnsetType = UNSET
    capture: FieldHitsOut | UnsetType = UNSET
    step: StepHitsOut | UnsetType = UNSET
    people: PersonHitsOut | UnsetType = UNSET


#: By the words of `on`.
HITS: dict[str, type[Any]] = {
    "blueprint": TemplateHitsOut,
    "process": ProcessHitsOut,
    "task": TaskHitsOut,
    "snippet": SnippetHitsOut,
    "capture": FieldHitsOut,
    "step": StepHitsOut,
    "people": PersonHitsOut,
}


def _named(title: str) -> dict[str, Any]:
    return {"title": title, "name": title}


def template_hit(
    template: Template, content: Content, organization_id: str, folders: list[FolderOut]
) -> TemplateHit:
    return TemplateHit(
        id=template.id,
        increment_id=template.number,
        **_named(template.title),
        status=template.status,
        type=template.type,
        steps_count=len(content.steps),
        icon=template.icon,
        is_public=template.is_public,
        is_featured=template.is_featured,
        organization_id=organization_id,
        folders=folders,
        archived_at=optional_wire_time(template.archived_at),
    )


def process_hit(process: Process, now: Instant) -> ProcessHit:
    return ProcessHit(
        id=process.id,
        increment_id=process.number,
        **_named(process.name),
        status=process.status,
        type=process.type,
        due_date_passed=process.is_due_date_passed(now),
        due_soon=process.is_due_soon(now),
        checklist_id=process.template_id,
        checklist_title=process.template_title,
        archived_at=optional_wire_time(process.archived_at),
    )


def task_hit(task: Task, title: str, run_name: str | None, urls: list[str]) -> TaskHit:
    """`title`: as it is shown. `urls`: of its guests, for who may see them."""
    users, guests, groups = task.people
    return TaskHit(
        id=task.id,
        increment_id=task.number,
        **_named(title),
        status=task.state,
        type=task.task_type,
        run_id=task.process_id,
        run_name=run_name,
        status_label=task.state,
        position=task.position,
        deadline=optional_wire_time(task.deadline_at),
        created_at=wire_time(task.created_at),
        starter_id=task.created_by,
        is_oneoff_task=task.is_oneoff,
        owners=OwnersOut(users=users, guests=guests, groups=groups, taskUrls=urls),
        archived_at=optional_wire_time(task.shown_archived_at),
    )


def snippet_hit(snippet: Snippet) -> SnippetHit:
    return SnippetHit(
        id=snippet.id,
        **_named(snippet.title),
        status=None,
        type="snippet",
        content=snippet.content,
    )


def field_hit(field: Field, step_id: str | None, template_id: str) -> FieldHit:
    return FieldHit(
        id=field.id,
        **_named(field.label),
        status=None,
        type="capture",
        label=field.label,
        field_type=field.field_type,
        step_id=step_id,
        checklist_id=template_id,
    )


def step_hit(step: Step, position: int, template_id: str) -> StepHit:
    return StepHit(
        id=step.id,
        **_named(step.title),
        status=None,
        type=step.step_type,
        checklist_id=template_id,
        position=position,
        summary=step.summary,
    )


def person_hit(person: Member | LinkedGuest) -> PersonHit:
    if isinstance(person, Member):
        kind, status, role = "member", person.status, person.role
    else:
        kind, role = "guest", None
        status = "active" if person.disabled_at is None else "disabled"
    return PersonHit(
        id=person.id,
        **_named(person.full_name or person.email),
        status=status,
        type=kind,
        email=person.email,
        role=role,
    )
