"""Bodies that do not say what their sender thinks, and queries (found F2, F4, D11)."""

from typing import Any

import pytest

from cast import Cast
from factories import launch, made, make_oneoff
from wire import check_problem

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ('{"title": "A", "title": "B"}', "title"),
        ('{"title": "A", "color": "#112233", "x": [{"a:b": {"\\u0063": 1, "c": 2}}]}', "c"),
        ('{"title": "A", "": 1, "": 2}', ""),
        ('{"ключ": 1, "title": "A", "ключ": 1}', "ключ"),
    ],
)
def test_found_f2_a_key_that_is_there_twice_is_refused(cast: Cast, body: str, key: str) -> None:
    answer = cast.olga.post("/tags", data=body.encode(), headers=JSON)
    told = check_problem(answer, 400, "MALFORMED_JSON")
    assert told["message"] == f'The key "{key}" is there twice.'
    assert made(cast.olga.get("/tags"), 200) == []


@pytest.mark.parametrize(
    "body", ['{"title": "a:b\\":", "x": {"title": 1, "y": [{"title": ":"}, {"title": ""}]}}', "{}"]
)
def test_found_f2_one_key_in_several_objects_is_no_repeat(cast: Cast, body: str) -> None:
    assert cast.olga.post("/tags", data=body.encode(), headers=JSON).status_code != 400


def test_found_d11_json_without_a_content_type_is_told(cast: Cast) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in ('{"name":"x"}', ' [{"id": 1}]', '{"title": "a=b&c"}'):
        answer = cast.olga.post("/tags", data=body, headers=form)
        told = check_problem(answer, 422)
        assert list(told["errors"]) == ["body"]
        assert "looks like JSON" in told["message"]
        assert "Content-Type: application/json" in told["message"]
    assert cast.olga.put("/tags/nonsense", data='{"title":"x"}', headers=form).status_code == 404
    kept = cast.olga.post("/tags", data="title=T&{x}=1", headers=form)
    assert made(kept)["title"] == "T"


def ids(cast: Cast, path: str) -> set[str]:
    return {each["id"] for each in made(cast.olga.get(path), 200)}


def test_found_f4_days_may_be_open_on_either_side(cast: Cast) -> None:
    process: Any = launch(cast.olga)
    task = make_oneoff(cast.olga)
    for path, found in (("/runs", process["id"]), ("/tasks", task["id"])):
        for days, is_there in (
            (":2027-03-01", True), ("2020-03-02:", True), (":2020-03-01", False),
            ("2199-03-02:", False), ("2020-01-01:2199-01-01", True),
        ):  # fmt: skip
            assert (found in ids(cast, f"{path}?created={days}")) is is_there, (path, days)
        check_problem(cast.olga.get(f"{path}?created=:"), 422)
        check_problem(cast.olga.get(f"{path}?created=2027-03-01:x"), 422)


def test_found_f4_a_plus_that_was_not_encoded_is_a_plus(cast: Cast) -> None:
    task = make_oneoff(cast.olga, deadline="2031-05-15T10:00:00Z")["id"]
    for moment in ("2031-05-15T15:45:00+05:45", "2031-05-15 15:45+0545"):
        assert task in ids(
            cast, f"/tasks?deadline_start_range={moment}&deadline_end_range={moment}"
        )
        assert task not in ids(
            cast, f"/tasks?deadline_end_range={moment.replace('15:45', '15:44')}"
        )
    for moment in ("1850-05-01", "2020-01-01T10:00:00+05:45"):
        assert task in ids(cast, f"/tasks?updated_after={moment}")
