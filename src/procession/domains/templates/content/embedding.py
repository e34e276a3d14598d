"""Templates embedded in texts of others: the token `{{template:<id>}}` (contract 20, 3.12).

The API always answers the token as it is stored. A link card in its place would come back as HTML
from every client that sends a template back as it read it, and the reference would be lost. Who
shows texts to people makes the card: it reads the template by its id, which answers 404 when the
reader may not see it, or it is archived or gone; then nothing is shown. The public view, which
nobody sends back, leaves tokens out.
"""

import re

from procession.core.times import Instant
from procession.domains.templates.content.texts import with_rich_face, with_rich_texts
from procession.domains.templates.types import Content, Face

#: Editors leave spaces and zero-width signs inside the braces; they mean nothing.
_BLANK = "[\\s\u200b-\u200d\ufeff]*"
_TOKEN = re.compile(
    r"\{\{" + _BLANK + "template:" + _BLANK + "([0-9a-f]{32})" + _BLANK + r"\}\}", re.IGNORECASE
)


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
    return with_rich_face(face, lambda text: without_template(text, template_id))


def content_without(content: Content, template_id: str | None, now: Instant) -> Content:
    """What changes is as new as `now`; everything else stays the same value."""
    return with_rich_texts(content, lambda text: without_template(text, template_id), now)
