"""Found, D12 and F11: dates as people read them."""

import pytest

from procession.core.telling_time import told_day, told_text, told_time
from procession.core.times import parse_instant


@pytest.mark.parametrize(
    ("instant", "zone", "told"),
    [
        ("2027-03-04T14:30:59Z", "UTC", "Thursday, 4 March 2027, 14:30 (UTC)"),
        ("2026-12-31T23:30:00Z", "Asia/Kathmandu",
         "Friday, 1 January 2027, 05:15 (Asia/Kathmandu)"),
        # The hour that comes twice, and both sides of it.
        ("2026-10-25T01:30:00Z", "Europe/Berlin",
         "Sunday, 25 October 2026, 02:30 (Europe/Berlin)"),
    ],
)  # fmt: skip
def test_found_d12_an_instant_is_told_by_the_clocks_of_a_zone(
    instant: str, zone: str, told: str
) -> None:
    assert told_time(parse_instant(instant), zone) == told
    assert told_text(instant, zone) == told


def test_found_d12_a_day_is_the_same_everywhere() -> None:
    assert told_day("2028-02-29") == "Tuesday, 29 February 2028"
    assert told_text("2028-02-29", "Pacific/Apia") == "Tuesday, 29 February 2028"


@pytest.mark.parametrize("text", ["", "soon", "2027-02-30", "2027-13-01", "9" * 40])
def test_found_d12_what_is_no_date_stays_as_it_is(text: str) -> None:
    assert told_text(text, "UTC") == text
