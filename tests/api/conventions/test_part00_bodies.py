"""Part 00, 2, 3 and 6: what bodies are taken, and how wrong ones are refused."""

import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from backdoor import stored
from cast import GUS, Cast, Person
from factories import launch, made, make_oneoff, make_template
from procession.domains.accounts.tables import idempotency_keys
from procession.kit.db import Statement
from wire import check_problem

pytestmark = pytest.mark.hostile

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def send(by: Person, method: str, path: str, body: bytes, kind: str | None) -> requests.Response:
    headers = {} if kind is None else {"Content-Type": kind}
    return by.call(method, path, data=body, headers=headers)


def test_00_5_a_delete_with_a_json_type_and_no_body_succeeds(cast: Cast) -> None:
    process, oneoff = launch(cast.olga, name="Empty"), make_oneoff(cast.olga)

    assert send(cast.olga, "DELETE", f"/runs/{process['id']}", b"", JSON).status_code == 200
    assert send(cast.olga, "DELETE", f"/tasks/{oneoff['id']}", b"", JSON).status_code == 204


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"a=1", b"<a/>"])
def test_00_5_what_a_delete_sends_never_harms(cast: Cast, body: bytes) -> None:
    process = launch(cast.olga, name="Odd")

    assert send(cast.olga, "DELETE", f"/runs/{process['id']}", body, JSON).status_code == 200
    assert send(cast.olga, "GET", f"/runs/{process['id']}", body, JSON).status_code == 200


def test_00_6_a_put_on_an_action_with_no_body_succeeds(cast: Cast) -> None:
    process = launch(cast.olga, name="Action")

    assert send(cast.olga, "PUT", f"/runs/{process['id']}/activate", b"", JSON).status_code == 200
    assert send(cast.olga, "PUT", f"/runs/{process['id']}", b"", JSON).status_code == 200
    assert send(cast.olga, "PUT", f"/runs/{process['id']}", b" \n", JSON).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"{", b'{"name": "x",}', b"{'name': 'x'}", b"name=x", b'{"name": NaN}', b'{"name": 1e999}',
        b'"text"', b"7", b"null", b"[]", b'[{"name": "x"}]', b'{"name": "\xff\xfe"}',
        b'{"name": "\\ud800"}', b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000,
        b'{"name":' * 100_000 + b"1" + b"}" * 100_000, b'{"owner_id": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda body: body[:18].decode("latin-1"),
)  # fmt: skip
def test_00_7_malformed_json_is_a_400_in_json(cast: Cast, body: bytes) -> None:
    before = stored(cast)

    for kind in (JSON, "application/vnd.api+json", "text/json", None):
        check_problem(send(cast.olga, "POST", "/runs", body, kind), 400, "MALFORMED_JSON")

    assert stored(cast) == before


@pytest.mark.parametrize("kind", [JSON, "application/json; charset=utf-8", "text/plain", None, ""])
def test_00_7_json_is_read_under_each_of_its_types(cast: Cast, kind: str | None) -> None:
    launched = made(send(cast.olga, "POST", "/runs", b'{"name": "Typed"}', kind))

    assert launched["name"] == "Typed"


def test_00_7_of_a_key_sent_twice_nobody_knows_which_is_meant(cast: Cast) -> None:
    answer = send(cast.olga, "POST", "/runs", b'{"name": "One", "name": "Two"}', JSON)

    told = check_problem(answer, 400, "MALFORMED_JSON")
    assert told["message"] == 'The key "name" is there twice.'


def test_00_8_a_form_equals_json(cast: Cast) -> None:
    users = [cast.mia.user_id, cast.leo.user_id]
    template = {"title": "As form", "type": "procedure", "users": users, "steps": [{"title": "S"}]}
    form = (
        f"title=As+form&type=procedure&users[]={users[0]}&users%5B%5D={users[1]}&steps[0][title]=S"
    )

    as_json = made(cast.olga.post("/checklists?with=steps", template))
    as_form = made(send(cast.olga, "POST", "/checklists?with=steps", form.encode(), FORM))

    for kind in ("title", "type", "users"):
        assert as_form[kind] == as_json[kind]
    assert [step["title"] for step in as_form["steps"]["data"]] == ["S"]


def test_00_8_lists_of_members_are_read_from_forms(cast: Cast) -> None:
    """As the row has it: `members[]=1&members[]=2`."""
    members = [cast.mia.user_id, cast.leo.user_id]
    as_json = made(cast.olga.post("/groups", {"name": "As JSON", "members": members}))
    for name in ("members[]", "members%5B%5D"):
        form = f"name={secrets.token_hex(4)}&{name}={members[0]}&{name}={members[1]}"
        as_form = made(send(cast.olga, "POST", "/groups", form.encode(), FORM))
        assert as_form["members"] == as_json["members"] == sorted(members)


