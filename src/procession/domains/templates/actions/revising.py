"""Templates that follow something outside of them: an option list, a template that is gone.

What can be launched changes, the version being edited and the published one, and nothing else:
frozen versions stay what processes were launched from, so each goes on in another one.
"""

from collections.abc import Callable

from procession.domains.templates import store
from procession.domains.templates.types import Content, Face, Template
from procession.kit.work import Work

#: What texts and content of a version are to be instead.
Revised = Callable[[Face, Content], tuple[Face, Content]]


def revise(work: Work, template: Template, revised: Revised) -> bool:
    """Of a locked template, archived or not. Whether there was anything to change."""
    renewed = _revise_published(work, template, revised)
    return _revise_current(work, renewed, revised) or renewed is not template


def _revise_published(work: Work, template: Template, revised: Revised) -> Template:
    """What readers see, when it is not what is being edited."""
    version = template.published_version
    if not template.has_draft or version is None or version == template.version:
        return template
    face = store.faces_of(work, [(template.id, version)])[template.id, version]
    was = (face, store.get_content(work, template.id, version))
    now = revised(*was)
    if now == was:
        return template
    draft = store.get_content(work, template.id, template.version)
    return store.renew_published(work, template, draft, now)


def _revise_current(work: Work, template: Template, revised: Revised) -> bool:
    was = (store.face_of(template), store.get_content(work, template.id, template.version))
    now = revised(*was)
    if now == was:
        return False
    columns = {
        name: getattr(now[0], name)
        for name in Face.__struct_fields__
        if getattr(now[0], name) != getattr(was[0], name)
    }
    saved = store.save(work, template, columns, was[1], now[1])
    if template.published_version == template.version != saved.version:
        store.publish_again(work, saved, now[1])
    return True
