"""Copy a template, within an organization or into another one (contract 20, 3.8)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from procession.domains.accounts import store as accounts
from procession.domains.custom_fields.actions import valuing
from procession.domains.organizing import store as organizing
from procession.domains.organizing.types import subject_of_template
from procession.domains.people import store as people
from procession.domains.people.types import user_key, users_among
from procession.domains.templates import policy
from procession.domains.templates import store as templates
from procession.domains.templates.actions import copying, creating
from procession.domains.templates.content.adopting import Names, adopted, names_in, public_part
from procession.domains.templates.content.aliases import count_unnamed
from procession.domains.templates.content.copying import (
    renumbered,
    with_new_ids,
    without_aliases,
)
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.content.option_lists import relinked
from procession.domains.templates.types import Content, Face, Field, Grant, Step, Template
from procession.domains.templates.wire.templates import CloneIn
from procession.flows.files.unpasting import Copies
from procession.flows.organizing import tagging
from procession.flows.reaching.leavers import find_leavers, without_leavers
from procession.flows.reaching.snippets import template_expanded
from procession.flows.templates.schedules import schedules_of
from procession.kit.caller import Caller, Role
from procession.kit.errors import Forbidden, NotFound
from procession.kit.ids import find_id, new_id
from procession.kit.reading import stored_reader
from procession.kit.work import Work, reading, writing

_LONGEST_TITLE = 250
_encode = msgspec.json.Encoder().encode
_read_template = stored_reader(Template)
_read_content = stored_reader(Content)


@dataclass(frozen=True)
class Source:
    """What is copied: the version that the caller sees, and who may do what with it."""

    template: Template
    content: Content
    grants: Sequence[Grant]
    organization_id: str
    tag_titles: Sequence[str] = ()
    #: What of it is not for the caller, or for no copy.
    warnings: Sequence[str] = ()


def bring_pictures(caller: Caller, template_id: str, sent: CloneIn) -> Copies:
    """Of the texts that will be copied. No transaction is open."""
    with reading(caller) as work:
        source = _load(work, template_id, sent.tenant)
    return Copies(caller, (_encode(source.template), _encode(source.content)))


def clone_template(
    caller: Caller, template_id: str, sent: CloneIn, pictures: Copies
) -> tuple[str, list[str]]:
    """The copy's id, and what could not come along. `pictures`: what `bring_pictures` brought;
    one that was pasted since is the original's."""
    with writing(caller) as work:
        source = _with_pictures(_load(work, template_id, sent.tenant), pictures)
        if caller.is_light:
            raise Forbidden("Light members cannot create templates.")
        if not policy.can_create(caller):
            raise Forbidden
        return clone(work, source, sent.title)


def _with_pictures(source: Source, copies: Copies) -> Source:
    if not copies.pictures:
        return source
    return replace(
        source,
        template=_read_template(copies.in_document(_encode(source.template))),
        content=_read_content(copies.in_document(_encode(source.content))),
    )


def _load(work: Work, template_id: str, tenant: str | None) -> Source:
    """Read in the organization it is in, as who the caller is there; then back again."""
    here = work.caller
    organization_id = here.organization_id if tenant is None else find_id(tenant)
    if organization_id is None:
        raise NotFound(kind="Template")
    there = _caller_in(work, organization_id)
    work.act_as(there or replace(here, organization_id=organization_id))
    source = _load_public(work, template_id) if there is None else _load_own(work, template_id)
    if organization_id != here.organization_id:
        source = _with_snippets(work, source, is_for_everybody=there is None)
    work.act_as(here)
    return source


def _with_snippets(work: Work, source: Source, *, is_for_everybody: bool) -> Source:
    """What they say takes the place of their tokens: they are not where the copy goes."""
    template, content = template_expanded(
        work, source.template, source.content, is_for_everybody=is_for_everybody
    )
    return replace(source, template=template, content=content)


def _load_own(work: Work, template_id: str) -> Source:
    there = work.caller
    template = templates.get_visible(work, template_id)
    version = policy.version_shown(there, template)
    if template.archived_at is not None or version is None:
        raise NotFound(kind="Template")
    if not (policy.can_duplicate(there, template) or template.is_public):
        raise Forbidden
    links = organizing.links_of(work, [template.id]).get(template.id, [])
    scheduled = len(schedules_of(work, template.id))
    return Source(
        *_at_version(work, template, version),
        templates.list_grants(work, template.id),
        there.organization_id,
        [link.title for link in links],
        [f"schedules: {scheduled} of the original are not copied"] if scheduled else (),
    )


