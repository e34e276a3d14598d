"""What the snippets say that some texts name (contract 50, 8); no statement where none is named."""

from collections.abc import Iterable, Mapping
from functools import partial

from procession.core.snippets import snippets_in
from procession.domains.snippets import store as snippets
from procession.domains.snippets.content import expanded
from procession.domains.templates import store as templates
from procession.domains.templates.content.texts import (
    rich_texts,
    rich_texts_of_face,
    with_rich_face,
    with_rich_texts,
)
from procession.domains.templates.types import Content, Template
from procession.kit.work import Work


def texts_named(
    work: Work, texts: Iterable[str | None], *, is_for_everybody: bool = False
) -> Mapping[str, str]:
    """By snippet. Guests, and who reads what is public (`is_for_everybody`), see public ones."""
    found = snippets.texts_among(work, snippets_in(texts))
    public_only = is_for_everybody or work.caller.is_guest
    return {each.id: each.content for each in found if each.is_public or not public_only}


def template_expanded(
    work: Work, template: Template, content: Content, *, is_for_everybody: bool = False
) -> tuple[Template, Content]:
    """Its texts with their snippets. `is_for_everybody`: only with those that are public."""
    face = templates.face_of(template)
    every = [*rich_texts_of_face(face), *rich_texts(content)]
    texts = texts_named(work, every, is_for_everybody=is_for_everybody)
    shown = partial(expanded, texts=texts)
    shown_face = with_rich_face(face, shown)
    return (
        templates.with_face(template, template.version, shown_face),
        with_rich_texts(content, shown),
    )


def keep_snippets(work: Work, process_id: str, content: Content) -> None:
    """What is launched goes on saying what it says now, whatever becomes of the snippets."""
    snippets.keep(work, process_id, snippets.texts_among(work, snippets_in(rich_texts(content))))
