"""Part 21, 6: the kick-off form as it travels with the template's own PUT."""

from typing import Any

import pytest

from cast import Cast, Person
from factories import made, make_template


def field(label: str, **keys: Any) -> dict[str, Any]:
    return {"label": label, "field_type": "text", "required": False, **keys}


def put(by: Person, template: Any, **keys: Any) -> Any:
    return by.put(f"/checklists/{template['id']}", {"title": template["title"], **keys})


def prerun(by: Person, template: Any, **keys: Any) -> list[Any]:
    """The kick-off form after such a PUT, as the answer and a read say it."""
    answered = made(put(by, template, **keys), 200)["prerun"]
    assert read(by, template)["prerun"] == answered
    assert [each["position"] for each in answered] == list(range(1, len(answered) + 1))
    return list(answered)


def read(by: Person, template: Any) -> Any:
    return made(by.get(f"/checklists/{template['id']}"), 200)


def labels(fields: list[Any]) -> list[str]:
    return [each["label"] for each in fields]


@pytest.fixture
def template(cast: Cast) -> Any:
    return make_template(
        cast.olga, 1, prerun=[field(label) for label in "ABCD"], users=[cast.leo.user_id],
        groups=[cast.group(cast.mia)],
    )  # fmt: skip


def test_21_19_four_new_fields(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    sent = [
        field("Vendor", required=True, position=1),
        field("Items", field_type="table", columns=["Item", {"id": 9, "label": "Qty"}]),
        field("Level", field_type="select", options=["A"], default_value="A"),
        {"title": "Since", "type": "date", "is_required": True},
    ]
    fields = prerun(cast.olga, template, prerun=sent)
    assert labels(fields) == ["Vendor", "Items", "Level", "Since"]
    assert [each["field_type"] for each in fields] == ["text", "table", "dropdown", "date"]
    assert len({each["id"] for each in fields}) == len({each["alias"] for each in fields}) == 4
    assert all(len(each["id"]) == 32 for each in fields)
    assert fields[0]["alias"].startswith("vendor-")


def test_21_20_one_entry_changes_its_field_and_keeps_the_others(cast: Cast, template: Any) -> None:
    third = template["prerun"][2]
    fields = prerun(cast.olga, template, prerun=[{"id": third["id"], "required": True}])
    assert labels(fields) == ["C", "A", "B", "D"]
    assert {**fields[0], "required": False, "position": 3, "last_updated": 0} == {
        **third, "last_updated": 0,
    }  # fmt: skip
    by_alias = [{"alias": third["alias"], "label": "X"}]
    assert labels(prerun(cast.olga, template, prerun=by_alias)) == ["X", "A", "B", "D"]


@pytest.mark.parametrize("body", [{"prerun": []}, {"prerun": None}, {}])
def test_21_21_nothing_sent_keeps_the_form(cast: Cast, template: Any, body: Any) -> None:
    before = read(cast.olga, template)
    assert prerun(cast.olga, template, **body) == template["prerun"]
    assert read(cast.olga, template) == before


def test_21_22_reordering_by_sending_all_again(cast: Cast, template: Any) -> None:
    sent = [{**each, "position": 5 - each["position"]} for each in template["prerun"]]
    fields = prerun(cast.olga, template, prerun=sent)
    assert labels(fields) == ["D", "C", "B", "A"]
    assert [each["id"] for each in fields] == [each["id"] for each in reversed(template["prerun"])]
    some = [{"id": fields[3]["id"], "position": 1}, {"id": fields[1]["id"], "position": 2}]
    assert labels(prerun(cast.olga, template, prerun=some)) == ["A", "C", "D", "B"]


def test_21_6_the_whole_object_sent_back_changes_nothing(cast: Cast, template: Any) -> None:
    answer = cast.olga.put(f"/checklists/{template['id']}", read(cast.olga, template))
    assert made(answer, 200) == template
    assert answer.headers["X-Ignored-Fields"] == "automated_actions"


def test_21_23_an_unknown_id_stores_nothing(cast: Cast, template: Any) -> None:
    sent = [field("N"), {"id": "f" * 32, "label": "X"}, field("M", field_type="slider")]
    answer = put(cast.olga, template, title="Other", prerun=sent)
    assert answer.status_code == 422
    assert answer.json()["errors"]["prerun.1.id"] == ["The selected prerun.1.id is invalid."]
    assert "prerun.2.field_type" in answer.json()["errors"]
    assert read(cast.olga, template) == template
    alone = put(cast.olga, template, prerun=[{"id": "f" * 32}])
    assert set(alone.json()["errors"]) == {"prerun.0.id"}
    own = template["prerun"][0]
    twice = put(cast.olga, template, prerun=[{"id": own["id"]}, {"alias": own["alias"]}])
    assert set(twice.json()["errors"]) == {"prerun.1.id"}
    foreign = make_template(cast.olga, 0, prerun=[field("F")])["prerun"][0]
    answer = put(cast.olga, template, prerun=[{"id": foreign["id"]}])
    assert set(answer.json()["errors"]) == {"prerun.0.id"}


def test_21_24_users_and_groups_stay(cast: Cast, template: Any) -> None:
    made(put(cast.olga, template, prerun=[field("N")]), 200)
    after = read(cast.olga, template)
    for key in ("users", "groups", "summary", "owner_id", "type"):
        assert after[key] == template[key]
    assert labels(after["prerun"]) == ["N", "A", "B", "C", "D"]


def test_21_6_who_may_not_edit_changes_no_form(cast: Cast, template: Any) -> None:
    for by in (cast.mia, cast.leo):
        assert put(by, template, prerun=[{"id": "x"}]).status_code == 403
    assert read(cast.olga, template)["prerun"] == template["prerun"]


def test_21_6_what_was_done_to_the_form_is_told(cast: Cast, template: Any) -> None:
    first, second = template["prerun"][:2]
    sent = [{"id": first["id"], "label": "X"}, field("N"), {"id": second["id"], "position": 1}]
    made(put(cast.olga, template, prerun=sent), 200)
    query = f"?entity_type=checklist&entity_id={template['id']}&without_pagination=true"
    entries = made(cast.olga.get(f"/activity-feeds{query}"), 200)
    told = {
        (entry["verb"][0], (entry["field"] or [None])[0])
        for entry in entries
        if entry["auditable_type"] == "Prerun"
    }
    assert told == {("created", None), ("updated", "label")}


def test_21_6_what_is_dropped_or_odd_is_reported(cast: Cast, template: Any) -> None:
    odd = [field("N", options=["A"], field_validation="starts_with:x", color="red")]
    answer = put(cast.olga, template, prerun=odd)
    assert set(answer.headers["X-Ignored-Fields"].split(",")) == {
        "prerun.0.color", "prerun.0.options",
    }  # fmt: skip
    (warning,) = answer.json()["meta"]["warnings"]
    assert warning.startswith("prerun.0.field_validation: ")
