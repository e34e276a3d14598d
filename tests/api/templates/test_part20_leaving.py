"""Part 20, 3.5 to 3.7: what is kept of a template that is archived, and that is deleted."""

from typing import Any

from backdoor import stored_versions
from cast import Cast
from factories import launch, made, make_template, read


def path_of(template: Any) -> str:
    return f"/checklists/{template['id']}"


def edit(cast: Cast, template: Any, title: str) -> None:
    made(cast.olga.patch(path_of(template), {"title": title}), 200)


def purge_template(cast: Cast, template: Any) -> None:
    made(cast.olga.delete(path_of(template)), 200)
    assert cast.olga.delete(f"{path_of(template)}/delete").status_code == 200


def purge_process(cast: Cast, process: Any) -> None:
    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    assert cast.olga.delete(f"/runs/{process['id']}/delete").status_code == 200


def test_20_36_everything_that_was_set_comes_back(cast: Cast) -> None:
    template = make_template(
        cast.olga, 2, starred=True, is_pinned=True, is_public=True, is_public_kickoff=True,
        users=[cast.leo.user_id], dual_version_enabled=True,
    )  # fmt: skip
    made(cast.olga.put(f"{path_of(template)}/publish"), 200)
    made(cast.leo.put(f"{path_of(template)}/star", {"starred": True}), 200)
    query = "?with=steps,permissions"
    before = made(cast.olga.get(f"{path_of(template)}{query}"), 200)
    rights = made(cast.leo.get(f"{path_of(template)}/permissions"), 200)
    made(cast.olga.delete(path_of(template)), 200)
    shown = made(cast.leo.get(f"{path_of(template)}?archived=1"), 200)
    assert (shown["starred"], shown["title"]) == (True, before["title"])
    made(cast.olga.put(f"{path_of(template)}/restore"), 200)
    after = made(cast.olga.get(f"{path_of(template)}{query}"), 200)
    assert {key for key in before if before[key] != after[key]} <= {"last_updated"}
    assert made(cast.leo.get(f"{path_of(template)}/permissions"), 200) == rights
    assert made(cast.leo.get(path_of(template)), 200)["starred"] is True


def test_20_37_a_deleted_template_leaves_the_versions_of_its_processes(cast: Cast) -> None:
    template = make_template(cast.olga, 2)
    first = launch(cast.olga, template)
    edit(cast, template, "Two")
    made(cast.olga.put(f"{path_of(template)}/publish"), 200)
    edit(cast, template, "Three")
    third = [launch(cast.olga, template) for _ in range(2)]
    edit(cast, template, "Four")
    assert stored_versions(cast, template) == [1, 2, 3, 4]
    purge_template(cast, template)
    assert stored_versions(cast, template) == [1, 3]
    assert read(cast.olga, first)["checklist_title"] == "Onboarding"
    purge_process(cast, third[0])
    assert stored_versions(cast, template) == [1, 3]
    purge_process(cast, third[1])
    assert stored_versions(cast, template) == [1]
    purge_process(cast, first)
    assert stored_versions(cast, template) == []


def test_20_37_a_template_that_lives_keeps_all_its_versions(cast: Cast) -> None:
    template = make_template(cast.olga)
    process = launch(cast.olga, template)
    edit(cast, template, "Two")
    purge_process(cast, process)
    assert stored_versions(cast, template) == [1, 2]
    assert made(cast.olga.get(f"{path_of(template)}?version=1"), 200)["title"] == "Onboarding"
    purge_template(cast, template)
    assert stored_versions(cast, template) == []
