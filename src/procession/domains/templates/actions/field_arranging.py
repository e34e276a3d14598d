"""Order the fields of a form, and move one to the form of another step (contract 21, 5)."""

from procession.domains.templates.actions.editing import get_content_to_edit, get_editable
from procession.domains.templates.actions.field_editing import (
    FieldView,
    FormView,
    form_in,
    save_forms,
)
from procession.domains.templates.content.arranging import (
    find,
    in_order,
    inserted,
    moved,
    without,
)
from procession.domains.templates.content.fields import MOST_FIELDS
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.content.forms import fields_of, with_fields
from procession.domains.templates.types import Field
from procession.domains.templates.wire.fields import FieldOrderIn, MoveOutIn
from procession.kit.caller import Caller
from procession.kit.errors import invalid
from procession.kit.ids import find_id
from procession.kit.work import writing


def arrange_fields(
    caller: Caller, template_id: str, step_id: str | None, sent: FieldOrderIn
) -> FormView:
    """One field to a position, or all of them as listed; repeating it changes nothing."""
    with writing(caller) as work:
        template = get_editable(work, template_id)
        was = get_content_to_edit(work, template)
        fields = form_in(was, template, step_id).fields
        key = "capture_id" if step_id is not None else "prerun_id"
        arranged = _arranged(fields, sent, key)
        now = with_fields(was, step_id, arranged, work.now)
        mover = find_id(sent.capture_id or sent.prerun_id or "")
        return save_forms(work, template, was, now, (step_id, mover))


def move_field_out(
    caller: Caller, template_id: str, step_id: str, field_id: str, sent: MoveOutIn
) -> FieldView:
    """Id, alias and rules stay as they are. The same step is as good as another."""
    with writing(caller) as work:
        template = get_editable(work, template_id)
        was = get_content_to_edit(work, template)
        form = form_in(was, template, step_id)
        field = form.one(field_id).field
        target_id = find_id(sent.target_step_id)
        target = None if target_id is None else fields_of(was, target_id)
        if target_id is None or target is None:
            raise invalid("target_step_id", "The selected target step id is invalid.")
        if target_id == step_id:
            arranged = moved(form.fields, field_id, sent.position)
            now = with_fields(was, step_id, arranged, work.now)
        else:
            if len(target) >= MOST_FIELDS:
                sentence = f"A form may not have more than {MOST_FIELDS} fields."
                raise invalid("target_step_id", sentence)
            now = with_fields(was, step_id, without(form.fields, field_id), work.now)
            arranged = inserted(target, field, sent.position)
            now = with_fields(now, target_id, arranged, work.now)
        return save_forms(work, template, was, now, (target_id, field_id)).one(field_id)


def _arranged(fields: tuple[Field, ...], sent: FieldOrderIn, key: str) -> tuple[Field, ...]:
    found = Findings()
    if sent.order is not None:
        order = [find_id(each) or "" for each in sent.order]
        for place, each in enumerate(order):
            if find(fields, each) is None:
                found.refuse(f"order.{place}", f"The selected order.{place} is invalid.")
        found.refuse_problems()
        return in_order(fields, order)
    name = sent.capture_id or sent.prerun_id
    field = find(fields, find_id(name) or "") if name else None
    if not name:
        found.require(key)
    elif field is None:
        found.refuse(key, f"The selected {key.replace('_', ' ')} is invalid.")
    if sent.position is None:
        found.require("position")
    found.refuse_problems()
    if field is None or sent.position is None:
        return fields
    return moved(fields, field.id, sent.position)
