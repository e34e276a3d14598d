"""Deadlines and people of several steps at once (contract 60, 9)."""

from typing import Any

from cast import Cast
from factories import make_template, read_template


def steps_of(cast: Cast, template: Any) -> list[Any]:
    shown = read_template(cast.olga, template, "?with=steps")["steps"]
    return list(shown["data"])


def test_part60_9_several_steps_change_together_or_not_at_all(cast: Cast) -> None:
    template = make_template(cast.olga, 3)
    path = f"/checklists/{template['id']}/steps-bulk"
    first, second, third = (step["id"] for step in steps_of(cast, template))
    deadline = {"value": 2, "unit": "days", "option": "from"}
    rows = {
        first: {"assignees": [cast.mia.user_id], "guests": ["gus@guest.test"]},
        second: {"deadline": deadline},
    }
    wrong = {**rows, third: {"assignees": [999_999_999]}, "a" * 32: {"guests": []}}
    refused = cast.olga.put(path, {"steps": wrong})
    assert refused.status_code == 422
    assert {name.split(".")[1] for name in refused.json()["errors"]} == {third, "a" * 32}
    assert all(step["assignees"] == [] for step in steps_of(cast, template))
    answer = cast.olga.put(path, {"steps": rows})
    assert answer.status_code == 200, answer.text
    assert [step["id"] for step in answer.json()["data"]] == [first, second]
    one, two, three = steps_of(cast, template)
    assert (one["assignees"], one["guests"]) == ([cast.mia.user_id], ["gus@guest.test"])
    assert (two["deadline"]["value"], two["deadline"]["unit"]) == (2, "days")
    assert three["assignees"] == []
    assert cast.leo.put(path, {"steps": rows}).status_code in (403, 404)
