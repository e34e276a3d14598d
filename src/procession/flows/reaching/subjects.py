"""Getting hold of what is tagged or filed: visible to the caller, live, and theirs to change.

Each kind of thing is found by its own domain's select, so that a tag or folder never shows more.
"""

from dataclasses import dataclass

from procession.domains.organizing.types import (
    Subject,
    SubjectKind,
    subject_of_process,
    subject_of_step,
    subject_of_task,
    subject_of_template,
)
from procession.domains.processes import store as processes
from procession.domains.processes.actions.guarding import require_live
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import Task
from procession.domains.templates import policy as template_policy
from procession.domains.templates import store as templates
from procession.domains.templates.actions.editing import NO_EDIT
from procession.domains.templates.types import Template
from procession.flows.reaching.tasks import reach, require_open_to_change
from procession.kit.errors import Archived, Forbidden, NotFound
from procession.kit.ids import find_id
from procession.kit.work import Work

#: What clients call the kinds, besides the contract's words.
_KINDS = {
    "checklist": SubjectKind.TEMPLATE,
    "template": SubjectKind.TEMPLATE,
    "blueprint": SubjectKind.TEMPLATE,
    "step": SubjectKind.STEP,
    "run": SubjectKind.PROCESS,
    "process": SubjectKind.PROCESS,
    "task": SubjectKind.TASK,
}


@dataclass(frozen=True)
class Held:
    """A thing the caller may change, locked against other writers."""

    subject: Subject
    name: str
    #: The process that this is, or is a part of.
    process_id: str | None = None


def read_kind(word: str) -> SubjectKind | None:
    return _KINDS.get(word.lower())


def hold(
    work: Work,
    kind: SubjectKind,
    subject_id: str,
    template_id: str | None = None,
    *,
    is_allowed: bool = True,
) -> Held:
    """NotFound where the caller sees no such thing; Forbidden and Archived for what they do see.

    `template_id`: of a step, where it is known already. `is_allowed`: the caller has the role.
    """
    found_id = find_id(subject_id)
    if found_id is None:
        raise NotFound
    if kind is SubjectKind.TEMPLATE:
        template = _hold_template(work, found_id, is_allowed=is_allowed)
        return Held(subject_of_template(template.id), template.title)
    if kind is SubjectKind.STEP:
        return _hold_step(work, found_id, template_id, is_allowed=is_allowed)
    if kind is SubjectKind.PROCESS:
        process = processes.get_visible(work, found_id, lock=True)
        _check_role(is_allowed=is_allowed)
        require_live(process)
        return Held(subject_of_process(process.id), process.name, process.id)
    reached = reach(work, found_id)
    _check_role(is_allowed=is_allowed)
    require_open_to_change(reached)
    return _held_task(reached.task)


def mark_changed(work: Work, held: Held) -> None:
    """What is sorted anew counts as changed now (contract 30, 2.1)."""
    if held.subject.kind == SubjectKind.PROCESS:
        processes.set_columns(work, held.subject.id, {})
    if held.subject.kind == SubjectKind.TASK:
        tasks.set_columns(work, held.subject.id, {})


def _held_task(task: Task) -> Held:
    return Held(subject_of_task(task.id), task.title, task.process_id)


def _check_role(*, is_allowed: bool) -> None:
    if not is_allowed:
        raise Forbidden


def _hold_template(work: Work, template_id: str, *, is_allowed: bool) -> Template:
    template = templates.get_visible(work, template_id, lock=True)
    _check_role(is_allowed=is_allowed)
    if not template_policy.can_edit(work.caller, template):
        raise Forbidden(NO_EDIT)
    if template.archived_at is not None:
        raise Archived({"template": ["Cannot update archived templates."]})
    return template


def _hold_step(work: Work, step_id: str, template_id: str | None, *, is_allowed: bool) -> Held:
    for candidate in [template_id] if template_id else templates.templates_holding(work, step_id):
        template = templates.get_visible(work, candidate)
        step = templates.get_content(work, template.id, template.version).step(step_id)
        if step is not None:
            _hold_template(work, template.id, is_allowed=is_allowed)
            return Held(subject_of_step(template.id, step.id), step.title)
    raise NotFound
