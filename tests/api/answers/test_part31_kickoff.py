"""Part 31: answers that a launch brings, and the kick-off form after it (rows 1 to 22, 27, 28, 34,
36, and 31 for the kick-off form).

How each type is read, in all its ways, is in tests/content/test_answers.py: here is what of it can
be seen from outside. The other rows are in the other files of this part; row 29 waits for rules.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cast import GUS, Cast, Guest, Person
from factories import (
    activity_of,
    complete,
    launch,
    made,
    make_template,
    read,
    tasks_of,
    verbs_of,
)

GOLD = {"id": 2, "text": "Gold"}
SSO = [{"id": 1, "text": "SSO", "selected": True}]
TEXT = {"label": "Client", "field_type": "text", "required": False}
PLAN = {
    "label": "Plan", "field_type": "dropdown", "required": False,
    "options": [{"id": 1, "text": "Silver"}, {"id": 2, "text": "Gold"}],
}  # fmt: skip
LEVEL = {**PLAN, "label": "Level", "field_type": "radio"}
EXTRAS = {
    "label": "Extras", "field_type": "multiselect", "required": False,
    "options": [{"id": 1, "text": "SSO"}, {"id": 2, "text": "API"}],
}  # fmt: skip
TABLE = {"label": "Order", "field_type": "table", "required": False, "columns": ["Item", "Qty"]}


def each(*values: Any) -> Any:
    """Values of all kinds, whatever a checker of types would like them to have in common."""
    return values


def plain(field_type: str, **keys: Any) -> Any:
    return {"label": field_type.title(), "field_type": field_type, "required": False, **keys}


def form(by: Person, *asked: Any, **fields: Any) -> Any:
    return make_template(by, fields.pop("steps", 1), prerun=list(asked), **fields)


def ids_of(template: Any) -> list[str]:
    return [field["id"] for field in template["prerun"]]


def only_id(template: Any) -> str:
    (field_id,) = ids_of(template)
    return field_id


def kept(by: Person, asked: Any, value: Any) -> Any:
    """What is read of a value that a launch brought."""
    template = form(by, asked)
    process = launch(by, template, prerun={only_id(template): value})
    return read(by, process)["prerun"].get(only_id(template))


def errors_of(answer: Any, status: int = 422) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()["errors"]


def refusal(by: Person, asked: Any, value: Any) -> str:
    """The sentence about a value that no launch takes."""
    template = form(by, asked)
    sent: Any = {"checklist_id": template["id"], "prerun": {only_id(template): value}}
    ((path, (sentence,)),) = errors_of(by.post("/runs", sent)).items()
    assert path == f"prerun.{only_id(template)}"
    assert made(by.get(f"/runs?checklist_id={template['id']}"), 200) == []
    return str(sentence)


def test_31_1_answers_are_read_as_they_were_sent(cast: Cast) -> None:
    template = form(cast.olga, TEXT, PLAN, EXTRAS, LEVEL)
    sent = dict(zip(ids_of(template), ("Ann", GOLD, SSO, "Silver"), strict=True))
    process = launch(cast.olga, template, prerun=sent)
    assert process["prerun"] == read(cast.olga, process)["prerun"] == sent
    assert (process["prerun_status"], process["prerun_length"]) == ("complete", 4)
    assert process["prerun_completed_at"] == process["started_at"]
    assert process["prerun_completed_by"] == cast.olga.user_id
    assert process["prerun_submitted_by"]["type"] == "user"
    assert process["prerun_submitted_by"]["id"] == cast.olga.user_id
    form_fields = made(cast.olga.get(f"/runs/{process['id']}/form-fields"), 200)
    values = {field["id"]: field["value"] for field in form_fields["ko_form_fields"]}
    assert values == sent


@pytest.mark.parametrize("value", ["Gold", 2, "2", {"id": 2}, ["Gold"], " gOLD"])
def test_31_2_3_4_an_option_is_meant_in_many_ways(cast: Cast, value: Any) -> None:
    assert kept(cast.olga, PLAN, value) == GOLD
    assert kept(cast.olga, LEVEL, value) == "Gold"
    assert kept(cast.olga, LEVEL, GOLD) == "Gold"


def test_31_5_the_text_of_an_option_comes_before_its_id(cast: Cast) -> None:
    nine = {**PLAN, "options": [{"id": 9, "text": "Gold"}, {"id": 1, "text": "9"}]}
    assert kept(cast.olga, nine, "9") == {"id": 1, "text": "9"}


def test_31_6_an_id_and_the_text_of_another_option(cast: Cast) -> None:
    assert "Invalid dropdown choice" in refusal(cast.olga, PLAN, {"id": 1, "text": "Gold"})
    assert kept(cast.olga, PLAN, {"id": 77, "text": "Gold"}) == GOLD


def test_31_7_what_is_no_option_launches_nothing(cast: Cast) -> None:
    for asked, kind in ((PLAN, "dropdown"), (LEVEL, "radio")):
        sentence = f"Invalid {kind} choice selected. Options: 1=Silver, 2=Gold"
        assert refusal(cast.olga, asked, "Tin") == sentence
    sentence = "Invalid multiselect choice selected. Options: 1=SSO, 2=API"
    assert refusal(cast.olga, EXTRAS, ["SSO", "Tin"]) == sentence


def test_31_8_selected(cast: Cast) -> None:
    sso, api = SSO[0], {"id": 2, "text": "API", "selected": True}
    assert kept(cast.olga, EXTRAS, [{"id": 1, "text": "SSO"}, {"id": 2}]) == [sso, api]
    mixed = kept(cast.olga, EXTRAS, [{"id": 1}, api])
    assert mixed == [{**sso, "selected": False}, api]
    named = form(cast.olga, EXTRAS, auto_naming=True)
    format_ = "With {{" + named["prerun"][0]["alias"] + "}}"
    body = {"title": "T", "default_process_name_format": format_}
    made(cast.olga.put(f"/checklists/{named['id']}", body), 200)
    process = launch(cast.olga, named, name=None, prerun={only_id(named): mixed})
    assert process["name"] == "With API"


def test_31_9_10_tables(cast: Cast) -> None:
    assert kept(cast.olga, TABLE, ["Widget", "3"]) == ["Widget", "3"]
    wrong = "Number of columns does not match required columns"
    assert refusal(cast.olga, TABLE, ["a", "b", "c"]) == wrong
    assert refusal(cast.olga, TABLE, "a,b") == "Invalid table field"
    for value in (
        [["a", "b"], ["1", "2"]],
        {"Item": ["a", "b"], "Qty": ["1", "2"]},
        [{"Item": "a", "Qty": "1"}, {"Item": "b", "Qty": "2"}],
        {"rows": [["a", "1"], ["b", "2"]]},
    ):
        assert kept(cast.olga, TABLE, value) == [["a", "b"], ["1", "2"]]


def test_31_11_an_empty_table_is_no_answer(cast: Cast) -> None:
    for nothing in each("", []):
        assert kept(cast.olga, TABLE, nothing) is None
        assert refusal(cast.olga, {**TABLE, "required": True}, nothing) == "Order is required"


def test_31_12_files(cast: Cast) -> None:
    url = "https://files.test/plan.pdf?signature=abc"
    for value in (url, [url], {"url": url}, [{"full_url": url}]):
        (entry,) = kept(cast.olga, plain("file"), value)
        assert (entry["filename"], entry["full_url"], entry["source"]) == ("plan.pdf", url, "url")
        assert entry["uploaded_at"].endswith("Z")
    for value in ({"filename": "x"}, "javascript:alert(1)", {"id": "a" * 32}):
        refusal(cast.olga, plain("file"), value)


def test_31_13_people(cast: Cast) -> None:
    asked, mia = plain("assignees_form"), cast.mia.user_id
    nobody: Any = {"users": [], "guests": [], "groups": []}
    assert kept(cast.olga, asked, {"users": [str(mia)]}) == {**nobody, "users": [mia]}
    members = made(cast.olga.get("/users"), 200)
    email = next(each["email"] for each in members if each["id"] == mia)
    value = {"guests": [email.upper(), GUS]}
    assert kept(cast.olga, asked, value) == {**nobody, "users": [mia], "guests": [GUS]}
    group = cast.group(cast.mia)
    assert kept(cast.olga, asked, {"groups": [group]}) == {**nobody, "groups": [group]}
    strangers = cast.stranger().user_id
    for wrong in each({"people": []}, {"users": [2**31 - 1]}, {"users": [strangers]},
                  {"groups": ["0" * 32]}, {"guests": ["x"]}):  # fmt: skip
        refusal(cast.olga, asked, wrong)


def test_31_14_15_16_texts_dates_and_addresses(cast: Cast) -> None:
    assert kept(cast.olga, TEXT, 12345) == 12345
    for asked, value in (
        (TEXT, "x" * 201),
        (plain("textarea"), "x" * 30_001),
        (plain("textarea"), 12345),
        (plain("date"), 1747319400),
        (plain("date"), "01/02/2026"),
        (plain("date"), "tomorrow"),
        (plain("email"), {"value": "a@b.co"}),
        (TEXT, {"value": "x"}),
    ):
        refusal(cast.olga, asked, value)
    for text in ("2026-03-04", "2026-03-04 09:00", "2026-03-04T09:00:00.5+02:00"):
        assert kept(cast.olga, plain("date"), text) == text


def test_31_17_names_of_fields(cast: Cast) -> None:
    template = form(cast.olga, TEXT, PLAN)
    client, plan = ids_of(template)
    alias = template["prerun"][0]["alias"]
    process = launch(cast.olga, template, prerun={alias: "Ann", "PLAN": "Gold"})
    assert process["prerun"] == {client: "Ann", plan: GOLD}
    answer = cast.olga.post(
        "/runs", {"checklist_id": template["id"], "prerun": {"Nope": 1, alias: "a", client: "b"}}
    )
    errors = errors_of(answer)
    assert set(errors) == {"prerun.Nope", f"prerun.{client}"}
    assert errors["prerun.Nope"][0].startswith(
        f'Unknown form field "Nope". Fields: Client ({client}), Plan ({plan})'
    )


def test_31_18_containers(cast: Cast) -> None:
    template = form(cast.olga, TEXT)
    client = only_id(template)
    assert launch(cast.olga, template, prerun=[])["prerun"] == {}
    assert launch(cast.olga, template, prerun=[{client: "Ann"}])["prerun"] == {client: "Ann"}
    assert launch(cast.olga, template, prerun_data={client: "Ann"})["prerun"] == {client: "Ann"}
    answer = cast.olga.post("/runs", {"checklist_id": template["id"], "prerun": "x"})
    sentence = "prerun must be one object keyed by kick-off field id."
    assert errors_of(answer) == {"prerun": [sentence]}


def test_31_18_a_form_says_the_same(cast: Cast) -> None:
    template = form(cast.olga, TEXT)
    answer = cast.olga.post(
        "/runs",
        data=f"checklist_id={template['id']}&name=F&prerun[{only_id(template)}]=Ann",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert made(answer)["prerun"] == {only_id(template): "Ann"}


def test_31_19_everything_wrong_is_told_at_once(cast: Cast) -> None:
    needed = {"required": True}
    template = form(cast.olga, {**TEXT, **needed}, {**TABLE, **needed}, {**PLAN, **needed})
    client, order, plan = ids_of(template)
    sent = {"checklist_id": template["id"], "prerun": {plan: "Tin"}}
    answer = cast.olga.post("/runs", sent)
    assert errors_of(answer) == {
        f"prerun.{client}": ["Client is required"],
        f"prerun.{order}": ["Order is required"],
        f"prerun.{plan}": ["Invalid dropdown choice selected. Options: 1=Silver, 2=Gold"],
    }
    assert answer.json()["message"] == "Client is required (and 2 more errors)"
    sent |= {"owner_id": 2**31 - 1, "tasks": {"x": {}}, "roles": {"y": {}}, "users": [2**31 - 1]}
    paths = {"owner_id", "tasks.x", "roles.y", "users.0"}
    assert set(errors_of(cast.olga.post("/runs", sent))) == {
        *paths, *(f"prerun.{each}" for each in (client, order, plan)),
    }  # fmt: skip


def test_31_20_21_defaults(cast: Cast) -> None:
    asked = {
        **TEXT, "required": True, "default_value_enabled": True,
        "default_value": "{{TEMPLATE_NAME}} of {{DATE}}",
    }  # fmt: skip
    template = form(cast.olga, asked, title="Hire")
    process = launch(cast.olga, template)
    day = process["started_at"][:10]
    assert process["prerun"] == {only_id(template): f"Hire of {day}"}
    assert refusal(cast.olga, asked, "") == "Client is required"


def change(by: Person, process: Any, prerun: Any, **options: Any) -> Any:
    return by.put(f"/runs/{process['id']}", {"prerun": prerun}, **options)


def test_31_22_changes_are_merged(cast: Cast) -> None:
    template = form(cast.olga, {**TEXT, "required": True}, PLAN)
    client, plan = ids_of(template)
    process = launch(cast.olga, template, prerun={client: "Ann", plan: "Gold"})
    changed = made(change(cast.olga, process, {client: "Bob"}), 200)
    assert changed["prerun"] == {client: "Bob", plan: GOLD}
    entry = activity_of(cast.olga, process)[0]
    assert (entry["verb"][0], entry["field"][0], entry["old_value"][0]) == (
        "updated", f"prerun.{template['prerun'][0]['alias']}", "Ann",
    )  # fmt: skip
    for nothing in each("", None, []):
        answer = change(cast.olga, process, {client: nothing, plan: "Silver"})
        assert errors_of(answer) == {f"prerun.{client}": ["Client is required"]}
    assert read(cast.olga, process)["prerun"] == changed["prerun"]
    assert made(change(cast.olga, process, {plan: ""}), 200)["prerun"] == {client: "Bob"}


def test_31_22_nothing_of_a_bad_change_is_stored(cast: Cast) -> None:
    template = form(cast.olga, TEXT, PLAN)
    client, plan = ids_of(template)
    process = launch(cast.olga, template, prerun={client: "Ann"})
    body = {"name": "Other", "prerun": {client: "Bob", plan: "Tin"}, "owner_id": 2**31 - 1}
    errors = errors_of(cast.olga.put(f"/runs/{process['id']}", body))
    assert set(errors) == {f"prerun.{plan}", "owner_id"}
    assert read(cast.olga, process) == process


def test_31_27_completing_and_reopening_the_form(cast: Cast) -> None:
    template = form(cast.olga, TEXT)
    process = launch(cast.olga, template)
    path = f"/runs/{process['id']}/complete-prerun"
    before = verbs_of(cast.olga, process)
    assert made(cast.olga.post(path), 200) == process
    assert verbs_of(cast.olga, process) == before
    for task in tasks_of(cast.olga, process):
        complete(cast.olga, task)
    assert read(cast.olga, process)["status"] == "complete"
    opened = made(cast.olga.delete(path), 200)
    assert (opened["status"], opened["completed_at"]) == ("active", None)
    assert (opened["prerun_status"], opened["prerun_completed_by"]) == ("incomplete", None)
    assert opened["prerun_completed_at"] is None
    assert made(cast.olga.delete(path), 200) == opened
    closed = made(cast.olga.post(path, {"any": "thing"}), 200)
    assert (closed["status"], closed["prerun_status"]) == ("complete", "complete")
    assert closed["prerun_completed_by"] == cast.olga.user_id
    told = [(entry["verb"][0], entry["field"]) for entry in activity_of(cast.olga, process)[:4]]
    assert told == [
        ("completed", None), ("completed", ["prerun"]), ("uncompleted", None),
        ("re-opened", ["prerun"]),
    ]  # fmt: skip


def test_31_27_an_open_form_keeps_a_process_from_completion(cast: Cast) -> None:
    process = launch(cast.olga, form(cast.olga, TEXT))
    made(cast.olga.delete(f"/runs/{process['id']}/complete-prerun"), 200)
    for task in tasks_of(cast.olga, process):
        complete(cast.olga, task)
    assert read(cast.olga, process)["status"] == "active"
    made(cast.olga.post(f"/runs/{process['id']}/complete-prerun"), 200)
    assert read(cast.olga, process)["status"] == "complete"


def test_31_27_without_a_form(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 1))
    assert (process["prerun_status"], process["prerun_length"]) == ("complete", 0)
    for act in (cast.olga.post, cast.olga.delete):
        answer = act(f"/runs/{process['id']}/complete-prerun")
        assert errors_of(answer) == {"prerun": ["This process has no kick-off form."]}


def test_31_28_a_form_that_lacks_an_answer_is_not_completed(cast: Cast) -> None:
    template = form(cast.olga, {**TEXT, "required": True})
    client = only_id(template)
    process = launch(cast.olga, template, prerun={client: "Ann"})
    path = f"/runs/{process['id']}/complete-prerun"
    made(cast.olga.delete(path), 200)
    assert made(change(cast.olga, process, {client: ""}), 200)["prerun"] == {}
    assert errors_of(cast.olga.post(path)) == {f"prerun.{client}": ["Client is required"]}
    made(change(cast.olga, process, {client: "Bob"}), 200)
    assert made(cast.olga.post(path), 200)["prerun_status"] == "complete"


def test_31_31_two_writers_of_different_fields(cast: Cast) -> None:
    template = form(cast.olga, *[{**TEXT, "label": f"F{number}"} for number in range(6)])
    process = launch(cast.olga, template)

    def answer(field_id: str) -> int:
        return int(change(cast.olga.again(), process, {field_id: field_id}).status_code)

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(answer, ids_of(template))) == {200}
    assert read(cast.olga, process)["prerun"] == {each: each for each in ids_of(template)}


def test_31_34_what_was_read_changes_nothing(cast: Cast) -> None:
    asked = (TEXT, PLAN, EXTRAS, LEVEL, TABLE, plain("file"), plain("assignees_form"),
             plain("date"), plain("email"))  # fmt: skip
    template = form(cast.olga, *asked)
    person = cast.add_light()
    values = (7, GOLD, ["SSO"], "Gold", [["a"], ["b", None]], "https://a.test/b",
              {"users": [person.user_id], "guests": [GUS]}, "2026-03-04", " a@b.co ")  # fmt: skip
    process = launch(cast.olga, template, prerun=dict(zip(ids_of(template), values, strict=True)))
    made(cast.olga.delete(f"/users/{person.user_id}/disable"), 200)
    before, verbs = read(cast.olga, process), verbs_of(cast.olga, process)
    assert made(change(cast.olga, process, before["prerun"]), 200) == before
    assert made(cast.olga.put(f"/runs/{process['id']}", before), 200) == before
    assert verbs_of(cast.olga, process) == verbs


def guest(cast: Cast, address: str = GUS) -> Guest:
    """Somebody with a guest code, who has a task somewhere."""
    steps = [{"title": "Sign", "guests": [address]}]
    (task,) = tasks_of(cast.olga, launch(cast.olga, make_template(cast.olga, steps)))
    return cast.guest_of(task)


def test_31_36_the_starter_and_the_submitting_guest(cast: Cast) -> None:
    template = form(cast.olga, TEXT, is_public_kickoff=True)
    client = template["prerun"][0]["id"]
    gus, other = guest(cast), guest(cast, "other@guests.test")
    path = f"/public/{cast.organization_id}/kickoff/{template['id']}/runs?guest_code={gus.code}"
    process = made(cast.nobody.post(path, {"prerun": {client: "Ann"}}))
    as_gus, as_other = {"X-Guest-Code": gus.code}, {"X-Guest-Code": other.code}
    run = f"/organizations/{cast.organization_id}/runs/{process['id']}"
    assert read(cast.olga, process)["prerun_completed_by"] is None

    def put(body: Any, headers: Any) -> Any:
        return cast.nobody.put(run, body, headers=headers)

    changed = made(put({"prerun": {client: "Bob"}}, as_gus), 200)
    assert changed["prerun"] == {client: "Bob"}
    assert "owner_id" not in changed
    assert put({"prerun": {client: "Eve"}}, as_other).status_code == 404
    for body in ({"name": "X"}, {"name": "X", "prerun": {}}, {"starred": True}):
        assert put(body, as_gus).status_code == 403
    entry = activity_of(cast.olga, process)[0]
    assert entry["field"][0] == f"prerun.{template['prerun'][0]['alias']}"
    made(cast.nobody.delete(f"{run}/complete-prerun", headers=as_gus), 200)
    made(cast.nobody.post(f"{run}/complete-prerun", headers=as_gus), 200)
    assert read(cast.olga, process)["prerun_completed_by"] is None
    assert cast.nobody.delete(f"{run}/complete-prerun", headers=as_other).status_code == 404
    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    for answer in (
        put({"prerun": {client: "Zoe"}}, as_gus),
        cast.nobody.post(f"{run}/complete-prerun", headers=as_gus),
        cast.nobody.delete(f"{run}/complete-prerun", headers=as_gus),
    ):
        assert answer.status_code == 404
        assert answer.json()["message"] == "This process has been archived."


def test_31_36_light_members(cast: Cast) -> None:
    template = form(cast.olga, TEXT)
    client = only_id(template)
    process = launch(cast.olga, template, user_id=cast.leo.user_id)
    assert made(change(cast.leo, process, {client: "Ann"}), 200)["prerun"] == {client: "Ann"}
    path = f"/runs/{process['id']}/complete-prerun"
    made(cast.leo.delete(path), 200)
    made(cast.leo.post(path), 200)
    other = cast.add_light()
    made(cast.olga.put(f"/runs/{process['id']}", {"users": [other.user_id]}), 200)
    assert change(other, process, {client: "Eve"}).status_code == 403
    assert change(other, process, {client: {"bad": 1}}).status_code == 403
    assert other.delete(path).status_code == other.post(path).status_code == 403
    assert made(change(other, process, {client: "Ann"}), 200)["prerun"] == {client: "Ann"}
    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    for answer in (
        change(cast.leo, process, {client: "Z"}), cast.leo.delete(path), cast.leo.post(path),
    ):  # fmt: skip
        assert answer.status_code == 422
        assert answer.json()["message"] == "Cannot update archived processes."


def test_31_11_a_process_with_an_open_issue_takes_kickoff_answers(cast: Cast) -> None:
    template = form(cast.olga, TEXT)
    process = launch(cast.olga, template)
    made(cast.olga.post(f"/runs/{process['id']}/problem", {"content": "Stop"}))
    changed = made(change(cast.olga, process, {only_id(template): "Ann"}), 200)
    assert changed["prerun"] == {only_id(template): "Ann"}


def test_30_3_4_answers_of_a_step(cast: Cast) -> None:
    step = {"title": "Order", "captures": [TEXT, {**PLAN, "required": True}]}
    template = form(cast.olga, steps=[step, {"title": "Pay"}])
    order = made(cast.olga.get(f"/checklists/{template['id']}/steps"), 200)[0]
    client, plan = [field["id"] for field in order["captures"]]
    sent: Any = {order["id"]: {"taskdata": {client: "Ann", "deadline": "2031-05-15 14:30:00"}}}
    first, second = tasks_of(cast.olga, launch(cast.olga, template, tasks=sent))
    assert (first["taskdata"], first["status"]) == ({client: "Ann"}, "in-progress")
    assert first["deadline"].startswith("2031-05-1")
    assert (second["taskdata"], second["status"]) == ({}, "not-started")
    sent = {order["id"]: {"taskdata": {plan: "Tin", "Nope": 1}}}
    answer = cast.olga.post("/runs", {"checklist_id": template["id"], "tasks": sent})
    at = f"tasks.{order['id']}.taskdata"
    assert set(errors_of(answer)) == {f"{at}.{plan}", f"{at}.Nope"}
    # Nothing is required of a step before its task is completed.
    sent = {order["id"]: {"taskdata": [{client: "Ann"}]}}
    assert tasks_of(cast.olga, launch(cast.olga, template, tasks=sent))[0]["taskdata"] == {
        client: "Ann"
    }


HOSTILE = each(
    None, True, False, 0, -1, 1.5, 10**30, "", " ", "x", "\x00", "x" * 40_000, [], [[]], [None],
    {}, {"id": None}, {"value": "x"}, {"id": {"id": 1}}, [{"id": []}], {"rows": [1]}, [[[1]]],
    {"users": {}}, {"guests": [1]}, {"groups": [[]]}, [{"url": 1}], {"url": "http://["},
    [{"selected": "x", "id": 1}], [1] * 3_000, {"\x00": "\x00"}, "{{DATE}}", "<script>",
)  # fmt: skip


def test_any_value_is_stored_or_refused(cast: Cast) -> None:
    kinds = (TEXT, plain("textarea"), plain("email"), plain("date"), LEVEL, PLAN, EXTRAS,
             plain("file"), TABLE, plain("assignees_form"))  # fmt: skip
    template = form(cast.olga, *kinds)
    process = launch(cast.olga, template)
    for field_id in ids_of(template):
        for value in HOSTILE:
            before = read(cast.olga, process)["prerun"]
            answer = change(cast.olga, process, {field_id: value})
            assert answer.status_code in (200, 422), answer.text
            after = read(cast.olga, process)["prerun"]
            assert after == (answer.json()["data"]["prerun"] if answer.ok else before)
            # What was read can be sent back.
            assert made(change(cast.olga, process, after), 200)["prerun"] == after
