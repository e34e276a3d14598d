"""Change a template: only the keys that were sent (contract 20, 3.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import UNSET

from procession.domains.people import store as people
from procession.domains.people.types import group_key, groups_among, user_key, users_among
from procession.domains.templates import policy
from procession.domains.templates import store as templates
from procession.domains.templates.actions import editing, publishing
from procession.domains.templates.actions.reading import TemplateView
from procession.domains.templates.actions.telling_fields import tell_field_changes
from procession.domains.templates.content.attributes import (
    COLUMNS,
    WORDS,
    Problems,
    naming_warnings,
    read_columns,
)
from procession.domains.templates.content.fields import NO_LISTS, Lists
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.events import TemplateChanged, about
from procession.domains.templates.types import Grant, Template
from procession.domains.templates.wire.attributes import TemplateChangesIn
from procession.flows.templates.fields import lists_named, with_kickoff
from procession.flows.templates.folders import check_folders
from procession.flows.templates.granting import check_named, set_lists, with_default_access
from procession.flows.templates.keeping_tokens import face_changes_kept, with_tokens_kept
from procession.flows.templates.sharing import tell_administrators, tell_new_owner
from procession.flows.templates.starring import star
from procession.kit.caller import Caller
from procession.kit.db import not_unique_errors
from procession.kit.errors import Forbidden, invalid
from procession.kit.work import Work, writing

_TAKEN = "The alias has already been taken."


@dataclass(frozen=True)
class Updated:
    """The template as its editor sees it now, and what they should know of what they sent."""

    view: TemplateView
    #: Taken, but it will not do what it says.
    warnings: Sequence[str]
    #: Dot paths of what was not taken.
    dropped: Sequence[str]


def update_template(caller: Caller, template_id: str, sent: TemplateChangesIn) -> Updated:
    try:
        with writing(caller) as work:
            supplied = lists_named(work, sent.prerun or ())
            return update(work, editing.get_editable(work, template_id), sent, supplied)
    except not_unique_errors() as taken:  # By another request, at the same moment.
        raise invalid("alias", _TAKEN) from taken


def update(
    work: Work, template: Template, sent: TemplateChangesIn, supplied: Lists = NO_LISTS
) -> Updated:
    """`supplied`: of `lists_named`, taken before the template was locked."""
    problems: Problems = {}
    changes = _different(template, read_columns(sent, problems))
    changes = face_changes_kept(work, template, changes)
    if sent.NEEDS_TITLE and not sent.title:
        problems["title"] = ["The title field is required."]
    _check_rights(work.caller, template, changes)
    grants = templates.list_grants(work, template.id)
    wanted = _default_access(work, grants, sent, problems)
    _check_values(work, changes, problems)
    was = editing.get_content_to_edit(work, template)
    # The kick-off form is the one part that is sent with the template itself.
    found = Findings(problems)
    now = (
        was if sent.prerun is UNSET else with_kickoff(work, was, sent.prerun, found, lists=supplied)
    )
    found.refuse_problems()
    now = with_tokens_kept(work, was, now)
    _tell(work, template, changes)
    tell_field_changes(work, template, was, now)
    # Drafts are switched before anything is edited: what is sent along with them is in the draft.
    switched = _drafting(work, template, changes.get("has_draft"))
    saved = editing.save(work, switched, was, now, _columns(work, changes))
    lists = with_default_access(grants, wanted)
    if lists:
        grants = set_lists(work, saved, grants, lists)
    if sent.starred is not UNSET and sent.starred != template.is_starred:
        star(work, template, is_starred=sent.starred)
    # Who gives a template away may no longer see it, and still gets to see what they did.
    seen = templates.find_visible(work, template.id) or saved
    has_format = sent.default_process_name_format is not UNSET
    warnings = naming_warnings(saved.process_name_format, now) if has_format else []
    return Updated(TemplateView(seen, now, grants), [*found.warnings, *warnings], found.dropped)


# --- What was sent ---


def _different(template: Template, columns: dict[str, Any]) -> dict[str, Any]:
    """Clients send back whole objects: what is the same needs no right and is not checked."""
    return {name: value for name, value in columns.items() if getattr(template, name) != value}


def _check_rights(caller: Caller, template: Template, changes: dict[str, Any]) -> None:
    """One key not allowed: nothing is applied."""
    if {"is_pinned", "is_featured"} & set(changes) and not policy.can_pin(caller):
        raise Forbidden("Only administrators pin and feature templates.")
    if "owner_id" in changes and not policy.can_hand_over(caller, template):
        raise Forbidden("Only administrators and the owner give a template another owner.")
    publishes = {"has_draft", "only_owner_publishes"} & set(changes)
    if publishes and not policy.can_publish(caller, template):
        raise Forbidden(publishing.NO_PUBLISHING)


def _check_values(work: Work, changes: dict[str, Any], problems: Problems) -> None:
    check_folders(work, changes, problems)
    owner, alias = changes.get("owner_id"), changes.get("alias")
    if owner is not None and owner not in people.authors_among(work, [owner]):
        problems["owner_id"] = ["The selected owner id is invalid."]
    if alias is not None and templates.find_id_by_alias(work, alias) is not None:
        problems.setdefault("alias", [_TAKEN])


def _default_access(
    work: Work, grants: list[Grant], sent: TemplateChangesIn, problems: Problems
) -> set[str]:
    """Keys of who shall have default access; a list that is absent stays as it is."""
    stored = policy.default_access(grants)
    users = users_among(stored) if sent.users is UNSET else sent.users
    groups = groups_among(stored) if sent.groups is UNSET else sent.groups
    check_named(work, users, groups, stored, problems)
    return {*map(user_key, users), *map(group_key, groups)}


# --- What comes of it ---


def _drafting(work: Work, template: Template, has_draft: bool | None) -> Template:
    if has_draft is None:
        return template
    switch = publishing.start_drafting if has_draft else publishing.stop_drafting
    return switch(work, template)


def _columns(work: Work, changes: dict[str, Any]) -> dict[str, Any]:
    """With what follows from the changes: in whose name the public form launches, for one."""
    columns = {name: value for name, value in changes.items() if name != "has_draft"}
    if "has_public_form" in changes:
        is_open = changes["has_public_form"]
        columns["public_form_user_id"] = work.caller.person_id if is_open else None
    if changes.get("is_public"):
        columns["has_been_public"] = True
    return columns


def _tell(work: Work, template: Template, changes: dict[str, Any]) -> None:
    """One fact for each attribute, with the value it had; and who has to know by mail."""
    title = changes.get("title", template.title)
    told = about(msgspec.structs.replace(template, title=title), work.caller.organization_id)
    for column in COLUMNS.values():
        if column in changes:
            work.record(
                TemplateChanged(**told, attribute=WORDS[column], before=getattr(template, column))
            )
    if changes.get("is_public") and not template.has_been_public:
        tell_administrators(work, title)
    if "owner_id" in changes:
        tell_new_owner(work, title, changes["owner_id"])
