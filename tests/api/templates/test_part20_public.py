"""Part 20, 3.13: what anybody reads of a public template."""

from collections.abc import Iterator
from typing import Any

from cast import Cast
from factories import made, make_template
from wire import check_pagination, check_problem

KEYS = {
    "id", "title", "summary", "guidance", "type", "icon", "alias", "public_cover",
    "explanation_video", "last_updated", "kickoff_title", "kickoff_description", "prerun",
    "stages", "steps",
}  # fmt: skip
STEP_KEYS = {
    "id", "title", "summary", "step_type", "position", "stage_id", "deadline", "captures",
}  # fmt: skip
#: Words that no key of the answer may hold, however deep.
NEVER = (
    "user", "owner", "group", "guest", "assign", "webhook", "automat", "rule", "condition",
    "thread", "comment", "custom", "watcher", "permission", "role", "created_by", "updated_by",
    "process", "started", "starred", "folder", "tags", "version", "draft",
)  # fmt: skip


def public(cast: Cast, template: Any, by: str = "id") -> Any:
    return made(cast.nobody.get(f"/public/{cast.organization_id}/checklists/{template[by]}"), 200)


def public_list(cast: Cast, query: str = "") -> Any:
    return cast.nobody.get(f"/public/{cast.organization_id}/checklists{query}")


def keys_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from keys_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_in(inner)


def rich_template(cast: Cast) -> Any:
    """With people, webhooks and everything else that is nobody's business."""
    group = cast.group(cast.mia)
    step = {
        "title": "Sign", "summary": "S", "assignees": [cast.mia.user_id], "groups": [group],
        "guests": ["private@guests.test"], "webhook": "https://private.test/1",
        "deadline": {"value": 2, "unit": "days"},
    }  # fmt: skip
    field = {
        "label": "Name", "field_type": "text", "required": True,
        "settings": {"must_check_all": True, "mail": "private@cast.test"},
    }  # fmt: skip
    step["captures"] = [field]
    return make_template(
        cast.olga, [step, {"title": "File"}], prerun=[field], title="Hire", is_public=True,
        summary="<p>How</p>",
        webhook="https://private.test/2", users=[cast.leo.user_id], groups=[group],
    )  # fmt: skip


def test_20_33_a_private_template_is_not_found(cast: Cast) -> None:
    private, shared = make_template(cast.olga), make_template(cast.olga, is_public=True)
    archived = make_template(cast.olga, is_public=True)
    made(cast.olga.delete(f"/checklists/{archived['id']}"), 200)
    base = f"/public/{cast.organization_id}/checklists"
    for name in (private["id"], private["alias"], archived["id"], "0" * 32, "nonsense", "%00"):
        check_problem(cast.nobody.get(f"{base}/{name}"), 404, "RESOURCE_NOT_FOUND")
    for organization in ("0" * 32, "nonsense"):
        path = f"/public/{organization}/checklists/{shared['id']}"
        check_problem(cast.nobody.get(path), 404, "RESOURCE_NOT_FOUND")
    assert [row["id"] for row in public_list(cast).json()["data"]] == [shared["id"]]


def test_20_33_anybody_reads_the_structure_and_nothing_else(cast: Cast) -> None:
    template = rich_template(cast)
    answer = cast.nobody.get(f"/public/{cast.organization_id}/checklists/{template['id']}")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    shown = made(answer, 200)
    assert set(shown) == KEYS
    assert (shown["title"], shown["summary"]) == ("Hire", "<p>How</p>")
    assert [step["title"] for step in shown["steps"]] == ["Sign", "File"]
    assert all(set(step) == STEP_KEYS for step in shown["steps"])
    assert shown["steps"][0]["deadline"]["value"] == 2
    for field in (*shown["prerun"], *shown["steps"][0]["captures"]):
        assert (field["label"], field["required"]) == ("Name", True)
        assert field["settings"] == {"must_check_all": True}
    for key in keys_in(shown):
        assert not any(word in key for word in NEVER), key
    for text in ("private", "cast.test"):
        assert text not in answer.text
    assert public(cast, template, "alias") == shown
    upper = f"/public/{cast.organization_id.upper()}/checklists/{template['id'].upper()}"
    assert made(cast.nobody.get(upper), 200) == shown
    assert made(cast.nobody.get(f"/api{upper}?with=permissions,owner,tags,threads"), 200) == shown


def test_20_33_only_what_is_published_is_public(cast: Cast) -> None:
    template = rich_template(cast)
    path = f"/checklists/{template['id']}"
    made(cast.olga.patch(path, {"dual_version_enabled": True}), 200)
    base = f"/public/{cast.organization_id}/checklists"
    check_problem(cast.nobody.get(f"{base}/{template['id']}"), 404)
    assert public_list(cast).json()["data"] == []
    made(cast.olga.put(f"{path}/publish"), 200)
    made(cast.olga.patch(path, {"title": "Secret", "summary": "Secret"}), 200)
    assert (public(cast, template)["title"], public(cast, template)["summary"]) == (
        "Hire", "<p>How</p>",
    )  # fmt: skip
    assert "Secret" not in public_list(cast).text
    made(cast.olga.patch(path, {"dual_version_enabled": False}), 200)
    assert public(cast, template)["title"] == "Secret"


def test_20_313_the_list_is_paged_and_featured_ones_come_first(cast: Cast) -> None:
    for title in ("b", "a", "c"):
        make_template(cast.olga, 0, title=title, is_public=True, is_featured=title == "c")
    make_template(cast.olga, 0, title="private")
    answer = public_list(cast, "?per_page=2")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert [row["title"] for row in answer.json()["data"]] == ["c", "a"]
    pagination = check_pagination(answer)
    assert (pagination["total"], pagination["has_more_pages"]) == (3, True)
    link = pagination["links"]["next"].removeprefix(cast.server.base_url)
    assert [row["title"] for row in cast.nobody.get(link).json()["data"]] == ["b"]
    assert all(set(row) == KEYS for row in answer.json()["data"])
    nowhere = cast.nobody.get(f"/public/{'0' * 32}/checklists")
    assert (nowhere.status_code, nowhere.json()["data"]) == (200, [])
    check_problem(cast.nobody.get("/public/nonsense/checklists"), 404)


def test_20_313_nobody_writes_there(cast: Cast) -> None:
    template = rich_template(cast)
    path = f"/public/{cast.organization_id}/checklists/{template['id']}"
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        check_problem(cast.nobody.call(method, path, json={"title": "T"}), 405)
