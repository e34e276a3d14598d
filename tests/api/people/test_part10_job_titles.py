"""Part 10, 7: job titles, which the wire calls roles.

Filling them at the launch is tried in test_part20_steps.py.
"""

from typing import Any

import pytest
from msgspec import structs

from backdoor import set_content
from cast import Cast, Person
from factories import made, make_template
from procession.domains.templates.types import Content
from wire import check_pagination, check_problem, ids


def make_title(by: Person, name: str = "Account manager", **fields: Any) -> Any:
    return made(by.post("/roles", {"name": name, **fields}))


def test_10_7_job_titles_are_created_changed_and_deleted(cast: Cast) -> None:
    title = make_title(cast.olga, description="Looks after them")
    assert set(title) == {"id", "name", "description", "created_at", "last_updated"}
    path = f"/roles/{title['id']}"
    renamed = made(cast.olga.put(path, {"name": "Manager"}), 200)
    assert (renamed["name"], renamed["description"]) == ("Manager", "Looks after them")
    assert made(cast.olga.patch(path, {"description": ""}), 200)["description"] is None
    answer = cast.olga.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    for again in (cast.olga.delete(path), cast.olga.put(path, {"name": "A"})):
        check_problem(again, 404)
    feed = "/activity-feeds?type=organization&sort=created_at&without_pagination=true"
    told = [
        entry for entry in made(cast.olga.get(feed), 200) if entry["auditable_id"] == title["id"]
    ]
    assert [entry["verb"][0] for entry in told] == ["created", "updated", "updated", "deleted"]


def test_10_7_a_deleted_job_title_is_gone_from_steps(cast: Cast) -> None:
    gone, kept = make_title(cast.olga, "Gone"), make_title(cast.olga, "Kept")
    template = make_template(cast.olga, 2)

    def name_them(content: Content) -> Content:
        first, second = content.steps
        first = structs.replace(first, roles=(gone["id"], kept["id"]))
        return structs.replace(content, steps=(first, structs.replace(second, roles=(kept["id"],))))

    set_content(cast, template, name_them)
    path = f"/checklists/{template['id']}/steps"
    before = [step["roles"] for step in made(cast.olga.get(path), 200)]
    assert before == [[gone["id"], kept["id"]], [kept["id"]]]

    assert cast.olga.delete(f"/roles/{gone['id']}").status_code == 204

    after = [step["roles"] for step in made(cast.olga.get(path), 200)]
    assert after == [[kept["id"]], [kept["id"]]]


def test_10_7_job_titles_are_listed_by_name(cast: Cast) -> None:
    second, first = make_title(cast.olga, "boss"), make_title(cast.olga, "Assistant")
    assert ids(cast.leo.get("/roles")) == [first["id"], second["id"]]
    assert check_pagination(cast.leo.get("/roles"))["per_page"] == 100
    assert ids(cast.leo.get("/roles?per_page=1&page=2")) == [second["id"]]
    assert ids(cast.leo.get("/roles?without_pagination=true")) == [first["id"], second["id"]]


@pytest.mark.parametrize("name", ["x" * 101, "", None, "ACCOUNT manager"])
def test_10_7_a_name_is_unique_and_has_1_to_100_characters(cast: Cast, name: str | None) -> None:
    title, other = make_title(cast.olga), make_title(cast.olga, "x" * 100)
    assert "name" in check_problem(cast.olga.post("/roles", {"name": name}), 422)["errors"]
    if name is not None:
        check_problem(cast.olga.put(f"/roles/{other['id']}", {"name": name}), 422)
    assert made(cast.olga.put(f"/roles/{title['id']}", {"name": "ACCOUNT manager"}), 200)


def test_10_7_only_administrators_change_job_titles(cast: Cast) -> None:
    title = make_title(cast.olga)
    for by in (cast.mia, cast.leo):
        check_problem(by.post("/roles", {"name": "B"}), 403)
        check_problem(by.put(f"/roles/{title['id']}", {"name": "B"}), 403)
        check_problem(by.delete(f"/roles/{title['id']}"), 403)
        assert made(by.get("/roles"), 200) == [title]
