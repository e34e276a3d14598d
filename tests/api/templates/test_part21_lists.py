"""Part 21, 8: option lists, and row 32: fields that follow them."""

import secrets
import threading
from typing import Any

import msgspec
import pytest

from backdoor import change_template, content_of, publish
from cast import Cast, Person
from factories import launch, let_all_launch, made, make_rule, make_template
from procession.domains.templates.types import Content
from wire import check_pagination, check_problem

TOWNS = ["Oslo", "Bonn", "Rome"]


def make_list(by: Person, rows: Any = TOWNS, **fields: Any) -> Any:
    body = {"title": f"Towns {secrets.token_hex(4)}", "columns": ["Name"], "rows": rows, **fields}
    return made(by.post("/lists", body))


def row(number: int, text: str) -> Any:
    return {"id": number, "cells": {"1": text}}


def link(by: Person, template: Any, kept: Any, field_type: str = "dropdown") -> Any:
    """A kick-off field and one of the first step follow the list; the latter is answered."""
    body = {"label": "Town", "field_type": field_type, "required": False, "list": kept["id"]}
    path = f"/checklists/{template['id']}"
    made(by.post(f"{path}/preruns", body))
    first, *_ = made(by.get(f"{path}/steps"), 200)
    return made(by.post(f"{path}/steps/{first['id']}/captures", body))


def read(by: Person, template: Any, query: str = "?with=steps") -> Any:
    return made(by.get(f"/checklists/{template['id']}{query}"), 200)


def options_of(by: Person, template: Any, query: str = "?with=steps") -> Any:
    """Texts of both fields, which must be the same."""
    whole = read(by, template, query)
    fields = [whole["prerun"][0], whole["steps"]["data"][0]["captures"][0]]
    first, second = ([option["text"] for option in field["options"]] for field in fields)
    assert first == second
    return first


def test_21_8_the_life_of_a_list(cast: Cast) -> None:
    body = {
        "title": " Towns ",
        "columns": [{"label": "Name"}, "Country"],
        "rows": [["Oslo", "NO"], {"cells": {"1": "Bonn"}}],
    }
    kept = made(cast.mia.post("/lists", body))
    assert kept == {
        "id": kept["id"],
        "title": "Towns",
        "columns": [{"id": 1, "label": "Name"}, {"id": 2, "label": "Country"}],
        "rows": [
            {"id": 1, "cells": {"1": "Oslo", "2": "NO"}}, {"id": 2, "cells": {"1": "Bonn"}},
        ],
        "option_column_id": 1,
        "used_by": 0,
        "created_at": kept["created_at"],
        "last_updated": kept["created_at"],
    }  # fmt: skip
    path = f"/lists/{kept['id']}"
    assert made(cast.leo.get(path), 200) == kept
    echoed = cast.mia.put(path, kept)
    assert made(echoed, 200) == kept
    assert "X-Ignored-Fields" not in echoed.headers
    renamed = made(cast.mia.patch(path, {"title": "Places"}), 200)
    assert (renamed["title"], renamed["rows"]) == ("Places", kept["rows"])
    changed = made(cast.mia.put(path, {"rows": [row(2, "Bonn"), "Rome"]}), 200)
    assert changed["rows"] == [row(2, "Bonn"), row(3, "Rome")]
    assert made(cast.mia.delete(path), 200) == changed
    for answer in (cast.mia.get(path), cast.mia.delete(path), cast.mia.put(path, {})):
        check_problem(answer, 404, "RESOURCE_NOT_FOUND")
    feed = "/activity-feeds?type=organization&sort=created_at&without_pagination=true"
    told = [each for each in made(cast.olga.get(feed), 200) if each["auditable_id"] == kept["id"]]
    assert [(each["verb"][0], each["field"]) for each in told] == [
        ("created", None), ("updated", ["title"]), ("updated", ["rows"]), ("deleted", None),
    ]  # fmt: skip
    assert [each["old_value"] for each in told[1:3]] == [["Towns"], [2]]


