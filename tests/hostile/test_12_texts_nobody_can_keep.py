"""Row 12: a NUL, or half of a sign, is told of or cleaned by whatever door it comes in.

PostgreSQL keeps neither, SQLite keeps both: what one of them refuses must not depend on which.
"""

import io
import json
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, get_args, get_origin, get_type_hints
from urllib.parse import quote

import msgspec
import psycopg
import pytest
import sqlalchemy as sa

from browsers import Browser, Form
from cast import Cast
from factories import launch, let_all_launch, made, make_template
from procession.cli.main import main
from procession.cli.single_sign_on import read_secret
from procession.core.inbound_mail import read_mail
from procession.core.texts import NO_NUL
from procession.kit.db import Statement, is_unstorable
from procession.kit.environment import SettingError
from procession.kit.errors import Invalid
from procession.kit.http import OPEN_DOORS, PAGE, Route
from procession.kit.reading import NotJson, read_json
from procession.kit.settings import read_settings
from procession.web.routes import ALL_ROUTES, API_ROUTES
from targets import WRITES, Target, keys_of
from wire import check_problem

pytestmark = pytest.mark.hostile

NUL = "a\x00b"
HALF = "a\ud800b"
FORM = "application/x-www-form-urlencoded"
#: What nobody sees, and every database keeps.
ODD = "a\ufffe\uffff\x7f\x9fb"
TRUSTED = "mx.cast.test"


def shapes(text: str) -> Iterator[Any]:
    """Where a text can be in a free value."""
    yield text
    yield [text]
    yield {text: "x"}
    yield {"x": text}
    yield [{"title": text, "text": text, "value": [text]}]
    yield {"data": [{"id": 1, "text": text}]}
    yield [["a", [text]]]


def typed(hint: Any, text: str) -> Iterator[Any]:
    """The text under each key of the objects that a type holds, at every depth."""
    if get_origin(hint) is dict:
        yield from ({"x": inside} for inside in typed(get_args(hint)[1], text))
        yield {text: {}}
    elif get_origin(hint) is list:
        yield from ([inside] for inside in typed(get_args(hint)[0], text))
        yield [text]
    elif get_origin(hint) is not None:
        for choice in get_args(hint):
            yield from typed(choice, text)
    elif isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        hints = get_type_hints(hint)
        for field in msgspec.structs.fields(hint):
            yield {field.encode_name: text}
            for inside in typed(hints[field.name], text):
                yield {field.encode_name: inside}


def everywhere(route: Route, text: str) -> Iterator[dict[str, Any]]:
    """Under every key of a route's body: in what its type says, and in what it does not."""
    hints = get_type_hints(route.body)
    of_each = {
        field.encode_name: [*shapes(text), *typed(hints[field.name], text)]
        for field in msgspec.structs.fields(route.body)  # type: ignore[arg-type]
    }
    for number in range(max(map(len, of_each.values()), default=0)):
        yield {key: values[number % len(values)] for key, values in of_each.items()}


def test_11_12_no_route_takes_nul_in_any_text_of_its_body(cast: Cast) -> None:
    target, told = Target(cast), 0
    for route in WRITES:
        for sent in everywhere(route, NUL):
            answer = target.send(route, sent)
            about = f"{route.method} {route.path}: {sent}: {answer.text[:500]}"
            assert 400 <= answer.status_code < 500, about
            if answer.status_code == 422 and route.door not in OPEN_DOORS:
                told += 1
                errors = answer.json()["errors"]
                # Whom and what the rest of it names is told beside.
                named = {path.split(".")[0] for path in errors if NO_NUL in errors[path][0]}
                assert named == set(sent) or len(errors) == 100, about
    assert told > 500, told


def minds_body(route: Route) -> bool:
    """Others take anything beside their path (contract 00, 3.4; 30, 1.3)."""
    return route.reads_body and route.method != "DELETE"


def test_11_12_no_route_takes_half_a_sign(cast: Cast) -> None:
    """JSON that holds one cannot be read by anybody who reads UTF-8; where a body need not be one,
    it counts as none."""
    target = Target(cast)
    for route in WRITES:
        least = 400 if minds_body(route) else 200
        for value in (HALF, [HALF], {HALF: "x"}):
            answer = target.send(route, dict.fromkeys(keys_of(route), value))
            assert least <= answer.status_code < 500, (route.path, answer.text)


