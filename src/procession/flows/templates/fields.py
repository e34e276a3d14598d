"""Add and change form fields of a template (contract 21, 5).

Aliases end in numbers that accounts give out; options may come from a list.
"""

from collections.abc import Iterable, Sequence

from msgspec import UNSET

from procession.domains.accounts import store as accounts
from procession.domains.templates.actions.editing import get_content_to_edit, get_editable
from procession.domains.templates.actions.field_editing import (
    FieldView,
    check_sources,
    form_in,
    save_forms,
)
from procession.domains.templates.content import aliases
from procession.domains.templates.content.arranging import find, inserted, moved, replaced
from procession.domains.templates.content.fields import (
    MOST_FIELDS,
    NO_LISTS,
    Lists,
    changed_field,
    new_field,
)
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.content.following import with_followed_options
from procession.domains.templates.content.forms import fields_of, place_for_new, with_fields
from procession.domains.templates.content.kickoff import with_kickoff_entries
from procession.domains.templates.types import Content
from procession.domains.templates.wire.fields import FieldIn
from procession.flows.templates.keeping_tokens import with_tokens_kept
from procession.flows.templates.options import options_by_list
from procession.kit.caller import Caller
from procession.kit.work import Work, writing


def add_field(caller: Caller, template_id: str, step_id: str | None, sent: FieldIn) -> FieldView:
    """To the form of a step; None is the kick-off form."""
    with writing(caller) as work:
        lists = lists_named(work, [sent])
        template = get_editable(work, template_id)
        was = get_content_to_edit(work, template)
        fields = form_in(was, template, step_id).fields
        found = Findings()
        field = new_field(sent, "", found, work.now, lists=lists)
        if len(fields) >= MOST_FIELDS:
            found.refuse("label", f"A form may not have more than {MOST_FIELDS} fields.")
        found.refuse_problems()
        position = None if sent.position is UNSET else sent.position
        place = place_for_new(position, len(fields))
        now = named(work, with_fields(was, step_id, inserted(fields, field, place), work.now))
        return save_forms(work, template, was, now, (step_id, field.id)).one(field.id).noting(found)


def change_field(
    caller: Caller, template_id: str, step_id: str | None, field_id: str, sent: FieldIn
) -> FieldView:
    """Of the form of a step; None is the kick-off form."""
    with writing(caller) as work:
        lists = lists_named(work, [sent])
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
        now = with_tokens_kept(work, was, with_fields(now, step_id, fields, work.now))
        view = save_forms(work, template, was, now, (step_id, field_id))
        return view.one(field_id).noting(found)


def with_kickoff(
    work: Work,
    was: Content,
    sent: Sequence[FieldIn],
    found: Findings,
    *,
    lists: Lists = NO_LISTS,
) -> Content:
    """The kick-off form as a template's body sends it, for who changes the whole template.

    `lists`: of `lists_named`, taken before the template was locked. Problems are in `found`; who
    calls refuses them, records the facts and saves.
    """
    now = with_kickoff_entries(was, sent, found, work.now, lists=lists)
    for field in was.kickoff:
        check_sources(was, field, find(now.kickoff, field.id) or field)
    return now if found.problems else named(work, now)


def named(work: Work, content: Content) -> Content:
    """With aliases for every step and field that has none yet."""
    count = aliases.count_unnamed(content)
    if not count:
        return content
    return aliases.named(content, iter(accounts.take_alias_numbers(work, count)))


def lists_named(work: Work, fields: Iterable[FieldIn]) -> Lists:
    """Options of the lists that fields shall have them from, before the template is locked."""
    ids = [each.list_id for each in fields]
    return options_by_list(work, [each for each in ids if isinstance(each, str)])
