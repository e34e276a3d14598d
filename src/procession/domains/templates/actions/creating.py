"""Create a template, with steps when they are given (contract 20, 3.3 and 4)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from procession.domains.templates import store
from procession.domains.templates.events import TemplateCreated
from procession.domains.templates.types import (
    EVERYONE,
    Content,
    Grant,
    Permission,
)
from procession.kit.ids import new_id
from procession.kit.slugs import slug
from procession.kit.work import Work


class NewTemplateDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A template to be made; its people have been looked up."""

    #: Its title, type and whatever else is not left to the defaults, by column (`NewTemplate`).
    columns: Mapping[str, Any]
    created_by: int
    #: Favourite of who makes it.
    is_starred: bool = False
    users: Sequence[int] = ()
    groups: Sequence[str] = ()
    #: Its steps and fields have their aliases.
    content: Content = Content()


def create(work: Work, draft: NewTemplateDraft, number: int, *, is_restricted: bool) -> str:
    """The new template's id. `is_restricted`: only its creator and administrators see it."""
    template_id, title = new_id(), draft.columns["title"]
    has_public_form = draft.columns.get("has_public_form", False)
    store.add_template(
        work,
        store.NewTemplate(
            id=template_id,
            number=number,
            alias=f"{slug(title, empty='template')}-{template_id[:6]}",
            created_by=draft.created_by,
            public_form_user_id=work.caller.person_id if has_public_form else None,
            has_been_public=draft.columns.get("is_public", False),
            **draft.columns,
        ),
        draft.content,
    )
    grants = first_grants(is_restricted=is_restricted, users=draft.users, groups=draft.groups)
    store.add_grants(work, template_id, grants)
    if draft.is_starred:
        store.set_star(work, template_id)
    work.record(
        TemplateCreated(
            organization_id=work.caller.organization_id,
            template_id=template_id,
            title=title,
        )
    )
    return template_id


def create_system_template(work: Work, number: int, owner_id: int) -> None:
    """The hidden template that processes without a template belong to (contract 30, 3.5)."""
    template_id = new_id()
    store.add_template(
        work,
        store.NewTemplate(
            id=template_id,
            number=number,
            title="MISC",
            alias=f"misc-{template_id[:6]}",
            type="procedure",
            owner_id=owner_id,
            created_by=owner_id,
            is_system=True,
        ),
    )
    store.add_grants(work, template_id, [Grant(Permission.READ_PROCESSES.value, EVERYONE)])


def first_grants(
    *, is_restricted: bool, users: Sequence[int] = (), groups: Sequence[str] = ()
) -> list[Grant]:
    """Contract 00, 8.2 (defaults for new templates) and 20, 5 (people with default access)."""
    grants = []
    if not is_restricted:
        grants += [
            Grant(Permission.READ.value, EVERYONE),
            Grant(Permission.READ_PROCESSES.value, EVERYONE),
        ]
    people = [*(f"u:{user}" for user in users), *(f"g:{group}" for group in groups)]
    for permission in (Permission.READ, Permission.LAUNCH, Permission.READ_PROCESSES):
        grants += [Grant(permission.value, person) for person in people]
    return grants