def test_21_8_lists_are_listed_and_found_by_title(cast: Cast) -> None:
    for title in ("cities 100%", "Animals", "Towns"):
        make_list(cast.mia, title=title)

    def titles(query: str = "") -> list[str]:
        return [each["title"] for each in made(cast.leo.get(f"/lists{query}"), 200)]

    assert titles() == ["Animals", "cities 100%", "Towns"]
    assert titles("?q=100%25") == ["cities 100%"]
    assert titles("?q=t") == ["cities 100%", "Towns"]
    assert titles("?sort=-title&per_page=1&page=2") == ["cities 100%"]
    assert titles("?sort=created_at") == ["cities 100%", "Animals", "Towns"]
    assert check_pagination(cast.leo.get("/lists?per_page=2"))["total"] == 3
    assert check_pagination(cast.leo.get("/lists?without_pagination=true"))["total_pages"] == 1


def test_21_8_titles_are_unique(cast: Cast) -> None:
    kept, other = make_list(cast.mia, title="Towns"), make_list(cast.mia, title="Places")
    said = {"title": ["The title has already been taken."]}
    body = {"title": "TOWNS", "columns": ["Name"]}
    assert check_problem(cast.mia.post("/lists", body), 422)["errors"] == said
    taken = cast.mia.put(f"/lists/{other['id']}", {"title": "towns"})
    assert check_problem(taken, 422)["errors"] == said
    assert made(cast.mia.put(f"/lists/{kept['id']}", {"title": "TOWNS"}), 200)["title"] == "TOWNS"
    strangers = cast.stranger()
    strangers.organization_id = made(strangers.client.get("/me/organizations"), 200)[0]["id"]
    make_list(strangers, title="Towns")


def test_21_8_of_two_who_want_a_title_one_gets_it(cast: Cast) -> None:
    body = {"title": "Towns", "columns": ["Name"]}
    statuses: list[int] = []

    def create(by: Person) -> None:
        statuses.append(by.post("/lists", body).status_code)

    both = [threading.Thread(target=create, args=(by.again(),)) for by in (cast.mia, cast.olga)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(statuses) == [201, 422]


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, {"title", "columns"}),
        ({"title": "", "columns": ["Name"]}, {"title"}),
        ({"title": "T", "columns": "Name"}, {"columns"}),
        ({"title": "T", "columns": [7, {}]}, {"columns.1.label"}),
        ({"title": "T", "columns": ["Name"], "rows": {"1": "Oslo"}}, {"rows"}),
        ({"title": "T", "columns": ["Name"], "rows": [{"cells": {"2": "x"}}]}, {"rows.0.cells.2"}),
        ({"title": "T", "columns": ["Name"], "option_column_id": 2}, {"option_column_id"}),
        ({"title": "T", "columns": ["N"] * 51, "rows": ["x"] * 5001}, {"columns", "rows"}),
    ],
)
def test_21_8_wrong_lists(cast: Cast, body: Any, paths: set[str]) -> None:
    assert set(check_problem(cast.olga.post("/lists", body), 422)["errors"]) == paths
    assert made(cast.olga.get("/lists"), 200) == []


def test_21_8_a_list_at_its_limits(cast: Cast) -> None:
    kept = make_list(cast.olga, [f"Town {number}" for number in range(5_000)])
    assert len(made(cast.olga.get(f"/lists/{kept['id']}"), 200)["rows"]) == 5_000


def test_21_8_light_members_read_lists_only(cast: Cast) -> None:
    kept = make_list(cast.olga)
    for answer in (
        cast.leo.post("/lists", {"columns": 7}),
        cast.leo.put(f"/lists/{kept['id']}", {"title": ""}),
        cast.leo.delete(f"/lists/{kept['id']}"),
    ):
        check_problem(answer, 403)
    assert made(cast.leo.get("/lists"), 200) == [kept]


