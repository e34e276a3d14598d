"""The list of tags that an organization shares (contract 60, 5)."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from procession.domains.organizing import policy, store
from procession.domains.organizing.events import TagChanged, TagCreated, TagDeleted, about_tag
from procession.domains.organizing.types import Tag, TagFilter, TagUse
from procession.domains.organizing.wire.tags import TagChangesIn, TagIn
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid, NotFound
from procession.kit.ids import new_id
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.work import Work, reading, writing

_COLOR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_TAKEN = "The title has already been taken."


def list_tags(
    caller: Caller, request: PageRequest, wanted: TagFilter, *, with_uses: bool = False
) -> tuple[Page[Tag], Mapping[str, TagUse]]:
    with reading(caller) as work:
        page = store.list_tags(work, request, wanted)
        check_everything_fits(page)
        return page, store.count_uses(work, [tag.id for tag in page.rows if with_uses])


def get_tag(caller: Caller, tag_id: str) -> tuple[Tag, TagUse]:
    with reading(caller) as work:
        return _get(work, tag_id), store.count_uses(work, [tag_id])[tag_id]


def create_tag(caller: Caller, sent: TagIn) -> Tag:
    with writing(caller) as work:
        _check_right(caller)
        store.lock_tags(work)
        _check(work, sent)
        return create(work, sent.title, _color(sent))


def create(work: Work, title: str, color: str | None) -> Tag:
    """The title is not taken; the tags are locked."""
    tag = Tag(new_id(), title, color, work.now)
    store.add_tag(work, tag)
    work.record(TagCreated(**about_tag(tag, work.caller.organization_id)))
    return tag


def update_tag(caller: Caller, tag_id: str, sent: TagChangesIn) -> Tag:
    """Only the keys that were sent; what is sent as it is changes nothing and tells nothing."""
    with writing(caller) as work:
        store.lock_tags(work)
        tag = _get(work, tag_id)
        _check_right(caller)
        _check(work, sent, tag)
        changes: dict[str, Any] = {}
        if isinstance(sent.title, str):
            changes["title"] = sent.title
        if sent.color is not msgspec.UNSET:
            changes["color"] = _color(sent)
        changes = {name: value for name, value in changes.items() if value != getattr(tag, name)}
        if not changes:
            return tag
        store.set_tag_columns(work, tag.id, changes)
        changed = msgspec.structs.replace(tag, **changes)
        for name in changes:
            told = about_tag(changed, caller.organization_id)
            work.record(TagChanged(**told, field=name, before=getattr(tag, name)))
        return changed


def delete_tag(caller: Caller, tag_id: str | None) -> None:
    """It is taken off everything. What is gone already needs no deleting."""
    with writing(caller) as work:
        _check_right(caller)
        store.lock_tags(work)
        tag = store.find_tag(work, tag_id) if tag_id else None
        if tag is not None:
            store.delete_tag(work, tag.id)
            work.record(TagDeleted(**about_tag(tag, caller.organization_id)))


def _get(work: Work, tag_id: str) -> Tag:
    tag = store.find_tag(work, tag_id)
    if tag is None:
        raise NotFound(kind="Tag")
    return tag


def _check_right(caller: Caller) -> None:
    if not policy.can_change_tags(caller):
        raise Forbidden


def _color(sent: TagChangesIn) -> str | None:
    return sent.color if isinstance(sent.color, str) else None


def _check(work: Work, sent: TagChangesIn, tag: Tag | None = None) -> None:
    problems: dict[str, list[str]] = {}
    if isinstance(sent.title, str):
        namesake = store.find_tag_titled(work, sent.title)
        if namesake is not None and (tag is None or namesake.id != tag.id):
            problems["title"] = [_TAKEN]
    color = _color(sent)
    if color is not None and not _COLOR.fullmatch(color):
        problems["color"] = ["The color must be 7 characters, such as #1a2b3c."]
    if problems:
        raise Invalid(problems)