def _load_public(work: Work, template_id: str) -> Source:
    """For who is no member there: of a public template, what the public view shows (20, 3.13)."""
    template = templates.find_public(work, template_id)
    version = None if template is None else policy.version_launched(template)
    if template is None or version is None:
        raise NotFound(kind="Template")
    template, content = _at_version(work, template, version)
    shown, warnings = public_part(content)
    template = msgspec.structs.replace(template, webhook=None)
    return Source(template, shown, (), work.caller.organization_id, warnings=warnings)


def _at_version(work: Work, template: Template, version: int) -> tuple[Template, Content]:
    content = templates.get_content(work, template.id, version)
    if version == template.version:
        return template, content
    face = templates.faces_of(work, [(template.id, version)])[template.id, version]
    return templates.with_face(template, version, face), content


def _caller_in(work: Work, organization_id: str) -> Caller | None:
    """The same person in the organization to copy from; None where they are no member."""
    caller = work.caller
    if organization_id == caller.organization_id:
        return caller
    if caller.token_organization_id is not None:
        return None
    there = replace(caller, organization_id=organization_id)
    work.act_as(there)
    member = people.find_member(work, caller.person_id)
    work.act_as(caller)
    if member is None or member.status != "active" or member.is_bot or member.role is None:
        return None
    return replace(there, role=Role(member.role), timezone=member.timezone)


def clone(work: Work, source: Source, title: str | None) -> tuple[str, list[str]]:
    """Everything under new ids and aliases, owned by the caller (`actions/copying.py`)."""
    is_here = source.organization_id == work.caller.organization_id
    warnings = list(source.warnings)
    if is_here:
        content = _following_lists(work, source.content)
    else:
        content, dropped = adopted(source.content, Names())
        warnings += dropped
    content, left = without_leavers(work, content)
    warnings += [each.sentence for each in left]
    template, grants = source.template, source.grants
    if not is_here:
        template = msgspec.structs.replace(template, folder_id=None, process_folder_id=None)
        is_restricted = bool(accounts.get_settings(work)["restrict_blueprint_permissions"])
        grants = creating.first_grants(is_restricted=is_restricted)
    grants, missed = _without_leavers(work, grants)
    warnings += missed
    unnamed = without_aliases(with_new_ids(content, work.now))
    number = accounts.take_template_number(work)
    numbers = iter(accounts.take_alias_numbers(work, count_unnamed(unnamed)))
    content, face = renumbered(content, unnamed, templates.face_of(template), numbers)
    copy = copying.Copy(
        id=new_id(),
        number=number,
        face=_titled(face, title),
        content=content,
        grants=grants,
    )
    copying.add_copy(work, template, copy)
    if is_here:
        steps = zip(source.content.steps, content.steps, strict=True)
        copied = {step.id: copy_of.id for step, copy_of in steps}
        tagging.copy_tags_of_template(work, source.template.id, copy.id, copied)
        valuing.copy_of_template(work, source.template.id, copy.id, _parts(source.content, content))
    else:
        tagging.put_titles(work, subject_of_template(copy.id), source.tag_titles)
    return copy.id, warnings


def _without_leavers(work: Work, grants: Sequence[Grant]) -> tuple[list[Grant], list[str]]:
    """Permissions are given to members who are there; and whom they miss."""
    leavers = find_leavers(work, users_among(grant.grantee for grant in grants), ())
    gone = {user_key(user): user for user in leavers.users}
    missed = dict.fromkeys(grant.grantee for grant in grants if grant.grantee in gone)
    return [grant for grant in grants if grant.grantee not in gone], [
        f"permissions: {leavers.word_for(gone[grantee])} is left out, who is no active member"
        for grantee in missed
    ]


def _parts(original: Content, copy: Content) -> dict[str, str]:
    """The copy of each step and field, by the id it has in the original."""
    steps = zip(original.steps, copy.steps, strict=True)
    fields = zip(original.all_fields(), copy.all_fields(), strict=True)
    pairs: list[tuple[Step, Step] | tuple[Field, Field]] = [*steps, *fields]
    return {was.id: now.id for was, now in pairs}


def _following_lists(work: Work, content: Content) -> Content:
    """As its option lists are now: one may have changed since the content was read."""
    for kept in templates.hold_option_lists(work, names_in(content).lists).values():
        content = relinked(content, kept, Findings(), work.now)
    return content


def _titled(face: Face, title: str | None) -> Face:
    return msgspec.structs.replace(
        face, title=(title or f"COPY OF - {face.title}")[:_LONGEST_TITLE]
    )
