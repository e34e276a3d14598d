"""Part 20, 1 and 3.9: versions, drafts, and publishing them."""

from typing import Any

from cast import Cast, Person
from factories import launch, let_all_launch, made, make_template, tasks_of
from wire import check_problem


def path_of(template: Any) -> str:
    return f"/checklists/{template['id']}"


def get(by: Person, template: Any, query: str = "") -> Any:
    return made(by.get(f"{path_of(template)}{query}"), 200)


def patch(by: Person, template: Any, **changes: Any) -> Any:
    return made(by.patch(path_of(template), changes), 200)


def publish(by: Person, template: Any) -> Any:
    return made(by.put(f"{path_of(template)}/publish"), 200)


def titles(by: Person, query: str = "") -> list[str]:
    return [row["title"] for row in made(by.get(f"/checklists{query}"), 200)]


def versions(by: Person, template: Any) -> list[Any]:
    return list(made(by.get(f"{path_of(template)}/versions"), 200))


def test_20_26_publishing(cast: Cast) -> None:
    template = make_template(cast.olga)
    published = publish(cast.olga, template)
    assert (published["is_published_state"], published["status"]) == (True, "published")
    again = publish(cast.olga, template)
    assert again == published
    edited = patch(cast.olga, template, title="Other")
    assert (edited["is_published_state"], edited["version"]) == (False, 2)
    assert publish(cast.olga, template)["is_published_state"] is True
    feed = f"/activity-feeds?entity_type=checklist&entity_id={template['id']}&field=status"
    assert [entry["field"] for entry in made(cast.olga.get(feed), 200)] == [["status"]] * 2
    for by in (cast.mia, cast.leo):
        check_problem(by.put(f"{path_of(template)}/publish"), 403)


def test_20_31_an_edit_after_a_launch_starts_another_version(cast: Cast) -> None:
    template = make_template(cast.olga, 2, summary="old")
    process = launch(cast.olga, template)
    for summary in ("new", "newer"):
        assert patch(cast.olga, template, summary=summary)["version"] == 2
    patch(cast.olga, template, webhook="https://hook.test")
    old = get(cast.olga, template, "?version=1&with=steps")
    assert (old["summary"], old["version"], len(old["steps"]["data"])) == ("old", 1, 2)
    assert old["steps"]["data"] == get(cast.olga, template, "?with=steps")["steps"]["data"]
    for number in ("2", "0", "99", "-1", "99999999999"):
        expected = 200 if number == "-1" else 404  # No number: as if it were absent.
        assert cast.olga.get(f"{path_of(template)}?version={number}").status_code == expected
    assert [task["title"] for task in tasks_of(cast.olga, process)] == ["Step 1", "Step 2"]
    checklist = made(cast.olga.get(f"/runs/{process['id']}?with=checklist"), 200)["checklist"]
    assert checklist["data"]["summary"] == "old"


def test_20_31_versions_tell_their_launches(cast: Cast) -> None:
    template = make_template(cast.olga)
    assert versions(cast.olga, template) == []
    gone = launch(cast.olga, template)
    made(cast.olga.delete(f"/runs/{launch(cast.olga, template)['id']}"), 200)
    patch(cast.olga, template, title="Two")
    publish(cast.olga, template)
    launch(cast.olga, template)
    patch(cast.olga, template, title="Three")
    listed = versions(cast.olga, template)
    assert [(row["version"], row["launches"]) for row in listed] == [(2, 1), (1, 2)]
    assert {row["frozen_by"] for row in listed} == {cast.olga.user_id}
    assert listed[0]["frozen_at"] >= listed[1]["frozen_at"]
    assert get(cast.olga, template)["started_processes"] == 3
    made(cast.olga.delete(f"/runs/{gone['id']}"), 200)
    assert cast.olga.delete(f"/runs/{gone['id']}/delete").status_code == 200
    assert [row["launches"] for row in versions(cast.olga, template)] == [1, 1]
    assert get(cast.olga, template)["started_processes"] == 2
    check_problem(cast.mia.get(f"{path_of(template)}/versions"), 403)
    page = cast.olga.get(f"{path_of(template)}/versions?per_page=1&page=2").json()
    assert [row["version"] for row in page["data"]] == [1]


