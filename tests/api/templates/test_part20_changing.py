"""Part 20, 3.3 and 3.4: the attributes of a template, at its creation and later."""

from typing import Any

import pytest

from cast import Cast, Person
from factories import launch, made, make_template
from letters import mails_of
from wire import check_problem

#: One value for each key that may be written, other than the default.
EVERYTHING: dict[str, Any] = {
    "title": "Hire",
    "type": "form",
    "summary": "<p>How we hire</p>",
    "guidance": "<p>Read this</p>",
    "explanation_video": "https://video.test/1",
    "icon": "person",
    "kickoff_title": "Whom",
    "kickoff_description": "<p>Tell us</p>",
    "default_process_name_format": "Hire on {{DATE}}",
    "webhook": "https://hook.test/1",
    "status": "in-progress",
    "folder_changeable_by_launcher": False,
    "folderize_process": True,
    "tag_process": True,
    "auto_naming": True,
    "allow_launcher_change_name": True,
    "can_add_oot": False,
    "dual_version_enabled": True,
    "replace_state_conditionally": True,
    "is_public": True,
    "public_cover": "https://cover.test/1",
    "is_public_kickoff": True,
    "is_featured": True,
    "is_pinned": True,
    "starred": True,
}


def path_of(template: Any) -> str:
    return f"/checklists/{template['id']}"


def get(by: Person, template: Any, query: str = "") -> Any:
    return made(by.get(f"{path_of(template)}{query}"), 200)


def patch(by: Person, template: Any, **changes: Any) -> Any:
    return made(by.patch(path_of(template), changes), 200)


def told(by: Person, template: Any) -> list[tuple[Any, Any]]:
    """(field, old value) of every change, the oldest first."""
    path = f"/activity-feeds?entity_type=checklist&entity_id={template['id']}"
    entries = made(by.get(f"{path}&without_pagination=true"), 200)
    return [
        (entry["field"][0], (entry["old_value"] or [None])[0])
        for entry in reversed(entries)
        if entry["verb"] == ["updated"]
    ]


def let_edit(cast: Cast, by: Person, template: Any) -> None:
    named = {"checklist_edit": {"users": [by.user_id]}}
    made(cast.olga.put(f"{path_of(template)}/permissions", named), 200)


# --- Creating ---


def test_20_33_everything_that_may_be_written_is_written(cast: Cast) -> None:
    body = {**EVERYTHING, "users": [cast.mia.user_id], "owner_id": cast.mia.user_id}
    answer = cast.olga.post("/checklists", body)
    template = made(answer)
    assert {key: template[key] for key in body} == body
    assert "X-Ignored-Fields" not in answer.headers
    assert template["kickoff_sharing_user_id"] == cast.olga.user_id
    assert template["created_by"] == cast.olga.user_id
    plain = made(cast.olga.post("/checklists", {"title": "T", "type": "form", "summary": ""}))
    assert (plain["can_add_oot"], plain["folder_changeable_by_launcher"]) == (True, True)
    assert (plain["summary"], plain["kickoff_sharing_user_id"]) == (None, None)


def test_20_33_a_form_encoded_body_says_the_same(cast: Cast) -> None:
    sent = {"title": "T", "type": "form", "auto_naming": "1", "can_add_oot": "false"}
    users = {"users[]": str(cast.mia.user_id), "webhook": ""}
    template = made(cast.olga.call("POST", "/checklists", data={**sent, **users}))
    assert (template["auto_naming"], template["can_add_oot"]) == (True, False)
    assert (template["users"], template["webhook"]) == ([cast.mia.user_id], None)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("webhook", "ftp://a.test"),
        ("explanation_video", "javascript:alert(1)"),
        ("public_cover", "nonsense"),
        ("public_cover", "https://a.test/" + "x" * 2048),
        ("icon", "x" * 101),
        ("kickoff_title", "x" * 251),
        ("default_process_name_format", "x" * 551),
        ("summary", "x" * 65_536),
        ("guidance", "x" * 65_536),
        ("kickoff_description", "x" * 65_536),
        ("title", "x" * 251),
        ("title", "  "),
        ("type", "template"),
        ("status", "late"),
        ("auto_naming", "perhaps"),
        ("can_add_oot", 7),
        ("owner_id", 0),
        ("folder_id", "0" * 32),
        ("default_folder", "0" * 32),
        ("folder_id", "\x00"),
        ("summary", {"html": "x"}),
    ],
)
def test_20_2_what_is_wrong_with_an_attribute_is_named(cast: Cast, key: str, value: Any) -> None:
    body = {"title": "T", "type": "form"}
    refused = check_problem(cast.olga.post("/checklists", {**body, key: value}), 422)
    assert list(refused["errors"]) == [key]
    template = made(cast.olga.post("/checklists", body))
    refused = check_problem(cast.olga.put(path_of(template), {**body, key: value}), 422)
    assert list(refused["errors"]) == [key]
    assert get(cast.olga, template) == template


