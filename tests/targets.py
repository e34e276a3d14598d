"""Something of everything that paths name, for tests that send anything to every route."""

from typing import Any

import msgspec

from cast import Cast, Person
from factories import launch, made, make_oneoff, make_rule, make_template, sorting_ids
from procession.kit.http import Route
from procession.web.routes import API_ROUTES

WRITES = [route for route in API_ROUTES if route.body is not None and not route.is_alias]


def keys_of(route: Route) -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(route.body)]  # type: ignore


class Target:
    """A place to send wild requests to; made once for each server, for speed."""

    def __init__(self, cast: Cast) -> None:
        asked = {"label": "Name", "field_type": "text", "required": False}
        first = {"title": "First", "captures": [asked]}
        template = make_template(cast.olga, [first, {"title": "Second"}], prerun=[asked])
        process = launch(cast.olga, template)
        parts = f"/checklists/{template['id']}"
        step = made(cast.olga.get(f"{parts}/steps"), 200)[0]
        task = make_oneoff(cast.olga)["id"]
        self.by: Person = cast.olga
        self.ids = {
            **dict.fromkeys(("capture", "field", "rule", "list"), "0" * 32),
            "org": cast.organization_id,
            "checklist": template["id"],
            "template": template["id"],
            "step": step["id"],
            "capture": step["captures"][0]["id"],
            "field": template["prerun"][0]["id"],
            "stage": made(cast.olga.post(f"{parts}/stages", {"name": "First"}))["id"],
            "rule": make_rule(cast.olga, template)["id"],
            "list": made(cast.olga.post("/lists", {"title": "L", "columns": ["A"]}))["id"],
            "run": process["id"],
            **sorting_ids(cast),
            "task": task,
            "thread": made(cast.olga.post(f"/tasks/{task}/comment", {"content": "C"}))["id"],
            "user": "me",
            "guest": "gus@guests.test",
            "client": made(cast.olga.post("/oauth-clients", {"name": "Robot"}))["id"],
            "token": "0" * 40,
            "group": cast.group(),
            "role": made(cast.olga.post("/roles", {"name": "Boss"}))["id"],
            "preset": made(cast.olga.post("/presets", {"name": "P", "object": "runs"}))["id"],
            "preference": "columns",
            "operation": 1,
            "selection": "0" * 43,
            "hold": "0" * 32,
        }
        #: What is needed besides the wild part to get past the first checks.
        self.right = {
            "title": "T",
            "type": "procedure",
            "task_type": "task",
            "deadline": "2031-01-01",
            "owners": {},
            "content": "C",
            "name": "N",
            "label": "L",
            "field_type": "text",
            "required": False,
            "target_step_id": step["id"],
            "task_id": self.ids["task"],
        }

    def send(self, route: Route, body: Any) -> Any:
        known = set(keys_of(route))
        right = {key: value for key, value in self.right.items() if key in known}
        if "/steps" in route.path:
            right.pop("deadline", None)  # Of a step it is an object.
        path = route.path.format(**self.ids)
        return self.by.client.call(route.method, path, json={**right, **body})