def test_20_27_a_draft_is_for_editors_until_it_is_published(cast: Cast) -> None:
    template = make_template(cast.olga, 1, title="Old", dual_version_enabled=True)
    let_all_launch(cast.olga, template)
    check_problem(cast.mia.get(path_of(template)), 404)
    check_problem(cast.olga.get(f"{path_of(template)}?state=published"), 404)
    assert titles(cast.mia) == []
    body = {"checklist_id": template["id"], "name": "N"}
    refused = check_problem(cast.olga.post("/runs", body), 422)
    assert "Publish this template" in refused["errors"]["checklist_id"][0]
    publish(cast.olga, template)
    patch(cast.olga, template, title="Secret", type="document", summary="Draft")
    draft = get(cast.olga, template)
    assert (draft["title"], draft["is_published_state"], draft["version"]) == ("Secret", False, 2)
    for shown in (get(cast.mia, template), get(cast.olga, template, "?state=published")):
        assert (shown["title"], shown["type"], shown["summary"]) == ("Old", "procedure", None)
        assert (shown["is_published_state"], shown["version"]) == (True, 1)
    assert launch(cast.olga, template)["checklist_title"] == "Old"
    assert (titles(cast.mia), titles(cast.olga)) == (["Old"], ["Secret"])
    assert (titles(cast.mia, "?q=secret"), titles(cast.mia, "?q=old")) == ([], ["Old"])
    assert (titles(cast.olga, "?q=secret"), titles(cast.olga, "?q=old")) == (["Secret"], [])
    assert (titles(cast.mia, "?published=1"), titles(cast.olga, "?published=1")) == (["Old"], [])
    for feed in ("", f"?entity_type=checklist&entity_id={template['id']}"):
        answer = cast.mia.get(f"/activity-feeds{feed}")
        assert answer.status_code == 200
        assert "Secret" not in answer.text
    publish(cast.olga, template)
    assert get(cast.mia, template)["title"] == "Secret"
    assert titles(cast.mia, "?q=secret&sort=title") == ["Secret"]


def test_20_27_readers_of_a_draft_get_no_other_version(cast: Cast) -> None:
    template = make_template(cast.olga, title="One")
    for title in ("Two", "Three"):
        publish(cast.olga, template)
        patch(cast.olga, template, title=title)
    assert get(cast.mia, template, "?version=1")["title"] == "One"
    patch(cast.olga, template, dual_version_enabled=True)
    assert get(cast.olga, template, "?version=1")["title"] == "One"
    for number in (1, 2):
        check_problem(cast.mia.get(f"{path_of(template)}?version={number}"), 404)
    assert get(cast.mia, template, "?version=3")["title"] == "Three"


def test_20_1_switching_drafts_on_publishes_what_was_released(cast: Cast) -> None:
    new = make_template(cast.olga)
    patch(cast.olga, new, dual_version_enabled=True)
    check_problem(cast.mia.get(path_of(new)), 404)
    launched = make_template(cast.olga, title="Old")
    launch(cast.olga, launched)
    patch(cast.olga, launched, title="Live")
    switched = patch(cast.olga, launched, dual_version_enabled=True, title="Draft")
    assert (switched["title"], switched["dual_version_enabled"]) == ("Draft", True)
    assert (switched["version"], switched["is_published_state"]) == (3, False)
    assert get(cast.mia, launched)["title"] == "Live"
    assert launch(cast.olga, launched)["checklist_title"] == "Live"


def test_20_1_switching_drafts_off_loses_nothing(cast: Cast) -> None:
    template = make_template(cast.olga, title="Old")
    publish(cast.olga, template)
    patch(cast.olga, template, dual_version_enabled=True)
    patch(cast.olga, template, title="Draft")
    patch(cast.olga, template, dual_version_enabled=False)
    assert get(cast.mia, template)["title"] == "Draft"
    assert launch(cast.olga, template)["checklist_title"] == "Draft"
    assert titles(cast.mia, "?q=draft") == ["Draft"]


def test_20_1_only_the_owner_publishes_when_that_is_chosen(cast: Cast) -> None:
    template = make_template(cast.olga, replace_state_conditionally=True)
    named = {"checklist_edit": {"users": [cast.mia.user_id]}}
    made(cast.olga.put(f"{path_of(template)}/permissions", named), 200)
    check_problem(cast.mia.put(f"{path_of(template)}/publish"), 403)
    for key in ("replace_state_conditionally", "dual_version_enabled"):
        opposite = not get(cast.mia, template)[key]
        check_problem(cast.mia.patch(path_of(template), {key: opposite}), 403)
    assert patch(cast.mia, template, title="Mia's", replace_state_conditionally=True)
    patch(cast.olga, template, owner_id=cast.mia.user_id)
    assert publish(cast.mia, template)["is_published_state"] is True


def test_20_27_what_is_no_part_of_a_version_holds_at_once(cast: Cast) -> None:
    template = make_template(cast.olga, dual_version_enabled=True)
    publish(cast.olga, template)
    patch(cast.olga, template, can_add_oot=False)
    assert get(cast.mia, template)["can_add_oot"] is False
    assert get(cast.olga, template)["is_published_state"] is True