def test_20_2_everything_wrong_is_named_at_once(cast: Cast) -> None:
    template = make_template(cast.olga)
    wrong = {"type": "x", "webhook": "x", "status": "x", "users": [0], "owner_id": 0, "alias": "?"}
    refused = check_problem(cast.olga.patch(path_of(template), wrong), 422)
    assert set(refused["errors"]) == {
        "type", "webhook", "status", "users.0", "owner_id", "alias",
    }  # fmt: skip


def test_20_17_only_administrators_pin_and_feature(cast: Cast) -> None:
    for key in ("is_pinned", "is_featured"):
        body = {"title": "T", "type": "form"}
        check_problem(cast.mia.post("/checklists", {**body, key: True}), 403)
        template = made(cast.mia.post("/checklists", {**body, key: False}))
        check_problem(cast.mia.patch(path_of(template), {key: True, "type": "x"}), 403)
        assert patch(cast.mia, template, **{key: False})[key] is False
        assert patch(cast.olga, template, **{key: True})[key] is True
        assert patch(cast.mia, template, **{key: True, "summary": "S"})["summary"] == "S"
        check_problem(cast.mia.patch(path_of(template), {key: False}), 403)


def test_20_33_only_administrators_create_for_somebody_else(cast: Cast) -> None:
    body = {"title": "T", "type": "form"}
    theirs = made(cast.olga.post("/checklists", {**body, "user_id": str(cast.mia.user_id)}))
    assert (theirs["created_by"], theirs["owner_id"]) == (cast.mia.user_id, cast.olga.user_id)
    made(cast.mia.post("/checklists", {**body, "user_id": cast.mia.user_id}))
    check_problem(cast.mia.post("/checklists", {**body, "user_id": cast.olga.user_id}), 403)
    for wrong in (cast.leo.user_id, 0):
        refused = check_problem(cast.olga.post("/checklists", {**body, "user_id": wrong}), 422)
        assert list(refused["errors"]) == ["user_id"]


def test_20_33_read_only_keys_are_passed_over_and_others_are_named(cast: Cast) -> None:
    template = make_template(cast.olga)
    body = {**template, "title": "Copy", "nonsense": 1, "permissions": {}}
    for key in ("automated_actions", "increment_id"):
        body.pop(key)
    answer = cast.olga.post("/checklists", body)
    assert answer.headers["X-Ignored-Fields"].split(",") == ["nonsense", "permissions"]
    assert made(answer)["alias"] != template["alias"]


# --- Changing ---


def test_20_12_put_demands_the_title_and_patch_does_not(cast: Cast) -> None:
    template = make_template(cast.olga)
    for body in ({"summary": "S"}, {"title": "", "summary": "S"}, {"title": None}, {"name": "N"}):
        refused = check_problem(cast.olga.put(path_of(template), body), 422)
        assert refused["errors"] == {"title": ["The title field is required."]}
    assert get(cast.olga, template) == template
    assert patch(cast.olga, template, summary="S")["summary"] == "S"
    assert patch(cast.olga, template, name="N", description="D")["title"] == "N"
    assert made(cast.olga.put(path_of(template), {"title": "T"}), 200)["summary"] == "D"


