"""The API describes itself: two documents and a page, to anybody."""

import re
from typing import Any

import pytest
import requests

from cast import Cast

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])

MOUNTS = ("", "/api")


@pytest.fixture(params=MOUNTS, ids=("root", "api"))
def mount(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def read(cast: Cast, path: str, **options: Any) -> requests.Response:
    answer = cast.nobody.get(path, **options)
    assert answer.status_code == 200, answer.text
    return answer


def test_openapi_is_read_without_a_token(cast: Cast, mount: str) -> None:
    answer = read(cast, f"{mount}/openapi.json")
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.json()["openapi"] == "3.1.0"
    assert "/organizations/{org}/runs/{run}" in answer.json()["paths"]


def test_swagger_is_read_without_a_token(cast: Cast, mount: str) -> None:
    document = read(cast, f"{mount}/docs/index").json()
    assert (document["swagger"], document["basePath"]) == ("2.0", "/")
    assert {"get", "put", "patch", "delete"} <= set(
        document["paths"]["/organizations/{org}/runs/{run}"]
    )


def test_the_page_is_html(cast: Cast, mount: str) -> None:
    answer = read(cast, f"{mount}/docs")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.text.startswith("<!doctype html>")


@pytest.mark.parametrize("sent", ["Basic b2xnYTpwdw==", "Bearer of-nothing-known", "nonsense"])
def test_what_needs_no_token_does_not_look_at_one(cast: Cast, sent: str) -> None:
    """Browsers behind a proxy with a password send its Authorization header everywhere."""
    assert read(cast, "/docs", headers={"Authorization": sent}).text


def test_the_page_is_found_with_a_slash_at_its_end(cast: Cast) -> None:
    assert read(cast, "/docs/").text == read(cast, "/docs").text


def test_the_page_loads_nothing_from_elsewhere(cast: Cast) -> None:
    page = read(cast, "/docs").text
    assert not re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]", page)
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=\"(?!data:)", page)


def test_the_page_lets_only_its_own_script_and_style_run(cast: Cast) -> None:
    policy = read(cast, "/docs").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "connect-src 'self'" in policy


def test_a_description_is_the_same_each_time(cast: Cast) -> None:
    assert read(cast, "/openapi.json").content == read(cast, "/api/openapi.json").content


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/docs/index"])
def test_writing_a_description_is_refused(cast: Cast, path: str) -> None:
    answer = cast.nobody.post(path, {})
    assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")


def test_other_paths_below_docs_answer_json(cast: Cast) -> None:
    answer = cast.nobody.get("/docs/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "ENDPOINT_NOT_FOUND")


def test_found_f12_the_page_tells_of_access_lists_and_errors(cast: Cast) -> None:
    page = read(cast, "/docs").text
    for words in ("Authorization: Bearer", "X-Guest-Code", "per_page", "cursor=start",
                  "Retry-After", "OUTCOME_UNKNOWN", "Idempotency-Key"):  # fmt: skip
        assert words in page.partition("<script>")[0]


def test_found_f12_the_page_cuts_no_group_off(cast: Cast) -> None:
    """Groups go on in the next line, and all that is on the page stands in a landmark."""
    page = read(cast, "/docs").text
    (groups,) = re.findall(r"#groups {([^}]*)}", page)
    assert "flex-wrap: wrap" in groups
    assert "overflow-x" not in groups
    assert '<div class="bar" role="search">' in page
