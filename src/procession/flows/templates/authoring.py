"""Making templates: takes numbers and settings from accounts, checks names against people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import UNSET

from procession.domains.accounts import store as accounts
from procession.domains.people import store as people
from procession.domains.templates import policy
from procession.domains.templates.actions import creating
from procession.domains.templates.content.aliases import count_unnamed, last_number
from procession.domains.templates.content.attributes import naming_warnings, read_columns
from procession.domains.templates.content.copying import renumbered, without_repeated_aliases
from procession.domains.templates.content.fields import new_fields
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.content.importing import new_stages
from procession.domains.templates.types import Content, Face
from procession.domains.templates.wire.templates import TemplateIn
from procession.domains.watchers.types import Watched
from procession.flows.telling.starring import follow_star
from procession.flows.templates.fields import lists_named
from procession.flows.templates.folders import check_folders
from procession.flows.templates.granting import outside_of_groups
from procession.flows.templates.importing import read_document_of
from procession.flows.templates.labelling import bring, tags_brought
from procession.flows.templates.sharing import tell_administrators
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden
from procession.kit.work import Work, writing


@dataclass(frozen=True)
class Made:
    """The new template's id, and what its maker should know about it."""

    template_id: str
    warnings: Sequence[str]


def create_template(caller: Caller, sent: TemplateIn) -> Made:
    """From what was sent, or from a document. Everything wrong is reported at once."""
    if caller.is_light:
        raise Forbidden("Light members cannot create templates.")
    if not policy.can_create(caller):
        raise Forbidden
    with writing(caller) as work:
        found = Findings()
        draft, brought = (
            read_document_of(work, sent, found)
            if sent.is_document
            else (_read(work, sent, found), tags_brought(work, sent.tags, found))
        )
        found.refuse_problems()
        is_restricted = bool(accounts.get_settings(work)["restrict_blueprint_permissions"])
        template_id = create(work, draft, is_restricted=is_restricted)
        bring(work, template_id, brought)
        if draft.columns.get("is_public"):
            tell_administrators(work, draft.columns["title"])
        warnings = naming_warnings(draft.columns.get("process_name_format"), draft.content)
        return Made(template_id, [*found.warnings, *warnings])


def create(work: Work, draft: creating.NewTemplateDraft, *, is_restricted: bool) -> str:
    """Steps and fields of the draft that have no alias of their own get one."""
    number = accounts.take_template_number(work)
    unnamed = without_repeated_aliases(draft.content)
    beyond = last_number(unnamed)
    numbers = iter(accounts.take_alias_numbers(work, count_unnamed(unnamed), beyond=beyond))
    texts_of: dict[str, Any] = {name: draft.columns.get(name) for name in Face.__struct_fields__}
    content, face = renumbered(draft.content, unnamed, Face(**texts_of), numbers)
    texts = msgspec.structs.asdict(face)
    columns = {**draft.columns, **{name: texts[name] for name in texts if name in draft.columns}}
    whole = msgspec.structs.replace(draft, columns=columns, content=content)
    template_id = creating.create(work, whole, number, is_restricted=is_restricted)
    if draft.is_starred:
        follow_star(work, Watched.TEMPLATE, template_id, is_starred=True)
    return template_id


def _read(work: Work, sent: TemplateIn, found: Findings) -> creating.NewTemplateDraft:
    problems = found.problems
    columns = read_columns(sent, problems)
    _check_rights(work.caller, sent)
    for name in ("title", "type"):
        if name not in columns:
            found.require(name)
    check_folders(work, columns, problems)
    _check_people(work, sent, problems)
    users, groups = sent.users or [], sent.groups or []
    lists = lists_named(work, sent.prerun or ())
    return creating.NewTemplateDraft(
        columns={"owner_id": work.caller.person_id} | columns,
        created_by=sent.user_id or work.caller.person_id,
        is_starred=bool(sent.starred),
        users=outside_of_groups(work, users, groups),
        groups=groups,
        content=Content(
            kickoff=new_fields(sent.prerun or (), "prerun", found, work.now, lists=lists),
            stages=new_stages(sent.stages or (), work.now),
        ),
    )


def _check_rights(caller: Caller, sent: TemplateIn) -> None:
    if (sent.is_pinned or sent.is_featured) and not policy.can_pin(caller):
        raise Forbidden("Only administrators pin and feature templates.")
    if sent.user_id not in (UNSET, caller.person_id) and not policy.can_create_for_another(caller):
        raise Forbidden("Only administrators can create a template for somebody else.")


def _check_people(
    work: Work,
    sent: TemplateIn,
    problems: dict[str, list[str]],
) -> None:
    """Members and groups with default access, and the owner."""
    users = {f"users.{place}": user for place, user in enumerate(sent.users or [])}
    groups = {f"groups.{place}": group for place, group in enumerate(sent.groups or [])}
    for name in ("owner_id", "user_id"):
        author = getattr(sent, name)
        if author is not UNSET and author not in people.authors_among(work, [author]):
            problems[name] = [f"The selected {name.replace('_', ' ')} is invalid."]
    active = people.active_users_among(work, list(users.values()))
    known = people.groups_among(work, list(groups.values()))
    for path, user in users.items():
        if user not in active:
            problems[path] = ["The selected user is invalid."]
    for path, group in groups.items():
        if group not in known:
            problems[path] = ["The selected group is invalid."]
