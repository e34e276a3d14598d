"""When work is due (contract 50, 6.1 to 6.3)."""

from datetime import time

import pytest

from procession.core.deadlines import (
    ALL_WEEK,
    Offset,
    Week,
    after,
    before,
    into_work,
    plural_unit,
    read_week,
)
from procession.core.times import DAY, MINUTE, Instant, parse_instant, to_datetime, wire_time


@pytest.mark.parametrize(
    ("start", "value", "unit", "zone", "due"),
    [
        ("2025-01-31T10:00Z", 1, "months", "UTC", "2025-02-28T10:00:00Z"),
        ("2024-01-31T10:00Z", 1, "months", "UTC", "2024-02-29T10:00:00Z"),
        ("2026-01-31T10:00Z", 1, "months", "UTC", "2026-02-28T10:00:00Z"),
        ("2024-11-30T10:00Z", 3, "months", "UTC", "2025-02-28T10:00:00Z"),
        ("2025-03-29T08:00Z", 1, "days", "Europe/Berlin", "2025-03-30T07:00:00Z"),
        ("2025-03-29T08:00Z", 24, "hours", "Europe/Berlin", "2025-03-30T08:00:00Z"),
        ("2025-05-15T14:30Z", 2, "weeks", "UTC", "2025-05-29T14:30:00Z"),
        ("2025-05-15T14:30Z", 90, "minutes", "UTC", "2025-05-15T16:00:00Z"),
        ("2025-05-15T14:30Z", 0, "days", "UTC", "2025-05-15T14:30:00Z"),
    ],
)
def test_50_40_offsets(start: str, value: int, unit: str, zone: str, due: str) -> None:
    """Days and longer keep the wall-clock time; hours are elapsed time."""
    start = start.replace("Z", ":00Z")
    assert wire_time(after(parse_instant(start), Offset(value, unit), zone)) == due


@pytest.mark.parametrize(
    ("start", "value", "unit", "zone", "due"),
    [
        # An hour that there is not: the clock goes forward over it.
        ("2026-03-28T01:30Z", 1, "days", "Europe/Berlin", "2026-03-29T01:30:00Z"),
        ("2026-03-07T07:30Z", 1, "days", "America/New_York", "2026-03-08T07:30:00Z"),
        # An hour that there is twice: the first of the two.
        ("2026-10-24T00:30Z", 1, "days", "Europe/Berlin", "2026-10-25T00:30:00Z"),
        ("2026-10-24T10:00Z", 1, "days", "Europe/Berlin", "2026-10-25T11:00:00Z"),
        ("2026-10-24T10:00Z", 24, "hours", "Europe/Berlin", "2026-10-25T10:00:00Z"),
        ("2026-10-24T22:00Z", 1, "weeks", "Europe/Berlin", "2026-10-31T23:00:00Z"),
        # Half an hour of summer time.
        ("2026-10-03T10:00Z", 1, "days", "Australia/Lord_Howe", "2026-10-04T09:30:00Z"),
        # A quarter of an hour beside everybody else: 23:45 there is 18:00.
        ("2026-01-30T18:00Z", 1, "months", "Asia/Kathmandu", "2026-02-28T18:00:00Z"),
        ("2026-01-30T18:30Z", 1, "months", "Asia/Kathmandu", "2026-02-27T18:30:00Z"),
        ("2028-02-28T18:30Z", 1, "months", "Asia/Kathmandu", "2028-03-28T18:30:00Z"),
        # Leap days.
        ("2028-02-28T10:00Z", 1, "days", "UTC", "2028-02-29T10:00:00Z"),
        ("2027-02-28T10:00Z", 1, "days", "UTC", "2027-03-01T10:00:00Z"),
        ("2028-02-29T10:00Z", 12, "months", "UTC", "2029-02-28T10:00:00Z"),
        ("2028-02-29T10:00Z", 48, "months", "UTC", "2032-02-29T10:00:00Z"),
        ("2100-02-28T10:00Z", 1, "days", "UTC", "2100-03-01T10:00:00Z"),
        ("2000-02-29T10:00Z", 1200, "months", "UTC", "2100-02-28T10:00:00Z"),
    ],
)
def test_found_b9_offsets_over_odd_days(
    start: str, value: int, unit: str, zone: str, due: str
) -> None:
    start = start.replace("Z", ":00Z")
    assert wire_time(after(parse_instant(start), Offset(value, unit), zone)) == due


def test_found_b9_a_leap_day_backwards() -> None:
    for start, value, unit, due in (
        ("2028-03-29T10:00:00Z", 1, "months", "2028-02-29T10:00:00Z"),
        ("2028-03-01T10:00:00Z", 1, "days", "2028-02-29T10:00:00Z"),
        ("2027-03-30T10:00:00Z", 1, "months", "2027-02-28T10:00:00Z"),
    ):
        assert wire_time(before(at(start), Offset(value, unit), "UTC")) == due


def test_units_are_written_in_singular_or_plural() -> None:
    assert [plural_unit(word) for word in ("day", "days", "month", "fortnight")] == [
        "days", "days", "months", None,
    ]  # fmt: skip


def at(text: str) -> Instant:
    return parse_instant(text)


def test_backwards_and_out_of_the_calendar() -> None:
    week = before(at("2026-04-02T09:00:00Z"), Offset(1, "weeks"), "UTC")
    assert wire_time(week) == "2026-03-26T09:00:00Z"
    month = before(at("2026-03-31T09:00:00Z"), Offset(1, "months"), "UTC")
    assert wire_time(month) == "2026-02-28T09:00:00Z"
    far = near = at("2026-01-01T00:00:00Z")
    for _ in range(20):
        far = after(far, Offset(9999, "months"), "Pacific/Kiritimati")
        near = before(near, Offset(9999, "months"), "Pacific/Pago_Pago")
    assert (wire_time(far)[:4], wire_time(near)[:4]) == ("9998", "1900")


