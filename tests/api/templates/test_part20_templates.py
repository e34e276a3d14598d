"""Part 20: templates: create with steps, read, archive, delete, permit.

Changing them is in test_part20_changing.py, versions and drafts in test_part20_publishing.py, the
public view in test_part20_public.py, what is left of them in test_part20_leaving.py.

Steps and milestones have test_part20_steps.py, clones and documents test_part20_moving.py.
"""

from typing import Any

import pytest

from cast import Cast, Person
from factories import launch, let_all_launch, made, make_template, read, tasks_of

#: Keys that the public backup script takes out of every list item, and fails without.
BACKUP_KEYS = (
    "id", "owner_id", "created_by", "alias", "steps_count", "industry_tags", "topic_tags",
    "folder_id", "kickoff_title", "kickoff_description", "started_processes", "created_at",
    "last_updated", "archived_at",
)  # fmt: skip


def get(by: Person, template: Any, query: str = "") -> Any:
    return made(by.get(f"/checklists/{template['id']}{query}"), 200)


def titles(by: Person, query: str = "") -> list[str]:
    return [row["title"] for row in made(by.get(f"/checklists{query}"), 200)]


def steps_of(by: Person, template: Any) -> list[Any]:
    return list(made(by.get(f"/checklists/{template['id']}/steps"), 200))


def close_to_all(by: Person, template: Any, **lists: Any) -> None:
    """Nobody but administrators and the owner, except who is named in `lists`."""
    names = ("checklist_read", "checklist_edit", "checklist_duplicate", "process_launch",
             "process_read")  # fmt: skip
    closed = {name: {"all_members": False, "users": [], "groups": []} for name in names}
    made(by.put(f"/checklists/{template['id']}/permissions", {**closed, **lists}), 200)


# --- Creating ---


def test_20_1_a_new_template(cast: Cast) -> None:
    template = made(cast.mia.post("/checklists", {"title": " Hire ", "type": "procedure"}))
    assert len(template["id"]) == 32
    assert (template["title"], template["type"], template["status"]) == (
        "Hire", "procedure", "started",
    )  # fmt: skip
    for key in ("prerun", "automated_actions", "users", "groups", "industry_tags", "topic_tags"):
        assert template[key] == []
    assert (template["steps_count"], template["started_processes"], template["version"]) == (
        0,
        0,
        1,
    )
    assert template["alias"] == f"hire-{template['id'][:6]}"
    assert template["owner_id"] == template["created_by"] == cast.mia.user_id
    assert template["can_add_oot"] is True
    assert template["archived_at"] is None


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({"title": "T"}, {"type": ["The type field is required."]}),
        ({"type": "form"}, {"title": ["The title field is required."]}),
        ({"title": " ", "type": "form"}, {"title": ["The title field is required."]}),
        ({"title": "T", "type": "template"}, {"type": ["The selected type is invalid."]}),
        (
            {"title": "T" * 251, "type": "form"},
            {"title": ["The title may not be greater than 250 characters."]},
        ),
        ({"title": "T", "type": "form", "owner_id": 0}, {"owner_id": None}),
        ({"title": "T", "type": "form", "webhook": "ftp://a.test"}, {"webhook": None}),
        ({"title": "T", "type": "form", "users": [0]}, {"users.0": None}),
        ({"title": "T", "type": "form", "status": "late"}, {"status": None}),
    ],
)
def test_20_2_what_is_wrong_is_named(cast: Cast, body: Any, problems: Any) -> None:
    answer = cast.olga.post("/checklists", body)
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert set(errors) == set(problems)
    assert all(errors[key] == texts for key, texts in problems.items() if texts)


def test_ruling_24_active_is_read_as_started(cast: Cast) -> None:
    body = {"title": "T", "type": "form"}
    template = made(cast.olga.post("/checklists", {**body, "status": "Active"}))
    assert template["status"] == "started"
    path = f"/checklists/{template['id']}"
    made(cast.olga.put(path, {"title": "T", "status": "published"}), 200)
    assert made(cast.olga.put(path, {"title": "T", "status": "active"}), 200)["status"] == "started"
    made(cast.olga.put(f"{path}/status", {"status": "finishing"}), 200)
    assert made(cast.mia.put(f"{path}/status", {"status": "active"}), 200)["status"] == "started"


