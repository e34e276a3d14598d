"""Everything that is wrong with a body is told in one answer (contract 00, 6.2; found C5)."""

import json
import re
import secrets
from typing import Any, get_origin, get_type_hints

import msgspec
import pytest
import requests

from backdoor import stored
from cast import Cast, assemble
from factories import launch, make_template
from matrix import MATRIX, Ids, Row, Word, address
from procession.kit.binding import _kind, _without_notes
from procession.kit.http import APPLICATION, OPEN_DOORS
from procession.web.routes import ALL_ROUTES
from server import RunningServer

NOBODY = 99_999_999
NOTHING = "0" * 32
ROUTES = {
    (route.method, route.path): route
    for route in ALL_ROUTES
    if route.door not in (*OPEN_DOORS, APPLICATION)
}


def errors_of(answer: requests.Response) -> dict[str, list[str]]:
    assert answer.status_code == 422, f"{answer.status_code}: {answer.text}"
    errors: dict[str, list[str]] = answer.json()["errors"]
    assert all(len(sentences) == 1 for sentences in errors.values()), errors
    return errors


# --- Type, format and look-up, in one answer ---


#: Method, path, a body with everything wrong that its route knows, and what is to be told.
CASES: dict[str, tuple[str, str, dict[str, Any], set[str]]] = {
    "guest": ("POST", "/guests", {"email": "bad", "timezone": "Mars/X"}, {"email", "timezone"}),
    "template": (
        "POST", "/checklists", {"title": "x" * 251, "type": "bogus"}, {"title", "type"},
    ),
    "one-off task": (
        "POST", "/tasks",
        {"title": "t", "task_type": "bogus", "deadline": "bad", "owners": {"users": [NOBODY]}},
        {"task_type", "deadline", "owners.users.0"},
    ),
    "group": (
        "POST", "/groups", {"name": "", "members": [NOBODY], "guests": ["bad"]},
        {"name", "members.0", "guests.0"},
    ),
    "organization": (
        "PUT", "",
        {
            "name": "", "timezone": "Mars/X", "auto_archive": "perhaps", "sso_default_role": "king",
            "onboarding_template_id": NOTHING,
        },
        {"name", "timezone", "auto_archive", "sso_default_role", "onboarding_template_id"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_found_c5_the_five_cases(cast: Cast, case: str) -> None:
    method, path, body, wrong = CASES[case]
    before = stored(cast)
    assert set(errors_of(cast.olga.call(method, path, json=body))) == wrong
    assert stored(cast) == before


#: Keys that are wrong by their type, by their format and by what they name, in one body.
WRONG: dict[str, dict[str, Any]] = {
    "POST /runs": {
        "name": {}, "owner_id": NOBODY, "tags": [NOTHING], "folders": [NOTHING], "starred": "often",
        "users": ["x", NOBODY], "parent_id": NOTHING,
    },
    "PUT|PATCH /runs/{run}": {
        "name": "x" * 551, "owner_id": NOBODY, "summary": {}, "tags": [NOTHING], "users": [NOBODY],
        "is_public": "perhaps", "publicly_hidden_fields": ["?"], "status": "archived",
    },
    "PUT|PATCH /tasks/{task}": {
        "title": "x" * 601, "task_type": "bogus", "owners": {"users": [NOBODY], "groups": [[]]},
        "webhook": "ftp://x", "tags": [NOTHING], "position": -1, "top_secret": "perhaps",
        "status": "bogus",
    },
    "POST /tasks": {
        "title": "", "task_type": "bogus", "deadline": "never", "owners": {"guests": ["bad"]},
        "webhook": "ftp://x", "tags": [NOTHING], "checklist_id": NOTHING, "top_secret": [],
    },
    "POST /checklists": {
        "title": {}, "type": "bogus", "owner_id": NOBODY, "users": [NOBODY], "groups": [NOTHING],
        "folder_id": NOTHING, "starred": "often", "prerun": [{"label": {}, "field_type": "bogus"}],
    },
    "PUT|PATCH /checklists/{checklist}": {
        "title": "x" * 251, "owner_id": NOBODY, "users": [NOBODY, "x"], "folder_id": NOTHING,
        "starred": "often", "alias": "Not One!",
    },
    "POST /checklists/{checklist}/steps": {
        "title": {}, "step_type": "bogus", "assignees": [NOBODY, "x"], "guests": ["bad"],
        "stage_id": NOTHING, "webhook": "ftp://x", "deadline": {"value": "x", "unit": "eons"},
        "top_secret": "perhaps", "captures": [{"label": {}, "field_type": "bogus"}],
    },
    "POST /guests": {
        "email": "bad", "first_name": {}, "timezone": "Mars/X", "company_url": "nowhere",
        "associated_members": [NOBODY, "x"],
    },
    "PUT|PATCH /groups/{group}": {
        "name": {}, "description": [], "members": [NOBODY, "x"], "guests": ["bad"],
    },
    "POST /users/invite": {
        "email": "bad", "first_name": "https://x.test", "last_name": {}, "role": "king",
    },
    "PUT|PATCH /users/{user}": {
        "first_name": "www.x.test", "timezone": "Mars/X", "country_id": "far", "locale": "klingon",
        "cadence_days": ["Someday"], "date_format": "?",
    },
    "POST /folders": {"name": "", "folder_type": "bogus", "parent_id": NOTHING, "position": "x"},
    "POST /tags": {"title": "", "color": "red"},
    "POST /custom-field-keys": {
        "key": "Not One!", "label": {}, "applies_to": "moons", "field_type": "bogus",
    },
    "POST /oauth-clients": {"name": "", "redirect_uris": ["bad", {}], "allow_password": True},
    "POST /tasks/{task}/comment": {"content": "", "label": "bogus", "state": "bogus"},
    "POST /completed-tasks": {"is_approved": "maybe", "override_user": NOBODY},
}  # fmt: skip
#: What these bodies must hold besides, and that is right.
RIGHT: dict[str, dict[str, Any]] = {
    "POST /checklists": {"prerun": [{"required": False}]},
    "POST /checklists/{checklist}/steps": {"captures": [{"required": False}]},
    "POST /oauth-clients": {"confidential": False},
    "POST /completed-tasks": {"task_id": "{task}"},
}


def with_right_keys(call: str, wrong: dict[str, Any]) -> dict[str, Any]:
    body = {**wrong}
    for key, value in RIGHT.get(call, {}).items():
        body[key] = [{**value[0], **wrong[key][0]}] if isinstance(value, list) else value
    return body


def keys_of(body: Any, at: str = "") -> set[str]:
    """Where a body says something: the paths of its values, those of lists by their places."""
    parts = body.items() if isinstance(body, dict) else enumerate(body)
    return {
        path
        for key, value in parts
        for path in (
            keys_of(value, f"{at}{key}.")
            if value and isinstance(value, dict | list)
            else {f"{at}{key}"}
        )
    }


class Stage:
    """An organization that all routes share."""

    def __init__(self, server: RunningServer) -> None:
        self.cast: Cast = assemble(server)

    def prepared(self, row: Row) -> Ids:
        give = row.admin.give if isinstance(row.admin, Word) else None
        ids: Ids = {"org": self.cast.organization_id, "address": address()}
        ids["name"] = secrets.token_hex(6)
        for arrange in (row.subject, give, row.then):
            if arrange is not None:
                arrange(self.cast, self.cast.olga, ids)
        return ids

    def call(self, method: str, path: str, ids: Ids, body: Any) -> requests.Response:
        text = re.sub(r"\{(\w+)\}", lambda named: str(ids[named[1]]), json.dumps(body))
        return self.cast.olga.client.call(method, path.format(**ids), json=json.loads(text))


_stages: dict[str, Stage] = {}


@pytest.fixture
def stage(server: RunningServer) -> Stage:
    """One for each database."""
    if server.base_url not in _stages:
        _stages[server.base_url] = Stage(server)
    return _stages[server.base_url]


@pytest.mark.parametrize("call", WRONG)
def test_found_c5_types_formats_and_names_together(stage: Stage, call: str) -> None:
    (row,) = [row for row in MATRIX if call in row.calls and not row.again]
    ids = stage.prepared(row)
    wrong = WRONG[call]
    body = with_right_keys(call, wrong)
    if call == "POST /runs":
        body["checklist_id"] = make_template(stage.cast.olga, 1)["id"]
    before = stored(stage.cast)
    methods, _, path = call.partition(" ")
    for method in methods.split("|"):
        answer = stage.call(method, f"/organizations/{{org}}{path}", ids, body)
        assert set(errors_of(answer)) == keys_of(wrong)
    assert stored(stage.cast) == before


# --- No route lets anything through ---


def wrong_value(hint: Any) -> Any:
    """Not what a field of this type takes; None where it takes anything."""
    kind = _without_notes(_kind(hint))
    outer = get_origin(kind) or kind
    if outer is Any:
        return None
    return {} if outer is str else "\u2205"


def wrong_body(shape: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(shape, include_extras=True)
    found = {
        field.encode_name: wrong_value(hints[field.name]) for field in msgspec.structs.fields(shape)
    }
    return {name: value for name, value in found.items() if value is not None}


WRITING = [
    row
    for row in MATRIX
    if not row.again
    and set(row.routes) <= set(ROUTES)
    and any(ROUTES[name].body is not None and name[0] != "GET" for name in row.routes)
]


@pytest.mark.parametrize("row", WRITING, ids=lambda row: row.calls[0])
def test_found_c5_every_route_names_every_key_of_a_wrong_type(stage: Stage, row: Row) -> None:
    ids = stage.prepared(row)
    before = stored(stage.cast)
    for method, path in row.routes:
        shape = ROUTES[method, path].body
        if shape is None or method == "GET":
            continue
        body = wrong_body(shape)
        if body:
            told = errors_of(stage.call(method, path, ids, body))
            assert set(body) <= set(told), path
    assert stored(stage.cast) == before


def test_found_c5_a_kickoff_form_with_a_bad_date_and_all_else_that_is_wrong(cast: Cast) -> None:
    """Answers of every kind, with what is wrong beside the form."""
    fields = [
        {"label": "Name", "field_type": "text", "required": True},
        {"label": "Start", "field_type": "date", "required": True},
        {"label": "Mail", "field_type": "email", "required": False},
        {"label": "Size", "field_type": "dropdown", "options": ["S", "L"], "required": False},
        {"label": "Who", "field_type": "assignees_form", "required": False},
    ]
    template = make_template(cast.olga, prerun=fields)
    name, start, mail, size, _ = (field["id"] for field in template["prerun"])
    answers = {"Start": "someday", "Mail": "nobody", "Size": "XXL"}
    body = {
        "checklist_id": template["id"],
        "prerun": answers,
        "owner_id": NOBODY,
        "name": "x" * 600,
    }

    told = errors_of(cast.olga.post("/runs", body))
    assert set(told) == {f"prerun.{each}" for each in (name, start, mail, size)} | {
        "owner_id", "name",
    }  # fmt: skip

    process = launch(cast.olga, template, prerun={"Name": "Ida", "Start": "2031-05-06"})
    changed = {"prerun": {"Name": "", **answers}, "owner_id": NOBODY, "name": ""}
    told = errors_of(cast.olga.put(f"/runs/{process['id']}", changed))
    assert {f"prerun.{each}" for each in (start, mail, size)} | {"owner_id", "name"} <= set(told)
