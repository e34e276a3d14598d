"""Option lists, and the fields of templates that follow them (contract 21, 8).

Whoever changes a list changes every template that uses it, in the same transaction. Locks go in
one order: the list, then templates. Who links a field holds the list before the template, too.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

from procession.core.folding import sorting_key
from procession.domains.templates import policy
from procession.domains.templates import store as templates
from procession.domains.templates.actions.revising import revise
from procession.domains.templates.content.changes import changed_attributes
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.content.option_lists import (
    changed_list,
    new_list,
    options_of,
    relinked,
)
from procession.domains.templates.events import (
    OptionListChanged,
    OptionListCreated,
    OptionListDeleted,
    TemplateFollowedList,
    about,
    about_list,
)
from procession.domains.templates.types import Content, Face, Option, OptionList, Template
from procession.domains.templates.types.option_lists import OPTION_LIST_SORTING
from procession.domains.templates.wire.option_lists import OptionListIn
from procession.kit.caller import Caller
from procession.kit.db import not_unique_errors
from procession.kit.errors import Forbidden, NotFound, invalid
from procession.kit.ids import find_id
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.work import Work, reading, writing

#: A list, and how many fields name it.
Used = tuple[OptionList, int]


_MOST_NAMED = 5
_TAKEN = "The title has already been taken."


def options_by_list(work: Work, list_ids: Collection[str]) -> dict[str, Sequence[Option]]:
    """What fields that are being linked get as their options; lists that are not there are left
    out. To be called before the template is locked: until the work ends the lists stay as they are,
    so that no field is linked to what has just been changed.
    """
    ids = {found for each in list_ids if (found := find_id(each)) is not None}
    held = templates.hold_option_lists(work, ids)
    return {list_id: options_of(kept) for list_id, kept in held.items()}


def list_option_lists(
    caller: Caller, request: PageRequest, q: str, sort: Sequence[tuple[str, bool]]
) -> tuple[Page[OptionList], Mapping[str, int]]:
    """With how many fields name each."""
    with reading(caller) as work:
        keys = OPTION_LIST_SORTING.known(sort, usual=("title", False))
        page = templates.list_option_lists(work, request, q, keys)
        check_everything_fits(page)
        return page, _count_uses(work) if page.rows else {}


def get_option_list(caller: Caller, list_id: str) -> Used:
    with reading(caller) as work:
        return _used(work, _get(work, list_id))


def create_option_list(caller: Caller, sent: OptionListIn) -> Used:
    _check_right(caller)
    with _writing_title(caller) as work:
        found = Findings()
        kept = new_list(sent, found, work.now)
        _check_title(work, kept, found)
        found.refuse_problems()
        templates.add_option_list(work, kept)
        work.record(OptionListCreated(**about_list(kept, caller.organization_id)))
        return kept, 0


def update_option_list(
    caller: Caller, list_id: str, sent: OptionListIn
) -> tuple[OptionList, int, Sequence[str]]:
    """And what its author should know about the templates that follow it."""
    with _writing_title(caller) as work:
        was = _get(work, list_id, lock=True)
        _check_right(caller)
        found = Findings()
        now = changed_list(was, sent, found, work.now)
        _check_title(work, now, found)
        found.refuse_problems()
        warnings: Sequence[str] = ()
        if now is not was:
            templates.set_option_list(work, now)
            _tell(work, was, now)
            if options_of(now) != options_of(was):
                warnings = _relink(work, now)
        return *_used(work, now), warnings


@contextmanager
def _writing_title(caller: Caller) -> Iterator[Work]:
    """The database has the last word on titles: another request may take one at the same moment."""
    try:
        with writing(caller) as work:
            yield work
    except not_unique_errors() as taken:
        raise invalid("title", _TAKEN) from taken


def delete_option_list(caller: Caller, list_id: str) -> Used:
    """Only when no template uses it: its fields would be left with options nobody can change."""
    with writing(caller) as work:
        kept = _get(work, list_id, lock=True)
        _check_right(caller)
        users = _users_of(work, kept)
        if users:
            raise invalid("list", _in_use(work, users))
        templates.delete_option_list(work, kept.id)
        work.record(OptionListDeleted(**about_list(kept, caller.organization_id)))
        return kept, 0


def _relink(work: Work, kept: OptionList) -> list[str]:
    """What authors of the templates that follow should know; of those the caller may edit."""
    users = _users_of(work, kept)
    editable = {
        template.id
        for template in templates.visible_among(work, users).values()
        if policy.can_edit(work.caller, template)
    }
    warnings: dict[str, None] = {}
    for template in templates.lock_templates(work, users):
        found = Findings()
        if revise(work, template, partial(_followed, kept=kept, found=found, work=work)):
            fact = TemplateFollowedList(
                **about(template, work.caller.organization_id),
                list_id=kept.id,
                list_title=kept.title,
            )
            work.record(fact)
        if template.id in editable:
            warnings |= {f"{template.title}: {said}": None for said in found.warnings}
    return list(warnings)


def _followed(
    face: Face, content: Content, *, kept: OptionList, found: Findings, work: Work
) -> tuple[Face, Content]:
    return face, relinked(content, kept, found, work.now)


def _get(work: Work, list_id: str, *, lock: bool = False) -> OptionList:
    kept = templates.find_option_list(work, list_id, lock=lock)
    if kept is None:
        raise NotFound(kind="Option list")
    return kept


def _check_right(caller: Caller) -> None:
    if not policy.can_change_lists(caller):
        raise Forbidden


def _check_title(work: Work, kept: OptionList, found: Findings) -> None:
    namesake = templates.find_list_titled(work, kept.title) if kept.title else None
    if namesake not in (None, kept.id):
        found.refuse("title", _TAKEN)


def _used(work: Work, kept: OptionList) -> Used:
    return kept, _count_uses(work, kept.id)[kept.id]


def _count_uses(work: Work, list_id: str = "") -> Counter[str]:
    """Fields of the versions being edited."""
    edited = [uses.counts for uses in templates.uses_of_lists(work, list_id) if uses.is_edited]
    return sum(edited, Counter())


def _users_of(work: Work, kept: OptionList) -> set[str]:
    """Templates that use it, whichever of their versions does."""
    return {uses.template_id for uses in templates.uses_of_lists(work, kept.id)}


def _tell(work: Work, was: OptionList, now: OptionList) -> None:
    for name, before in changed_attributes(was, now).items():
        if name == "rows":
            told: object = len(was.rows)
        elif name == "columns":
            told = [column.label for column in was.columns]
        else:
            told = before
        fact = OptionListChanged(
            **about_list(now, work.caller.organization_id), attribute=name, before=told
        )
        work.record(fact)


def _in_use(work: Work, users: Collection[str]) -> str:
    """Names templates that the caller may see, and only counts the others."""
    visible = templates.visible_among(work, users).values()
    titles = [_title_seen(work.caller, template) for template in visible]
    titles.sort(key=sorting_key)
    named = [f'"{title}"' for title in titles[:_MOST_NAMED]]
    count = len(users) - len(named)
    if count:
        word = "template" if count == 1 else "templates"
        named.append(f"{count} more {word}" if named else f"{count} {word} that you do not see")
    listed = " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))
    return f"The list cannot be deleted because it is used by {listed}."


def _title_seen(caller: Caller, template: Template) -> str:
    """A draft's title is for who may edit it."""
    sees_draft = not template.has_draft or policy.can_edit(caller, template)
    title = template.title if sees_draft else template.published_title or ""
    return title if template.archived_at is None else f"{title} (archived)"