def test_20_3_3_owners_are_authors(cast: Cast) -> None:
    body = {"title": "T", "type": "form", "owner_id": cast.leo.user_id}
    assert set(cast.olga.post("/checklists", body).json()["errors"]) == {"owner_id"}
    owned = made(cast.olga.post("/checklists", {**body, "owner_id": str(cast.mia.user_id)}))
    assert (owned["owner_id"], owned["created_by"]) == (cast.mia.user_id, cast.olga.user_id)


def test_20_3_light_members_create_none(cast: Cast) -> None:
    answer = cast.leo.post("/checklists", {"title": "T", "type": "procedure"})
    assert answer.status_code == 403
    assert answer.json()["message"] == "Light members cannot create templates."


def test_20_4_other_words_for_title_and_summary(cast: Cast) -> None:
    body = {"name": "T", "description": "<p>S</p>", "help_text": "G", "type": "form"}
    template = made(cast.olga.post("/checklists", body))
    assert (template["title"], template["summary"], template["guidance"]) == ("T", "<p>S</p>", "G")


def test_20_5_an_empty_template_can_be_launched_at_once(cast: Cast) -> None:
    template = made(cast.olga.post("/checklists", {"title": "T", "type": "procedure"}))
    process = launch(cast.olga, template)
    assert (process["checklist_id"], process["progress"]["total"]) == (template["id"], 0)
    assert get(cast.olga, template)["started_processes"] == 1


# --- Lists ---


def test_20_6_8_found_by_its_title_at_once_page_by_page(cast: Cast) -> None:
    for number in range(4):
        make_template(cast.olga, 0, title=f"Hire 100% {number}")
    assert titles(cast.mia, "?q=HIRE 100%25 2&per_page=10") == ["Hire 100% 2"]
    answer = cast.mia.get("/checklists?limit=3&sort=title").json()
    assert [row["title"][-1] for row in answer["data"]] == ["0", "1", "2"]
    pagination = answer["meta"]["pagination"]
    assert (pagination["total"], pagination["total_pages"]) == (4, 2)
    assert pagination["has_more_pages"] is True
    link = pagination["links"]["next"].removeprefix(cast.server.base_url)
    following = cast.mia.client.get(link)
    assert [row["title"] for row in following.json()["data"]] == ["Hire 100% 3"]


def test_20_7_list_items_are_whole(cast: Cast) -> None:
    make_template(cast.olga)
    (row,) = made(cast.mia.get("/checklists"), 200)
    assert set(BACKUP_KEYS) | {"prerun", "automated_actions", "users"} <= set(row)
    assert "steps" not in row


def test_20_9_filters(cast: Cast) -> None:
    make_template(cast.olga, 0, title="One", type="form", status="published", starred=True)
    make_template(cast.mia, 0, title="Two", status="in progress")
    for query, expected in {
        "status=completed": [],
        "status=issue": [],
        "status=published": ["One"],
        "status=draft": ["Two"],
        "status=in-progress": ["Two"],
        "status=all": ["Two", "One"],
        "status=active": ["Two", "One"],
        "type=form,document": ["One"],
        "starred=true": ["One"],
        "starred=false": ["Two"],
        f"owner_id={cast.mia.user_id}": ["Two"],
        "owner_id=nobody": [],
        "sort=-created_at": ["Two", "One"],
        "sort=title": ["One", "Two"],
        "sort=nonsense": ["Two", "One"],
    }.items():
        assert titles(cast.olga, f"?{query}") == expected, query
    assert titles(cast.mia, "?starred=true") == []


def test_20_10_the_latest_change_comes_first(cast: Cast) -> None:
    first, _ = (make_template(cast.olga, 0, title=title) for title in ("One", "Two"))
    assert titles(cast.olga) == ["Two", "One"]
    cast.olga.delete(f"/checklists/{first['id']}")
    made(cast.olga.put(f"/checklists/{first['id']}/restore"), 200)
    assert titles(cast.olga) == ["One", "Two"]


