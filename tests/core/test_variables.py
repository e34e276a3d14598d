"""Variables in texts (contract 50, 7)."""

import pytest

from procession.core.variables import names_in, renamed, substituted


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (None, []),
        ("Hello", []),
        ("Hello {{name-1}}", ["name-1"]),
        ("{{ a }}{{\u200bb\ufeff }}", ["a", "b"]),
        ("{{cli\u200bent}} {\ufeff{x}\u200d}", ["client", "x"]),
        ("{{&nbsp;a&nbsp;}}", ["a"]),
        ("{{}} {x} {{a} {{ }}", []),
        ("{{{a}}}", ["a"]),
        ("{{Current-Task-ID}}", ["Current-Task-ID"]),
    ],
)
def test_names(text: str | None, names: list[str]) -> None:
    assert names_in(text) == names


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Hello {{ a }}", "Hello {{b}}"),
        ("{{A}} {{aa}} {{DATE}}", "{{A}} {{aa}} {{DATE}}"),
        ("{{a}}{{b}}", "{{b}}{{a}}"),  # Both at once, not one after the other.
        ("a", "a"),
    ],
)
def test_renamed(text: str, after: str) -> None:
    assert renamed(text, {"a": "b", "b": "a"}) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Call {{a}} ({{nope}})", "Call Acme ({{nope}})"),
        ("{{\ufeffa}}", "Acme"),
        ("x \u200b{{ a }}\ufeff y", "x Acme y"),
        ("{{A}}", "{{A}}"),
        ("[{{empty}}]", "[]"),
        # Values are not looked at again.
        ("{{again}}", "{{a}}"),
        ("{{{a}}}", "{Acme}"),
        ("no braces", "no braces"),
    ],
)
def test_50_43_substituted_once(text: str, after: str) -> None:
    values = {"a": "Acme", "empty": "", "again": "{{a}}"}
    assert substituted(text, values.get) == after