def test_11_12_no_form_takes_nul(cast: Cast) -> None:
    target, headers = Target(cast), {"Content-Type": FORM}
    for route in WRITES:
        path = route.path.format(**target.ids)
        for part in ("=a%00b", "[]=a%00b", "[x%00]=1", "=%ED%A0%80"):
            body = "&".join(f"{key}{part}" for key in keys_of(route))
            answer = target.by.client.call(route.method, path, data=body, headers=headers)
            least = 400 if body and minds_body(route) else 200
            assert least <= answer.status_code < 500, (route.path, part, answer.text)


@pytest.mark.parametrize(
    "part",
    [b"text/plain\r\n\r\na\x00b", b"text/plain; charset=utf-7\r\n\r\na+AAA-b",
     b"text/plain; charset=utf-7\r\n\r\na+2AA-b", b"text/plain; charset=utf-16\r\n\r\n\x00\xd8"],
)  # fmt: skip
def test_11_12_no_part_of_a_form_takes_nul_or_half_a_sign(cast: Cast, part: bytes) -> None:
    for name in ("title", "tags", "prerun[x]"):
        head = f'--x\r\nContent-Disposition: form-data; name="{name}"\r\nContent-Type: '
        body = head.encode() + part + b"\r\n--x--\r\n"
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        for path in ("/tasks", "/runs", "/checklists"):
            answer = cast.olga.call("POST", path, data=body, headers=headers)
            assert answer.status_code in (400, 422), answer.text


def test_11_12_no_page_takes_nul(cast: Cast) -> None:
    browser, target = Browser(cast), Target(cast)
    token = Form(browser.get("/app/sign-in").text).fields["form_token"]
    for route in ALL_ROUTES:
        if route.door != PAGE or route.method == "GET" or route.body is None:
            continue
        names = {**dict.fromkeys(_names_in(route.path), "x"), **target.ids}
        for key in keys_of(route):
            fields = {"form_token": token, key: NUL}
            answer = browser.post(route.path.format(**names), fields)
            # Some ask who it is first.
            assert 300 <= answer.status_code < 500, (route.path, key)


def _names_in(path: str) -> list[str]:
    return [piece.partition("}")[0] for piece in path.split("{")[1:]]


@pytest.mark.parametrize("text", [NUL, ODD, '{"a": "\\u0000"}', '["\\ud800"]', "\ufffd"])
def test_11_12_no_query_fails_for_its_texts(cast: Cast, text: str) -> None:
    target = Target(cast)
    for route in API_ROUTES:
        if route.method != "GET":
            continue
        path = route.path.format_map({**dict.fromkeys(_names_in(route.path), "x"), **target.ids})
        words = [field.encode_name for field in msgspec.structs.fields(route.query)]
        query = "&".join(f"{word}={quote(text)}" for word in [*words, quote(text)])
        answer = cast.olga.client.get(f"{path}?{query}")
        assert answer.status_code < 500, (path, query, answer.text)


@pytest.mark.parametrize("text", ["a%00b", "%ED%A0%80"])
def test_11_12_no_path_fails_for_its_texts(cast: Cast, text: str) -> None:
    ids = Target(cast).ids
    for route in ALL_ROUTES:
        for name in _names_in(route.path):
            names = {**dict.fromkeys(_names_in(route.path), "x"), **ids, name: text}
            answer = cast.olga.client.call(
                route.method, route.path.format_map(names), allow_redirects=False
            )
            assert answer.status_code < 500, (route.method, route.path, name, answer.text)


def test_11_12_no_header_fails_for_its_text(cast: Cast) -> None:
    for name in ("Authorization", "X-Guest-Code", "Idempotency-Key", "X-Request-Id", "Cookie",
                 "Prefer", "Accept", "Origin", "X-Forwarded-For"):  # fmt: skip
        for value in (
            b"a\xffb",
            b"Basic AGEAOgBi",
            b"Bearer \xed\xa0\x80",
            b"a=\xff",
        ):
            for path in ("/tasks", "/runs"):
                answer = cast.olga.post(path, {}, headers={name: value})
                assert answer.status_code < 500, (name, value, answer.text)
    secrets = {"Authorization": "Basic MQAyOgBi"}  # 1, NUL, 2, colon, NUL, b
    assert cast.nobody.post("/oauth/token", {}, headers=secrets).status_code < 500