def test_21_32_fields_show_the_rows_and_processes_keep_theirs(cast: Cast) -> None:
    kept, template, other = make_list(cast.mia), make_template(cast.olga), make_template(cast.olga)
    link(cast.olga, template, kept)
    assert made(cast.mia.get("/lists"), 200)[0]["used_by"] == 2
    before = read(cast.olga, template)
    path = f"/lists/{kept['id']}"
    made(cast.mia.put(path, {"rows": [row(1, "Oslo"), row(2, "Cologne")]}), 200)
    assert options_of(cast.olga, template) == ["Oslo", "Cologne"]
    after = read(cast.olga, template)
    assert (after["version"], after["last_updated_by"]) == (1, cast.mia.user_id)
    assert [each["id"] for each in after["prerun"]] == [each["id"] for each in before["prerun"]]

    launch(cast.olga, template)
    made(cast.mia.put(path, {"rows": [row(1, "Oslo")]}), 200)
    assert options_of(cast.olga, template) == ["Oslo"]
    assert read(cast.olga, template)["version"] == 2
    for field in content_of(cast, template, 1).all_fields():
        assert [option.text for option in field.options] == ["Oslo", "Cologne"]
    # Nothing an option shows has changed: no template has, either.
    made(cast.mia.put(path, {"title": "Places", "columns": [{"id": 1, "label": "Town"}]}), 200)
    assert read(cast.olga, template)["version"] == 2
    feed = f"/activity-feeds?entity_type=checklist&entity_id={template['id']}"
    told = [each for each in made(cast.olga.get(feed), 200) if each["field"] == ["options"]]
    assert len(told) == 2
    assert kept["title"] in told[0]["description"][0]
    assert read(cast.olga, other)["last_updated"] == other["last_updated"]


def test_21_32_archived_templates_follow_too(cast: Cast) -> None:
    kept, template = make_list(cast.mia), make_template(cast.olga)
    link(cast.olga, template, kept)
    made(cast.olga.delete(f"/checklists/{template['id']}"), 200)
    made(cast.mia.put(f"/lists/{kept['id']}", {"rows": ["Paris", "Nice"]}), 200)
    made(cast.olga.put(f"/checklists/{template['id']}/restore"), 200)
    assert options_of(cast.olga, template) == ["Paris", "Nice"]


def test_21_32_with_drafts_readers_and_editors_see_the_new_options(cast: Cast) -> None:
    kept, template = make_list(cast.mia), make_template(cast.olga)
    link(cast.olga, template, kept)
    let_all_launch(cast.olga, template)
    publish(cast, template)
    path = f"/lists/{kept['id']}"
    launch(cast.mia, template)

    # Nothing has been edited since: it stays published.
    made(cast.mia.put(path, {"rows": ["Oslo", "Paris"]}), 200)
    for by in (cast.mia, cast.olga):
        assert options_of(by, template) == ["Oslo", "Paris"]
        assert read(by, template)["is_published_state"] is True

    def with_one_step(content: Content) -> Content:
        return msgspec.structs.replace(content, steps=content.steps[:1])

    change_template(cast, template, with_one_step, title="Draft")
    made(cast.mia.put(path, {"rows": ["Oslo"]}), 200)
    for by, title, count in ((cast.mia, "Onboarding", 3), (cast.olga, "Draft", 1)):
        whole = read(by, template)
        assert options_of(by, template) == ["Oslo"]
        assert (whole["title"], whole["steps_count"]) == (title, count)
    launch(cast.mia, template)
    made(cast.mia.put(path, {"rows": ["Nice", "Oslo"]}), 200)
    for by, title, count in ((cast.mia, "Onboarding", 3), (cast.olga, "Draft", 1)):
        whole = read(by, template)
        assert options_of(by, template) == ["Nice", "Oslo"]
        assert (whole["title"], whole["steps_count"]) == (title, count)
        assert whole["is_published_state"] is (by is cast.mia)
    assert made(cast.mia.get(path), 200)["used_by"] == 2


