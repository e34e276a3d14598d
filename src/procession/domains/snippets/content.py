"""Texts of templates and comments with the snippets that they name."""

from collections.abc import Mapping

from procession.core.snippets import snippets_in, with_snippets, without_snippet
from procession.kit.html import clean_html

#: Signs of one text with all its snippets.
LONGEST = 500_000


def expanded(text: str | None, texts: Mapping[str, str]) -> str | None:
    """Rich text. `texts`: what snippets say, by id; one that is not among them says nothing.

    Cleaned anew: a snippet may stand anywhere in it, also in an attribute.
    """
    if text is None or not snippets_in((text,)):
        return text
    return clean_html(with_snippets(text, texts, LONGEST))


def without(text: str | None, snippet_id: str) -> str | None:
    """Rich text without the tokens of a snippet that is gone."""
    if text is None or snippet_id not in snippets_in((text,)):
        return text
    return clean_html(without_snippet(text, snippet_id))