def test_00_8_forms_are_bound_as_leniently_as_json(cast: Cast) -> None:
    template = make_template(cast.olga)
    fields = {
        "checklist_id": template["id"],
        "name": "  Ann & Bob  ",
        "owner_id": str(cast.mia.user_id),
        "is_public": "1",
        "starred": "true",
        "users[]": str(cast.leo.user_id),
    }

    as_form = made(cast.olga.call("POST", "/runs", data=fields))
    as_parts = made(
        cast.olga.call("POST", "/runs", files={key: (None, fields[key]) for key in fields})
    )

    for launched in (as_form, as_parts):
        assert launched["name"] == "Ann & Bob"
        assert launched["owner_id"] == cast.mia.user_id
        assert launched["is_public"] is True
        assert launched["starred"] is True
        assert launched["users"] == [cast.leo.user_id]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (FORM, b"name=x&name[a]=1"),
        (FORM, b"name=%ff"),
        (FORM, b"name=\xff"),
        (FORM, b"a" + b"[b]" * 64 + b"=1"),
        (FORM, b"a=1&" * 10_001),
        ("multipart/form-data", b"--x\r\n\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b"nonsense"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nv\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x",
         b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n\xff\r\n--x--\r\n'),
    ],
)  # fmt: skip
def test_00_8_a_form_that_cannot_be_read_is_a_400(cast: Cast, kind: str, body: bytes) -> None:
    before = stored(cast)

    check_problem(send(cast.olga, "POST", "/runs", body, kind), 400)

    assert stored(cast) == before


def test_00_9_xml_is_a_415(cast: Cast) -> None:
    before = stored(cast)

    for kind in ("application/xml", "text/html", "image/png", "nonsense"):
        body = check_problem(send(cast.olga, "POST", "/runs", b"<a/>", kind), 415)
        assert body["code"] == "UNSUPPORTED_MEDIA_TYPE"
        assert "application/json" in body["message"]

    assert stored(cast) == before
    assert send(cast.olga, "GET", "/runs", b"<a/>", "application/xml").status_code == 200


def test_00_9_a_refused_type_is_refused_again_under_its_idempotency_key(cast: Cast) -> None:
    headers = {"Content-Type": "application/xml", "Idempotency-Key": "xml"}

    for _ in range(2):
        check_problem(cast.olga.call("POST", "/runs", data=b"<a/>", headers=headers), 415)


def test_00_9_a_body_beyond_the_limit_is_a_413_however_it_is_sent(cast: Cast) -> None:
    before = stored(cast)
    largest = 10 * 1024 * 1024
    start, end = b'{"checklist_id": "', b'"}'
    exactly = start + b"x" * (largest - len(start) - len(end)) + end

    for body in (exactly + b" ", iter([exactly, b" "])):
        answer = cast.olga.again().call("POST", "/runs", data=body)
        assert "10485760" in check_problem(answer, 413, "PAYLOAD_TOO_LARGE")["message"]
    check_problem(cast.olga.again().call("POST", "/runs", data=exactly), 422)
    check_problem(cast.nobody.call("POST", cast.olga.path("/runs"), data=exactly + b" "), 401)

    assert stored(cast) == before
    assert made(cast.olga.call("POST", "/runs", data=iter([b'{"name": ', b'"Chunks"}'])))


def test_00_10_unknown_keys_are_ignored_and_named(cast: Cast) -> None:
    template = make_template(cast.olga)
    body = {"checklist_id": template["id"], "name": "Known", "nmae": "x", "colour": 1}

    answer = cast.olga.post("/runs", body)

    assert made(answer)["name"] == "Known"
    assert answer.headers["X-Ignored-Fields"] == "nmae,colour"
    assert "X-Ignored-Fields" not in cast.olga.put(f"/runs/{answer.json()['data']['id']}").headers


def test_00_10_unknown_keys_inside_objects_are_named_too(cast: Cast) -> None:
    template = {
        "title": "Deep",
        "type": "procedure",
        "steps": [{"title": "One"}, {"title": "Two", "sumary": "x", "deadline": None}],
    }
    answer = cast.olga.post("/checklists", template)
    assert made(answer)
    assert answer.headers["X-Ignored-Fields"] == "steps.1.sumary"

    owners = {"users": [], "teams": [1]}
    task = {"title": "T", "task_type": "task", "deadline": "2031-01-01", "owners": owners}
    answer = cast.olga.post("/tasks", task, headers={"Prefer": "handling=strict"})
    assert check_problem(answer, 422)["errors"] == {
        "owners.teams": ["The owners.teams field is unknown."]
    }


