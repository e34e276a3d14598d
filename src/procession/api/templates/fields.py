"""Endpoints of form fields: of a step (captures), and of the kick-off form (preruns)."""

from procession.domains.templates.actions import (
    field_arranging,
    field_deleting,
    field_editing,
    reading,
)
from procession.domains.templates.actions.field_editing import FieldView, FormView
from procession.domains.templates.wire.fields import (
    FieldIn,
    FieldOrderIn,
    FieldOut,
    FormFieldsOut,
    MoveOutIn,
    field_out,
    fields_out,
    form_fields_out,
)
from procession.domains.templates.wire.originals import note_fields
from procession.flows.organizing import annotating
from procession.flows.templates.expanding import fields_expanded, views_expanded
from procession.flows.templates.fields import add_field, change_field
from procession.kit.http import Answer, Request, Routes, item, listing, nothing
from procession.kit.paging import Page, PageQuery

routes = Routes("Fields")

TEMPLATE = "/organizations/{org}/checklists/{checklist}"
CAPTURES = f"{TEMPLATE}/steps/{{step}}/captures"
CAPTURE = f"{CAPTURES}/{{capture}}"
PRERUNS = f"{TEMPLATE}/preruns"
PRERUN = f"{PRERUNS}/{{field}}"


@routes.get(f"{TEMPLATE}/form-fields", policy="visible", answers=FormFieldsOut)
def get_all(request: Request) -> Answer:
    """Read all fields of a template in one object: of its steps, and of its kick-off form."""
    view = reading.get_template(request.caller, _template_id(request))
    (view,) = views_expanded(request.caller, [view])
    notes = annotating.template_noted(request.caller, view.template.id)
    return item(
        form_fields_out(
            view.content,
            template_id=view.template.id,
            title=view.template.title,
            custom_fields=notes.values,
        )
    )


@routes.get(CAPTURES, policy="visible", answers=FieldOut, query=PageQuery, is_list=True)
def list_step_fields(request: Request) -> Answer:
    """List the fields of a step; all of them unless paging is asked for."""
    return _listed(request, _form(request, request.id("step")))


@routes.get(PRERUNS, policy="visible", answers=FieldOut, query=PageQuery, is_list=True)
def list_kickoff_fields(request: Request) -> Answer:
    """List the fields of the kick-off form; all of them unless paging is asked for."""
    return _listed(request, _form(request, None))


@routes.get(CAPTURE, policy="visible", answers=FieldOut)
def get_step_field(request: Request) -> Answer:
    """Read one field of a step."""
    return _one(request, _form(request, request.id("step")).one(request.id("capture")))


@routes.get(PRERUN, policy="visible", answers=FieldOut)
def get_kickoff_field(request: Request) -> Answer:
    """Read one field of the kick-off form."""
    return _one(request, _form(request, None).one(request.id("field")))


@routes.post(
    CAPTURES, policy="can_edit", answers=FieldOut, status=201, body=FieldIn, raises=(403, 422)
)
def add_step_field(request: Request) -> Answer:
    """Add a field to a step.

    Position 1 and positions past the end append; to put a field first, reorder.
    """
    added = add_field(request.caller, request.id("checklist"), request.id("step"), request.body)
    return _one(request, added, 201)


@routes.post(
    PRERUNS, policy="can_edit", answers=FieldOut, status=201, body=FieldIn, raises=(403, 422)
)
def add_kickoff_field(request: Request) -> Answer:
    """Add a field to the kick-off form.

    Position 1 and positions past the end append; to put a field first, reorder.
    """
    added = add_field(request.caller, request.id("checklist"), None, request.body)
    return _one(request, added, 201)


@routes.put(CAPTURE, policy="can_edit", answers=FieldOut, body=FieldIn, raises=(403, 422))
def change_step_field(request: Request) -> Answer:
    """Change a field of a step; what is left out stays."""
    changed = change_field(
        request.caller,
        request.id("checklist"),
        request.id("step"),
        request.id("capture"),
        request.body,
    )
    return _one(request, changed)