def test_21_8_a_list_in_use_is_not_deleted(cast: Cast) -> None:
    kept = make_list(cast.mia)
    path = f"/lists/{kept['id']}"
    shown = [make_template(cast.olga, title=title) for title in ("Hire", "Buy")]
    hidden = make_template(cast.olga, title="Secret")
    closed = {"checklist_read": {"all_members": False}, "process_read": {"all_members": False}}
    made(cast.olga.put(f"/checklists/{hidden['id']}/permissions", closed), 200)
    link(cast.olga, hidden, kept)
    said = check_problem(cast.mia.delete(path), 422)["message"]
    assert said.endswith("it is used by 1 template that you do not see.")
    for template in shown:
        link(cast.olga, template, kept)
    made(cast.olga.delete(f"/checklists/{shown[1]['id']}"), 200)
    assert made(cast.mia.get(path), 200)["used_by"] == 6
    said = check_problem(cast.mia.delete(path), 422)["message"]
    assert said.endswith('it is used by "Buy (archived)", "Hire" and 1 more template.')
    assert "Secret" not in said
    assert made(cast.mia.get(path), 200)["rows"] == kept["rows"]
    for template in (*shown, hidden):
        cast.olga.delete(f"/checklists/{template['id']}")
        made_nothing = cast.olga.delete(f"/checklists/{template['id']}/delete")
        assert made_nothing.status_code == 200
    assert made(cast.mia.delete(path), 200)["used_by"] == 0


def test_21_8_a_field_has_the_options_of_its_list(cast: Cast) -> None:
    kept, template = make_list(cast.mia), make_template(cast.olga, 1)
    field = link(cast.olga, template, kept)
    assert (field["list"], [each["text"] for each in field["options"]]) == (kept["id"], TOWNS)
    assert [each["id"] for each in field["options"]] == [1, 2, 3]
    path = f"/checklists/{template['id']}/steps/{field['step_id']}/captures/{field['id']}"
    own = cast.olga.put(path, {"options": ["A", "B"], "label": "City"})
    assert own.headers["X-Ignored-Fields"] == "options"
    assert made(own, 200)["options"] == field["options"]
    echoed = cast.olga.put(path, made(own, 200))
    assert "X-Ignored-Fields" not in echoed.headers
    assert made(echoed, 200) == made(own, 200)
    # Unlinked, it keeps what it had as its own.
    alone = made(cast.olga.put(path, {"list": None}), 200)
    assert (alone["list"], alone["options"]) == (None, field["options"])
    made(cast.mia.put(f"/lists/{kept['id']}", {"rows": ["Nice"]}), 200)
    after = read(cast.olga, template)["steps"]["data"][0]["captures"][0]
    assert after["options"] == field["options"]
    other = make_list(cast.mia, ["Kiel", "Cork"])
    again = made(cast.olga.put(path, {"list": other["id"].upper()}), 200)
    assert [each["text"] for each in again["options"]] == ["Kiel", "Cork"]
    assert again["list"] == other["id"]


def test_21_8_fields_sent_with_a_template_or_a_step_follow_lists(cast: Cast) -> None:
    kept = make_list(cast.mia)
    field = {"label": "Town", "field_type": "radio", "required": True, "list": kept["id"]}
    steps = [{"title": "Go", "captures": [field]}]
    template = make_template(cast.olga, steps, prerun=[field])
    assert options_of(cast.olga, template) == TOWNS
    step = made(
        cast.olga.post(f"/checklists/{template['id']}/steps", {"title": "S", "captures": [field]})
    )
    assert [option["text"] for option in step["captures"][0]["options"]] == TOWNS
    assert made(cast.olga.get(f"/lists/{kept['id']}"), 200)["used_by"] == 3


def test_21_8_a_copy_follows_the_list_too(cast: Cast) -> None:
    kept, template = make_list(cast.mia), make_template(cast.olga, 1)
    link(cast.olga, template, kept)
    copy = made(cast.olga.post(f"/checklists/{template['id']}/clone", {}))
    made(cast.mia.put(f"/lists/{kept['id']}", {"rows": ["Nice", "Kiel"]}), 200)
    assert options_of(cast.olga, copy) == options_of(cast.olga, template) == ["Nice", "Kiel"]
    assert made(cast.olga.get(f"/lists/{kept['id']}"), 200)["used_by"] == 4


