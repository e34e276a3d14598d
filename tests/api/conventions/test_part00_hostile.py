"""Whatever is sent, it is refused in JSON, stores nothing, and never breaks the server."""

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from backdoor import stored
from cast import Cast
from factories import launch, make_template
from procession.kit.http import OPEN_DOORS, Route
from procession.web.routes import API_ROUTES
from targets import WRITES, Target, keys_of
from wire import check_problem

pytestmark = pytest.mark.hostile

HUGE = 10**30
#: Values that no field of these kinds takes.
NO_TEXT: tuple[Any, ...] = ([], ["a"], {}, {"a": 1}, True, "a\x00b", "\x00")
NO_NUMBER: tuple[Any, ...] = (
    "x",
    "--5",
    "1.5",
    "",
    "\u00b2",
    1.5,
    True,
    [],
    {},
    HUGE,
    -HUGE,
    2**31,
    "9" * 30,
    "1\x00",
)
NO_SWITCH: tuple[Any, ...] = ("maybe", 2, -1, 1.5, [], {}, "\x00")
NO_LIST = (1, "x", True, {"a": 1})
NO_OBJECT: tuple[Any, ...] = (1, "x", True, ["x"], [[]])
NO_IDS = (*NO_LIST, ["x"], [True], [[1]], [{"a": 1}], [None], [HUGE], [1.5], ["1\x00"], [2**31])
NO_DATE: tuple[Any, ...] = (1747319400, "soon", [], {}, True, "2031-02-30", "0001-01-01", "\x00")
NO_OWNERS: tuple[Any, ...] = (
    *NO_OBJECT, {"users": "x"}, {"users": [None]}, {"users": [-1]}, {"guests": ["no address"]},
    {"guests": [["a@b.io"]]}, {"guests": ["a\x00@b.io"]}, {"groups": ["x"]}, {"groups": [{}]},
    {"users": [2**31 - 1]}, {"users": {"a": 1}},
)  # fmt: skip

LAUNCH: dict[str, tuple[Any, ...]] = {
    "checklist_id": (*NO_TEXT, "x", "0" * 32),
    "name": (*NO_TEXT, "x" * 600),
    "summary": NO_TEXT,
    "owner_id": (*NO_NUMBER[:3], *NO_NUMBER[4:], 0, -1, 2**31 - 1),
    "user_id": (*NO_NUMBER[:3], *NO_NUMBER[4:], 0, -1, 2**31 - 1),
    "starred": NO_SWITCH,
    "is_public": NO_SWITCH,
    "publicly_hidden_fields": (*NO_LIST, ["nonsense"], [[]], [{}]),
    "assign_someone_else": NO_SWITCH,
    "parent_id": (*NO_TEXT, "x", "0" * 32, "0" * 33),
    "prerun": (*NO_OBJECT, {"x": 1}, {"\x00": "\x00"}),
    "tasks": (*NO_OBJECT, {"x": {}}, {"0" * 32: {"deadline": "x"}}, {"\x00": {}}),
    "roles": (*NO_OBJECT, {"x": 1}),
    "users": (*NO_IDS, [0], [-1], [2**31 - 1]),
    "groups": (*NO_LIST, ["x"], ["0" * 32], [[]], ["\x00"]),
    "tags": (*NO_LIST, ["x"], ["0" * 32]),
    "folders": (*NO_LIST, ["x"], ["0" * 32]),
}
UPDATE: dict[str, tuple[Any, ...]] = {
    "name": (*NO_TEXT, "", "  ", "x" * 600),
    "summary": NO_TEXT,
    "owner_id": (*NO_NUMBER, 0, -1, 2**31 - 1),
    "starred": (*NO_SWITCH, ""),
    "is_public": (*NO_SWITCH, ""),
    "publicly_hidden_fields": (*NO_LIST, ["nonsense"], [[]], [{}]),
    "assign_someone_else": (*NO_SWITCH, ""),
    "users": (*NO_IDS, [0], [-1], [2**31 - 1]),
    "groups": (*NO_LIST, ["x"], ["0" * 32], [[]]),
    "status": ("archived",),
    "archived_at": ("2031-01-01", 1, True),
}
TASK: dict[str, tuple[Any, ...]] = {
    "title": (*NO_TEXT, None, "", " ", "x" * 700),
    "task_type": (*NO_TEXT, None, "", "nonsense"),
    "deadline": (*NO_DATE, None, ""),
    "owners": (*NO_OWNERS, None),
    "summary": NO_TEXT,
    "description": NO_TEXT,
    "started_at": NO_DATE,
    "is_soft_start_date": NO_SWITCH,
    "status": NO_TEXT,
    "everyone_must_complete": NO_SWITCH,
    "can_complete_only_assignees": NO_SWITCH,
    "prevent_guest_comment": NO_SWITCH,
    "top_secret": NO_SWITCH,
    "max_assignable": (*NO_NUMBER[:3], *NO_NUMBER[4:], -1),
    "webhook": (
        *NO_TEXT,
        "x",
        "javascript:alert(1)",
        "http://",
        "http://[",
        "http://a b/",
        "https://x/" + "y" * 3000,
    ),
    "tags": (*NO_LIST, ["x"]),
}
TEMPLATE: dict[str, tuple[Any, ...]] = {
    "title": (*NO_TEXT, None, "", " ", "x" * 300),
    "type": (*NO_TEXT, None, "", "nonsense"),
    "summary": NO_TEXT,
    "guidance": NO_TEXT,
    "icon": (*NO_TEXT, "x" * 200),
    "webhook": (*NO_TEXT, "x", "ftp://x.io"),
    "status": (*NO_TEXT, "nonsense"),
    "owner_id": (*NO_NUMBER[:3], *NO_NUMBER[4:], -1, 2**31 - 1),
    "can_add_oot": NO_SWITCH,
    "users": (*NO_IDS, [0], [2**31 - 1]),
    "groups": (*NO_LIST, ["x"], [[]]),
    "steps": (
        *NO_LIST, [1], [None], [[]], [{}], [{"title": None}], [{"title": []}],
        [{"title": "S", "step_type": "nonsense"}],
        [{"title": "S", "assignees": "x"}],
        [{"title": "S", "max_assignable": HUGE}], [{"title": "S", "max_assignable": -1}],
        [{"title": "S", "deadline": 5}],
        [{"title": "S", "deadline": {"value": -1, "unit": "days"}}],
        [{"title": "S", "deadline": {"value": 1, "unit": "moons"}}],
        [{"title": "S", "deadline": {"value": 1, "unit": "days", "option": "\x00"}}],
        [{"title": "S", "webhook": "x"}], [{"title": "S", "top_secret": "maybe"}],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["launch", "update", "task", "template"])
def test_00_17_every_field_refuses_what_it_does_not_take(cast: Cast, kind: str) -> None:
    template = make_template(cast.olga)
    process = launch(cast.olga, template)
    method, path, right, wrong = {
        "launch": ("POST", "/runs", {"checklist_id": template["id"], "name": "N"}, LAUNCH),
        "update": ("PUT", f"/runs/{process['id']}", {}, UPDATE),
        "task": (
            "POST",
            "/tasks",
            {"title": "T", "task_type": "task", "deadline": "2031-01-01", "owners": {}},
            TASK,
        ),
        "template": ("POST", "/checklists", {"title": "T", "type": "procedure"}, TEMPLATE),
    }[kind]
    before = stored(cast)

    for field, values in wrong.items():
        for value in values:
            answer = cast.olga.call(method, path, json={**right, field: value})
            try:
                body = check_problem(answer, 422)
            except AssertionError as error:
                raise AssertionError(f"{field}: {value!r}") from error
            about = {where.split(".")[0] for where in body["errors"]}
            assert about == {field}, f"{field}: {value!r}: {body['errors']}"

    assert stored(cast) == before
    ignored = cast.olga.call(method, path, json={**right, **dict.fromkeys(("id", "x"))})
    assert ignored.status_code in (200, 201)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(["2031-01-01", "0" * 32, "procedure", "task", "-0", "1e9", "\x00", "me"]),
    lambda inside: st.lists(inside, max_size=3)
    | st.dictionaries(st.text(max_size=6) | st.sampled_from(["users", "id", "data"]), inside,
                      max_size=3),
    max_leaves=6,
)  # fmt: skip


