"""Aliases made of titles (contract 20, 1)."""

import pytest

from procession.kit.slugs import slug


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Client name", "client-name"),
        ("  Über  café!! ", "uber-cafe"),
        ("日本", "riben"),
        ("\u2800 …!", "step"),
        # Found C6.
        ("Straße", "strasse"),
        ("Ærø Łódź Đorđe", "aero-lodz-dorde"),
        ("½ day", "1-2-day"),
        ("Приёмка товара", "priyomka-tovara"),
        ("Ελλάδα", "ellada"),
        ("a" * 59 + " bc", "a" * 59),
    ],
)
def test_slugs(title: str, expected: str) -> None:
    assert slug(title, empty="step") == expected
