"""Form fields of a template: reading them, and storing an edit of them (contract 21, 5 and 6).

A form is named by the id of its step; None is the kick-off form.
"""

from dataclasses import dataclass, replace

from procession.domains.templates.actions.editing import save
from procession.domains.templates.actions.reading import get_template
from procession.domains.templates.actions.telling_fields import tell_field_changes
from procession.domains.templates.content.arranging import position_of
from procession.domains.templates.content.depending import named, rules_sourced_from
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.content.forms import fields_of
from procession.domains.templates.types import Content, Field, FieldType, Template
from procession.kit.caller import Caller
from procession.kit.errors import InUse, NotFound
from procession.kit.work import Work

_SOURCE_OF_RULE = "Cannot change the type of a form field that a rule uses as its source."
#: What an action takes from a field, by the kind of action.
_SOURCES = {"deadline": FieldType.DATE, "assignment": FieldType.PEOPLE}


#: A form, by its step, and the field that an edit was about.
Shown = tuple[str | None, str | None]


@dataclass(frozen=True)
class FieldView:
    """A field where it stands, and what was noticed while it was changed."""

    template_id: str
    step_id: str | None
    field: Field
    position: int
    warnings: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    def noting(self, found: Findings) -> "FieldView":
        return replace(self, warnings=tuple(found.warnings), dropped=tuple(found.dropped))


@dataclass(frozen=True)
class FormView:
    """All fields of a form, in their order."""

    template_id: str
    step_id: str | None
    fields: tuple[Field, ...]

    def one(self, field_id: str) -> FieldView:
        position = position_of(self.fields, field_id)
        if position is None:
            raise NotFound(kind="Field")
        return FieldView(self.template_id, self.step_id, self.fields[position - 1], position)


def get_form(caller: Caller, template_id: str, step_id: str | None) -> FormView:
    view = get_template(caller, template_id)
    return form_in(view.content, view.template, step_id)


def form_in(content: Content, template: Template, step_id: str | None) -> FormView:
    fields = fields_of(content, step_id)
    if fields is None:
        raise NotFound(kind="Step")
    return FormView(template.id, step_id, fields)


def check_sources(content: Content, was: Field, now: Field) -> None:
    """A rule that takes its date or people from a field would find none (contract 21, 5.1)."""
    if was.field_type == now.field_type:
        return
    for rule in rules_sourced_from(content, was.id):
        for action in rule.actions:
            if action.source_id == was.id and _SOURCES.get(action.action_type) != now.field_type:
                raise InUse(_SOURCE_OF_RULE, named([rule]))


def save_forms(
    work: Work, template: Template, was: Content, now: Content, shown: Shown
) -> FormView:
    """Store an edit of forms and tell of it; the form that is `shown` afterwards."""
    step_id, field_id = shown
    tell_field_changes(work, template, was, now, mover=field_id)
    save(work, template, was, now)
    return form_in(now, template, step_id)