def test_20_11_includes(cast: Cast) -> None:
    template = make_template(cast.olga, 2)
    wanted = "?with=steps,automated_actions,prerun,tags,permissions,nonsense"
    whole = get(cast.olga, template, wanted)
    assert [step["title"] for step in whole["steps"]["data"]] == ["Step 1", "Step 2"]
    assert [step["captures"] for step in whole["steps"]["data"]] == [[], []]
    assert (whole["tags"], whole["prerun"], whole["automated_actions"]) == ({"data": []}, [], [])
    assert whole["permissions"]["data"]["checklist_read"]["all_members"] is True
    make_template(cast.olga, 1)
    rows = made(cast.mia.get("/checklists?with=steps&sort=created_at"), 200)
    assert [len(row["steps"]["data"]) for row in rows] == [2, 1]
    assert get(cast.mia, {"id": template["alias"]})["id"] == template["id"]
    assert get(cast.mia, {"id": template["id"].upper()})["id"] == template["id"]


# --- Who may ---


def test_20_16_changing_takes_the_right_to(cast: Cast) -> None:
    template = make_template(cast.olga)
    path = f"/checklists/{template['id']}"
    for by in (cast.mia, cast.leo):
        answers = [by.delete(path), by.put(f"{path}/restore"), by.put(f"{path}/permissions", {})]
        assert [answer.status_code for answer in answers] == [403, 403, 403]
        message = "You do not have the right to edit this template."
        assert answers[0].json()["message"] == message
    close_to_all(cast.olga, template)
    for by in (cast.mia, cast.leo, cast.stranger()):
        for answer in (by.get(path), by.delete(path), by.get(f"{path}/steps"),
                       by.put(f"{path}/permissions", {})):  # fmt: skip
            assert answer.status_code == 404
    assert titles(cast.mia) == titles(cast.leo) == []
    close_to_all(
        cast.olga, template, checklist_edit={"users": [cast.mia.user_id, cast.leo.user_id]}
    )
    assert cast.leo.delete(path).status_code == 404
    assert cast.mia.delete(path).status_code == 200


def test_20_32_light_members_see_what_they_are_named_for(cast: Cast) -> None:
    template = make_template(cast.olga)
    launching, path = {"process_launch": {"all_members": True}}, f"/checklists/{template['id']}"
    assert cast.leo.get(path).status_code == 200
    close_to_all(cast.olga, template, **launching)
    assert (cast.leo.get(path).status_code, cast.mia.get(path).status_code) == (404, 200)
    group = cast.group(cast.leo)
    close_to_all(cast.olga, template, process_launch={"groups": [group]})
    assert (cast.leo.get(path).status_code, cast.mia.get(path).status_code) == (200, 404)
    assert launch(cast.leo, template)["checklist_id"] == template["id"]


def test_20_32_stars_are_each_members_own(cast: Cast) -> None:
    template = make_template(cast.olga, 0, starred=True)
    assert (get(cast.olga, template)["starred"], get(cast.mia, template)["starred"]) == (
        True,
        False,
    )


def test_20_5_permissions_are_replaced_list_by_list(cast: Cast) -> None:
    template = make_template(cast.olga, users=[cast.leo.user_id])
    path = f"/checklists/{template['id']}/permissions"
    assert template["users"] == [cast.leo.user_id]
    before = made(cast.mia.get(path), 200)
    assert before["process_launch"] == {
        "all_members": False, "users": [cast.leo.user_id], "groups": [],
    }  # fmt: skip
    assert before["can"]["launch"] is False
    let_all_launch(cast.olga, template)
    after = made(cast.mia.get(path), 200)
    assert after["can"]["launch"] is True
    assert after["process_launch"]["users"] == []
    assert after["checklist_read"] == before["checklist_read"]
    assert get(cast.olga, template)["users"] == []
    refused = cast.olga.put(
        path, {"checklist_edit": {"users": [0]}, "process_read": {"users": [1]}}
    )
    assert refused.status_code == 422
    assert "checklist_edit.users.0" in refused.json()["errors"]
    made(cast.olga.put(path, {"process_launch": {"all_members": True}}), 200)
    feed = cast.olga.get(f"/activity-feeds?entity_type=checklist&entity_id={template['id']}").json()
    changes = [entry for entry in feed["data"] if entry["verb"] == ["updated"]]
    assert [entry["field"] for entry in changes] == [["permissions"]]


