"""Part 30, 3.7 and row 50: the page where members launch, and the links that lead there."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from browsers import Browser, leads_to, signed_in
from cast import Cast
from factories import let_all_launch, made, make_template
from public_forms import FIELDS
from robots import with_password


def link(cast: Cast, template: Any, **query: str) -> str:
    sent = "&".join(f"{key}={quote(value)}" for key, value in query.items())
    return f"/{cast.organization_id}/process/{template['id']}/create?{sent}"


@pytest.fixture
def template(cast: Cast) -> Any:
    return make_template(cast.olga, 1, prerun=FIELDS)


def processes(cast: Cast) -> list[Any]:
    return list(made(cast.olga.get("/runs"), 200))


def test_30_50_opening_a_magic_link_launches_nothing(cast: Cast, template: Any) -> None:
    alias = template["prerun"][0]["alias"]
    address = link(cast, template, default_run_name="Order", launchprocess="true",
                   ko_fields=json.dumps([{alias: "Acme"}]))  # fmt: skip
    assert leads_to(Browser(cast).get(address)).startswith("/app/sign-in?next=")
    browser = signed_in(cast, with_password(cast, cast.olga))
    form = browser.get(address)
    assert form.status_code == 200
    assert 'value="Acme"' in form.text
    assert 'value="Order"' in form.text
    assert browser.session.head(f"{browser.base_url}{address}", timeout=30).status_code == 200
    assert processes(cast) == []
    thanks = browser.get(leads_to(browser.press(form)))
    assert "Order" in thanks.text
    (process,) = processes(cast)
    assert (process["name"], process["launched_via"]) == ("Order", "magic_link")
    assert process["prerun"] == {template["prerun"][0]["id"]: "Acme"}
    assert process["started_by"] == cast.olga.user_id


def test_30_3_7_signing_in_leads_back_to_the_link(cast: Cast, template: Any) -> None:
    address = link(cast, template, default_run_name="Order 1")
    browser, email = Browser(cast), with_password(cast, cast.olga)
    sign_in = leads_to(browser.get(address))
    form = browser.get(leads_to(browser.sign_in(email, path=sign_in)))
    assert 'value="Order 1"' in form.text


def test_30_3_7_who_may_not_launch(cast: Cast, template: Any) -> None:
    browser = signed_in(cast, with_password(cast, cast.mia))
    assert browser.get(link(cast, template)).status_code == 403
    let_all_launch(cast.olga, template)
    form = browser.get(link(cast, template))
    assert form.status_code == 200
    for address in (link(cast, {"id": "0" * 32}), link(cast, {"id": "nonsense"}),
                    link(cast, template).replace(cast.organization_id, "0" * 32)):  # fmt: skip
        assert browser.get(address).status_code == 404
    other = cast.stranger()
    stan = signed_in(cast, with_password(cast, other))
    assert stan.get(link(cast, template)).status_code == 404
    made(cast.olga.delete(f"/checklists/{template['id']}"), 200)
    assert browser.get(link(cast, template)).status_code == 404
    assert browser.press(form).status_code == 404
    assert processes(cast) == []


def test_30_3_7_missing_answers_and_forms_of_other_sites(cast: Cast, template: Any) -> None:
    browser = signed_in(cast, with_password(cast, cast.olga))
    form = browser.get(link(cast, template))
    wrong = browser.press(form, name="Mine")
    assert wrong.status_code == 422
    assert "Client name is required" in wrong.text
    assert 'value="Mine"' in wrong.text
    sent = {f"prerun[{template['prerun'][0]['id']}]": "A"}
    assert browser.post(link(cast, template), sent).status_code == 403
    assert processes(cast) == []
    assert browser.press(wrong, **sent).status_code == 303


def test_found_f5_a_member_who_clicks_twice_launches_once(cast: Cast, template: Any) -> None:
    browser = signed_in(cast, with_password(cast, cast.olga))
    answers = json.dumps([{template["prerun"][0]["alias"]: "Acme"}])
    form = browser.get(link(cast, template, default_run_name="Order", ko_fields=answers))
    assert leads_to(browser.press(form)) == leads_to(browser.press(form))
    assert len(processes(cast)) == 1
