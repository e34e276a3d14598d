"""Dates of any year, zones that are the same everywhere, the week (found C7, C13; ruling 21)."""

from typing import Any

import pytest

from cast import Cast
from factories import launch, made, make_oneoff
from forms import asked, field_ids, template_with
from wire import check_problem

FAR = ["1850-05-01", "9999-12-31", "0001-01-01", "0850-01-01T10:00:00Z", "9999-12-31T23:59:59Z"]


@pytest.mark.parametrize("day", FAR)
def test_found_c7_answers_may_be_of_any_year(cast: Cast, day: str) -> None:
    fields = [asked("Day", "date"), asked("Time", "date", collect_time=True)]
    template = template_with(
        cast.olga, [{"title": "At {{alias}}"}], fields,
        auto_naming=True, default_process_name_format="x",
    )  # fmt: skip
    ids = field_ids(cast.olga, template)
    process = launch(cast.olga, template, prerun={ids["Day"]: day, ids["Time"]: day})
    shown = made(cast.olga.get(f"/runs/{process['id']}?with=ko_form_fields"), 200)
    assert day in str(shown)
    rows = made(cast.olga.get(f"/runs/{process['id']}/export"), 200)["rows"]
    assert day[:10] in str(rows)


@pytest.mark.parametrize("day", ["0000-01-01", "10000-01-01", "2031-02-30"])
def test_found_c7_what_is_no_day_is_none(cast: Cast, day: str) -> None:
    template = template_with(cast.olga, 1, [asked("Day", "date")])
    body = {"checklist_id": template["id"], "prerun": {field_ids(cast.olga, template)["Day"]: day}}
    assert check_problem(cast.olga.post("/runs", {"name": "R", **body}), 422)


@pytest.mark.parametrize("default", ["today+36500", "today-36500", "1850-05-01", "9999-12-31"])
def test_found_c7_defaults_may_be_far_away(cast: Cast, default: str) -> None:
    field = asked("Day", "date", default_value=default, default_value_enabled=True)
    template = template_with(cast.olga, 1, [field])
    process = launch(cast.olga, template)
    shown = made(cast.olga.get(f"/runs/{process['id']}?with=ko_form_fields"), 200)
    (day,) = shown["prerun"].values()
    assert day == default if "today" not in default else day[:2] in ("21", "19")


@pytest.mark.parametrize(
    "query",
    ["/tasks?deadline_before=9999-12-31", "/tasks?deadline_after=0001-01-01",
     "/tasks?deadline_after=1850-05-01", "/tasks?created_before=9999-12-31",
     "/activity-feeds?start=0001-01-01", "/runs?created=0001-01-01:9999-12-31"],
)  # fmt: skip
def test_found_c7_filters_may_be_of_any_year(cast: Cast, query: str) -> None:
    made_here = make_oneoff(cast.olga, deadline="2031-05-15")
    launch(cast.olga)
    found = made(cast.olga.get(query), 200)
    assert found
    assert not query.startswith("/tasks") or made_here["id"] in {each["id"] for each in found}


@pytest.mark.parametrize("deadline", ["1850-05-01", "9999-12-31"])
def test_found_c7_the_sentence_names_the_limit_of_deadlines(cast: Cast, deadline: str) -> None:
    body = {"title": "T", "task_type": "task", "deadline": deadline, "owners": {}}
    assert check_problem(cast.olga.post("/tasks", body), 422)["errors"] == {
        "deadline": ["The deadline must be in the years 1900 to 9998."]
    }


@pytest.mark.parametrize("zone", ["localtime", "Factory", "posixrules", "posix/Europe/Paris", "x"])
def test_found_c13_a_machines_own_zones_are_none(cast: Cast, zone: str) -> None:
    for method, path, body in (
        ("PUT", "", {"timezone": zone}),
        ("PUT", f"/users/{cast.olga.user_id}", {"timezone": zone}),
        ("POST", "/guests", {"email": "gus@guests.test", "timezone": zone}),
    ):
        errors = check_problem(cast.olga.call(method, path, json=body), 422)["errors"]
        assert errors == {"timezone": ["The selected timezone is invalid."]}
    for kept in ("Europe/London", "UTC", "GMT", "Etc/GMT+5", "Asia/Calcutta"):
        assert made(cast.olga.put("", {"timezone": kept}), 200)["timezone"] == kept


def hours(start: Any, end: Any, *, all_hours: bool = False) -> dict[str, Any]:
    return {"all_hours": all_hours, "start": start, "end": end}


def test_ruling_21_work_may_end_at_midnight(cast: Cast) -> None:
    week = {"Monday": hours("08:00", "24:00"), "Tuesday": hours("00:00", "00:00")}
    kept = made(cast.olga.put("", {"working_days": week}), 200)["working_days"]
    assert kept["Monday"] == week["Monday"]
    assert kept["Tuesday"] == week["Tuesday"]
    for due, then in (
        ("2031-05-12T23:59:59Z", "2031-05-12T23:59:59Z"),  # A Monday.
        ("2031-05-12T03:00:00Z", "2031-05-12T08:00:00Z"),
        ("2031-05-13T23:59:30Z", "2031-05-13T23:59:30Z"),
    ):
        assert make_oneoff(cast.olga, deadline=due)["deadline"] == then


@pytest.mark.parametrize(("start", "end"), [("17:00", "09:00"), ("09:00", "09:00")])
def test_ruling_21_otherwise_the_end_is_after_the_start(cast: Cast, start: str, end: str) -> None:
    body = {"working_days": {"Monday": hours(start, end)}}
    assert check_problem(cast.olga.put("", body), 422)["errors"] == {
        "working_days.Monday.end": ["The working days.Monday.end must be after the start."]
    }


@pytest.mark.parametrize("day", [hours(None, None), {"all_hours": True}, hours("", None)])
def test_ruling_21_all_hours_need_no_times(cast: Cast, day: dict[str, Any]) -> None:
    body = {"working_days": {"Monday": {**day, "all_hours": True}}}
    kept = made(cast.olga.put("", body), 200)["working_days"]["Monday"]
    assert kept == hours("00:00", "23:59", all_hours=True)
    wanted = {"working_days": {"Monday": hours(None, "24:01")}}
    assert set(check_problem(cast.olga.put("", wanted), 422)["errors"]) == {
        "working_days.Monday.start", "working_days.Monday.end",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "path"), [([], "working_days"), ({"Monday": []}, "working_days.Monday")]
)
def test_ruling_21_a_list_is_no_week(cast: Cast, sent: Any, path: str) -> None:
    assert list(check_problem(cast.olga.put("", {"working_days": sent}), 422)["errors"]) == [path]