def test_20_13_what_is_absent_stays(cast: Cast) -> None:
    group = cast.group(cast.leo)
    template = make_template(cast.olga, **EVERYTHING, users=[cast.mia.user_id], groups=[group])
    changed = made(cast.olga.put(path_of(template), {"title": "Other", "folder_id": None}), 200)
    assert {key for key in template if template[key] != changed[key]} <= {
        "title", "last_updated", "last_updated_by",
    }  # fmt: skip
    assert changed["last_updated_by"] == cast.olga.user_id
    assert told(cast.olga, template) == [("title", "Hire")]


def test_20_34_null_clears(cast: Cast) -> None:
    template = make_template(cast.olga, **EVERYTHING)
    nullable = ("summary", "guidance", "explanation_video", "icon", "kickoff_title", "webhook",
                "kickoff_description", "default_process_name_format", "public_cover")  # fmt: skip
    cleared = patch(cast.olga, template, **dict.fromkeys(nullable), status=None, auto_naming=None)
    assert [cleared[key] for key in nullable] == [None] * len(nullable)
    assert (cleared["status"], cleared["auto_naming"]) == ("started", True)
    again = patch(cast.olga, template, **dict.fromkeys(nullable, ""))
    assert again["last_updated"] == cleared["last_updated"]


def test_20_14_people_with_default_access_are_replaced(cast: Cast) -> None:
    mia, leo, group = cast.mia.user_id, cast.leo.user_id, cast.group(cast.add_light())
    template = make_template(cast.olga, users=[mia, leo], groups=[group])
    path = f"{path_of(template)}/permissions"
    before = made(cast.olga.get(path), 200)
    cleared = made(cast.olga.put(path_of(template), {"title": "Onboarding", "users": []}), 200)
    assert (cleared["users"], cleared["groups"]) == ([], [group])
    after = made(cast.olga.get(path), 200)
    for name in ("checklist_read", "process_launch", "process_read"):
        assert after[name] == {**before[name], "users": []}
    assert patch(cast.olga, template, groups=[], users=[str(leo)])["users"] == [leo]
    assert launch(cast.leo, template)["checklist_id"] == template["id"]
    assert [field for field, _ in told(cast.olga, template)] == ["permissions", "permissions"]


def test_20_14_who_is_in_an_added_group_is_not_listed_twice(cast: Cast) -> None:
    mia, group = cast.mia.user_id, cast.group(cast.mia)
    template = make_template(cast.olga, users=[mia])
    changed = patch(cast.olga, template, groups=[group])
    assert (changed["users"], changed["groups"]) == ([], [group])
    path = f"{path_of(template)}/permissions"
    both = {"checklist_edit": {"users": [mia, cast.leo.user_id], "groups": [group]}}
    listed = made(cast.olga.put(path, both), 200)["checklist_edit"]
    assert (listed["users"], listed["groups"]) == ([cast.leo.user_id], [group])
    assert make_template(cast.olga, users=[mia], groups=[group])["users"] == []


def test_20_15_sending_back_what_was_read_changes_nothing(cast: Cast) -> None:
    group = cast.group(cast.leo)
    gone = cast.add_light()
    template = make_template(
        cast.olga, 3, **{**EVERYTHING, "summary": "5 > 3 <b>& {{x-1}}</b>", "starred": False},
        users=[cast.mia.user_id, gone.user_id], groups=[group], owner_id=cast.mia.user_id,
        prerun=[{"label": "Vendor", "field_type": "text", "required": True}],
    )  # fmt: skip
    made(cast.olga.client.delete(cast.olga.path(f"/users/{gone.user_id}/disable")), 200)
    made(cast.olga.client.delete(cast.olga.path(f"/users/{cast.mia.user_id}/disable")), 200)
    query = "?with=steps,tags,stages,permissions,owner,threads"
    whole = get(cast.olga, template, query)
    before = get(cast.olga, template)
    answer = cast.olga.put(path_of(template), whole)
    assert made(answer, 200) == before
    ignored = set(answer.headers["X-Ignored-Fields"].split(","))
    assert {"steps", "stages", "tags", "automated_actions"} <= ignored
    assert ignored <= {"steps", "stages", "tags", "automated_actions", "permissions"}
    assert get(cast.olga, template) == before
    assert told(cast.olga, template) == []


