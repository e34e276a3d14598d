"""Part 00, 1 and 2: addresses, methods and headers."""

import re
import secrets
import socket

import pytest

from backdoor import stored
from cast import Cast
from factories import launch, make_oneoff
from procession.flows.access import founding
from procession.kit.caller import Role
from wire import check_pagination, check_problem, ids

HEX32 = "0123456789abcdef0123456789abcdef"


def test_00_1_both_mounts_answer_alike(cast: Cast) -> None:
    at_root, under_api = cast.mia.client.get("/me"), cast.mia.client.get("/api/me")

    assert at_root.status_code == under_api.status_code == 200
    assert at_root.json() == under_api.json()
    assert cast.mia.client.get("/api/api/me").status_code == 404


@pytest.mark.parametrize("path", ["/me/", "//me", "/api//me//", "/me"])
def test_00_2_extra_slashes_are_read_over_without_a_redirect(cast: Cast, path: str) -> None:
    answer = cast.mia.client.get(path, allow_redirects=False)

    assert answer.status_code == 200
    assert answer.json()["data"]["id"] == cast.mia.user_id


def test_00_2_a_post_with_extra_slashes_is_still_that_post(cast: Cast) -> None:
    launched = cast.olga.post("//runs/", {"name": "Slashes"}, allow_redirects=False)

    assert launched.status_code == 201


@pytest.mark.parametrize("client", [None, "APIClient", "TallyfySDK", "n8n", "x" * 100])
def test_00_3_the_client_header_is_optional(cast: Cast, client: str | None) -> None:
    headers = {} if client is None else {"X-Tallyfy-Client": client}

    assert cast.mia.client.get("/me", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/nonsense", "/api/nonsense", "/api", "/organizations", "/ME", "/scim/v2", "/me/x"],
)
def test_00_13_an_unknown_route_says_so(cast: Cast, path: str) -> None:
    for client in (cast.nobody, cast.mia.client):
        body = check_problem(client.get(path), 404, "ENDPOINT_NOT_FOUND")
        assert body["message"] == "API endpoint not found"


@pytest.mark.parametrize(
    "wrong", [HEX32, HEX32[:-1], HEX32 + "0", "nonsense", "1", "%00", "%ff%fe", "g" * 32, "%20"]
)
def test_00_14_an_id_that_names_nothing_is_not_found(cast: Cast, wrong: str) -> None:
    answer = cast.olga.get(f"/runs/{wrong}")

    assert check_problem(answer, 404, "RESOURCE_NOT_FOUND")["message"] == "Resource not found"


def test_00_14_ids_in_paths_are_taken_in_either_case(cast: Cast) -> None:
    process = launch(cast.olga, name="Case")
    path = f"/organizations/{cast.organization_id.upper()}/runs/{process['id'].upper()}"

    assert cast.olga.client.get(path).json()["data"]["id"] == process["id"]


@pytest.mark.parametrize("accept", ["*/*", "text/html", "image/png", None])
def test_00_15_errors_are_json_whatever_the_client_accepts(cast: Cast, accept: str | None) -> None:
    headers = {"Accept": accept}

    check_problem(cast.nobody.get("/me", headers=headers), 401)
    check_problem(cast.mia.client.get("/nonsense", headers=headers), 404)
    check_problem(cast.mia.get(f"/runs/{HEX32}", headers=headers), 404)
    check_problem(cast.mia.client.post("/me", headers=headers), 405)
    check_problem(cast.mia.put("", {"name": "x"}, headers=headers), 403)
    check_problem(cast.olga.post("/runs", {"owner_id": 0}, headers=headers), 422)
    check_problem(cast.olga.post("/runs", [], headers=headers), 400)
    assert cast.mia.client.get("/me", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/me", {"GET", "HEAD", "OPTIONS"}),
        ("DELETE", "/health", {"GET", "HEAD", "OPTIONS"}),
        ("DELETE", "/api/organizations/{org}/runs", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("POST", "/organizations/{org}/runs/" + HEX32,
         {"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"}),
    ],
)  # fmt: skip
def test_00_16_a_wrong_method_names_the_right_ones(
    cast: Cast, method: str, path: str, allowed: set[str]
) -> None:
    answer = cast.olga.client.call(method, path.format(org=cast.organization_id))

    check_problem(answer, 405, "METHOD_NOT_ALLOWED")
    assert allowed <= {word.strip() for word in answer.headers["Allow"].split(",")}


def test_00_20_every_answer_has_a_request_id(cast: Cast) -> None:
    answers = [
        cast.mia.client.get("/me"),
        cast.nobody.get("/me"),
        cast.nobody.get("/nonsense"),
        cast.nobody.post("/me"),
        cast.nobody.call("OPTIONS", "/me"),
        cast.olga.post("/runs", [1]),
        cast.olga.get(f"/runs/{HEX32}"),
    ]

    given = [answer.headers["X-Request-Id"] for answer in answers]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]{1,128}", each) for each in given)
    assert len(set(given)) == len(given)


