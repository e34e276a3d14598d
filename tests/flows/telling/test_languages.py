"""Every sentence of mails and notifications is there in every language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from procession.flows.telling import language
from procession.flows.telling.language import language_of, words_of

_FLOWS = Path(language.__file__).parents[1]
_LANGUAGES = sorted(path.stem for path in (_FLOWS / "telling" / "languages").glob("*.po"))
#: Looked up by what is counted (`letters.handed_over`).
_COUNTED = {"tasks", "steps of templates", "processes", "templates"}


def _marked(tree: ast.AST) -> Iterator[tuple[str, ...]]:
    """What is looked up in the catalogue: `words(...)`, `words.many(...)`, `_(...)`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func).rpartition(".")
        if name[2] not in ("words", "_", "many"):
            continue
        texts = [each.value for each in node.args if isinstance(each, ast.Constant)]
        if texts:
            yield tuple(map(str, texts[: 2 if name[2] == "many" else 1]))


def sentences() -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = {(word,) for word in _COUNTED}
    for wing in ("telling", "announcing", "tasks", "webhooks"):
        for path in (_FLOWS / wing).glob("*.py"):
            found.update(_marked(ast.parse(path.read_text())))
    for path in (_FLOWS / "telling" / "templates").glob("*.html"):
        found.update((text,) for text in re.findall(r'words\("([^"]+)"', path.read_text()))
    return found


@pytest.mark.parametrize("name", _LANGUAGES)
def test_16_every_sentence_is_translated_with_the_same_places(name: str) -> None:
    catalogue = language._catalogue(name)
    wanted = sentences()
    assert len(wanted) > 100
    assert {texts[0] for texts in wanted} - catalogue.keys() == set()
    assert catalogue.keys() - {texts[0] for texts in wanted} - {letters_invited()} == set()
    for texts in wanted:
        found = catalogue[texts[0]]
        for one, other in zip(texts, found if len(texts) > 1 else [found], strict=True):
            assert _places(one) == _places(other), other


def letters_invited() -> str:
    """The one sentence that has a name of its own."""
    from procession.flows.telling import letters

    return letters._INVITED


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_16_who_reads_a_language_without_a_catalogue_gets_english() -> None:
    assert language_of(None, "fr", "pt-BR") == "en"
    assert language_of("fr", "de_CH") == "de"
    assert language_of("en-GB", "de") == "en"
    assert words_of("en")("Due {when}", when="now") == "Due now"


def test_16_one_and_many_are_told_apart() -> None:
    both = ("{done} of {count} task done", "{done} of {count} tasks done")
    assert words_of("de").many(*both, 1, done=0) == "0 von 1 Aufgabe erledigt"
    assert words_of("en").many(*both, 3, done=2) == "2 of 3 tasks done"