def test_20_34_each_changed_attribute_is_told_once(cast: Cast) -> None:
    template = make_template(cast.olga)
    changes = {**EVERYTHING, "title": "Other", "alias": "other"}
    changed = patch(cast.olga, template, **changes)
    assert {key: changed[key] for key in changes} == changes
    expected = [(key, template[key]) for key in changes if key != "starred"]
    assert sorted(told(cast.olga, template), key=str) == sorted(expected, key=str)
    patch(cast.olga, template, **changes)
    assert len(told(cast.olga, template)) == len(expected)


def test_20_34_an_alias_is_a_slug_and_nobody_elses(cast: Cast) -> None:
    one, two = make_template(cast.olga), make_template(cast.olga)
    assert patch(cast.olga, one, alias="onboarding")["alias"] == "onboarding"
    assert get(cast.mia, {"id": "onboarding"})["id"] == one["id"]
    refused = check_problem(cast.olga.patch(path_of(two), {"alias": "onboarding"}), 422)
    assert refused["errors"] == {"alias": ["The alias has already been taken."]}
    for wrong in ("", "Über", "a b", "a/b", "x" * 251, "0" * 32, one["id"]):
        refused = check_problem(cast.olga.patch(path_of(two), {"alias": wrong}), 422)
        assert list(refused["errors"]) == ["alias"]


def test_20_34_a_new_owner_is_told(cast: Cast) -> None:
    template = make_template(cast.mia)
    other = cast.add_light()
    refused = check_problem(cast.mia.patch(path_of(template), {"owner_id": other.user_id}), 422)
    assert list(refused["errors"]) == ["owner_id"]
    assert patch(cast.mia, template, owner_id=cast.olga.user_id)["owner_id"] == cast.olga.user_id
    letters = [letter for letter in mails_of(cast) if "own a template" in letter.subject]
    assert len(letters) == 1
    assert letters[0].to.startswith("olga-")
    let_edit(cast, cast.mia, template)
    check_problem(cast.mia.patch(path_of(template), {"owner_id": cast.mia.user_id}), 403)
    patch(cast.olga, template, owner_id=cast.mia.user_id, title="Mia's")
    assert "owner_id" in dict(told(cast.olga, template))


def test_20_34_who_gives_a_template_away_sees_what_they_did(cast: Cast) -> None:
    template = make_template(cast.olga, owner_id=cast.mia.user_id)
    nobody = {"all_members": False}
    closed = dict.fromkeys(
        ("checklist_read", "checklist_edit", "checklist_duplicate", "process_launch",
         "process_read"), nobody,
    )  # fmt: skip
    made(cast.mia.put(f"{path_of(template)}/permissions", closed), 200)
    assert patch(cast.mia, template, owner_id=cast.olga.user_id)["title"] == template["title"]
    check_problem(cast.mia.get(path_of(template)), 404)


def test_20_34_the_public_form_runs_in_the_name_of_who_opened_it(cast: Cast) -> None:
    template = make_template(cast.olga)
    let_edit(cast, cast.mia, template)
    opened = patch(cast.mia, template, is_public_kickoff=True)
    assert opened["kickoff_sharing_user_id"] == cast.mia.user_id
    same = patch(cast.olga, template, is_public_kickoff=True)
    assert same["kickoff_sharing_user_id"] == cast.mia.user_id
    closed = patch(cast.olga, template, is_public_kickoff=False)
    assert (closed["is_public_kickoff"], closed["kickoff_sharing_user_id"]) == (False, None)


def test_20_33_administrators_are_told_once_that_a_template_is_public(cast: Cast) -> None:
    def shared() -> int:
        return sum("shared publicly" in letter.subject for letter in mails_of(cast))

    made(cast.mia.post("/checklists", {"title": "T", "type": "form", "is_public": True}))
    assert shared() == 1
    template = make_template(cast.mia)
    for is_public in (True, False, True, True):
        patch(cast.mia, template, is_public=is_public)
    assert shared() == 2


