"""The fields of a step's form or of the kick-off form: add, change, order and delete them."""

from typing import Any

from procession.domains.templates.actions import field_arranging, field_deleting, field_editing
from procession.domains.templates.types import CHOICES, Field, FieldType
from procession.domains.templates.wire.fields import FieldIn, FieldOrderIn, MoveOutIn
from procession.flows.telling import addresses
from procession.flows.templates.fields import add_field, change_field
from procession.kit.errors import InUse, Invalid, NotFound
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.kit.ids import find_id
from procession.pages.editor.bodies import FieldForm, FieldMoveForm, OrderForm, sent_of, wanted
from procession.pages.editor.showing import KICKOFF, Refused, address_of, read, show_form, step_of
from procession.pages.forms import ActionForm, NextQuery
from procession.pages.framing import Here, app_page, back_to, for_members
from procession.pages.targets import safe_target
from procession.pages.toasts import Toast

routes = Routes("Pages")

_TYPED = (
    "label", "field_type", "required", "guidance", "options", "columns", "check", "default_value",
)  # fmt: skip


@routes.post(addresses.EDIT_FIELDS, door=PAGE, policy="can_edit", body=FieldForm, status=303)
@for_members
def add(here: Here) -> Answer:
    """Add a field to a form of a template."""
    template_id, form = here.request.id("template"), _form(here)
    sent = sent_of(here.request.body, *_TYPED)
    try:
        new = {"required": False, **_changes(sent, None)}
        add_field(here.caller, template_id, _step(form), wanted(new, FieldIn))
    except Invalid as wrong:
        here = here.at(address_of(template_id, form))
        return show_form(here, form, Refused.of(wrong, "", sent))
    return back_to(here, here.request.body.next)


@routes.post(addresses.EDIT_FIELD, door=PAGE, policy="can_edit", body=FieldForm, status=303)
@for_members
def change(here: Here) -> Answer:
    """Change a field of a template: only what is sent."""
    template_id, form, field = here.request.id("template"), _form(here), _field(here)
    sent = sent_of(here.request.body, *_TYPED)
    try:
        changes = wanted(_changes(sent, field), FieldIn)
        change_field(here.caller, template_id, _step(form), field.id, changes)
    except Invalid as wrong:
        refused = Refused.of(wrong, field.id, sent)
    except InUse as used:
        names = ", ".join(f"“{each.title}”" for each in used.dependants)
        problem = {"field_type": f"It stays as it is, because a rule needs it: {names}."}
        refused = Refused(field.id, problem, sent)
    else:
        return back_to(here, here.request.body.next)
    return show_form(here.at(address_of(template_id, form)), form, refused)


def _changes(sent: dict[str, Any], field: Field | None) -> dict[str, Any]:
    """`field`: as it is; None: there is none yet. What its type does not have is left out."""
    changes = {name: value for name, value in sent.items()
               if name not in ("options", "columns", "check", "default_value")}  # fmt: skip
    kind = sent.get("field_type", "" if field is None else field.field_type)
    if kind in CHOICES and "options" in sent:
        changes["options"] = _options(str(sent["options"]), field)
    if kind == FieldType.TABLE and "columns" in sent:
        changes["columns"] = _columns(str(sent["columns"]), field)
    if kind in (FieldType.TEXT, FieldType.TEXTAREA) and "check" in sent:
        changes["field_validation"] = [sent["check"]] if sent["check"] else []
    if "default_value" in sent and kind not in (FieldType.TABLE, FieldType.FILE, FieldType.PEOPLE):
        changes["default_value_enabled"] = bool(sent["default_value"])
        changes["default_value"] = sent["default_value"] or None
    return changes


def _options(text: str, field: Field | None) -> list[dict[str, Any]]:
    """As they are, where a line says what an option says. Where as many lines as options are
    left, each is another text for the one in its place, so that rules and answers follow."""
    was = () if field is None else field.options
    return _matched(_lines(text), [(each.id, each.text) for each in was], "text")


