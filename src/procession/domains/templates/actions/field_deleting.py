"""Delete a form field (contract 21, 5). Answers collected in processes stay."""

from procession.domains.templates.actions.editing import get_content_to_edit, get_editable
from procession.domains.templates.actions.field_editing import form_in, save_forms
from procession.domains.templates.content.arranging import without
from procession.domains.templates.content.depending import named, rules_on_field
from procession.domains.templates.content.forms import with_fields
from procession.kit.caller import Caller
from procession.kit.errors import InUse
from procession.kit.work import writing

_IN_A_RULE = "Cannot delete a form field that is being used in a rule in other steps."


def delete_field(caller: Caller, template_id: str, step_id: str | None, field_id: str) -> None:
    """None when a rule uses it: its author decides first what becomes of the rule."""
    with writing(caller) as work:
        template = get_editable(work, template_id)
        was = get_content_to_edit(work, template)
        form = form_in(was, template, step_id)
        field = form.one(field_id).field
        rules = rules_on_field(was, field.id)
        if rules:
            raise InUse(_IN_A_RULE, named(rules))
        now = with_fields(was, step_id, without(form.fields, field.id), work.now)
        save_forms(work, template, was, now, (step_id, field.id))