def test_11_12_tags_are_told_by_their_place(cast: Cast) -> None:
    oneoff = {"title": "T", "task_type": "task", "deadline": "2031-01-01", "owners": {}}
    answer = cast.olga.post("/tasks", {**oneoff, "tags": ["fine", NUL]})
    told = check_problem(answer, 422)["errors"]
    assert told["tags.1"] == [f"The tags.1 {NO_NUL}"]
    template = make_template(cast.olga, [{"title": "First"}])
    (step,) = made(cast.olga.get(f"/checklists/{template['id']}/steps"), 200)
    path = f"/checklists/{template['id']}/steps/{step['id']}"
    answer = cast.olga.put(path, {"title": "First", "tags": [{"title": NUL}]})
    assert check_problem(answer, 422)["errors"] == {"tags.0.title": [f"The tags.0.title {NO_NUL}"]}


def test_11_12_who_may_not_write_is_told_that_first(cast: Cast) -> None:
    check_problem(cast.olga.put(f"/runs/{'0' * 32}", {"name": NUL}), 404)
    check_problem(cast.leo.post("/tags", {"title": NUL}), 403)


def test_11_12_what_nothing_reads_is_not_looked_at(cast: Cast) -> None:
    oneoff = {"title": "T", "task_type": "task", "deadline": "2031-01-01", "owners": {}}
    made(cast.olga.post("/tasks", {**oneoff, "of_mine": NUL}))


def test_11_12_answers_and_cells_of_tables_are_told(cast: Cast) -> None:
    table = {"label": "T", "field_type": "table", "required": False,
             "columns": [{"label": "A"}, {"label": "B"}]}  # fmt: skip
    text = {"label": "W", "field_type": "text", "required": False}
    template = make_template(cast.olga, [{"title": "S", "captures": [table, text]}])
    process = launch(cast.olga, template)
    (task,) = made(cast.olga.get(f"/runs/{process['id']}/tasks"), 200)
    (step,) = made(cast.olga.get(f"/checklists/{template['id']}/steps"), 200)
    cells, word = (field["id"] for field in step["captures"])
    path = f"/runs/{process['id']}/tasks/{task['id']}"
    for answers in ({word: NUL}, {cells: [["a"], [NUL]]}, {cells: json.dumps([["a"], [NUL]])}):
        answer = cast.olga.put(path, {"taskdata": answers})
        assert answer.status_code == 422, answer.text


def test_11_12_signs_that_nobody_sees_are_kept_and_control_signs_are_not(cast: Cast) -> None:
    oneoff = {"title": "T", "task_type": "task", "deadline": "2031-01-01", "owners": {}}
    for text in ODD, "👩‍🚀", "e\u0301", "\u202eabc", "{\\u0000}":
        task = made(cast.olga.post("/tasks", {**oneoff, "title": f"x{text}x"}))
        kept = made(cast.olga.get(f"/tasks/{task['id']}"), 200)["title"]
        assert kept == unicodedata.normalize("NFC", f"x{text}x").replace("\x7f\x9f", "")


# --- Other doors ---


def mail_from(sender: str, key: str, subject: bytes, body: bytes = b"Please.") -> bytes:
    domain = sender.rpartition("@")[2]
    head = (
        f"Authentication-Results: {TRUSTED}; dkim=pass header.d={domain}\r\n"
        f"From: {sender}\r\nMessage-ID: <{key}@{domain}>\r\nSubject: "
    )
    return head.encode() + subject + b"\r\n\r\n" + body + b"\r\n"