@st.composite
def wild_requests(draw: st.DrawFn) -> tuple[Route, Any]:
    route = draw(st.sampled_from(WRITES))
    body = draw(st.dictionaries(st.sampled_from(keys_of(route)), JSON, max_size=5))
    return route, body


def test_00_19_no_body_makes_the_server_fail(cast: Cast) -> None:
    target = Target(cast)

    @settings(
        max_examples=250,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(wild_requests())
    def send(wild: tuple[Route, Any]) -> None:
        answer = target.send(*wild)
        assert answer.status_code < 500, (wild, answer.text)
        if wild[0].door in OPEN_DOORS:
            return  # Those for OAuth clients answer in other shapes.
        assert answer.headers["Content-Type"] == "application/json"
        if answer.status_code >= 400:
            check_problem(answer, answer.status_code)
        else:
            assert answer.json()["data"]

    send()
    for path in ("/runs", "/tasks", "/checklists", "/activity-feeds", ""):
        assert cast.olga.get(f"{path}?per_page=1000").status_code == 200


_LISTS = [route for route in API_ROUTES if route.is_list and route.method == "GET"]


@st.composite
def wild_queries(draw: st.DrawFn) -> tuple[str, list[tuple[str, str]]]:
    route = draw(st.sampled_from(_LISTS))
    names = [field.encode_name for field in msgspec.structs.fields(route.query)]
    word = st.text(max_size=8) | st.sampled_from(
        ["1", "true", "only", "-created_at", "me", "2031-01-01", "a:b", "desc", "0" * 32, "99", ","]
    )
    pairs = draw(st.lists(st.tuples(st.sampled_from(names), word), max_size=4))
    return route.path, pairs


def test_00_19_no_query_makes_the_server_fail(cast: Cast) -> None:
    target = Target(cast)

    @settings(
        max_examples=250,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(wild_queries())
    def send(wild: tuple[str, list[tuple[str, str]]]) -> None:
        path, pairs = wild
        answer = target.by.client.get(path.format(**target.ids), params=pairs)
        assert answer.status_code in (200, 404, 422), (wild, answer.text)
        if answer.status_code == 200:
            assert answer.json()["meta"]["pagination"]["total_pages"] >= 1

    send()