def test_00_10_with_strict_handling_an_unknown_key_is_a_422(cast: Cast) -> None:
    process, before = launch(cast.olga, name="Strict"), stored(cast)
    strict = {"Prefer": "respond-async, handling=strict"}

    answer = cast.olga.put(f"/runs/{process['id']}", {"name": "New", "nmae": "x"}, headers=strict)

    assert list(check_problem(answer, 422, "VALIDATION_ERROR")["errors"]) == ["nmae"]
    assert stored(cast) == before
    assert cast.olga.put(f"/runs/{process['id']}", {"name": "New"}, headers=strict).ok


def test_00_10_a_name_cannot_smuggle_a_header_in(cast: Cast) -> None:
    template = make_template(cast.olga)
    names = ["a\r\nX-Evil: 1", "\x00\x7f", "b,c", "ü", "d" * 5000, "\u2028e"]
    body = {"checklist_id": template["id"], **dict.fromkeys(names, 1)}

    answer = cast.olga.post("/runs", body)

    assert answer.status_code == 201
    assert "X-Evil" not in answer.headers
    named = "a%0D%0AX-Evil:%201,%00%7F,b%2Cc,%C3%BC,%E2%80%A8e"
    assert answer.headers["X-Ignored-Fields"] == named


def test_00_17_a_422_has_what_clients_read(cast: Cast) -> None:
    body = check_problem(
        cast.olga.post("/checklists", {"type": "procedure"}), 422, "VALIDATION_ERROR"
    )

    assert body["message"] == "The title field is required."
    assert body["errors"] == {"title": ["The title field is required."]}


def test_00_18_all_problems_are_reported_at_once(cast: Cast) -> None:
    two = check_problem(cast.olga.post("/checklists", {"title": "", "type": "x"}), 422)
    assert set(two["errors"]) == {"title", "type"}
    assert two["message"].endswith(" (and 1 more error)")

    task = {"title": "x" * 601, "owners": {"users": ["x", 1.5, True]}, "deadline": "soon"}
    many = check_problem(cast.olga.post("/tasks", task), 422)
    assert set(many["errors"]) == {
        "title", "task_type", "deadline", "owners.users.0", "owners.users.1", "owners.users.2",
    }  # fmt: skip
    assert many["message"].endswith(" (and 5 more errors)")


@pytest.mark.parametrize(
    ("value", "is_taken"),
    [
        (True, True), (False, False), (1, True), (0, False), ("1", True), ("0", False),
        ("true", True), ("false", False), ("True", True),
    ],
)  # fmt: skip
def test_00_31_booleans_of_bodies_are_read_leniently(
    cast: Cast, value: Any, is_taken: bool
) -> None:
    process = launch(cast.olga, name="Bool", is_public=not is_taken)

    changed = cast.olga.put(f"/runs/{process['id']}", {"is_public": value})

    assert made(changed, 200)["is_public"] is is_taken


@pytest.mark.parametrize(
    "written",
    [
        "2031-05-15 14:30:00", "2031-05-15 14:30", "2031-05-15T14:30:00Z", "2031-05-15T14:30:00",
        "2031-05-15T16:30:00+02:00", "2031-05-15T16:30+02:00", "2031-05-15T14:30:00.999Z",
        " 2031-05-15 14:30:00 ", "2031-05-14T23:30:00-15:00",
    ],
)  # fmt: skip
def test_00_32_every_way_to_write_an_instant_stores_the_same(cast: Cast, written: str) -> None:
    task = make_oneoff(cast.olga, deadline=written)

    assert task["deadline"] == "2031-05-15T14:30:00Z"


def test_00_32_a_day_alone_is_its_first_moment(cast: Cast) -> None:
    assert make_oneoff(cast.olga, deadline="2031-05-15")["deadline"] == "2031-05-15T00:00:00Z"


@pytest.mark.parametrize(
    "written",
    [
        1747319400, "1747319400", 1.5, True, [], {}, "", None, "tomorrow", "2031-02-30",
        "2031-13-01", "2031-05-15T25:00:00", "2031-05-15T14:30:00+99:00", "15.05.2031",
        "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2031-05-15\x00",
        "2031-05-15T14:30:00Z; DROP TABLE tasks",
    ],
)  # fmt: skip
def test_00_32_what_is_no_date_is_a_422(cast: Cast, written: Any) -> None:
    task = {"title": "Late", "task_type": "task", "owners": {}, "deadline": written}

    assert list(check_problem(cast.olga.post("/tasks", task), 422)["errors"]) == ["deadline"]


def test_00_55_a_repeated_post_makes_one_thing(cast: Cast) -> None:
    headers, body = {"Idempotency-Key": "once-1"}, {"name": "Once"}

    first = cast.olga.post("/runs", body, headers=headers)
    after_first = stored(cast)
    again = cast.olga.post("/runs", body, headers=headers)

    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert stored(cast) == after_first


