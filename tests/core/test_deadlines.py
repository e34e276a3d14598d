"""When work is due (contract 50, 6.2)."""

import pytest

from procession.core.deadlines import Offset, after, plural_unit
from procession.core.times import parse_instant, wire_time


@pytest.mark.parametrize(
    ("start", "value", "unit", "zone", "due"),
    [
        ("2025-01-31T10:00Z", 1, "months", "UTC", "2025-02-28T10:00:00Z"),
        ("2024-01-31T10:00Z", 1, "months", "UTC", "2024-02-29T10:00:00Z"),
        ("2024-11-30T10:00Z", 3, "months", "UTC", "2025-02-28T10:00:00Z"),
        ("2025-03-29T08:00Z", 1, "days", "Europe/Berlin", "2025-03-30T07:00:00Z"),
        ("2025-03-29T08:00Z", 24, "hours", "Europe/Berlin", "2025-03-30T08:00:00Z"),
        ("2025-05-15T14:30Z", 2, "weeks", "UTC", "2025-05-29T14:30:00Z"),
        ("2025-05-15T14:30Z", 90, "minutes", "UTC", "2025-05-15T16:00:00Z"),
        ("2025-05-15T14:30Z", 0, "days", "UTC", "2025-05-15T14:30:00Z"),
    ],
)
def test_offsets(start: str, value: int, unit: str, zone: str, due: str) -> None:
    """Days and longer keep the wall-clock time; hours are elapsed time."""
    start = start.replace("Z", ":00Z")
    assert wire_time(after(parse_instant(start), Offset(value, unit), zone)) == due


def test_units_are_written_in_singular_or_plural() -> None:
    assert [plural_unit(word) for word in ("day", "days", "month", "fortnight")] == [
        "days", "days", "months", None,
    ]  # fmt: skip
