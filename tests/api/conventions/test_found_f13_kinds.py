"""Found F13: inside their organization members are told what was not found (contract 00, 6.1)."""

import pytest

from backdoor import guest_task
from cast import Cast, Guest
from factories import launch, made, make_template
from wire import check_problem

NONE = "0" * 32


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/checklists/{}", "Template"),
        ("/checklists/{}/steps", "Template"),
        ("/tasks/{}", "Task"),
        ("/groups/{}", "Group"),
        ("/folders/{}", "Folder"),
        ("/tags/{}", "Tag"),
        ("/users/{}", "User"),
        ("/guests/{}", "Guest"),
        # Contract 30, 1 says the sentence.
        ("/runs/{}", "Resource"),
        ("/runs/{}/tasks", "Resource"),
    ],
)
def test_found_f13_members_are_told_the_kind(cast: Cast, path: str, kind: str) -> None:
    """Whether the id is nobody's, malformed, or another organization's."""
    for name in (NONE, "nonsense"):
        body = check_problem(cast.mia.get(path.format(name)), 404, "RESOURCE_NOT_FOUND")
        assert body["message"] == f"{kind} not found"


def test_found_f13_parts_are_told_apart_from_what_they_are_in(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    path = f"/checklists/{template['id']}"
    for part, kind in (("steps", "Step"), ("preruns", "Field"), ("automated-actions", "Rule")):
        body = check_problem(cast.olga.delete(f"{path}/{part}/{NONE}"), 404)
        assert body["message"] == f"{kind} not found"
    body = check_problem(cast.olga.post("/completed-tasks", {"task_id": NONE}), 404)
    assert body["message"] == "Task not found"


def test_found_f13_who_is_outside_learns_no_kind(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    process = launch(cast.olga, template)
    (task,) = made(cast.olga.get(f"/runs/{process['id']}/tasks"), 200)
    stranger = cast.stranger()
    _, code = guest_task(cast)
    guest = Guest(0, "", cast.nobody, cast.organization_id, code)
    for answer in (
        stranger.get(f"/checklists/{template['id']}"),
        stranger.get(f"/tasks/{task['id']}"),
        guest.get(f"/tasks/{task['id']}"),
        cast.nobody.get(f"/public/{cast.organization_id}/checklists/{template['id']}"),
    ):
        assert check_problem(answer, 404)["message"] == "Resource not found"