def test_21_8_lists_that_a_field_cannot_follow(cast: Cast) -> None:
    template, one, none = (
        make_template(cast.olga, 1),
        make_list(cast.mia, ["A"]),
        make_list(cast.mia, []),
    )
    body = {"label": "Town", "field_type": "radio", "required": False}
    stranger = cast.stranger()
    stranger.organization_id = made(stranger.client.get("/me/organizations"), 200)[0]["id"]
    foreign = make_list(stranger)
    for list_id, path, sentence in (
        ("0" * 32, "list", "The selected list is invalid."),
        ("nonsense", "list", "The selected list is invalid."),
        (foreign["id"], "list", "The selected list is invalid."),
        (one["id"], "options", "The options must have at least 2 items."),
        (none["id"], "options", "The options field is required."),
    ):
        answer = cast.olga.post(f"/checklists/{template['id']}/preruns", {**body, "list": list_id})
        assert check_problem(answer, 422)["errors"][path] == [sentence]
    answer = cast.olga.post(
        f"/checklists/{template['id']}/preruns",
        {**body, "field_type": "text", "list": one["id"]},
    )
    assert answer.headers["X-Ignored-Fields"] == "list"
    assert made(answer)["list"] is None


def test_21_8_a_list_may_become_shorter_than_a_radio_likes(cast: Cast) -> None:
    """The form stays editable."""
    kept, template = make_list(cast.mia), make_template(cast.olga, 1)
    field = link(cast.olga, template, kept, "radio")
    made(cast.mia.put(f"/lists/{kept['id']}", {"rows": [row(1, "Oslo")]}), 200)
    path = f"/checklists/{template['id']}/steps/{field['step_id']}/captures/{field['id']}"
    assert made(cast.olga.put(path, {"label": "City"}), 200)["label"] == "City"


def test_21_30_rules_follow_rows_that_are_renamed(cast: Cast) -> None:
    kept, template = make_list(cast.mia), make_template(cast.olga, title="Travel")
    field = link(cast.olga, template, kept)
    condition = {"conditionable_type": "Capture", "conditionable_id": field["id"]}
    conditions = [
        {**condition, "operation": "equals", "statement": 2},
        {**condition, "operation": "equals_any", "statement": "Oslo,Rome"},
    ]
    made_rule = make_rule(cast.olga, template, conditions=conditions)
    assert [each["statement"] for each in made_rule["conditions"]] == ["Bonn", ["Oslo", "Rome"]]
    path = f"/lists/{kept['id']}"
    answer = cast.olga.put(path, {"rows": [row(1, "Oslo"), row(2, "Cologne"), "Rome"]})
    assert "meta" not in answer.json()
    (rule,) = read(cast.olga, template)["automated_actions"]
    assert [each["statement"] for each in rule["conditions"]] == ["Cologne", ["Oslo", "Rome"]]
    assert rule["last_updated"] >= made_rule["last_updated"]
    # Who may not edit the template is told nothing about what is in it.
    assert "meta" not in cast.mia.put(path, {"rows": [row(1, "Oslo"), "Nice"]}).json()
    made(cast.olga.put(path, {"rows": [row(1, "Oslo"), "Cologne", "Rome"]}), 200)
    answer = cast.olga.put(path, {"rows": [row(1, "Oslo"), "Nice"]})
    warnings = answer.json()["meta"]["warnings"]
    assert len(warnings) == 2
    assert all(each.startswith("Travel: ") and "which is gone" in each for each in warnings)


def test_21_8_linking_and_changing_at_once_leave_no_old_options(cast: Cast) -> None:
    """Whichever comes first, the field has the rows of the list in the end."""
    kept = make_list(cast.mia)
    templates = [make_template(cast.olga, 1) for _ in range(6)]
    answers: list[int] = []

    def link_all() -> None:
        olga = cast.olga.again()
        body = {"label": "T", "field_type": "dropdown", "required": False, "list": kept["id"]}
        for template in templates:
            answer = olga.post(f"/checklists/{template['id']}/preruns", body)
            answers.append(answer.status_code)

    def change_all() -> None:
        mia = cast.mia.again()
        for number in range(12):
            rows = [f"Town {number}", "Bonn"]
            answers.append(mia.put(f"/lists/{kept['id']}", {"rows": rows}).status_code)

    both = [threading.Thread(target=link_all), threading.Thread(target=change_all)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert set(answers) == {200, 201}
    for template in templates:
        (field,) = read(cast.olga, template)["prerun"]
        assert [option["text"] for option in field["options"]] == ["Town 11", "Bonn"]
