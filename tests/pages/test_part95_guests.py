"""Part 95, 3.11: pages of guests, without a browser."""

from typing import Any

import pytest

from browsers import Browser, Form, check_page
from cast import Cast
from factories import launch, make_template, tasks_of


@pytest.fixture
def waiting(cast: Cast) -> tuple[Any, str]:
    """A task of a guest, and the address of its page."""
    template = make_template(cast.olga, [{"title": "Send it", "guests": ["gina@guests.test"]}])
    task = tasks_of(cast.olga, launch(cast.olga, template))[0]
    url = task["owners"]["taskUrls"][0]
    link = url[url.index(f"/{cast.organization_id}/guest/") :].split("/tasks")[0]
    return task, f"{link}/tasks/{task['id']}"


def test_95_311_a_form_with_files_is_ours_or_changes_nothing(
    cast: Cast, waiting: tuple[Any, str]
) -> None:
    task, address = waiting
    browser = Browser(cast)
    shown = browser.get(address, headers={"Sec-Fetch-Mode": "navigate"})
    check_page(shown)
    assert shown.headers["X-Robots-Tag"] == "noindex"
    token = Form(shown.text).fields["form_token"]
    files = {"file": ("a.txt", b"text", "text/plain")}

    def send(sent: str, **headers: str) -> int:
        fields = {"form_token": sent, "then": "complete"}
        return browser.session.post(
            browser.base_url + address, data=fields, files=files, headers=headers,
            allow_redirects=False, timeout=30,
        ).status_code  # fmt: skip

    assert send("x") == 403
    assert send(token, Origin="https://evil.test") == 403
    assert cast.olga.get(f"/tasks/{task['id']}").json()["data"]["status"] != "completed"
    assert send(token, Origin=browser.base_url) == 303
    assert cast.olga.get(f"/tasks/{task['id']}").json()["data"]["status"] == "completed"
