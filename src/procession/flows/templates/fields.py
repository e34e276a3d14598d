"""Change a form field of a template; options may come from a list (contract 21, 5)."""

from collections.abc import Callable, Iterable

from msgspec import UNSET

from procession.domains.templates.actions.editing import get_content_to_edit, get_editable
from procession.domains.templates.actions.field_editing import (
    FieldView,
    check_sources,
    form_in,
    save_forms,
)
from procession.domains.templates.content.arranging import moved, replaced
from procession.domains.templates.content.fields import Lists, changed_field
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.content.following import with_followed_options
from procession.domains.templates.content.forms import fields_of, with_fields
from procession.domains.templates.wire.fields import FieldIn
from procession.flows.templates.options import options_by_list
from procession.kit.caller import Caller
from procession.kit.errors import Invalid
from procession.kit.work import Work, writing


def change_field(
    caller: Caller, template_id: str, step_id: str | None, field_id: str, sent: FieldIn
) -> FieldView:
    """Of the form of a step; None is the kick-off form."""
    with writing(caller) as work:
        lists = lists_named(work, lambda: [sent])
        template = get_editable(work, template_id)
        was = get_content_to_edit(work, template)
        field = form_in(was, template, step_id).one(field_id).field
        found = Findings()
        changed = changed_field(field, sent, "", found, work.now, lists=lists)
        check_sources(was, field, changed)
        found.refuse_problems()
        now = with_followed_options(was, field, changed, "", found)
        fields = replaced(fields_of(now, step_id) or (), changed)
        if sent.position is not UNSET:
            fields = moved(fields, field_id, sent.position)
        now = with_fields(now, step_id, fields, work.now)
        view = save_forms(work, template, was, now, (step_id, field_id))
        return view.one(field_id).noting(found)


def lists_named(work: Work, fields: Callable[[], Iterable[FieldIn]]) -> Lists:
    """Options of the lists that fields shall have them from, before the template is locked.

    `fields` looks into a body. One that cannot be read names no list: it is refused later, once it
    is known that the caller may edit.
    """
    try:
        ids = [each.list_id for each in fields()]
    except Invalid:
        return {}
    return options_by_list(work, [each for each in ids if isinstance(each, str)])
