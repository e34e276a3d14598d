"""Milestones of a template: `stages` on the wire (contract 20, 7)."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from msgspec import UNSET, UnsetType

from procession.domains.templates.actions.editing import (
    check_right,
    get_content_to_edit,
    get_editable,
    get_live,
    save,
)
from procession.domains.templates.content import arranging
from procession.domains.templates.events import TemplateChanged, about
from procession.domains.templates.types import Content, Stage, Step, Template
from procession.domains.templates.wire.steps import StageChangesIn, StageIn
from procession.kit.caller import Caller
from procession.kit.errors import Invalid, NotFound
from procession.kit.ids import new_id
from procession.kit.work import Work, writing

_MOST_STAGES = 1_000


@dataclass(frozen=True)
class StageView:
    """A milestone among the others, and the steps that are gathered."""

    template_id: str
    stage: Stage
    content: Content

    @property
    def position(self) -> int:
        return arranging.position_of(self.content.stages, self.stage.id) or 0


def add_stage(caller: Caller, template_id: str, sent: StageIn) -> StageView:
    with writing(caller) as work:
        template = get_editable(work, template_id)
        was = get_content_to_edit(work, template)
        stage = Stage(id=new_id(), name=sent.name, created_at=work.now, updated_at=work.now)
        problems = _problems(was, sent)
        if len(was.stages) >= _MOST_STAGES:
            problems["name"] = [f"A template may not have more than {_MOST_STAGES} milestones."]
        if problems:
            raise Invalid(problems)
        position = sent.position if isinstance(sent.position, int) else None
        stages = arranging.inserted(was.stages, stage, position)
        now = msgspec.structs.replace(was, stages=stages)
        return _saved(work, template, was, _with_members(now, stage.id, sent.step_ids, work), stage)


def update_stage(
    caller: Caller, template_id: str, stage_id: str, sent: StageChangesIn
) -> StageView:
    with writing(caller) as work:
        template, was, stage = _get_stage(work, template_id, stage_id)
        problems = _problems(was, sent)
        if problems:
            raise Invalid(problems)
        stages = was.stages
        if isinstance(sent.name, str) and sent.name != stage.name:
            stage = msgspec.structs.replace(stage, name=sent.name, updated_at=work.now)
            stages = arranging.replaced(stages, stage)
        if isinstance(sent.position, int):
            stages = arranging.moved(stages, stage_id, sent.position)
        now = msgspec.structs.replace(was, stages=stages)
        return _saved(work, template, was, _with_members(now, stage_id, sent.step_ids, work), stage)


def delete_stage(caller: Caller, template_id: str, stage_id: str) -> None:
    """Its steps stay, without a milestone."""
    with writing(caller) as work:
        template, was, stage = _get_stage(work, template_id, stage_id)
        now = _with_members(was, stage_id, (), work)
        now = msgspec.structs.replace(now, stages=arranging.without(now.stages, stage_id))
        _saved(work, template, was, now, stage)


def _get_stage(work: Work, template_id: str, stage_id: str) -> tuple[Template, Content, Stage]:
    template = get_live(work, template_id)
    content = get_content_to_edit(work, template)
    stage = arranging.find(content.stages, stage_id)
    if stage is None:
        raise NotFound(kind="Milestone")
    check_right(work, template)
    return template, content, stage


def _problems(content: Content, sent: StageChangesIn) -> dict[str, list[str]]:
    ids = sent.step_ids if isinstance(sent.step_ids, list) else []
    problems = {
        f"step_ids.{place}": ["The selected step is invalid."]
        for place, step_id in enumerate(ids)
        if content.step(step_id.lower()) is None
    }
    if isinstance(sent.position, int) and sent.position < 1:
        problems["position"] = ["The selected position is invalid."]
    return problems


def _with_members(
    content: Content, stage_id: str, step_ids: Iterable[str] | UnsetType | None, work: Work
) -> Content:
    """Exactly these steps belong to the milestone; they leave the one they were in."""
    if step_ids is UNSET:
        return content
    members = {step_id.lower() for step_id in step_ids or ()}

    def placed(step: Step) -> Step:
        kept = None if step.stage_id == stage_id else step.stage_id
        stage = stage_id if step.id in members else kept
        if stage == step.stage_id:
            return step
        return msgspec.structs.replace(step, stage_id=stage, updated_at=work.now)

    return msgspec.structs.replace(content, steps=tuple(map(placed, content.steps)))


def _saved(work: Work, template: Template, was: Content, now: Content, stage: Stage) -> StageView:
    if now != was:
        told = about(template, work.caller.organization_id)
        names = [each.name for each in was.stages]
        work.record(TemplateChanged(**told, attribute="stages", before=names))
        save(work, template, was, now)
    return StageView(template.id, stage, now)
