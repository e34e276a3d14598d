"""Aliases made of titles (contract 20, 1)."""

import pytest

from procession.core.slugs import slug


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Client name", "client-name"),
        ("  Über  café!! ", "uber-cafe"),
        ("日本", "step"),
        ("a" * 59 + " bc", "a" * 59),
    ],
)
def test_slugs(title: str, expected: str) -> None:
    assert slug(title, empty="step") == expected
