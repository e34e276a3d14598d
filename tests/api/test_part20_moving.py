"""Part 20: copies of templates, and carrying them in and out (3.8 and 4)."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cast import Cast, Person, found
from factories import launch, made, make_template
from procession import cli
from procession.flows import founding
from procession.kit.caller import Role


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

EXAMPLES = sorted((Path(cli.__file__).parent / "examples").glob("*.json"))
#: What a document may differ in from the one it was made from (contract 20, 4).
OF_THE_ORIGINAL = (
    "id", "increment_id", "created_at", "last_updated", "created_by", "owner_id", "version",
    "last_updated_by", "started_processes", "archived_at", "status", "starred", "is_public",
    "is_pinned", "is_featured", "is_public_kickoff", "kickoff_sharing_user_id", "alias",
    "is_published_state",
)  # fmt: skip


def export(by: Person, template: Any) -> Any:
    answer = by.get(f"/checklists/{template['id']}/export")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    return answer.json()


def comparable(document: Any) -> bytes:
    """The same for documents that differ in ids, times and what belongs to the original alone."""
    kept = {key: value for key, value in document.items() if key not in OF_THE_ORIGINAL}
    names: dict[str, str] = {}
    return json.dumps(_without_ids(kept, names), ensure_ascii=False).encode()


def _without_ids(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: "then" if key in ("created_at", "last_updated") else _without_ids(inside, names)
            for key, inside in value.items()
        }
    if isinstance(value, list):
        return [_without_ids(inside, names) for inside in value]
    if isinstance(value, str) and re.fullmatch("[0-9a-f]{32}", value):
        return names.setdefault(value, f"id {len(names)}")
    return value


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