# --- Archive and delete ---


def test_20_18_19_archiving(cast: Cast) -> None:
    template = make_template(cast.olga)
    process = launch(cast.olga, template)
    path = f"/checklists/{template['id']}"
    answer = cast.olga.delete(path)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["message"], body["deleted_references"]) == ("Template archived.", [])
    assert body["data"]["archived_at"] is not None
    assert cast.olga.get(path).status_code == 404
    assert titles(cast.olga) == []
    assert titles(cast.olga, "?archived=only") == titles(cast.olga, "?status=archived")
    assert titles(cast.olga, "?archived=true") == ["Onboarding"]
    assert get(cast.mia, template, "?archived=1")["archived_at"] == body["data"]["archived_at"]
    assert cast.olga.delete(path).json() == body
    feed = cast.olga.get(f"/activity-feeds?entity_type=checklist&entity_id={template['id']}").json()
    assert [entry["verb"] for entry in feed["data"]].count(["archived"]) == 1
    refused = cast.olga.post("/runs", {"checklist_id": template["id"], "name": "N"})
    assert "archived" in refused.json()["errors"]["checklist_id"][0]
    assert read(cast.olga, process)["status"] == "active"
    assert len(tasks_of(cast.olga, process)) == 3


def test_20_20_49_restoring_brings_everything_back(cast: Cast) -> None:
    template = make_template(cast.olga, users=[cast.leo.user_id], summary="S")
    whole, steps = get(cast.olga, template), steps_of(cast.olga, template)
    for word in ("restore", "activate", "unarchive"):
        cast.olga.delete(f"/checklists/{template['id']}")
        back = made(cast.olga.put(f"/checklists/{template['id']}/{word}"), 200)
        changed = {key for key in whole if whole[key] != back[key]}
        assert changed <= {"last_updated"}, word
    assert steps_of(cast.olga, template) == steps
    again = made(cast.olga.put(f"/checklists/{template['id']}/restore"), 200)
    assert again["last_updated"] == back["last_updated"]
    feed = cast.olga.get(f"/activity-feeds?entity_type=checklist&entity_id={template['id']}").json()
    assert [entry["verb"][0] for entry in feed["data"]] == ["unarchived", "archived"] * 3 + [
        "created"
    ]


def test_20_21_deleting_for_good(cast: Cast) -> None:
    template = make_template(cast.mia)
    process = launch(cast.mia, template)
    path = f"/checklists/{template['id']}"
    refused = cast.olga.delete(f"{path}/delete")
    assert refused.status_code == 422
    assert refused.json()["message"] == "The template must be archived before it can be deleted."
    cast.mia.delete(path)
    assert cast.mia.delete(f"{path}/delete").status_code == 403
    answer = cast.olga.delete(f"{path}/delete")
    assert (answer.status_code, answer.json()) == (
        200, {"message": "Template deleted.", "deleted_references": []},
    )  # fmt: skip
    assert cast.olga.put(f"{path}/restore").status_code == 404
    assert cast.olga.delete(f"{path}/delete").status_code == 404
    left = read(cast.olga, process, "?with=checklist,tasks")
    assert (left["checklist_id"], left["checklist_title"]) == (template["id"], "Onboarding")
    assert (left["checklist"], len(left["tasks"]["data"])) == (None, 3)


