"""Part 20: copies of templates, and carrying them in and out (3.8 and 4)."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from cast import Cast, Person, assemble, found
from documents import comparable, documents, export
from factories import launch, let_all_launch, made, make_template
from procession.flows import demo
from procession.flows.access import founding
from procession.kit.caller import Role
from wire import check_problem


def clone(by: Person, template: Any, body: Any = None, **options: Any) -> Any:
    return made(by.post(f"/checklists/{template['id']}/clone", body, **options))


def whole(by: Person, template: Any) -> Any:
    query = "?with=steps,stages,tags,permissions"
    return made(by.get(f"/checklists/{template['id']}{query}"), 200)


def test_20_23_clone_as_json_and_as_a_form(cast: Cast) -> None:
    template = make_template(cast.olga, 2)
    assert clone(cast.olga, template)["title"] == "COPY OF - Onboarding"
    assert clone(cast.olga, template, {"title": "Ours"})["title"] == "Ours"
    as_form = cast.olga.call(
        "POST",
        f"/checklists/{template['id']}/clone",
        data=f"tenant={cast.organization_id}&title=Mine",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert made(as_form)["title"] == "Mine"


def test_20_23_a_long_title_is_cut(cast: Cast) -> None:
    template = make_template(cast.olga, 0, title="T" * 250)
    assert clone(cast.olga, template)["title"] == f"COPY OF - {'T' * 240}"


def test_20_23_ids_and_aliases_are_new_and_the_rest_is_the_same(cast: Cast) -> None:
    steps = [{"title": "First", "assignees": [cast.leo.user_id]}, {"title": "Second"}]
    template = make_template(cast.olga, steps, users=[cast.mia.user_id])
    copy = whole(cast.mia, clone(cast.olga, template))
    original = whole(cast.mia, template)
    assert copy["users"] == [cast.mia.user_id]
    pairs = zip(copy["steps"]["data"], original["steps"]["data"], strict=True)
    for now, was in pairs:
        assert now["id"] != was["id"]
        assert now["alias"] != was["alias"]
        assert {**now, "id": 0, "alias": 0, "checklist_id": 0} | _TIMES == {
            **was, "id": 0, "alias": 0, "checklist_id": 0
        } | _TIMES  # fmt: skip


_TIMES = {"created_at": 0, "last_updated": 0}


def test_20_24_what_belongs_to_the_original_stays_there(cast: Cast) -> None:
    template = make_template(cast.olga, 1, starred=True)
    launch(cast.olga, template)
    cast_rights = {"checklist_duplicate": {"all_members": True}}
    made(cast.olga.put(f"/checklists/{template['id']}/permissions", cast_rights), 200)
    copy = clone(cast.mia, template)
    assert (copy["starred"], copy["started_processes"], copy["version"]) == (False, 0, 1)
    assert (copy["owner_id"], copy["created_by"]) == (cast.mia.user_id, cast.mia.user_id)
    assert (copy["is_public"], copy["is_public_kickoff"], copy["status"]) == (
        False, False, "started",
    )  # fmt: skip


def test_20_25_from_an_organization_of_others_is_not_found(cast: Cast) -> None:
    theirs = found(cast.server)
    template = make_template(theirs, 1)
    answer = cast.olga.post(
        f"/checklists/{template['id']}/clone", {"tenant": theirs.organization_id}
    )
    assert answer.status_code == 404
    assert cast.olga.post(f"/checklists/{template['id']}/clone").status_code == 404
    nowhere = cast.olga.post(f"/checklists/{template['id']}/clone", {"tenant": "0" * 32})
    assert nowhere.status_code == 404


def test_20_25_a_public_one_of_others_as_far_as_it_is_public(cast: Cast) -> None:
    theirs = found(cast.server)
    secret = {"guests": ["gus@guests.test"], "webhook": "https://hooks.test/secret"}
    sent = example("purchase-approval")
    sent["steps"][0] |= {**secret, "assignees": [theirs.user_id]}
    template = made(theirs.post("/checklists", {**sent, "webhook": "https://hooks.test/secret"}))
    body = {"tenant": theirs.organization_id}
    path = f"/checklists/{template['id']}/clone"
    assert cast.mia.post(path, body).status_code == 404
    made(theirs.patch(f"/checklists/{template['id']}", {"is_public": True}), 200)
    answer = cast.mia.post(path, body)
    copy = whole(cast.mia, made(answer))
    assert [step["title"] for step in copy["steps"]["data"]] == [
        step["title"] for step in sent["steps"]
    ]
    assert copy["steps"]["data"][0]["captures"]
    text = json.dumps(copy)
    assert "hooks.test" not in text
    assert "gus@guests.test" not in text
    assert (copy["automated_actions"], copy["is_public"]) == ([], False)
    assert set(answer.json()["meta"]["warnings"]) == {
        "steps.0.guests: not part of what is public",
        "steps.0.webhook: not part of what is public",
        "automated_actions: not part of what is public",
        f"steps.0.assignees: member {theirs.user_id} is not in this organization",
    }
    made(theirs.delete(f"/checklists/{template['id']}"), 200)
    assert cast.mia.post(path, body).status_code == 404


def test_20_3_8_from_another_organization_of_mine_without_its_people(cast: Cast) -> None:
    other = found(cast.server)
    email = made(cast.olga.get("/me"), 200)["email"]
    founding.add_member(cast.server.storage, other.organization_id, email=email, role=Role.ADMIN)
    step = {
        "title": "S", "assignees": [other.user_id], "guests": ["gus@guests.test"],
    }  # fmt: skip
    template = make_template(other, [step], users=[other.user_id])
    answer = cast.olga.post(
        f"/checklists/{template['id']}/clone", {"tenant": other.organization_id}
    )
    copy = whole(cast.olga, made(answer))
    (now,) = copy["steps"]["data"]
    assert (now["assignees"], now["guests"], copy["users"]) == ([], ["gus@guests.test"], [])
    assert answer.json()["meta"]["warnings"] == [
        f"steps.0.assignees: member {other.user_id} is not in this organization"
    ]


def test_20_3_8_light_members_copy_nothing(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    assert cast.leo.post(f"/checklists/{template['id']}/clone").status_code == 403


def test_20_3_8_archived_templates_are_not_copied(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    made(cast.olga.delete(f"/checklists/{template['id']}"), 200)
    assert cast.olga.post(f"/checklists/{template['id']}/clone").status_code == 404


# --- Documents ---

EXAMPLES = sorted((Path(demo.__file__).parent / "examples").glob("*.json"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_20_28_examples_come_back_as_they_went(cast: Cast, path: Path) -> None:
    sent = json.loads(path.read_text())
    answer = cast.olga.post("/checklists", sent)
    template = made(answer)
    assert "meta" not in answer.json(), answer.json().get("meta")
    assert "X-Ignored-Fields" not in answer.headers, answer.headers.get("X-Ignored-Fields")
    first = export(cast.olga, template)
    again = cast.olga.post("/checklists", first)
    assert "X-Ignored-Fields" not in again.headers
    assert comparable(export(cast.olga, made(again))) == comparable(first)
    assert len(first["automated_actions"]) == len(sent.get("automated_actions", ()))
    aliases = {field["alias"] for field in sent.get("prerun", ())}
    assert aliases == {field["alias"] for field in first["prerun"]}


#: The keys that the public tools take out of a template before they send it back.
STRIPPED = (
    "id", "owner_id", "created_by", "alias", "steps_count", "industry_tags", "topic_tags",
    "folder_id", "kickoff_title", "kickoff_description", "started_processes", "created_at",
    "last_updated", "archived_at",
)  # fmt: skip


def example(name: str) -> Any:
    (path,) = [path for path in EXAMPLES if path.stem == name]
    return json.loads(path.read_text())


def stripped(document: Any) -> Any:
    return {key: value for key, value in document.items() if key not in STRIPPED}


def test_20_28_the_command_line_tools_way(cast: Cast) -> None:
    template = made(cast.olga.post("/checklists", example("customer-onboarding")))
    path = f"/checklists/{template['id']}?with=steps,automated_actions"
    document = stripped(made(cast.olga.get(path), 200))
    back = whole(cast.olga, made(cast.olga.post("/checklists", document)))
    original = whole(cast.olga, template)
    # Milestones are not in such a document, so its steps are in none.
    lost = {"stages": 0, "permissions": 0, "kickoff_title": 0, "kickoff_description": 0}
    assert back["stages"]["data"] == []
    assert {step["stage_id"] for step in back["steps"]["data"]} == {None}
    for step in original["steps"]["data"]:
        step["stage_id"] = None
    assert comparable({**back, **lost}) == comparable({**original, **lost})


def test_20_29_what_is_not_here_is_dropped_and_said(cast: Cast) -> None:
    theirs = found(cast.server)
    people = {"assignees": [theirs.user_id], "groups": ["0" * 32], "roles": ["1" * 32]}
    sent = {
        **example("content-review"),
        "users": [theirs.user_id],
        "folder_id": "2" * 32,
    }
    sent["steps"][2] |= {
        **people,
        "guests": ["nobody", "gus@guests.test"],
        "bp_to_launch": "3" * 32,
    }
    answer = cast.olga.post("/checklists", sent)
    step = whole(cast.olga, made(answer))["steps"]["data"][2]
    assert (step["assignees"], step["groups"], step["roles"], step["bp_to_launch"]) == (
        [], [], [], None,
    )  # fmt: skip
    assert step["guests"] == ["gus@guests.test"]
    user = theirs.user_id
    assert sorted(answer.json()["meta"]["warnings"]) == [
        f"folder_id: folder {'2' * 32} is not in this organization",
        f"steps.2.assignees: member {user} is not in this organization",
        f"steps.2.bp_to_launch: template {'3' * 32} is not in this organization",
        f"steps.2.groups: group {'0' * 32} is not in this organization",
        "steps.2.guests: nobody is no address",
        f"steps.2.roles: role {'1' * 32} is not in this organization",
        f"users: member {user} is not in this organization",
    ]


def test_20_30_a_backup_without_steps_keeps_no_rule_that_points_at_them(cast: Cast) -> None:
    made(cast.olga.post("/checklists", example("purchase-approval")))
    (row,) = made(cast.olga.get("/checklists"), 200)
    assert "steps" not in row
    answer = cast.olga.post("/checklists", stripped(row))
    back = made(answer)
    assert (back["automated_actions"], back["steps_count"]) == ([], 0)
    assert [field["alias"] for field in back["prerun"]] == [
        field["alias"] for field in row["prerun"]
    ]
    warnings = answer.json()["meta"]["warnings"]
    assert sum("the rule was left out" in warning for warning in warnings) == 2


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"type": "template"}, "type"),
        ({"title": None}, "title"),
        ({"title": " "}, "title"),
        ({"steps.3.captures.0.field_type": "slider"}, "steps.3.captures.0.field_type"),
        ({"steps.1.deadline": {"value": 1, "unit": "aeons"}}, "steps.1.deadline.unit"),
        ({"steps.1.step_type": "milestone"}, "steps.1.step_type"),
        ({"steps.1.id": "say-what-is-needed-and-why"}, "steps.1.id"),
        ({"prerun.0.label": ""}, "prerun.0.label"),
        ({"automated_actions.0.conditions.0.operation": "sings"},
         "automated_actions.0.conditions.0.operation"),
        ({"automated_actions.0.then_actions.0.action_verb": "hide"},
         "automated_actions.0.then_actions.0.action_verb"),
    ],
)  # fmt: skip
def test_20_4_a_broken_document_makes_nothing(cast: Cast, change: Any, path: str) -> None:
    sent = example("purchase-approval")
    for keys, value in change.items():
        *inside, last = keys.split(".")
        place: Any = sent
        for key in inside:
            place = place[int(key)] if isinstance(place, list) else place[key]
        place[last] = value
    answer = cast.olga.post("/checklists", sent)
    assert answer.status_code == 422, answer.text
    assert path in answer.json()["errors"], answer.json()
    assert made(cast.olga.get("/checklists"), 200) == []


def test_20_4_documents_have_limits(cast: Cast) -> None:
    steps = [{"title": "S"}] * 1001
    sent = {"title": "T", "type": "procedure", "steps": steps}
    assert set(cast.olga.post("/checklists", sent).json()["errors"]) == {"steps"}
    field = {"label": "F", "field_type": "text", "required": False}
    sent["steps"] = [{"title": "S", "captures": [field] * 201}]
    assert set(cast.olga.post("/checklists", sent).json()["errors"]) == {"steps.0.captures"}


def test_20_4_an_alias_that_stands_twice_is_made_anew_and_texts_follow(cast: Cast) -> None:
    field = {"label": "Name", "field_type": "text", "required": False, "alias": "name-1"}
    sent = {
        "title": "T",
        "type": "procedure",
        "summary": "For {{name-1}}",
        "prerun": [field],
        "steps": [{"title": "Greet {{ name-1 }}", "alias": "greet-1", "captures": [field]}],
    }
    back = whole(cast.olga, made(cast.olga.post("/checklists", sent)))
    (step,) = back["steps"]["data"]
    aliases = [back["prerun"][0]["alias"], step["captures"][0]["alias"]]
    assert step["alias"] == "greet-1"
    assert "name-1" not in aliases
    assert len(set(aliases)) == 2
    assert step["title"].removeprefix("Greet {{").removesuffix("}}") in aliases
    assert back["summary"].removeprefix("For {{").removesuffix("}}") in aliases


def test_20_23_rules_deadlines_milestones_and_texts_of_a_clone_point_into_it(cast: Cast) -> None:
    template = made(cast.olga.post("/checklists", example("employee-onboarding")))
    original, copy = whole(cast.olga, template), whole(cast.olga, clone(cast.olga, template))
    own = set(re.findall("[0-9a-f]{32}", json.dumps(copy)))
    shared = own & set(re.findall("[0-9a-f]{32}", json.dumps(original)))
    assert shared == set()
    anew = {field["alias"] for field in copy["prerun"]}
    assert anew.isdisjoint({field["alias"] for field in original["prerun"]})
    named = re.findall(r"{{(.*?)}}", copy["default_process_name_format"])
    assert len(named) == 2
    assert set(named) <= anew
    (shown,) = [s["title"] for s in copy["steps"]["data"] if s["title"].startswith("Show ")]
    assert re.findall(r"{{(.*?)}}", shown)[0] in anew
    assert _shape(copy) == _shape(original)


def _shape(document: Any) -> Any:
    """Without aliases, which a clone has anew, and its title."""
    text = comparable({**document, "title": "", "permissions": 0}).decode()
    text = re.sub(r'"alias": "[^"]*"', '"alias": ""', text)
    return re.sub(r"{{.*?}}", "{{}}", text)


def test_20_48_milestones_survive_clone_and_import_in_order(cast: Cast) -> None:
    template = made(cast.olga.post("/checklists", example("employee-offboarding")))
    names = ["Notice", "Handover", "Last day", "Afterwards"]
    for copy in (clone(cast.olga, template),
                 made(cast.olga.post("/checklists", export(cast.olga, template)))):  # fmt: skip
        stages = whole(cast.olga, copy)["stages"]["data"]
        assert [stage["name"] for stage in stages] == names
        assert [len(stage["step_ids"]) for stage in stages] == [2, 1, 3, 1]


def test_20_4_an_import_is_its_importers_and_nobody_elses(cast: Cast) -> None:
    shared = {"is_public": True, "is_pinned": True, "is_featured": True, "starred": True}
    sent = {
        **example("access-request"),
        **shared,
        "is_public_kickoff": True,
        "increment_id": 7,
        "owner_id": cast.olga.user_id,
        "created_by": cast.olga.user_id,
    }
    back = made(cast.mia.post("/checklists", sent))
    assert {back[key] for key in (*shared, "is_public_kickoff")} == {False}
    assert (back["owner_id"], back["created_by"]) == (cast.mia.user_id, cast.mia.user_id)
    assert (back["status"], back["kickoff_sharing_user_id"]) == ("started", None)


def test_20_4_a_template_is_exported_to_who_reads_it(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    assert cast.leo.get(f"/checklists/{template['id']}/export").status_code == 200
    closed = {
        name: {"all_members": False}
        for name in ("checklist_read", "process_read", "process_launch")
    }
    made(cast.olga.put(f"/checklists/{template['id']}/permissions", closed), 200)
    assert cast.leo.get(f"/checklists/{template['id']}/export").status_code == 404


def test_20_4_whatever_is_exported_comes_back_equal_to_the_byte(cast: Cast) -> None:
    """Made-up templates with every feature: export, import, export."""
    group = cast.group(cast.mia)
    title = made(cast.olga.post("/roles", {"name": "Account manager"}))["id"]
    users = [cast.olga.user_id, cast.mia.user_id, cast.leo.user_id]

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(documents(users, [group], [title]))
    def check(document: Any) -> None:
        answer = cast.olga.post("/checklists", document)
        first = export(cast.olga, made(answer))
        again = cast.olga.post("/checklists", first)
        assert made(again)
        assert "X-Ignored-Fields" not in again.headers, again.headers["X-Ignored-Fields"]
        assert comparable(export(cast.olga, again.json()["data"])) == comparable(first)
        assert len(first["automated_actions"]) == len(document["automated_actions"])
        assert [step["title"] for step in first["steps"]["data"]] == [
            step["title"] for step in reversed(document["steps"])
        ]

    check()


def test_20_4_tags_and_custom_fields_come_along_where_they_are_known(cast: Cast) -> None:
    tag = made(cast.olga.post("/tags", {"title": "Legal"}))
    for kind, name in (("template", "cost"), ("step", "room"), ("form_field", "unit"),
                       ("kickoff_field", "unit")):  # fmt: skip
        key = {"key": name, "applies_to": kind, "field_type": "text"}
        made(cast.olga.post("/custom-field-keys", key))
    sent = example("content-review")
    sent |= {"tags": ["Legal", "Unheard of"], "custom_fields": {"cost": "12", "colour": "red"}}
    sent["prerun"][0]["custom_fields"] = {"unit": "m"}
    sent["steps"][0] |= {"tags": [{"title": "Gone", "tag_id": tag["id"]}],
                         "custom_fields": {"room": "B"}}  # fmt: skip
    sent["steps"][0]["captures"][0]["custom_fields"] = {"unit": "kg"}
    answer = cast.olga.post("/checklists", sent)
    assert sorted(answer.json()["meta"]["warnings"]) == [
        "custom_fields.colour: no such custom field takes it in this organization",
        "tags: tag Unheard of is not in this organization",
    ]
    first = export(cast.olga, made(answer))
    step = first["steps"]["data"][0]
    assert [each["title"] for each in first["tags"]["data"]] == ["Legal"]
    assert [each["tag_id"] for each in step["tags"]] == [tag["id"]]
    values = (first, first["prerun"][0], step, step["captures"][0])
    assert [each["custom_fields"] for each in values] == [
        {"cost": "12"}, {"unit": "m"}, {"room": "B"}, {"unit": "kg"},
    ]  # fmt: skip
    again = cast.olga.post("/checklists", first)
    assert "meta" not in again.json()
    assert _without_numbers(export(cast.olga, made(again))) == _without_numbers(first)


def test_20_4_whatever_stands_for_tags_is_no_crash(cast: Cast) -> None:
    wild: list[Any] = ["", " ", "\x01", "T" * 99, 7, None, [], {}, {"title": 5}, True]
    sent = {"title": "T", "type": "form", "tags": wild, "custom_fields": {"\x01": "\x01"},
            "steps": [{"title": "S", "tags": wild, "custom_fields": {"a": [wild]}}]}  # fmt: skip
    answer = cast.olga.post("/checklists", sent)
    assert answer.status_code == 201, answer.text
    assert len(answer.json()["meta"]["warnings"]) == 2 * len(wild) + 2


def test_20_4_schedules_come_along_paused(cast: Cast) -> None:
    field = {"label": "Client", "field_type": "text", "required": False, "alias": "client"}
    more = {"label": "How much", "field_type": "text", "required": False, "alias": "much",
            "field_validation": ["numeric"]}  # fmt: skip
    source = make_template(cast.olga, 1, prerun=[field, more])
    let_all_launch(cast.olga, source)
    client, much = source["prerun"]
    body = {"checklist_id": source["id"], "cron": {"every": "day", "time": "09:30"},
            "name_format": "{{client}} again", "timezone": "Europe/Berlin"}  # fmt: skip
    hers = made(cast.mia.post("/recurring-jobs", {**body, "prerun": {client["id"]: "Acme"}}))
    made(cast.olga.post("/recurring-jobs", {**body, "cron": "0 8 * * mon", "active": False,
                                            "prerun": {"How much": "5"}}))  # fmt: skip
    first = export(cast.olga, source)
    shown = {"name_format": "{{client}} again", "timezone": "Europe/Berlin"}
    assert first["schedules"]["data"] == [
        {**shown, "cron": body["cron"], "prerun": {client["alias"]: "Acme"}, "active": True},
        {**shown, "cron": "0 8 * * MON", "prerun": {much["alias"]: "5"}, "active": False},
    ]
    # Standard members see their own, light ones none.
    seen = [len(export(each, source)["schedules"]["data"]) for each in (cast.mia, cast.leo)]
    assert (seen, hers["next_run_at"] is None) == ([1, 0], False)
    again = cast.olga.post("/checklists", first)
    copy = made(again)
    assert again.json()["meta"]["warnings"] == [
        "schedules: they are paused: make those active that shall launch from here"
    ]
    assert "X-Ignored-Fields" not in again.headers
    assert comparable(export(cast.olga, copy)) == comparable(first)
    of_copy = [each for each in made(cast.olga.get("/recurring-jobs?per_page=100"), 200)
               if each["checklist_id"] == copy["id"]]  # fmt: skip
    for each in of_copy:
        assert (each["active"], each["next_run_at"]) == (False, None)
        assert (each["owner_id"], each["created_by"]) == (cast.olga.user_id, cast.olga.user_id)
    started = made(cast.olga.put(f"/recurring-jobs/{of_copy[0]['id']}", {"active": True}), 200)
    assert started["next_run_at"] is not None


def test_20_4_what_a_schedule_cannot_have_here_is_told(cast: Cast) -> None:
    field = {"id": "f", "label": "How much", "field_type": "text", "required": False,
             "field_validation": ["numeric"]}  # fmt: skip
    sent = {"title": "T", "type": "procedure", "prerun": [field]}
    wrong = [
        {"cron": "never"},
        {},
        {"cron": "0 9 * * MON#9"},
        {"cron": "0 9 * * *", "timezone": "X/Y"},
    ]
    answer = cast.olga.post("/checklists", {**sent, "title": None, "schedules": wrong})
    assert sorted(check_problem(answer, 422)["errors"]) == [
        "schedules.0.cron", "schedules.1.cron", "schedules.2.cron", "schedules.3.timezone", "title",
    ]  # fmt: skip
    many = [{"cron": "0 9 * * *"}] * 51
    answer = cast.olga.post("/checklists", {**sent, "schedules": many})
    assert list(check_problem(answer, 422)["errors"]) == ["schedules"]
    answers = [{"F": "much"}, {"Colour": "red"}, {"how much": "5"}]
    answer = cast.olga.post(
        "/checklists", {**sent, "schedules": [{**many[0], "prerun": each} for each in answers]}
    )
    copy = made(answer)
    paused, refused, unknown = answer.json()["meta"]["warnings"]
    assert paused.startswith("schedules: they are paused")
    assert refused == f"schedules.0.prerun.{copy['prerun'][0]['id']}: How much must be a number."
    assert unknown.startswith('schedules.1.prerun.Colour: Unknown form field "Colour".')
    kept = export(cast.olga, copy)["schedules"]["data"]
    assert [each["prerun"] for each in kept] == [{}, {}, {copy["prerun"][0]["alias"]: "5"}]


def test_20_3_8_a_copy_has_no_schedules_and_says_so(cast: Cast) -> None:
    source = make_template(cast.olga, 1)
    body = {"checklist_id": source["id"], "cron": "0 9 * * *"}
    made(cast.olga.post("/recurring-jobs", body))
    answer = cast.olga.post(f"/checklists/{source['id']}/clone")
    assert answer.json()["meta"]["warnings"] == ["schedules: 1 of the original are not copied"]
    assert export(cast.olga, made(answer))["schedules"] == {"data": []}


def _without_numbers(document: Any) -> bytes:
    """Tags are associated anew, under other numbers."""
    return re.sub(rb'"id": [0-9]+', b'"id": 0', comparable(document))


def test_an_imported_alias_is_given_to_nothing_else(cast: Cast) -> None:
    """Aliases are numbered for each organization, and an import brings those of another one."""
    field = {"label": "Vendor", "field_type": "text", "required": False}
    stan = assemble(cast.server).olga
    source = make_template(stan, [{"title": "Sign"}])
    step = made(stan.get(f"/checklists/{source['id']}/steps"), 200)[0]
    below = f"/checklists/{source['id']}/steps/{step['id']}/captures"
    brought = [made(stan.post(below, field))["alias"] for _ in range(3)]
    exported = stan.get(f"/checklists/{source['id']}/export").json()
    imported = made(cast.olga.post("/checklists", exported))
    (kept,) = made(cast.olga.get(f"/checklists/{imported['id']}/steps"), 200)
    assert [each["alias"] for each in kept["captures"]] == brought
    below = f"/checklists/{imported['id']}/steps/{kept['id']}/captures"
    given = [made(cast.olga.post(below, field))["alias"] for _ in range(6)]
    assert len({*brought, *given}) == 9
