"""One template to read: its steps, forms and rules in words (contract 95, 3.8)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from procession.domains.templates.types import Content, Stage, Step
from procession.flows.telling import addresses
from procession.flows.templates.surveying import TemplateReading, read_template
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.pages.framing import Here, app_page, for_members
from procession.pages.library.showing import (
    FIELD_WORDS,
    STATUS_WORDS,
    STEP_WORDS,
    TYPE_WORDS,
    may_do,
)
from procession.pages.offering import may_organize
from procession.pages.rules_in_words import deadline_in_words, sentence_of, start_in_words

routes = Routes("Pages")

#: Where one template stands in a text of another (contract 20, 3.12).
_TOKEN = re.compile(r"\{\{\s*template:\s*([0-9a-f]{32})\s*\}\}", re.IGNORECASE)


class ShownStep(NamedTuple):
    """A step to read, with everything about it in words."""

    step: Step
    number: int
    #: People, groups, guests and job titles.
    assigned: Sequence[str]
    due: str | None
    starts: str | None
    #: Title of the template that it launches, and its id.
    launches: tuple[str, str] | None
    #: What else is special about it.
    notes: Sequence[str]


class Part(NamedTuple):
    """Steps of one milestone, or those between two."""

    milestone: Stage | None
    steps: Sequence[ShownStep]


@routes.get(addresses.TEMPLATE, door=PAGE, policy="visible", content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show a template with all that it consists of, archived or not."""
    seen = read_template(here.caller, here.request.id("template"))
    template, content = seen.view.template, seen.view.content
    return app_page(
        here,
        "library/template.html",
        title=template.title,
        template=template,
        content=content,
        owner=seen.names.user(template.owner_id),
        folders=seen.folders,
        tags=seen.tags.get(template.id, ()),
        running_count=seen.running_count,
        parts=_parts(seen),
        rules=[sentence_of(rule, content, seen.names) for rule in content.rules
               if rule.archived_at is None],
        field_words=FIELD_WORDS,
        step_words=STEP_WORDS,
        type_word=TYPE_WORDS.get(template.type, template.type),
        status_word=STATUS_WORDS.get(template.status, template.status),
        embeds=lambda text: with_embedded(text, seen.linked),
        can=may_do(here.caller, template),
        may=may_organize(here.caller),
    )  # fmt: skip


def with_embedded(text: Any, linked: Mapping[str, str]) -> Any:
    """`text`: rich text made harmless. Templates that it embeds are links; those that the reader
    may not see are nothing."""
    from markupsafe import Markup  # noqa: PLC0415

    def card(found: re.Match[str]) -> str:
        template_id = found[1].lower()
        if template_id not in linked:
            return ""
        address = addresses.TEMPLATE.format(template=template_id)
        return Markup('<a class="foreign" href="{}">{}</a>').format(address, linked[template_id])

    return Markup(_TOKEN.sub(card, str(text)))  # noqa: S704 - it is harmless, and so is a card.


def _parts(seen: TemplateReading) -> list[Part]:
    """In the order of the steps; those of one milestone stand together."""
    content = seen.view.content
    stages = {stage.id: stage for stage in content.stages}
    parts: list[tuple[str | None, list[ShownStep]]] = []
    for number, step in enumerate(content.steps, start=1):
        if not parts or parts[-1][0] != step.stage_id:
            parts.append((step.stage_id, []))
        parts[-1][1].append(_shown(step, number, content, seen))
    return [Part(stages.get(stage_id or ""), steps) for stage_id, steps in parts]


def _shown(step: Step, number: int, content: Content, seen: TemplateReading) -> ShownStep:
    launched = step.sub_process.template_id if step.sub_process else ""
    return ShownStep(
        step=step,
        number=number,
        assigned=_assigned(step, seen),
        due=deadline_in_words(step.deadline, content) if step.deadline else None,
        starts=start_in_words(step.start_date) if step.start_date else None,
        launches=(seen.linked[launched], launched) if launched in seen.linked else None,
        notes=_notes(step),
    )


def _assigned(step: Step, seen: TemplateReading) -> list[str]:
    titles = [seen.job_titles[each] for each in step.roles if each in seen.job_titles]
    named = [*titles, *seen.names.called(step.assignees)]
    return named or (["Whoever launches it"] if step.assign_run_starter else [])


def _notes(step: Step) -> list[str]:
    notes = {
        "Everyone must complete it": step.everyone_must_complete,
        "Only assignees may complete it": step.can_complete_only_assignees,
        "Guests may not comment": step.prevent_guest_comment,
        "Calls a webhook": bool(step.webhook),
    }
    return [told for told, is_so in notes.items() if is_so]
