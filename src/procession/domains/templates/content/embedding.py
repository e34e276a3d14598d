"""Templates embedded in texts of others: the token `{{template:<id>}}` (contract 20, 3.12).

The API always answers the token as it is stored. A link card in its place would come back as HTML
from every client that sends a template back as it read it, and the reference would be lost. Who
shows texts to people makes the card: it reads the template by its id, which answers 404 when the
reader may not see it, or it is archived or gone; then nothing is shown.
"""

import re

import msgspec

from procession.core.times import Instant
from procession.domains.templates.types import Content, Face, Field, Step

#: Editors leave spaces and zero-width signs inside the braces; they mean nothing.
_BLANK = "[\\s\u200b-\u200d\ufeff]*"
_TOKEN = re.compile(
    r"\{\{" + _BLANK + "template:" + _BLANK + "([0-9a-f]{32})" + _BLANK + r"\}\}", re.IGNORECASE
)
#: Texts of a version that people read as a page.
_RICH_TEXTS = ("summary", "guidance", "kickoff_description")


def templates_in(text: str | None) -> list[str]:
    """Ids of the templates that a text embeds, in their order."""
    return [] if text is None else [found.lower() for found in _TOKEN.findall(text)]


def without_template(text: str | None, template_id: str | None) -> str | None:
    """The text without tokens of that template; None: of any."""
    if text is None or "{{" not in text:
        return text

    def left(found: re.Match[str]) -> str:
        return "" if template_id in (None, found[1].lower()) else found[0]

    return _TOKEN.sub(left, text).strip() or None if templates_in(text) else text


def face_without(face: Face, template_id: str | None) -> Face:
    texts = {name: without_template(getattr(face, name), template_id) for name in _RICH_TEXTS}
    return msgspec.structs.replace(face, **texts)


def content_without(content: Content, template_id: str | None, now: Instant) -> Content:
    """What changes is as new as `now`; everything else stays the same value."""
    return msgspec.structs.replace(
        content,
        kickoff=tuple(_field(field, template_id, now) for field in content.kickoff),
        steps=tuple(_step(step, template_id, now) for step in content.steps),
    )


def _field(field: Field, template_id: str | None, now: Instant) -> Field:
    guidance = without_template(field.guidance, template_id)
    if guidance == field.guidance:
        return field
    return msgspec.structs.replace(field, guidance=guidance, updated_at=now)


def _step(step: Step, template_id: str | None, now: Instant) -> Step:
    summary = without_template(step.summary, template_id)
    fields = tuple(_field(field, template_id, now) for field in step.fields)
    if (summary, fields) == (step.summary, step.fields):
        return step
    return msgspec.structs.replace(step, summary=summary, fields=fields, updated_at=now)
