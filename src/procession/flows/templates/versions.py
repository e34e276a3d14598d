"""Frozen versions of a template: compared with what is edited, and made the draft again (20, 1)."""

from dataclasses import dataclass

import msgspec

from procession.domains.people import store as people
from procession.domains.templates import policy, store
from procession.domains.templates.actions.editing import (
    NO_EDIT,
    check_right,
    get_content_to_edit,
    get_live,
    get_readable,
)
from procession.domains.templates.content.adopting import Names, adopted, names_in
from procession.domains.templates.content.comparing import compare
from procession.domains.templates.events import TemplateChanged, about
from procession.domains.templates.types import Content, Difference, Face, FrozenVersion, Template
from procession.flows.templates.checking_steps import launchable_among
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, NotFound
from procession.kit.work import Work, reading, writing


@dataclass(frozen=True)
class Compared:
    """A frozen version beside what is edited now."""

    template: Template
    version: FrozenVersion
    #: From that version to what is edited now.
    differences: list[Difference]


@dataclass(frozen=True)
class Restored:
    """The template as it is edited now, and a sentence for each thing that could not come back."""

    template: Template
    warnings: list[str]


def compare_version(caller: Caller, template_id: str, version: int) -> Compared:
    """For who may edit it. Raises NotFound for a version that was never frozen."""
    with reading(caller) as work:
        template = get_readable(work, template_id)
        if not policy.can_edit(caller, template):
            raise Forbidden(NO_EDIT)
        was = _frozen(work, template, version)
        now = (store.face_of(template), get_content_to_edit(work, template))
        rows = {each.version: each for each in store.list_frozen(work, template.id)}
        return Compared(template, rows[version], compare(was, now))


def restore_version(caller: Caller, template_id: str, version: int) -> Restored:
    """What is edited is as it was in a frozen version; people and things that are gone are not.

    What was edited so far is frozen first, so it can be brought back in the same way. What is
    published, and processes that were launched, stay as they are.
    """
    with writing(caller) as work:
        template = get_live(work, template_id)
        frozen_face, frozen_content = _frozen(work, template, version)
        check_right(work, template)
        was = get_content_to_edit(work, template)
        now, warnings = adopted(frozen_content, _known(work, frozen_content, was))
        columns = {
            name: getattr(frozen_face, name)
            for name in Face.__struct_fields__
            if getattr(frozen_face, name) != getattr(template, name)
        }
        if now == was and not columns:
            return Restored(template, warnings)
        work.record(
            TemplateChanged(
                **about(template, caller.organization_id),
                attribute="version",
                before=template.version,
            )
        )
        saved = store.save(work, _kept(work, template), columns, was, now)
        return Restored(saved, warnings)


def _frozen(work: Work, template: Template, version: int) -> tuple[Face, Content]:
    is_known = 1 <= version <= template.version
    face = store.find_face(work, template.id, version) if is_known else None
    if face is None:
        raise NotFound(kind="Version")
    return face, store.get_content(work, template.id, version)


def _kept(work: Work, template: Template) -> Template:
    """As it is edited now, it is one of the versions."""
    if template.version_is_frozen:
        return template
    store.freeze_version(work, template)
    return msgspec.structs.replace(template, version_is_frozen=True)


def _known(work: Work, wanted: Content, current: Content) -> Names:
    """What the version names and is still here. A field goes on following its option list only
    where it does so now with the same options: its own would say what the list said then."""
    named = names_in(wanted)
    following = {each.id: (each.list_id, each.options) for each in current.all_fields()}
    outdated = {
        each.list_id
        for each in wanted.all_fields()
        if each.list_id and following.get(each.id) != (each.list_id, each.options)
    }
    return Names(
        users=frozenset(people.active_users_among(work, list(named.users))),
        groups=frozenset(people.groups_among(work, list(named.groups))),
        job_titles=frozenset(people.job_titles_among(work, list(named.job_titles))),
        lists=named.lists - outdated,
        templates=frozenset(launchable_among(work, named.templates)),
    )
