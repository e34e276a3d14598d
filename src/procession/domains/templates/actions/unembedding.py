"""A template that is gone for ever leaves the texts of all others (contract 20, 3.7)."""

import msgspec

from procession.domains.templates import store
from procession.domains.templates.actions.revising import revise
from procession.domains.templates.content.embedding import content_without, face_without
from procession.domains.templates.events import TemplateReferenceRemoved, about
from procession.domains.templates.types import Content, Face, Template
from procession.kit.work import Work


class Reference(msgspec.Struct, frozen=True):
    """What embedded it: `Blueprint` for a template's own texts, `Step` for those of a step."""

    type: str
    title: str
    id: str


def remove_references(work: Work, gone: Template) -> list[Reference]:
    """From what can be launched of every other template, archived ones too."""
    references: dict[tuple[str, str], Reference] = {}
    mentioning = [each for each in store.templates_mentioning(work, gone.id) if each != gone.id]
    for template in store.lock_templates(work, mentioning):

        def without(face: Face, content: Content, of: Template = template) -> tuple[Face, Content]:
            now = face_without(face, gone.id), content_without(content, gone.id, work.now)
            for each in _changed((face, content), now, of):
                references.setdefault((each.type, each.id), each)
            return now

        if revise(work, template, without):
            fact = TemplateReferenceRemoved(
                **about(template, work.caller.organization_id),
                embedded_id=gone.id,
                embedded_title=gone.title,
            )
            work.record(fact)
    return list(references.values())


def _changed(
    was: tuple[Face, Content], now: tuple[Face, Content], template: Template
) -> list[Reference]:
    found = []
    if was[0] != now[0] or was[1].kickoff != now[1].kickoff:
        found.append(Reference("Blueprint", template.title, template.id))
    steps = zip(was[1].steps, now[1].steps, strict=True)
    found += [Reference("Step", step.title, step.id) for step, left in steps if step != left]
    return found