def test_11_12_a_mail_with_nul_launches_or_is_answered(cast: Cast) -> None:
    template = make_template(cast.olga)
    let_all_launch(cast.olga, template)
    mine = made(cast.olga.get("/users/me"), 200)["email"]
    subjects = (
        b"a\x00b",
        b"=?utf-8?q?a=00b?=",
        b"=?utf-7?q?a+2AA-b?=",
        b"a\xff\xfeb",
        b"a\xed\xa0\x80b",
    )
    for number, subject in enumerate(subjects):
        for sender in (mine, "sam@elsewhere.test"):
            raw = mail_from(sender, f"{number}", subject, b"text\x00 \xff")
            code, said = received(cast, template["id"], raw)
            assert code == 0, said
    launched = made(cast.olga.get(f"/runs?checklist_id={template['id']}"), 200)
    names = {run["name"] for run in launched}
    assert len(names) == len(set(names)) >= 2
    # The one in UTF-7 says nothing that can be read: its process is named as the template says.
    unnamed = {name for name in names if not name.startswith("a")}
    assert all(name.startswith(template["title"]) for name in unnamed), names
    assert len(unnamed) <= 1, names
    assert all("\x00" not in name for name in names), names


def received(cast: Cast, template_id: str, raw: bytes) -> tuple[int, str]:
    """Exit code and complaint of the command that a mail server calls."""
    settings = {
        "PROCESSION_DATABASE_URL": cast.server.settings.database_url,
        "PROCESSION_MAIL_TRUSTED_SERVER": TRUSTED,
    }
    recipient = f"bot+{template_id}-launch@in.cast.test"
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stderr(said), redirect_stdout(said):
        for name, value in settings.items():
            patch.setenv(name, value)
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        return main(("receive-mail", "--recipient", recipient)), said.getvalue()


def test_11_12_every_text_of_a_mail_can_be_kept() -> None:
    raw = b"From: \x00\xffa@x.test\r\nSubject: \xff\x00\r\nMessage-ID: \x00\xff\r\n\r\n\x00\xff"
    mail = read_mail(raw)
    for text in (mail.sender, mail.subject, mail.body, mail.message_id):
        assert "\x00" not in text
        text.encode()


def test_11_12_arguments_and_settings_that_are_no_text_are_told(cast: Cast) -> None:
    url = cast.server.settings.database_url
    words = ("bootstrap", "--org", "Mill\udcff", "--email", "ann@mill.test")
    assert said_of(words, {"PROCESSION_DATABASE_URL": url}) == "An argument is no text in UTF-8."
    with pytest.raises(SettingError, match="PROCESSION_MAIL_FROM is no text in UTF-8"):
        read_settings({"PROCESSION_MAIL_FROM": "a\udcff@x.test"})


def said_of(words: tuple[str, ...], settings: Mapping[str, str]) -> str:
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stderr(said):
        for name, value in settings.items():
            patch.setenv(name, value)
        assert main(words) == 1
    return said.getvalue().strip().removeprefix("procession: ")


@pytest.mark.parametrize("sent", [b"secret\x00", b"\xff"])
def test_11_12_a_secret_on_standard_input_that_is_no_text_is_told(sent: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(sent), "utf-8"))
        with pytest.raises(Invalid, match="client secret"):
            read_secret("-")


@pytest.mark.parametrize("text", [r'"\u0000"', r'{"\u0000": 1}', r'[["a\u0000"]]', r'"\ud800"'])
def test_11_12_json_of_others_with_nul_is_none(text: str) -> None:
    """What a sign-in provider answers, what stands in a text of a body or of a query."""
    for written in (text, text.encode()):
        with pytest.raises(NotJson):
            read_json(written)
    assert read_json(r'"\\u0000"') == r"\u0000"


def test_11_12_what_a_door_would_let_pass_is_known_as_such(cast: Cast) -> None:
    """The last net (web/serving.py): such an error of a statement is 422, and no other one is."""
    connection = cast.server.storage.database.connection()
    echo = Statement(sa.select(sa.bindparam("text", type_=sa.Text)))
    nothing = Statement(sa.text("SELECT length(CAST(:text AS text)) / 0"))
    texts = (HALF, NUL) if cast.server.name == "postgres" else (HALF,)
    for text in texts:
        with pytest.raises((UnicodeEncodeError, psycopg.DataError)) as raised:
            connection.fetch(echo, {"text": text})
        assert is_unstorable(raised.value)
    if cast.server.name == "postgres":
        with pytest.raises(psycopg.DataError) as raised:
            connection.fetch(nothing, {"text": "x"})
        assert not is_unstorable(raised.value)