@pytest.mark.parametrize(
    ("sent", "is_echoed"),
    [("my-id_1.2", True), ("x" * 128, True), ("x" * 129, False), ("a b", False), ("<b>", False)],
)
def test_00_20_a_valid_request_id_is_echoed(cast: Cast, sent: str, is_echoed: bool) -> None:
    answer = cast.nobody.get("/me", headers={"X-Request-Id": sent})

    assert (answer.headers["X-Request-Id"] == sent) is is_echoed


def test_00_20_every_answer_has_the_headers_that_all_have(cast: Cast) -> None:
    for answer in (
        cast.mia.client.get("/me"),
        cast.nobody.get("/me"),
        cast.nobody.get("/nonsense"),
        cast.nobody.post("/me"),
        cast.nobody.call("OPTIONS", "/me"),
    ):
        assert int(answer.headers["X-RateLimit-Limit"]) >= 0
        assert int(answer.headers["X-RateLimit-Remaining"]) >= 0
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "X-Ignored-Fields" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("path", ["/me", "/api/me", "/organizations/x/runs", "/nonsense", "/"])
def test_00_53_a_preflight_needs_no_token_anywhere(cast: Cast, path: str) -> None:
    asked = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "Authorization, X-Guest-Code",
    }

    answer = cast.nobody.call("OPTIONS", path, headers=asked)

    assert answer.status_code == 204
    assert answer.content == b""
    assert "Content-Type" not in answer.headers
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    methods = answer.headers["Access-Control-Allow-Methods"].split(", ")
    assert methods == ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    assert answer.headers["Access-Control-Allow-Headers"].split(", ") == [
        "Authorization", "Content-Type", "Accept", "X-Tallyfy-Client", "X-Request-Id",
        "X-Guest-Code", "X-Organization-ID", "X-Requested-With", "Idempotency-Key", "Prefer",
        "If-Match", "If-None-Match",
    ]  # fmt: skip
    assert answer.headers["Access-Control-Max-Age"] == "86400"


def test_00_head_is_get_without_a_body(cast: Cast) -> None:
    launch(cast.olga, name="Head")
    path = cast.olga.path("/runs")

    head, get = cast.olga.client.call("HEAD", path), cast.olga.client.get(path)

    assert head.status_code == get.status_code == 200
    assert head.content == b""
    assert head.headers["Content-Length"] == get.headers["Content-Length"]
    assert cast.nobody.call("HEAD", path).status_code == 401
    assert cast.olga.call("HEAD", f"/runs/{HEX32}").status_code == 404


def test_00_patch_is_put(cast: Cast) -> None:
    process = launch(cast.olga, name="Before", summary="Kept")

    changed = cast.olga.patch(f"/runs/{process['id']}", {"name": "After"})

    assert changed.json()["data"]["name"] == "After"
    assert changed.json()["data"]["summary"] == "Kept"


def test_00_health_needs_nothing_and_minds_nothing(cast: Cast) -> None:
    for headers in ({}, {"Authorization": "Basic abc"}, {"Authorization": "Bearer wrong"}):
        answer = cast.nobody.get("/health", headers=headers)
        assert answer.status_code == 200
        # The suite's servers have no worker beside them, and `/health` says so (ruling 34).
        assert answer.json()["status"] == "degraded"
        assert answer.json()["worker"]["alive"] is False


def test_00_links_of_lists_encode_the_path_again(cast: Cast) -> None:
    """A plus in a path is a plus; a percent sign comes back as `%25`."""
    email = f"a%41+b-{secrets.token_hex(4)}@cast.test"
    member = founding.add_member(
        cast.server.storage, cast.organization_id, email=email, role=Role.STANDARD
    )
    for _ in range(2):
        make_oneoff(cast.olga, owners={"users": [member.user_id]})
    encoded = email.replace("%", "%25").replace("+", "%2B").replace("@", "%40")

    for name in (encoded, email.replace("%", "%25")):
        first = cast.olga.get(f"/users/{name}/tasks?per_page=1")
        second = cast.olga.client.call(
            "GET", check_pagination(first)["links"]["next"].removeprefix(cast.server.base_url)
        )
        assert len({*ids(first), *ids(second)}) == 2


def test_00_what_is_no_http_is_refused_before_it_reaches_us(cast: Cast) -> None:
    """The HTTP server itself answers these; nothing is stored and the server lives on."""
    before = stored(cast)
    head = f"POST {cast.olga.path('/runs')} HTTP/1.1\r\nHost: x\r\n".encode()
    for rest in (
        b"Content-Length: -5\r\n\r\n",
        b"Content-Length: abc\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"X-Bad: a\x00b\r\n\r\n",
    ):
        assert _raw(cast, head + rest).startswith(b"HTTP/1.1 4")
    assert stored(cast) == before


def _raw(cast: Cast, sent: bytes) -> bytes:
    host, port = cast.server.base_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(sent)
        return connection.recv(65536)


def test_00_bytes_in_a_query_are_read_as_utf_8(cast: Cast) -> None:
    process = launch(cast.olga, name="Čaj für Zoë")
    head = f"GET {cast.olga.path('/runs')}?q=".encode()
    rest = f"\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {cast.olga.token}\r\n\r\n"

    answer = _raw(cast, head + "Zoë HTTP/1.1".encode() + rest.encode())

    assert process["id"].encode() in answer
