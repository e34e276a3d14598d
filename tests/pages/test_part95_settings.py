"""Part 95, 3.13: settings of the organization, its holds and its webhooks, for who may and who not.

In each test olga is the administrator; mia asks for the same pages, and is told who can help.
"""

import re
from typing import Any

import pytest

from browsers import Browser, check_page, leads_to, signed_in
from cast import Cast
from factories import complete, launch, made, make_oneoff, make_template
from robots import with_password

PAST = "2020-01-01T00:00"
COMING = "2040-01-02T03:04"


@pytest.fixture
def olga(cast: Cast) -> Browser:
    return signed_in(cast, with_password(cast, cast.olga))


@pytest.fixture
def mia(cast: Cast) -> Browser:
    return signed_in(cast, with_password(cast, cast.mia))


def send(browser: Browser, to: str, **fields: Any) -> Any:
    (token,) = re.findall(r'name="form_token" value="([^"]+)"', browser.get("/app/home").text)[:1]
    return browser.post(to, {"form_token": token, **fields})


def check_only_for_administrators(mia: Browser, *addresses: str) -> None:
    for address in addresses:
        assert mia.get(address).status_code == 403, address
    assert "Holds" not in mia.get("/app/settings/profile").text


# --- Holds ---


def test_70_4_a_hold_is_placed_changed_and_released_on_pages(
    cast: Cast, olga: Browser, mia: Browser
) -> None:
    process = launch(cast.mia, name="Sue the baker")
    at = f"/app/processes/{process['id']}"
    assert f"/app/settings/holds/new?on={at}" in olga.get(at).text
    assert "Put on hold" not in mia.get(at).text
    asked = olga.get(f"/app/settings/holds/new?on={at}")
    check_page(asked)
    assert "Sue the baker" in asked.text
    new = {"on": at, "address": at, "next": at}
    assert "Say why" in send(olga, "/app/settings/holds/new", **new).text
    assert send(mia, "/app/settings/holds/new", **new, reason="No").status_code == 403
    made_of = send(olga, "/app/settings/holds/new", **new, reason="Lawsuit", reference="A 7")
    assert leads_to(made_of) == at
    shown = olga.get(at).text
    assert "On hold: “Sue the baker”." in shown
    assert "Lawsuit</a>" in shown
    told = mia.get(at).text
    assert "On hold: nobody can delete it." in told
    assert "Lawsuit" not in told

    (hold,) = made(cast.olga.get("/holds"), 200)
    of_hold = f"/app/settings/holds/{hold['id']}"
    listed = olga.get("/app/settings/holds")
    check_page(listed)
    assert re.findall(r'href="/app/settings/holds/[0-9a-f]{32}">(.*?)</a>', listed.text) == [
        "Sue the baker"
    ]
    assert "1 process" in olga.get(of_hold).text
    changes = {"reason": "Lawsuit of May", "reference": "", "next": of_hold}
    assert "a time to come" in send(olga, of_hold, **changes, until=PAST).text
    assert leads_to(send(olga, of_hold, **changes, until=COMING)) == of_hold
    assert f'value="{COMING}"' in olga.get(of_hold).text
    assert send(olga, of_hold, **changes, until=COMING).status_code == 303
    (kept,) = made(cast.olga.get("/holds"), 200)
    assert (kept["reason"], kept["reference"]) == ("Lawsuit of May", None)

    check_only_for_administrators(
        mia, "/app/settings/holds", "/app/settings/holds/new", of_hold, f"{of_hold}/release"
    )
    assert send(mia, f"{of_hold}/release", reason="Over").status_code == 403
    assert send(olga, f"{of_hold}/release").status_code == 422
    assert leads_to(send(olga, f"{of_hold}/release", reason="Over")) == "/app/settings/holds"
    assert "Nothing here is on hold" in olga.get("/app/settings/holds").text
    assert "Released" in olga.get("/app/settings/holds?tab=released").text
    assert "Over" in olga.get(of_hold).text


def test_70_4_everything_and_what_an_address_names_is_put_on_hold(
    cast: Cast, olga: Browser
) -> None:
    template = make_template(cast.olga, 1, title="Lend money")
    task = make_oneoff(cast.olga, title="Keep the letter")
    new = {"reason": "Audit", "next": "/app/settings/holds"}
    for address in ("", "https://elsewhere.test/x", f"/app/templates/{'0' * 32}", "http://[x"):
        refused = send(olga, "/app/settings/holds/new", **new, address=address)
        assert (refused.status_code, "At this address is no process" in refused.text) == (422, True)
    base = cast.server.base_url
    for address in (f"{base}/app/templates/{template['id']}/edit", f"/app/tasks/{task['id']}"):
        assert send(olga, "/app/settings/holds/new", **new, address=address).status_code == 303
    assert send(olga, "/app/settings/holds/new", **new, whole="1").status_code == 303
    listed = olga.get("/app/settings/holds?q=audit").text
    assert re.findall(r'href="/app/settings/holds/[0-9a-f]{32}">(.*?)</a>', listed) == [
        "Everything in Cast &amp; Co", "Keep the letter", "Lend money",
    ]  # fmt: skip
    scopes = [each["scope"]["type"] for each in made(cast.olga.get("/holds"), 200)]
    assert scopes == ["organization", "task", "checklist"]


# --- Webhooks ---