def _columns(text: str, field: Field | None) -> list[dict[str, Any]]:
    was = () if field is None else field.columns
    return _matched(_lines(text), [(each.id, each.label) for each in was], "label")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _matched(lines: list[str], was: list[tuple[int, str]], word: str) -> list[dict[str, Any]]:
    ids = {text: each for each, text in was}
    new = [line for line in lines if line not in ids]
    gone = [each for each, text in was if text not in lines]
    if len(new) == len(gone):
        ids |= dict(zip(new, gone, strict=True))
    taken = max((each for each, _ in was), default=0)
    found = []
    for line in lines:
        number = ids.pop(line, None)
        if number is None:
            taken += 1
            number = taken
        found.append({"id": number, word: line})
    return found


@routes.post(addresses.ORDER_FIELDS, door=PAGE, policy="can_edit", body=OrderForm, status=303)
@for_members
def order(here: Here) -> Answer:
    """Put a field of a form in another place."""
    sent: OrderForm = here.request.body
    form = _form(here)
    place = FieldOrderIn(position=max(sent.position or 1, 1))
    if form == KICKOFF:
        place.prerun_id = sent.part
    else:
        place.capture_id = sent.part
    field_arranging.arrange_fields(here.caller, here.request.id("template"), _step(form), place)
    return back_to(here, sent.next)


@routes.get(addresses.MOVE_FIELD, door=PAGE, policy="can_edit", query=NextQuery, content_type=HTML)
@for_members
def ask_where_to_move(here: Here) -> Answer:
    """Show the steps into whose forms a field of a step may go."""
    view, form = read(here), _form(here)
    return app_page(
        here,
        "editor/move_field.html",
        title="Move a field",
        next=safe_target(here.request.query.next),
        edited=view.template,
        form_id=form,
        field=_field(here),
        others=[each for each in view.content.steps if each.id != form],
    )


@routes.post(addresses.MOVE_FIELD, door=PAGE, policy="can_edit", body=FieldMoveForm, status=303)
@for_members
def move(here: Here) -> Answer:
    """Put a field of a step last into the form of another one. Rules about it follow it."""
    template_id, form, field = here.request.id("template"), _form(here), _field(here)
    target = find_id(here.request.body.step or "")
    if form == KICKOFF or target is None:
        raise NotFound(kind="Step")
    place = len(step_of(read(here), target).fields) + 1
    sent = MoveOutIn(target_step_id=target, position=place)
    field_arranging.move_field_out(here.caller, template_id, form, field.id, sent)
    return back_to(here, address_of(template_id, target))


@routes.get(
    addresses.DELETE_FIELD, door=PAGE, policy="can_edit", query=NextQuery, content_type=HTML
)
@for_members
def ask_to_delete(here: Here) -> Answer:
    """Say what deleting a field means."""
    view = read(here)
    return app_page(
        here,
        "editor/delete_field.html",
        title="Delete a field",
        next=safe_target(here.request.query.next),
        edited=view.template,
        form_id=_form(here),
        field=_field(here),
    )


@routes.post(addresses.DELETE_FIELD, door=PAGE, policy="can_edit", body=ActionForm, status=303)
@for_members
def delete(here: Here) -> Answer:
    """Delete a field, unless a rule uses it."""
    template_id, form, field = here.request.id("template"), _form(here), _field(here)
    try:
        field_deleting.delete_field(here.caller, template_id, _step(form), field.id)
    except InUse as used:
        here = here.at(address_of(template_id, form))
        names = tuple(each.title for each in used.dependants)
        sentence = f"“{field.label}” stays, because this needs it:"
        return show_form(here, form, Refused(sentence=sentence, needed_by=names))
    toast = Toast("left-out", "templates", template_id, field.label)
    return back_to(here, address_of(template_id, form), toast)


def _form(here: Here) -> str:
    """`KICKOFF`, or the id of a step."""
    named = here.request.path["form"]
    form = KICKOFF if named == KICKOFF else find_id(named)
    if form is None:
        raise NotFound(kind="Step")
    return form


def _step(form: str) -> str | None:
    return None if form == KICKOFF else form


def _field(here: Here) -> Field:
    view = field_editing.get_form(here.caller, here.request.id("template"), _step(_form(here)))
    return view.one(here.request.id("field")).field