def test_20_34_names_that_the_pattern_cannot_use_are_reported(cast: Cast) -> None:
    template = make_template(cast.olga)
    fields = [
        {"label": label, "field_type": label, "required": False} for label in ("text", "textarea")
    ]
    text, long = patch(cast.olga, template, prerun=fields)["prerun"]
    pattern = "{{DATE}} {{TEMPLATE_NAME}} {{nobody-1}} {{ nobody-1 }} "
    pattern += "{{" + text["alias"] + "}} {{" + long["alias"] + "}}"
    answer = cast.olga.patch(path_of(template), {"default_process_name_format": pattern})
    assert made(answer, 200)["default_process_name_format"] == pattern
    nobody, empty = answer.json()["meta"]["warnings"]
    assert "nobody-1" in nobody
    assert long["alias"] in empty
    assert "meta" not in cast.olga.patch(path_of(template), {"title": "T"}).json()


def test_20_34_scripts_are_taken_out_of_rich_text(cast: Cast) -> None:
    kept = (
        '<p><a href="mailto:a@b.test" rel="noopener noreferrer">m</a> {{x-1}} {{template:1}}</p>'
        '<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>'
        '<img src="https://a.test/b.png">'
    )
    evil = '<script>x()</script><img src="x" onerror="x()"><a href="javascript:x()">a</a>'
    template = make_template(cast.olga, summary=kept, guidance=evil, kickoff_description=evil)
    assert template["summary"] == kept
    for text in (template["guidance"], template["kickoff_description"]):
        for word in ("script", "onerror"):
            assert word not in text
    assert patch(cast.olga, template, summary="<script>x</script>")["summary"] is None


def test_20_16_nobody_else_changes_a_template(cast: Cast) -> None:
    template = make_template(cast.olga)
    for by in (cast.mia, cast.leo):
        refused = check_problem(by.put(path_of(template), {"title": 7.5, "users": "x"}), 403)
        assert refused["message"] == "You do not have the right to edit this template."
    check_problem(cast.stranger().put(path_of(template), {"title": "T"}), 404)
    let_edit(cast, cast.leo, template)
    check_problem(cast.leo.put(path_of(template), {"title": "T"}), 403)
    let_edit(cast, cast.mia, template)
    assert patch(cast.mia, template, title="Mia's")["last_updated_by"] == cast.mia.user_id
    assert get(cast.olga, template) == get(cast.mia, template)


def test_20_50_an_archived_template_cannot_be_changed(cast: Cast) -> None:
    template = make_template(cast.olga)
    made(cast.olga.delete(path_of(template)), 200)
    body = {"title": "T", "status": "started", "starred": True, "is_pinned": True}
    for action in ("", "/publish", "/status", "/star", "/pin"):
        check_problem(cast.olga.put(f"{path_of(template)}{action}", body), 404)
    check_problem(cast.olga.get(f"{path_of(template)}/versions"), 404)


def test_20_34_strict_clients_are_told_what_is_not_applied(cast: Cast) -> None:
    template = make_template(cast.olga)
    answer = cast.olga.put(
        path_of(template), {"title": "Other", "steps": []}, headers={"Prefer": "handling=strict"}
    )
    assert list(check_problem(answer, 422)["errors"]) == ["steps"]
    assert get(cast.olga, template) == template


# --- Permissions ---


def test_20_5_who_is_let_in_gets_one_mail(cast: Cast) -> None:
    def opened() -> list[str]:
        letters = [one for one in mails_of(cast) if "access to a template" in one.subject]
        return sorted(letter.to for letter in letters)

    template = make_template(cast.olga)
    path = f"{path_of(template)}/permissions"
    nobody = {"all_members": False, "users": [], "groups": []}
    names = ("checklist_read", "checklist_edit", "checklist_duplicate", "process_launch",
             "process_read")  # fmt: skip
    made(cast.olga.put(path, dict.fromkeys(names, nobody)), 200)
    other = cast.add_light()
    lists = {
        "checklist_read": {"users": [cast.mia.user_id], "groups": [cast.group(other)]},
        "process_launch": {"users": [cast.mia.user_id]},
    }
    made(cast.olga.put(path, lists), 200)
    assert [address.split("-")[0] for address in opened()] == ["light", "standard"]
    made(cast.olga.put(path, lists), 200)
    made(cast.olga.put(path, {"process_read": {"users": [cast.mia.user_id]}}), 200)
    made(cast.olga.put(path, {"checklist_read": {"all_members": True}}), 200)
    assert len(opened()) == 2