@routes.put(PRERUN, policy="can_edit", answers=FieldOut, body=FieldIn, raises=(403, 422))
def change_kickoff_field(request: Request) -> Answer:
    """Change a field of the kick-off form; what is left out stays."""
    changed = change_field(
        request.caller, request.id("checklist"), None, request.id("field"), request.body
    )
    return _one(request, changed)


@routes.put(
    CAPTURES, policy="can_edit", answers=FieldOut, body=FieldOrderIn, is_list=True,
    raises=(403, 422),
)  # fmt: skip
def arrange_step_fields(request: Request) -> Answer:
    """Put one field of a step at a position, or all of them in order."""
    form = field_arranging.arrange_fields(
        request.caller, request.id("checklist"), request.id("step"), request.body
    )
    return _whole(request, form)


@routes.put(
    PRERUNS, policy="can_edit", answers=FieldOut, body=FieldOrderIn, is_list=True,
    raises=(403, 422),
)  # fmt: skip
def arrange_kickoff_fields(request: Request) -> Answer:
    """Put one field of the kick-off form at a position, or all of them in order."""
    form = field_arranging.arrange_fields(
        request.caller, request.id("checklist"), None, request.body
    )
    return _whole(request, form)


@routes.put(
    f"{CAPTURE}/move-out", policy="can_edit", answers=FieldOut, body=MoveOutIn, raises=(403, 422)
)
def move_out(request: Request) -> Answer:
    """Move a field to another step of the same template."""
    moved = field_arranging.move_field_out(
        request.caller,
        request.id("checklist"),
        request.id("step"),
        request.id("capture"),
        request.body,
    )
    return _one(request, moved)


@routes.delete(CAPTURE, policy="can_edit", status=204, reads_body=False, raises=(403,))
def delete_step_field(request: Request) -> Answer:
    """Delete a field of a step, unless a rule uses it. Answers in processes stay."""
    field_deleting.delete_field(
        request.caller, request.id("checklist"), request.id("step"), request.id("capture")
    )
    return nothing()


@routes.delete(PRERUN, policy="can_edit", status=204, reads_body=False, raises=(403,))
def delete_kickoff_field(request: Request) -> Answer:
    """Delete a field of the kick-off form, unless a rule uses it. Answers in processes stay."""
    field_deleting.delete_field(request.caller, request.id("checklist"), None, request.id("field"))
    return nothing()


def _form(request: Request, step_id: str | None) -> FormView:
    return field_editing.get_form(request.caller, _template_id(request), step_id)


def _template_id(request: Request) -> str:
    """For reading, the template's alias names it, too (contract 20, 1)."""
    return reading.get_id(request.caller, request.path["checklist"])


def _one(request: Request, view: FieldView, status: int = 200) -> Answer:
    notes = annotating.template_noted(request.caller, view.template_id)
    (shown,) = fields_expanded(request.caller, [view.field])
    out = field_out(
        shown,
        view.position,
        template_id=view.template_id,
        step_id=view.step_id,
        custom_fields=notes.values_of(view.field.id),
    )
    note_fields([out], [view.field])
    return item(out, status, warnings=view.warnings, dropped=view.dropped)


def _out(request: Request, form: FormView) -> list[FieldOut]:
    notes = annotating.template_noted(request.caller, form.template_id)
    found = fields_out(
        fields_expanded(request.caller, form.fields),
        template_id=form.template_id,
        step_id=form.step_id,
        custom_fields=notes.values,
    )
    note_fields(found, form.fields)
    return found


def _listed(request: Request, form: FormView) -> Answer:
    query: PageQuery = request.query
    fields = _out(request, form)
    is_paged = query.page or query.per_page or query.limit
    wanted = request.page(query, default=10 if is_paged else max(len(fields), 1))
    page = Page(fields[wanted.offset : wanted.offset + wanted.size], len(fields), wanted)
    return listing(request, page, page.rows)


def _whole(request: Request, form: FormView) -> Answer:
    """Every field, on the one page that a change is answered with."""
    fields = _out(request, form)
    wanted = request.page(PageQuery(), default=max(len(fields), 1))
    return listing(request, Page(fields, len(fields), wanted), fields)
