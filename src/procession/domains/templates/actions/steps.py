"""The steps of a template: reading one, moving, deleting, telling what changed (contract 20, 8)."""

from dataclasses import dataclass
from typing import Any

import msgspec

from procession.domains.templates.actions import reading
from procession.domains.templates.actions.editing import (
    check_right,
    get_content_to_edit,
    get_live,
    save,
)
from procession.domains.templates.content import arranging
from procession.domains.templates.content.changes import changed_attributes
from procession.domains.templates.content.depending import deadlines_on_step, named, rules_on_step
from procession.domains.templates.events import (
    StepAssigneesChanged,
    StepChanged,
    StepDeleted,
    StepMoved,
    about_step,
)
from procession.domains.templates.types import Content, Step, Template
from procession.domains.templates.wire.steps import StepPlaceIn, WhoCompletesIn, step_out
from procession.kit.caller import Caller
from procession.kit.errors import InUse, NotFound, invalid
from procession.kit.work import Work, writing

MOST_STEPS = 1_000
_HAS_RULES = "Cannot delete this step because there are rules dependent on it."
_HAS_DEADLINES = "Cannot delete this step because other steps have deadlines that depend on it."
#: The contract's words for attributes that we call otherwise.
_WORDS = {"sub_process": "bp_to_launch"}


@dataclass(frozen=True)
class StepView:
    """A step in its place."""

    template_id: str
    step: Step
    position: int
    #: Of the template, as it was read (ruling 31); None after a change.
    row_version: int | None = None


@dataclass(frozen=True)
class StepToEdit:
    """A step of a template that is locked and may be edited by the caller."""

    template: Template
    content: Content
    step: Step

    @property
    def position(self) -> int:
        position = arranging.position_of(self.content.steps, self.step.id)
        assert position is not None
        return position


def get_step(caller: Caller, template_id: str, step_id: str) -> StepView:
    view = reading.get_template(caller, template_id)
    return _view(view.template, view.content, step_id)


def get_step_to_edit(work: Work, template_id: str, step_id: str) -> StepToEdit:
    template = get_live(work, template_id)
    content = get_content_to_edit(work, template)
    step = content.step(step_id)
    if step is None:
        raise NotFound(kind="Step")
    check_right(work, template)
    return StepToEdit(template, content, step)


def _view(template: Template, content: Content, step_id: str) -> StepView:
    step = content.step(step_id)
    position = arranging.position_of(content.steps, step_id)
    if step is None or position is None:
        raise NotFound(kind="Step")
    return StepView(template.id, step, position, template.row_version)


def move_step(caller: Caller, template_id: str, step_id: str, sent: StepPlaceIn) -> StepView:
    with writing(caller) as work:
        editing = get_step_to_edit(work, template_id, step_id)
        return change(work, editing, editing.step, sent.position)


def set_who_completes(
    caller: Caller, template_id: str, step_id: str, sent: WhoCompletesIn
) -> StepView:
    """`all` of the assignees, or `any` of them."""
    with writing(caller) as work:
        editing = get_step_to_edit(work, template_id, step_id)
        if sent.step_type not in ("all", "any"):
            raise invalid("stepType", "The selected stepType is invalid.")
        needs_all = sent.step_type == "all"
        step = editing.step
        if step.everyone_must_complete != needs_all:
            step = msgspec.structs.replace(
                step, everyone_must_complete=needs_all, updated_at=work.now
            )
        return change(work, editing, step)


def change(work: Work, editing: StepToEdit, step: Step, position: int | None = None) -> StepView:
    """Store the step as it shall be, and tell what is different. None: it stays in its place."""
    steps = editing.content.steps
    place = editing.position if position is None else min(position, len(steps))
    if place != editing.position:
        step = msgspec.structs.replace(step, updated_at=work.now)
    now = msgspec.structs.replace(
        editing.content, steps=arranging.moved(arranging.replaced(steps, step), step.id, place)
    )
    _tell(work, editing, step)
    if place != editing.position:
        work.record(StepMoved(**_about(work, editing.template, step), before=editing.position))
    save(work, editing.template, editing.content, now)
    return StepView(editing.template.id, step, place)


def _tell(work: Work, editing: StepToEdit, step: Step) -> None:
    about = _about(work, editing.template, step)
    was = step_out(editing.step, editing.position, template_id=editing.template.id)
    for name in changed_attributes(editing.step, step):
        if name == "assignees":
            people: dict[str, Any] = msgspec.to_builtins(editing.step.assignees)
            before = {kind: people.get(kind, []) for kind in ("users", "guests", "groups")}
            work.record(StepAssigneesChanged(**about, before=before))
        else:
            word = _WORDS.get(name, name)
            work.record(StepChanged(**about, attribute=word, before=getattr(was, word)))


def _about(work: Work, template: Template, step: Step) -> dict[str, str]:
    return about_step(template, work.caller.organization_id, step)


def delete_step(caller: Caller, template_id: str, step_id: str) -> None:
    """With the fields of its form. Refused while something of the template depends on it."""
    with writing(caller) as work:
        editing = get_step_to_edit(work, template_id, step_id)
        rules = rules_on_step(editing.content, editing.step)
        if rules:
            raise InUse(_HAS_RULES, named(rules))
        steps = deadlines_on_step(editing.content, step_id)
        if steps:
            raise InUse(_HAS_DEADLINES, named(steps))
        kept = arranging.without(editing.content.steps, step_id)
        now = msgspec.structs.replace(editing.content, steps=kept)
        work.record(StepDeleted(**_about(work, editing.template, editing.step)))
        save(work, editing.template, editing.content, now)
