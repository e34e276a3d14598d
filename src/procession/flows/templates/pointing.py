"""What points to a template: who archives or deletes it should know (contract 95, 4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from procession.domains.accounts import store as accounts
from procession.domains.processes import store as processes
from procession.domains.templates import policy
from procession.domains.templates import store as templates
from procession.domains.templates.actions.editing import NO_EDIT
from procession.domains.templates.content.embedding import templates_in
from procession.domains.templates.content.texts import rich_texts, rich_texts_of_face
from procession.domains.templates.types import Content, Template
from procession.flows.templates.schedules import schedules_of
from procession.flows.templates.surveying import title_shown
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden
from procession.kit.work import Work, reading


@dataclass(frozen=True)
class Pointers:
    """A template, and everything that archiving it would touch."""

    template: Template
    #: Processes launched from it that go on.
    running_count: int
    #: Titles of templates whose texts embed it.
    embedding: Sequence[str]
    #: Of steps that launch it: the step, and the template that it is part of.
    launching: Sequence[tuple[str, str]]
    schedule_count: int
    #: Every new member is started with it.
    is_onboarding: bool


def what_points_to(caller: Caller, template_id: str) -> Pointers:
    """For who may archive it, as far as they may see the rest."""
    with reading(caller) as work:
        template = templates.get_visible(work, template_id)
        if not policy.can_edit(caller, template):
            raise Forbidden(NO_EDIT)
        others = _mentioning(work, template.id)
        settings = accounts.get_settings(work)
        return Pointers(
            template=template,
            running_count=processes.running_by_template(work, [template.id]).get(template.id, 0),
            embedding=[title for title, whole, content in others
                       if _embeds(whole, content, template.id)],
            launching=[
                (step.title, title)
                for title, _, content in others
                for step in content.steps
                if step.sub_process is not None and step.sub_process.template_id == template.id
            ],
            schedule_count=len(schedules_of(work, template.id)),
            is_onboarding=bool(settings["enable_onboarding_template"])
            and settings["onboarding_template_id"] == template.id,
        )  # fmt: skip


def _mentioning(work: Work, template_id: str) -> list[tuple[str, Template, Content]]:
    """Live ones that the caller sees, by title."""
    ids = [each for each in templates.templates_mentioning(work, template_id)
           if each != template_id]  # fmt: skip
    found = [each for each in templates.visible_among(work, ids).values() if not each.archived_at]
    contents = templates.contents_of(work, [(each.id, each.version) for each in found])
    listed = [(title_shown(work, each), each, contents[each.id, each.version]) for each in found]
    return sorted(listed, key=lambda each: each[0].casefold())


def _embeds(template: Template, content: Content, embedded_id: str) -> bool:
    texts = [*rich_texts_of_face(templates.face_of(template)), *rich_texts(content)]
    return any(embedded_id in templates_in(text) for text in texts)
