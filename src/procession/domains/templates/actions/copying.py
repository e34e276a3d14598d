"""Store a copy of a template (contract 20, 3.8). Working out what is in it is who calls' part."""

from collections.abc import Sequence

import msgspec

from procession.domains.templates import store
from procession.domains.templates.events import TemplateCreated, about
from procession.domains.templates.types import Content, Face, Grant, Template
from procession.kit.slugs import slug
from procession.kit.work import Work


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """What is the copy's own."""

    id: str
    number: int
    face: Face
    content: Content
    grants: Sequence[Grant]


#: Settings that a copy begins with as its original has them. Not among them: what was decided for
#: the original alone (owner, star, pin, being public or featured, its draft and its launches).
_KEPT = (
    "webhook", "only_owner_publishes", "folder_id", "process_folder_id",
    "launcher_may_change_folder", "launcher_must_choose_folder", "launcher_must_tag",
    "names_processes", "launcher_may_change_name", "can_add_tasks", "public_cover", "has_draft",
)  # fmt: skip


def add_copy(work: Work, original: Template, copy: Copy) -> None:
    person = work.caller.person_id
    store.add_template(
        work,
        store.NewTemplate(
            id=copy.id,
            number=copy.number,
            alias=f"{slug(copy.face.title, empty='template')}-{copy.id[:6]}",
            owner_id=person,
            created_by=person,
            **msgspec.structs.asdict(copy.face),
            **{name: getattr(original, name) for name in _KEPT},
        ),
        copy.content,
    )
    store.add_grants(work, copy.id, copy.grants)
    template = store.get_visible(work, copy.id)
    work.record(TemplateCreated(**about(template, work.caller.organization_id)))
