"""An organization with one of everything that paths name."""

from backdoor import guest_task
from cast import Cast
from factories import launch, made, make_link, make_rule, make_template, sorting_ids, tasks_of
from procession.kit.http import Route


class World:
    """An organization with one of everything, and the ids that paths name."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        asked = {"label": "Name", "field_type": "text", "required": False}
        first = {"title": "First", "captures": [asked]}
        template = make_template(cast.olga, [first, {"title": "Second"}], prerun=[asked])
        step = made(cast.olga.get(f"/checklists/{template['id']}/steps"), 200)[0]
        path = f"/checklists/{template['id']}"
        process = launch(cast.olga, template, is_public=True)
        _, code = guest_task(cast)
        preset = {"name": "P", "object": "runs"}
        made(cast.olga.put("/me/preferences/columns", {"value": 1}), 200)
        self.ids = {
            "preset": str(made(cast.olga.post("/presets", preset))["id"]),
            "preference": "columns",
            "checklist": template["id"],
            "field": template["prerun"][0]["id"],
            "step": step["id"],
            "capture": step["captures"][0]["id"],
            "stage": made(cast.olga.post(f"{path}/stages", {"name": "First"}))["id"],
            "run": process["id"],
            **sorting_ids(cast),
            "task": (task := tasks_of(cast.olga, process)[0])["id"],
            "thread": made(cast.olga.post(f"/tasks/{task['id']}/comment", {"content": "Hi"}))["id"],
            "user": str(cast.mia.user_id),
            "guest": code,
            "email": "mia@cast.test",
            "client": str(made(cast.olga.post("/oauth-clients", {"name": "Robot"}))["id"]),
            "group": cast.group(cast.mia),
            "list": made(cast.olga.post("/lists", {"title": "L", "columns": ["A"]}))["id"],
            "rule": make_rule(cast.olga, template)["id"],
            "domain": made(cast.olga.post("/domains", {"domain": "cast.test"}))["id"],
            "file": make_link(cast.olga, process)["id"],
            **_many(cast),
            "role": made(cast.olga.post("/roles", {"name": "Boss"}))["id"],
        }

    def path(self, route: Route, organization_id: str, **other: str) -> str:
        return route.path.format(org=organization_id, **{**self.ids, **other})


def _many(cast: Cast) -> dict[str, str]:
    """A selection that was used, and its operation."""
    sent = {"verb": "archive", "ids": ["0" * 32]}
    token = made(cast.olga.post("/archive/selections", sent))["token"]
    begun = cast.olga.post("/archive/operations", {"token": token})
    kept = make_template(cast.olga, 1)
    held = {"reason": "R", "scope": {"type": "checklist", "id": kept["id"]}}
    return {
        "selection": token,
        "operation": str(made(begun, 200)["number"]),
        "hold": str(made(cast.olga.post("/holds", held))["id"]),
    }