def test_20_5_who_edits_may_give_the_right_away(cast: Cast) -> None:
    template = make_template(cast.olga)
    let_edit(cast, cast.mia, template)
    path = f"{path_of(template)}/permissions"
    mias = made(cast.mia.get(path), 200)
    assert mias["can"]["edit"] is True
    after = made(cast.mia.put(path, {"checklist_edit": {"users": []}}), 200)
    assert (after["can"]["edit"], after["checklist_edit"]["users"]) == (False, [])
    check_problem(cast.mia.put(path, {}), 403)
    made(cast.olga.delete(path_of(template)), 200)
    check_problem(cast.mia.get(path), 404)
    assert made(cast.mia.get(f"{path}?archived=1"), 200)["can"]["edit"] is False


# --- Marks ---


def test_20_310_whoever_sees_a_template_labels_it(cast: Cast) -> None:
    template = make_template(cast.olga)
    path = f"{path_of(template)}/status"
    labelled = made(cast.leo.put(path, {"status": "In Progress"}), 200)
    assert (labelled["status"], labelled["last_updated_by"]) == ("in-progress", cast.leo.user_id)
    assert made(cast.leo.put(path, {"status": None}), 200)["status"] == "started"
    for body in ({}, {"status": "late"}, {"status": 7}):
        assert list(check_problem(cast.leo.put(path, body), 422)["errors"]) == ["status"]
    fields = [("status", "started"), ("status", "in-progress")]
    assert told(cast.olga, template) == fields


def test_20_32_everybody_stars_for_themselves(cast: Cast) -> None:
    template = make_template(cast.olga)
    path = f"{path_of(template)}/star"
    for _ in range(2):
        starred = made(cast.leo.put(path, {"starred": True}), 200)
    assert (starred["starred"], get(cast.mia, template)["starred"]) == (True, False)
    assert starred["last_updated"] == template["last_updated"]
    patch(cast.olga, template, starred=True)
    assert made(cast.leo.put(path, {"starred": "0"}), 200)["starred"] is False
    assert get(cast.olga, template)["starred"] is True
    check_problem(cast.leo.put(path, {}), 422)
    assert told(cast.olga, template) == []


def test_20_10_pinned_templates_come_first(cast: Cast) -> None:
    one, two, three = (make_template(cast.olga, 0, title=title) for title in "abc")
    pinned = made(cast.olga.put(f"{path_of(one)}/pin", {"is_pinned": True}), 200)
    assert pinned["is_pinned"] is True
    check_problem(cast.mia.put(f"{path_of(two)}/pin", {"is_pinned": True}), 403)
    patch(cast.olga, two, summary="changed")
    assert told(cast.olga, one) == [("is_pinned", False)]
    for query, expected in {"": [one, two, three], "?sort=-title": [one, three, two]}.items():
        rows = made(cast.mia.get(f"/checklists{query}"), 200)
        assert [row["id"] for row in rows] == [template["id"] for template in expected]


def test_20_31_lists_know_what_is_public_and_what_a_template_is_called(cast: Cast) -> None:
    one = make_template(cast.olga, 0, title="One", is_public=True)
    two = make_template(cast.olga, 0, title="Two")
    made(cast.olga.put(f"{path_of(two)}/publish"), 200)
    for query, expected in {
        "public=true": [one], "public=0": [two], "published=1": [two], "published=false": [one],
        f"q={one['id'].upper()}": [one], f"q={'0' * 32}": [], "q=TW": [two],
        "public=perhaps": [two, one],
    }.items():  # fmt: skip
        rows = made(cast.mia.get(f"/checklists?{query}"), 200)
        assert [row["id"] for row in rows] == [template["id"] for template in expected], query


def test_20_2_the_owner_is_shown_when_asked_for(cast: Cast) -> None:
    template = make_template(cast.olga, owner_id=cast.mia.user_id)
    owner = get(cast.leo, template, "?with=owner")["owner"]["data"]
    assert (owner["id"], owner["role"]) == (cast.mia.user_id, "standard")
    (row,) = made(cast.leo.get("/checklists?with=owner"), 200)
    assert row["owner"]["data"] == owner
    assert "owner" not in get(cast.leo, template)
