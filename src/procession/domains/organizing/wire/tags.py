"""JSON shapes of tags, and of tags on things (contract 60, 5)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.core.times import wire_time
from procession.domains.organizing.types import Tag, TagLink, TagUse, is_machine_made

_Title = Annotated[str, Meta(min_length=1, max_length=30)]


class TagChangesIn(msgspec.Struct, kw_only=True):
    """Keys of a tag; what is left out stays as it is."""

    ECHOED: ClassVar[frozenset[str]] = frozenset(
        ("id", "type", "auto_generated", "created_at", "deleted_at", "custom_fields", "statistics")
    )

    title: _Title | UnsetType = UNSET
    #: `#rrggbb`.
    color: str | UnsetType | None = UNSET


class TagIn(TagChangesIn, kw_only=True):
    """A new tag."""

    title: _Title


class AssociationIn(msgspec.Struct, kw_only=True):
    """Which tag goes on what (contract 60, 5.1)."""

    subject_id: str
    #: Checklist, Run, Task or Step.
    subject_type: str
    tag_id: str
    #: There are only private ones.
    tag_type: str | None = None


class TagOut(msgspec.Struct, kw_only=True):
    """The Tag object (contract 60, 5)."""

    #: The names that `with` takes.
    INCLUDES: ClassVar[tuple[str, ...]] = ("statistics",)

    id: str
    title: str
    color: str | None
    type: str = "private"
    auto_generated: bool
    created_at: str
    deleted_at: None = None
    custom_fields: dict[str, Any] | None = {}
    statistics: Any = UNSET


class AssociationOut(msgspec.Struct, kw_only=True):
    """A tag on something; `id` is the number that takes it off."""

    id: int
    tag_id: str
    subject_id: str
    subject_type: str
    title: str
    color: str | None
    auto_generated: bool
    type: str = "private"
    created_at: str


def tag_out(
    tag: Tag, use: TagUse | None = None, values: Mapping[str, dict[str, Any]] | None = None
) -> TagOut:
    """`use`: how much carries it, where that was asked for. `values`: custom fields by tag."""
    return TagOut(
        id=tag.id,
        title=tag.title,
        color=tag.color,
        auto_generated=tag.is_machine_made,
        created_at=wire_time(tag.created_at),
        custom_fields=(values or {}).get(tag.id, {}),
        statistics=UNSET
        if use is None
        else {
            "data": {
                "active_template": use.active_template,
                "archived_template": use.archived_template,
                "active_process": use.active_process,
                "archived_process": use.archived_process,
            }
        },
    )


def association_out(link: TagLink) -> AssociationOut:
    return AssociationOut(
        id=link.id,
        tag_id=link.tag_id,
        subject_id=link.subject_id,
        subject_type=link.subject_kind,
        title=link.title,
        color=link.color,
        auto_generated=is_machine_made(link.title),
        created_at=wire_time(link.created_at),
    )


def associations_out(links: Sequence[TagLink] | None) -> dict[str, list[AssociationOut]]:
    """The include `tags` of whatever carries them."""
    return {"data": [association_out(link) for link in links or ()]}


def tags_by_subject(
    links: Mapping[str, Sequence[TagLink]],
) -> dict[str, list[AssociationOut]]:
    """Bare lists, as steps show theirs."""
    return {
        subject_id: [association_out(link) for link in on_it] for subject_id, on_it in links.items()
    }
