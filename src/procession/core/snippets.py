"""Tokens of snippets in texts: `{{snippet:<id>}}` (contract 50, 8). Pure.

They are variables to look at; what a snippet's own variables stand for is filled in after it.
"""

from collections.abc import Callable, Iterable, Mapping

from procession.core.variables import names_in, substituted

_PREFIX = "snippet:"
_ID_LENGTH, _HEX = 32, frozenset("0123456789abcdef")


def snippet_named(name: str) -> str | None:
    """Id of the snippet that a variable of this name stands for; None when it stands for none."""
    word = name.lower()
    if not word.startswith(_PREFIX):
        return None
    found = word.removeprefix(_PREFIX)
    return found if len(found) == _ID_LENGTH and _HEX.issuperset(found) else None


def snippets_in(texts: Iterable[str | None]) -> set[str]:
    """Ids of all that the texts name."""
    return {
        found
        for text in texts
        if text is not None and "{{" in text
        for name in names_in(text)
        if (found := snippet_named(name)) is not None
    }


def with_snippets(text: str, texts: Mapping[str, str], longest: int) -> str:
    """Each token gives way to its snippet's text; to nothing where there is none.

    A token that would make the text longer than `longest` stays as typed: a few signs shall not
    become more than anybody can read.
    """
    length = len(text)

    def value_of(snippet_id: str) -> str | None:
        nonlocal length
        value = texts.get(snippet_id, "")
        if length + len(value) > longest:
            return None
        length += len(value)
        return value

    return _replaced(text, value_of)


def without_snippet(text: str, snippet_id: str) -> str:
    """The text without the tokens of one snippet."""
    return _replaced(text, lambda found: "" if found == snippet_id else None)


def _replaced(text: str, value_of: Callable[[str], str | None]) -> str:
    def value(name: str) -> str | None:
        found = snippet_named(name)
        return None if found is None else value_of(found)

    return substituted(text, value)