def test_00_55_two_at_the_same_time_make_one_thing(cast: Cast) -> None:
    people = [cast.olga.again() for _ in range(4)]
    before = stored(cast)

    with ThreadPoolExecutor(len(people)) as pool:
        answers = list(
            pool.map(lambda by: by.post_with_key("/runs", {"name": "Race"}, "race"), people)
        )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    replays = [answer for answer in answers if "Idempotent-Replayed" in answer.headers]
    assert len(replays) == len(people) - 1
    assert stored(cast)["processes"] == before["processes"] + 1


def test_00_55_a_key_belongs_to_one_request_of_one_person(cast: Cast) -> None:
    headers = {"Idempotency-Key": "mine"}
    made(cast.olga.post("/runs", {"name": "Mine"}, headers=headers))

    other_body = cast.olga.post("/runs", {"name": "Other"}, headers=headers)
    other_path = cast.olga.post("/tasks", {"name": "Mine"}, headers=headers)
    other_person = cast.mia.post("/runs", {"name": "Mine"}, headers=headers)

    check_problem(other_body, 422)
    check_problem(other_path, 422)
    assert "Idempotent-Replayed" not in other_person.headers
    assert other_person.status_code == 201


def test_00_55_a_refusal_keeps_no_key(cast: Cast) -> None:
    """It changed nothing, so the same key may try again, and with another body (ruling 22)."""
    headers = {"Idempotency-Key": "refused"}

    refused = [cast.olga.post("/runs", {"owner_id": 0}, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in refused] == [422, 422]
    assert "Idempotent-Replayed" not in refused[1].headers
    made(cast.olga.post("/runs", {"name": "Right"}, headers=headers))


def test_00_55_the_query_is_part_of_the_request(cast: Cast) -> None:
    headers, body = {"Idempotency-Key": "asked"}, {"name": "Asked"}
    first = cast.olga.post("/runs?with=tasks", body, headers=headers)

    check_problem(cast.olga.post("/runs", body, headers=headers), 422)
    again = cast.olga.post("/runs?with=tasks", body, headers=headers)
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"


def test_00_55_only_posts_are_kept_and_keys_have_a_length(cast: Cast) -> None:
    process, headers = launch(cast.olga, name="0"), {"Idempotency-Key": "k" * 255}
    for name in ("1", "2"):
        changed = cast.olga.put(f"/runs/{process['id']}", {"name": name}, headers=headers)
        assert made(changed, 200)["name"] == name

    too_long = cast.olga.post("/runs", {"name": "x"}, headers={"Idempotency-Key": "k" * 256})
    check_problem(too_long, 400, "BAD_REQUEST")


def test_00_a_body_echoed_back_with_its_ids_as_text_is_understood(cast: Cast) -> None:
    """Lists of ids take numeric strings, the objects that were read, and drop duplicates (3.6)."""
    process = launch(cast.olga, name="Echo")
    mia, leo = cast.mia.user_id, cast.leo.user_id

    changed = cast.olga.put(
        f"/runs/{process['id']}", {"users": [str(mia), mia, {"id": leo}, f" {leo} "]}
    )

    assert made(changed, 200)["users"] == sorted([mia, leo])
    assert json.loads(changed.content)["data"]["name"] == "Echo"


def test_00_55_links_of_guests_are_repeated_but_not_kept_readable(cast: Cast) -> None:
    """Answers of tasks and guests hold codes that let guests in."""
    owners = {"users": [], "guests": [GUS], "groups": []}
    task = {"title": "T", "task_type": "task", "deadline": "2031-01-01", "owners": owners}
    headers = {"Idempotency-Key": secrets.token_hex(8)}
    first, second = (cast.olga.post("/tasks", task, headers=headers) for _ in range(2))
    (link,) = made(first)["owners"]["taskUrls"]
    code = link.split("/guest/")[1].split("/")[0]

    assert second.content == first.content
    assert second.headers["Idempotent-Replayed"] == "true"
    path = f"/guests/{code}/reset-link"
    reset, again = (cast.olga.post(path, headers=headers | {"Idempotency-Key": "r"}) for _ in "12")
    assert made(again, 200)["guest_code"] == made(reset, 200)["guest_code"] != code
    assert again.headers["Idempotent-Replayed"] == "true"
    rows = cast.server.storage.database.connection().fetch(Statement(idempotency_keys.select()), {})
    kept = str([tuple(row) for row in rows])
    assert headers["Idempotency-Key"] in kept
    for secret in (code, made(reset, 200)["guest_code"], GUS):
        assert secret not in kept