def test_60_2_webhooks_of_the_organization_are_made_tested_and_deleted(
    cast: Cast, olga: Browser, mia: Browser
) -> None:
    page = "/app/settings/webhooks"
    check_page(olga.get(page))
    assert "no address of the web" in send(olga, page, url="example.com").text
    assert leads_to(send(olga, page, url="https://hooks.test/all")) == page
    (watcher,) = made(cast.olga.get("/watchers?notification=webhook"), 200)
    assert (watcher["webhook"], watcher["object_type"]) == (
        "https://hooks.test/all",
        "organization",
    )
    assert "hooks.test is told of what happens" in olga.get(page).text

    # The secret is shown by the page that made it, and by no other.
    first = send(olga, f"{page}/secret")
    check_page(first)
    (secret,) = re.findall(r'value="([^"]+)" aria-label="The secret"', first.text)
    assert secret not in olga.get(page).text
    assert "Make another secret" in olga.get(page).text
    tested = send(olga, f"{page}/test", url="http://127.0.0.1:9/", kind="process")
    check_page(tested)
    assert "Nothing came back" in tested.text
    assert send(olga, f"{page}/test", url="no", kind="task").status_code == 422

    check_only_for_administrators(mia, page, f"{page}/deliveries")
    gone = f"{page}/of-all/{watcher['id']}/delete"
    for address in (page, f"{page}/secret", f"{page}/test", gone):
        assert send(mia, address, url="https://hooks.test/").status_code == 403, address
    assert leads_to(send(olga, gone)) == page
    assert made(cast.olga.get("/watchers?notification=webhook"), 200) == []


def test_60_2_an_address_is_paused_and_resumed_and_what_was_sent_is_sent_again(
    cast: Cast, olga: Browser, mia: Browser
) -> None:
    page = "/app/settings/webhooks"
    complete(cast.olga, make_oneoff(cast.olga, title="Call <Ann>", webhook="https://hooks.test/"))
    (endpoint,) = made(cast.olga.get("/webhook-endpoints"), 200)
    (delivery,) = made(cast.olga.get("/webhook-deliveries"), 200)
    of_endpoint = f"{page}/{endpoint['id']}"
    assert send(mia, f"{of_endpoint}/pause").status_code == 403
    assert leads_to(send(olga, f"{of_endpoint}/pause", next=page)) == page
    paused = olga.get(page)
    assert f'action="{of_endpoint}/resume"' in paused.text
    assert "Paused hooks.test." in paused.text
    assert send(mia, f"{of_endpoint}/resume").status_code == 403
    assert leads_to(send(olga, f"{of_endpoint}/resume", next=page, undoes="1")) == page
    assert f'action="{of_endpoint}/pause"' in olga.get(page).text
    assert send(olga, f"{page}/{'0' * 32}/pause").status_code == 404

    listed = olga.get(f"{page}/deliveries?tab=pending&url=https://hooks.test/")
    check_page(listed)
    assert "Call &lt;Ann&gt;" in listed.text
    assert "Nothing of this kind" in olga.get(f"{page}/deliveries?tab=failed").text
    of_delivery = f"{page}/deliveries/{delivery['id']}"
    shown = olga.get(of_delivery)
    check_page(shown)
    assert "&#34;event&#34;: &#34;task.completed&#34;" in shown.text
    assert mia.get(of_delivery).status_code == 403
    assert send(mia, f"{of_delivery}/replay").status_code == 403
    assert leads_to(send(olga, f"{of_delivery}/replay", next=of_delivery)) == of_delivery
    assert olga.get(f"{page}/deliveries/nothing").status_code == 404


# --- The organization ---


def test_95_3_13_the_organization_is_named_and_its_switches_are_set(
    cast: Cast, olga: Browser, mia: Browser
) -> None:
    page = "/app/settings/organization"
    check_page(olga.get(page))
    wanted = {
        "name": "Bakery", "timezone": "Europe/Lisbon", "months": "6", "deadline": "2",
        "deadline_unit": "weeks", "date_format": "d/m/Y h:i A T",
        "switches[]": ["allow_manage_groups", "restrict_blueprint_permissions"],
    }  # fmt: skip
    assert leads_to(send(olga, page, **wanted)) == page
    now = made(cast.olga.get(""), 200)
    assert (now["name"], now["timezone"]) == ("Bakery", "Europe/Lisbon")
    assert now["default_deadline"] == {"type": "weeks", "value": 2}
    assert (now["allow_user_invite"], now["allow_manage_groups"]) == (False, True)
    assert (now["restrict_blueprint_permissions"], now["auto_complete_tasks"]) == (True, False)
    assert (now["auto_complete_task_months"], now["webhook_date_field_format"]) == (
        6, "d/m/Y h:i A T",
    )  # fmt: skip
    assert now["auto_archive"] is False

    wrong = {**wanted, "name": " ", "months": "99", "deadline": "0",
             "switches[]": ["auto_join_signups"]}  # fmt: skip
    refused = send(olga, page, **wrong)
    check_page(refused, 422)
    for words in ("Say what it is called", "2 to 24 months", "1 to 9,999"):
        assert words in refused.text
    wrong = {**wanted, "timezone": "Mars", "switches[]": ["auto_join_signups"]}
    refused = send(olga, page, **wrong)
    check_page(refused, 422)
    assert "Choose a time zone" in refused.text
    assert "No domain was proved" in refused.text
    check_only_for_administrators(mia, page)
    assert send(mia, page, **wanted).status_code == 403
    assert made(cast.olga.get(""), 200)["name"] == "Bakery"