OFFICE = {"all_hours": False, "start": "09:00", "end": "17:00"}
ALL_DAY = {"all_hours": True, "start": "00:00", "end": "23:59"}


def week_of(**days: dict[str, object] | None) -> Week:
    return read_week(days)


OFFICE_WEEK = week_of(
    **dict.fromkeys(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"), OFFICE)
)


@pytest.mark.parametrize(
    ("due", "moved"),
    [
        ("2026-03-16T10:00:00Z", "2026-03-16T10:00:00Z"),
        ("2026-03-16T09:00:00Z", "2026-03-16T09:00:00Z"),
        ("2026-03-16T17:00:00Z", "2026-03-16T17:00:00Z"),
        ("2026-03-16T17:00:01Z", "2026-03-17T09:00:00Z"),
        ("2026-03-16T03:00:00Z", "2026-03-16T09:00:00Z"),
        ("2026-03-14T10:00:00Z", "2026-03-16T09:00:00Z"),
        ("2026-03-20T18:00:00Z", "2026-03-23T09:00:00Z"),
    ],
)
def test_into_the_office_hours(due: str, moved: str) -> None:
    assert wire_time(into_work(at(due), OFFICE_WEEK, "UTC")) == moved


def test_a_day_off_before_a_day_of_all_hours_keeps_the_time_of_day() -> None:
    week = week_of(Monday=ALL_DAY, Friday=OFFICE)
    assert wire_time(into_work(at("2026-03-14T13:30:00Z"), week, "UTC")) == "2026-03-16T13:30:00Z"
    assert wire_time(into_work(at("2026-03-13T18:00:00Z"), week, "UTC")) == "2026-03-16T00:00:00Z"
    only = week_of(Friday=OFFICE)
    assert wire_time(into_work(at("2026-03-13T18:00:00Z"), only, "UTC")) == "2026-03-20T09:00:00Z"


def test_a_week_without_work_or_with_reversed_hours_moves_nothing() -> None:
    due = at("2026-03-14T13:30:00Z")
    assert into_work(due, week_of(), "UTC") == into_work(due, ALL_WEEK, "UTC") == due
    night = week_of(Saturday={"all_hours": False, "start": "22:00", "end": "06:00"})
    assert into_work(due, night, "UTC") == due


#: On every side of the world; with and without summer time, of whole and of broken hours.
ZONES = (
    "UTC", "Europe/Berlin", "Europe/London", "Europe/Istanbul", "America/New_York",
    "America/St_Johns", "America/Sao_Paulo", "America/Santiago", "America/Los_Angeles",
    "Asia/Kathmandu", "Asia/Kolkata", "Asia/Tokyo", "Asia/Tehran", "Australia/Lord_Howe",
    "Australia/Adelaide", "Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Pago_Pago",
    "Africa/Cairo", "Africa/Casablanca",
)  # fmt: skip


@pytest.mark.parametrize("zone", ZONES)
def test_50_39_never_backwards_in_a_year(zone: str) -> None:
    """And what is moved once is in its place: in working time, soon after."""
    early = {"all_hours": False, "start": "01:45", "end": "02:30"}
    weeks = [OFFICE_WEEK, week_of(Sunday=early), week_of(Sunday=ALL_DAY, Wednesday=early)]
    for half_hour in range(0, 365 * 48, 17):
        due = at("2026-01-01T00:00:00Z") + half_hour * 30 * MINUTE
        for week in weeks:
            moved = into_work(due, week, zone)
            # Where a zone leaves out the only hour of work, it is the one a week later.
            assert due <= moved <= due + 15 * DAY
            assert into_work(moved, week, zone) == moved
        local = to_datetime(into_work(due, OFFICE_WEEK, zone), zone)
        assert (local.weekday() < 5, time(9) <= local.time() <= time(17)) == (True, True)


@pytest.mark.parametrize(
    ("due", "then", "setting"),
    [
        # Apia had no 30 December 2011, a Friday: after the Thursday came the Saturday.
        ("2011-12-30T09:00:00Z", "2012-01-01T19:00:00Z", {"start": "09:00", "end": "17:00"}),
        ("2011-12-30T03:30:00Z", "2012-01-01T19:00:00Z", {"start": "09:00", "end": "17:00"}),
        ("2011-12-29T20:00:00Z", "2011-12-29T20:00:00Z", {"start": "09:00", "end": "17:00"}),
    ],
)
def test_found_c12_a_day_that_does_not_exist_is_no_working_day(
    due: str, then: str, setting: dict[str, str]
) -> None:
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    week = read_week({name: {"all_hours": False, **setting} for name in names})
    moved = into_work(parse_instant(due), week, "Pacific/Apia")
    assert wire_time(moved) == then
    assert into_work(moved, week, "Pacific/Apia") == moved


@pytest.mark.parametrize("end", ["24:00", "00:00"])
def test_ruling_21_work_ends_at_the_midnight_that_follows(end: str) -> None:
    week = read_week({"Monday": {"all_hours": False, "start": "08:00", "end": end}})
    late = parse_instant("2031-05-12T23:59:59.9Z")
    assert into_work(late, week, "UTC") == late
    assert wire_time(into_work(late + MINUTE, week, "UTC")) == "2031-05-19T08:00:00Z"
    whole = read_week({"Monday": {"all_hours": False, "start": "00:00", "end": end}})
    assert whole[0] is not None
    assert whole[0].is_all_day
