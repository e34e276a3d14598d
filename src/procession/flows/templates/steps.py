"""Add, change and copy steps of a template: what takes numbers from accounts, or names people."""

import msgspec
from msgspec import UNSET

from procession.domains.accounts import store as accounts
from procession.domains.custom_fields.actions import valuing
from procession.domains.organizing.types import subject_of_step
from procession.domains.templates.actions.editing import (
    get_content_to_edit,
    get_editable,
    save,
)
from procession.domains.templates.actions.steps import (
    MOST_STEPS,
    StepToEdit,
    StepView,
    change,
    get_step_to_edit,
)
from procession.domains.templates.content import arranging
from procession.domains.templates.content.aliases import UNNAMED, count_unnamed, named_step
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.content.steps import changed_step, new_step
from procession.domains.templates.events import StepAdded, about_step
from procession.domains.templates.types import Content, Step, Template
from procession.domains.templates.wire.steps import StepChangesIn, StepIn, StepRowIn, StepsIn
from procession.flows.organizing.tagging import add_tags, copy_tags, set_tags_of_step, tag_ids_in
from procession.flows.templates.checking_steps import Checked, Problems, check_steps, check_tags
from procession.flows.templates.fields import lists_named
from procession.flows.templates.keeping_tokens import with_tokens_kept
from procession.kit.binding import bind_whole
from procession.kit.caller import Caller
from procession.kit.errors import Invalid, NotFound, invalid
from procession.kit.ids import find_id, new_id
from procession.kit.work import Work, writing

_TOO_MANY = f"A template may not have more than {MOST_STEPS} steps."


def add_step(caller: Caller, template_id: str, sent: StepIn) -> tuple[StepView, Findings]:
    """In the position that was sent, else as the last one. And what its form was found to say."""
    with writing(caller) as work:
        lists = lists_named(work, sent.captures or ())
        template = get_editable(work, template_id)
        was = get_content_to_edit(work, template)
        problems: Problems = {}
        found = Findings(problems)
        step = new_step(sent, "", problems, work.now, found=found, lists=lists)
        position = sent.position if isinstance(sent.position, int) and sent.position > 0 else None
        if len(was.steps) >= MOST_STEPS:
            problems.setdefault("title", [_TOO_MANY])
        now = _with(was, step, position)
        check_steps(work, now, [Checked("", step)], problems)
        check_tags(work, sent.tags, "", problems)
        if problems:
            raise Invalid(problems)
        added = _added(work, template, was, step, position)
        add_tags(work, subject_of_step(template.id, step.id), tag_ids_in(sent.tags) or [])
        return added, found


def clone_step(caller: Caller, template_id: str, step_id: str) -> StepView:
    """Directly after the original, with its form. No rule and no deadline points at it."""
    with writing(caller) as work:
        editing = get_step_to_edit(work, template_id, step_id)
        if len(editing.content.steps) >= MOST_STEPS:
            raise invalid("step", _TOO_MANY)
        anew = {"alias": UNNAMED, "created_at": work.now, "updated_at": work.now}
        fields = tuple(
            msgspec.structs.replace(field, id=new_id(), **anew) for field in editing.step.fields
        )
        copy = msgspec.structs.replace(editing.step, id=new_id(), fields=fields, **anew)
        added = _added(work, editing.template, editing.content, copy, editing.position + 1)
        template_id, parts = editing.template.id, {step_id: copy.id}
        copy_tags(work, template_id, {step_id: subject_of_step(template_id, copy.id)})
        pairs = zip(editing.step.fields, fields, strict=True)
        parts |= {was.id: now.id for was, now in pairs}
        valuing.copy_parts(work, template_id, template_id, parts)
        return added


def _added(
    work: Work, template: Template, was: Content, step: Step, position: int | None
) -> StepView:
    unnamed = count_unnamed(Content(steps=(step,)))
    step = named_step(step, iter(accounts.take_alias_numbers(work, unnamed)))
    now = _with(was, step, position)
    work.record(StepAdded(**about_step(template, work.caller.organization_id, step)))
    save(work, template, was, now)
    return StepView(template.id, step, arranging.position_of(now.steps, step.id) or 0)


def _with(content: Content, step: Step, position: int | None) -> Content:
    steps = arranging.inserted(content.steps, step, position)
    return msgspec.structs.replace(content, steps=steps)


def _is_without_title(sent: StepChangesIn) -> bool:
    """One that only moves the step needs none (contract 20, 8.4)."""
    keys = {name for name in sent.__struct_fields__ if getattr(sent, name) is not UNSET}
    return not keys & {"title", "name"} and keys != {"position"}


def update_step(
    caller: Caller, template_id: str, step_id: str, sent: StepChangesIn, *, needs_title: bool
) -> StepView:
    """Only the keys that were sent. `needs_title`: as PUT does, unless only the place changes."""
    with writing(caller) as work:
        editing = get_step_to_edit(work, template_id, step_id)
        problems: Problems = {}
        if needs_title and _is_without_title(sent):
            problems["title"] = ["The title field is required."]
        return _update(work, editing, sent, problems)


def update_steps(caller: Caller, template_id: str, sent: StepsIn) -> list[StepView]:
    """Several, or none of them: what is wrong with any is told of each."""
    with writing(caller) as work:
        get_editable(work, template_id)
        problems: Problems = {}
        views: list[StepView] = []
        if len(sent.steps) > MOST_STEPS:
            raise invalid("steps", _TOO_MANY)
        for name, row in sent.steps.items():
            try:
                planned = bind_whole(row if isinstance(row, dict) else {}, StepRowIn)
                editing = get_step_to_edit(work, template_id, find_id(name) or "")
                changes = StepChangesIn(**msgspec.structs.asdict(planned))
                views.append(_update(work, editing, changes, {}))
            except NotFound:
                problems[f"steps.{name}"] = ["The selected step is invalid."]
            except Invalid as wrong:
                said = {f"steps.{name}.{at}": sentences for at, sentences in wrong.problems.items()}
                problems |= said
        if problems:
            raise Invalid(problems)
        return views


def _update(work: Work, editing: StepToEdit, sent: StepChangesIn, problems: Problems) -> StepView:
    position = sent.position if isinstance(sent.position, int) else None
    if position is not None and position < 1:
        problems["position"] = ["The selected position is invalid."]
    step = changed_step(editing.step, sent, "", problems, work.now)
    now = with_tokens_kept(
        work,
        editing.content,
        msgspec.structs.replace(
            editing.content, steps=arranging.replaced(editing.content.steps, step)
        ),
    )
    step = now.step(step.id) or step
    check_steps(work, now, [Checked("", step, editing.step)], problems)
    check_tags(work, sent.tags, "", problems)
    if problems:
        raise Invalid(problems)
    set_tags_of_step(work, editing.template.id, step.id, step.title, tag_ids_in(sent.tags))
    return change(work, editing, step, position)
