"""Found, D12 and F11: pages and mails say things as people do, and help who made a mistake."""

import re
from typing import Any
from urllib.parse import urlsplit

from browsers import Browser, check_page, leads_to
from cast import GUS, Cast, Person
from factories import made, make_oneoff, make_template
from letters import mails_of
from public_forms import new_address, open_form

ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
FIELDS = [
    {"label": "Day", "field_type": "date", "required": True},
    {"label": "Time", "field_type": "date", "required": False, "collect_time": True},
    {"label": "One", "field_type": "radio", "required": True, "options": ["a", "b"]},
]


def form_of(cast: Cast, template: Any) -> tuple[Browser, Any, dict[str, str]]:
    """The form as it is opened by its mailed link; ids of its fields by label."""
    browser, email = Browser(cast), new_address()
    path = f"/public/library/{cast.organization_id}/blueprint/{template['id']}/kick-off"
    browser.press(browser.get(path), email=email)
    found = re.search(r"https?://\S+", mails_of(cast, email)[-1].text)
    assert found
    parts = urlsplit(found[0])
    ids = {each["label"]: each["id"] for each in template["prerun"]}
    return browser, browser.get(f"{parts.path}?{parts.query}"), ids


def email_of(person: Person) -> str:
    return str(made(person.get("/users/me"), 200)["email"])


def test_found_d12_the_thank_you_page_of_a_form_without_tasks(cast: Cast) -> None:
    made(cast.olga.put("", {"timezone": "America/New_York"}), 200)
    template = make_template(
        cast.olga, 0, type="form", prerun=FIELDS, is_public_kickoff=True, kickoff_title="Register"
    )
    browser, form, ids = form_of(cast, template)
    sent = {"Day": "2027-03-04", "Time": "2027-03-04T09:00", "One": "a"}
    after = browser.press(form, **{f"prerun[{ids[label]}]": text for label, text in sent.items()})
    thanks = browser.get(leads_to(after))
    check_page(thanks)
    for absent in ("tasks done", "0 of 0", "(complete)", "Progress"):
        assert absent not in thanks.text
    assert "Thursday, 4 March 2027</dd>" in thanks.text
    assert "Thursday, 4 March 2027, 09:00 (America/New_York)" in thanks.text


def test_found_d12_a_failed_form_says_so_and_takes_the_focus(cast: Cast) -> None:
    browser, form, ids = form_of(cast, open_form(cast.olga, prerun=FIELDS))
    assert 'role="alert"' not in form.text
    sent = {f"prerun[{ids[label]}]": "soon" for label in ("Day", "One")}
    wrong = browser.press(form, **sent)
    check_page(wrong, 422)
    (alert,) = re.findall(r'<div[^>]*role="alert"[^>]*>.*?</div>', wrong.text, re.DOTALL)
    assert " autofocus" in alert
    assert 'tabindex="-1"' in alert
    for label in ("Day", "One"):
        assert f'<a href="#{ids[label]}">{label}: ' in alert
        assert f'id="{ids[label]}"' in wrong.text
    for path in ("/app/sign-in", "/app/single-sign-on"):
        refused = browser.press(browser.get(path), email="a@b.test", password="Wrong1Horse")
        assert re.search(r'<div[^>]*role="alert"[^>]* autofocus', refused.text), path


def test_found_d12_every_page_has_a_name_and_a_logo(cast: Cast) -> None:
    for path in ("/app/sign-in", "/app/nowhere", "/app/forgotten-password"):
        shown = Browser(cast).get(path).text
        assert '<link rel="icon" type="image/svg+xml" href="/app/assets/mark.' in shown
        assert "<svg" in shown
        assert "<span>Procession</span>" in shown


def test_found_f11_mails_tell_times_by_the_organizations_clocks(cast: Cast) -> None:
    made(cast.olga.put("", {"timezone": "Asia/Kathmandu"}), 200)
    task = make_oneoff(
        cast.olga, deadline="2031-05-15T18:30:00Z",
        owners={"guests": [GUS], "users": [cast.mia.user_id]},
    )  # fmt: skip
    made(cast.olga.post(f"/tasks/{task['id']}/remind"), 200)
    for address in (GUS, email_of(cast.mia)):
        text = mails_of(cast, address)[-1].text
        assert "Due Friday, 16 May 2031, 00:15 (Asia/Kathmandu)" in text
        assert not ISO.search(text)
    made(cast.olga.post("/users/invite", {"email": "new@cast.test"}), 200)
    text = mails_of(cast, "new@cast.test")[-1].text
    assert re.search(r"good until \w+day, \d+ \w+ 20\d\d, \d\d:\d\d \(Asia/Kathmandu\)\.", text)
    assert not ISO.search(text)