def test_20_50_nested_routes_of_an_archived_template(cast: Cast) -> None:
    template = make_template(cast.olga)
    path = f"/checklists/{template['id']}"
    cast.olga.delete(path)
    answers = [
        cast.olga.get(f"{path}/steps"),
        cast.olga.get(f"{path}/permissions"),
        cast.olga.put(f"{path}/permissions", {"process_launch": {"all_members": True}}),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert cast.olga.get(f"{path}/permissions?archived=1").status_code == 200


# --- Steps, sent with the template ---


def test_20_34_a_step_with_nothing_but_a_title(cast: Cast) -> None:
    template = make_template(cast.olga, [{"title": "First"}, {"title": "Sign"}])
    step = steps_of(cast.olga, template)[1]
    for key in ("allow_guest_owners", "is_soft_start_date", "assign_run_starter"):
        assert step[key] is True
    for key in ("can_complete_only_assignees", "everyone_must_complete", "top_secret"):
        assert step[key] is False
    for key in ("assignees", "guests", "groups", "roles", "captures", "tags"):
        assert step[key] == []
    assert (step["step_type"], step["position"], step["checklist_id"]) == (
        "task",
        2,
        template["id"],
    )
    assert (step["deadline"], step["max_assignable"], step["summary"]) == (None, None, None)
    assert step["alias"].startswith("sign-1")


def test_20_35_36_positions_and_other_words(cast: Cast) -> None:
    sent = [{"title": "B", "position": 2, "description": "D"}, {"title": "C", "position": 5},
            {"title": "A", "position": 1}]  # fmt: skip
    steps = steps_of(cast.olga, make_template(cast.olga, {"data": sent}))  # type: ignore[arg-type]
    assert [(step["title"], step["position"]) for step in steps] == [("A", 1), ("B", 2), ("C", 3)]
    assert steps[1]["summary"] == "D"


def test_20_37_wrong_steps_are_named_by_their_place_and_nothing_is_made(cast: Cast) -> None:
    body: dict[str, Any] = {"title": "T", "type": "procedure"}
    body["steps"] = [
        {"title": "S", "step_type": "milestone", "webhook": "nowhere"},
        # Whom a document names and is not here is dropped, not refused (4).
        {"title": "S", "assignees": [0], "groups": ["0"], "guests": ["nobody"]},
        {"title": "S", "max_assignable": 1, "assignees": [cast.mia.user_id, cast.leo.user_id]},
        {},
        {"title": " "},
        {"title": "T" * 601},
    ]
    told = cast.olga.post("/checklists", body).json()["errors"]
    assert set(told) == {
        "steps.0.step_type", "steps.0.webhook", "steps.2.assignees", "steps.3.title",
        "steps.4.title", "steps.5.title",
    }  # fmt: skip
    assert titles(cast.olga) == []


def test_20_41_deadlines_of_steps(cast: Cast) -> None:
    sent = [
        {"value": 2, "unit": "day"},
        {"value": "3", "unit": "hours", "option": "after", "step": "start_process"},
    ]
    template = make_template(cast.olga, [{"title": "S", "deadline": each} for each in sent])
    assert [step["deadline"] for step in steps_of(cast.olga, template)] == [
        {"value": 2, "unit": "days", "option": "from", "step": None},
        {"value": 3, "unit": "hours", "option": "from", "step": "start_run"},
    ]
    wrong = [
        {"value": 2},
        {"value": 10_000, "unit": "days"},
        {"value": 1, "unit": "years"},
        {"value": 1, "unit": "days", "option": "sometime"},
        {"value": 1, "unit": "days", "step": "0" * 32},
    ]
    body = {"title": "T", "type": "procedure"}
    for deadline, field in zip(wrong, ("unit", "value", "unit", "option", "step"), strict=True):
        answer = cast.olga.post(
            "/checklists", {**body, "steps": [{"title": "S", "deadline": deadline}]}
        )
        assert set(answer.json()["errors"]) == {f"steps.0.deadline.{field}"}


def test_20_43_all_steps_unless_pages_are_asked_for(cast: Cast) -> None:
    template = make_template(cast.olga, 25)
    path = f"/checklists/{template['id']}/steps"
    whole = cast.mia.get(path).json()
    assert [step["position"] for step in whole["data"]] == list(range(1, 26))
    assert whole["meta"]["pagination"]["per_page"] == 25
    page = cast.mia.get(f"{path}?page=1&per_page=10").json()
    assert (len(page["data"]), page["meta"]["pagination"]["total_pages"]) == (10, 3)
