"""Part 30, 3.7, and 95, 3.10: the page of a public kick-off form, used as a browser uses it."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from browsers import Browser, leads_to
from cast import Cast
from factories import made, read, tasks_of
from letters import mails_of
from public_forms import FIELDS, new_address, open_form

EVERY_TYPE = [
    {"label": "Text", "field_type": "text", "required": True, "guidance": "<b>Short</b>"},
    {"label": "Long", "field_type": "textarea", "required": False},
    {"label": "Mail", "field_type": "email", "required": False},
    {"label": "Day", "field_type": "date", "required": False},
    {"label": "Time", "field_type": "date", "required": False, "collect_time": True},
    {"label": "One", "field_type": "radio", "required": True, "options": ["a, b", "c"]},
    {"label": "Pick", "field_type": "dropdown", "required": False, "options": ["x", " y "]},
    {"label": "Many", "field_type": "multiselect", "required": False, "options": ["p, q", "r"]},
    {"label": "Grid", "field_type": "table", "required": False,
     "columns": [{"label": "Item"}, {"label": "Qty"}]},
    {"label": "File", "field_type": "file", "required": False},
    {"label": "Who", "field_type": "assignees_form", "required": False,
     "settings": {"default_to_guest": True}},
]  # fmt: skip


class Page:
    """The page of a form, and the browser that shows it."""

    def __init__(self, cast: Cast, template: Any) -> None:
        self.cast, self.template = cast, template
        self.browser = Browser(cast)
        self.path = f"/public/library/{cast.organization_id}/blueprint/{template['id']}/kick-off"
        self.ids = {each["label"]: each["id"] for each in template["prerun"]}

    def link(self) -> str:
        """As it comes by mail."""
        self.email = new_address()
        answer = self.browser.press(self.browser.get(self.path), email=self.email)
        assert answer.status_code == 200, answer.text
        assert "We have sent a link" in answer.text
        found = re.search(r"https?://\S+", mails_of(self.cast, self.email)[-1].text)
        assert found
        parts = urlsplit(found[0])
        return f"{parts.path}?{parts.query}"

    def named(self, **filled: Any) -> dict[str, Any]:
        return {f"prerun[{self.ids[label]}]": value for label, value in filled.items()}


@pytest.fixture
def page(cast: Cast) -> Page:
    return Page(cast, open_form(cast.olga, kickoff_title="Order <now>", prerun=FIELDS))


def test_95_27_from_the_address_to_the_thank_you(cast: Cast, page: Page) -> None:
    first = page.browser.get(page.path)
    assert first.status_code == 200
    assert "Order &lt;now&gt;" in first.text
    assert "Cast &amp; Co" in first.text
    assert "Client name" not in first.text
    assert "noindex" in first.headers["X-Robots-Tag"]
    form = page.browser.get(page.link())
    assert form.status_code == 200
    sent = page.named(**{"Client name": "Acme", "Plan": "Gold"})
    after = page.browser.press(form, name="Order of Acme", **sent)
    thanks = page.browser.get(leads_to(after))
    assert thanks.status_code == 200
    for text in ("Thank you", "Order of Acme", "0 of 1 tasks", "Acme", "Gold"):
        assert text in thanks.text
    (process,) = made(cast.olga.get("/runs"), 200)
    assert process["prerun"] == {page.ids["Client name"]: "Acme",
                                 page.ids["Plan"]: {"id": 2, "text": "Gold"}}  # fmt: skip
    assert process["prerun_submitted_by"]["email"] == page.email
    assert process["launched_via"] == "public_form"
    # Reading the page again launches nothing.
    page.browser.get(leads_to(after))
    assert len(made(cast.olga.get("/runs"), 200)) == 1


def test_95_3_10_every_type_of_field(cast: Cast) -> None:
    page = Page(cast, open_form(cast.olga, prerun=EVERY_TYPE))
    made(cast.olga.put("", {"timezone": "America/New_York"}), 200)
    form = page.browser.get(page.link())
    columns = next(each for each in page.template["prerun"] if each["label"] == "Grid")["columns"]
    item, qty = (f"prerun[{page.ids['Grid']}][c{column['id']}][]" for column in columns)
    for name in (item, qty):
        assert form.text.count(f'name="{name}"') == 5
    filled = page.named(
        Text="T", Long="L1\r\nL2", Mail="a@b.co", Day="2026-03-04", Time="2026-03-04T09:00",
        One="a, b", Pick=" y ", File="https://files.test/a.pdf", Who="gus@guests.test",
    )  # fmt: skip
    filled[f"prerun[{page.ids['Many']}][]"] = ["", "p, q"]
    filled[item], filled[qty] = ["Nut", "", "Bolt", "", ""], ["1", "", "", "", ""]
    after = page.browser.press(form, **filled)
    page.browser.get(leads_to(after))
    (process,) = made(cast.olga.get("/runs"), 200)
    answers = {label: process["prerun"].get(field_id) for label, field_id in page.ids.items()}
    assert answers["Text"] == "T"
    assert answers["Long"].replace("\r\n", "\n") == "L1\nL2"
    assert (answers["Mail"], answers["Day"]) == ("a@b.co", "2026-03-04")
    assert answers["Time"] == "2026-03-04T14:00:00Z"
    assert (answers["One"], answers["Pick"]["text"]) == ("a, b", " y ")
    assert [entry["text"] for entry in answers["Many"] if entry["selected"]] == ["p, q"]
    assert answers["Grid"] == [["Nut", "", "Bolt"], ["1", "", ""]]
    assert answers["File"][0]["url"] == "https://files.test/a.pdf"
    assert sorted(answers["Who"]["guests"]) == sorted(["gus@guests.test", page.email])


def test_95_3_10_problems_stand_beside_the_fields_and_nothing_is_lost(
    cast: Cast, page: Page
) -> None:
    form = page.browser.get(page.link())
    wrong = page.browser.press(
        form, name="<i>Mine</i>", **page.named(**{"Client name": " ", "Plan": "Silver"})
    )
    assert wrong.status_code == 422
    client, plan = page.ids["Client name"], page.ids["Plan"]
    problem = re.search(rf'id="{client}-problem">([^<]*)<', wrong.text)
    assert problem is not None
    assert problem[1] == "Client name is required"
    assert "Invalid dropdown choice selected." in wrong.text.split(f'id="{plan}-problem"')[1]
    assert 'value="&lt;i&gt;Mine&lt;/i&gt;"' in wrong.text
    assert made(cast.olga.get("/runs"), 200) == []
    right = page.browser.press(wrong, **page.named(**{"Client name": "Acme", "Plan": ""}))
    assert leads_to(right)
    long = page.browser.press(
        form, name="x" * 551, **page.named(**{"Client name": '"><script>alert(1)</script>'})
    )
    assert long.status_code == 422
    assert "<script>" not in long.text
    assert 'id="name-problem"' in long.text


def test_95_3_10_what_the_link_fills_in(cast: Cast) -> None:
    page = Page(cast, open_form(cast.olga, prerun=EVERY_TYPE))
    aliases = {each["label"]: each["alias"] for each in page.template["prerun"]}
    answers = {
        aliases["Text"]: 'say "hi"', aliases["Pick"]: {"id": 1, "text": "x"}, aliases["One"]: "c",
        page.ids["Many"]: [{"id": 2, "text": "r", "selected": True}], "nope": 1,
    }  # fmt: skip
    link = page.link()
    for given in (answers, [{key: value} for key, value in answers.items()]):
        shown = page.browser.get(
            f"{link}&default_run_name=Order%201&ko_fields={quote(json.dumps(given))}"
        ).text
        assert 'value="say &#34;hi&#34;"' in shown
        assert '<option value="x" selected>' in shown
        assert re.search(r'type="radio"[^>]*value="c" checked', shown)
        assert re.search(r'type="checkbox"[^>]*value="r" checked', shown)
        assert 'value="Order 1"' in shown
    for broken in ("{", "[1]", "7", '"x"', "[" * 5000, "%00"):
        answer = page.browser.get(f"{link}&ko_fields={quote(broken)}")
        assert answer.status_code == 200
        assert "cannot be read" in answer.text
    assert made(cast.olga.get("/runs"), 200) == []


def test_95_3_10_defaults_stand_in_the_form(cast: Cast) -> None:
    fields = [
        {"label": "Shown", "field_type": "text", "required": False,
         "default_value_enabled": True, "default_value": "usual"},
        {"label": "Made", "field_type": "text", "required": True,
         "default_value_enabled": True, "default_value": "On {{DATE}}"},
    ]  # fmt: skip
    page = Page(cast, open_form(cast.olga, prerun=fields))
    form = page.browser.get(page.link())
    assert 'value="usual"' in form.text
    assert "{{DATE}}" not in form.text
    leads_to(page.browser.press(form))
    leads_to(page.browser.press(form, **page.named(Shown="")))
    cleared, as_shown = (each["prerun"] for each in made(cast.olga.get("/runs"), 200))
    assert as_shown[page.ids["Shown"]] == "usual"
    assert page.ids["Shown"] not in cleared
    assert as_shown[page.ids["Made"]] == cleared[page.ids["Made"]]
    assert cleared[page.ids["Made"]].startswith("On 20")


def test_95_3_10_the_older_and_the_newer_address(cast: Cast, page: Page) -> None:
    newer = f"/{cast.organization_id}/public/kickoff/{page.template['alias']}"
    assert unescape(page.browser.get(newer).text).count("Order <now>") == 2
    page.path = newer
    assert page.browser.get(page.link()).status_code == 200


def test_95_3_10_a_form_that_is_not_there(cast: Cast, page: Page) -> None:
    link = page.link()
    made(cast.olga.delete(f"/checklists/{page.template['id']}"), 200)
    unknown = f"/public/library/{cast.organization_id}/blueprint/{'0' * 32}/kick-off"
    foreign = f"/public/library/{'0' * 32}/blueprint/{page.template['id']}/kick-off"
    for path in (page.path, link, unknown, foreign, f"/x/public/kickoff/{page.template['alias']}"):
        answer = page.browser.get(path)
        assert answer.status_code == 404
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "This form is not available." in answer.text
        assert "Order" not in answer.text


def test_95_3_10_an_old_link_asks_for_another(cast: Cast, page: Page) -> None:
    link = page.link()
    form = page.browser.get(link)
    made(cast.olga.post(f"/guests/{page.email}/reset-link"), 200)
    for answer in (page.browser.get(link), page.browser.get(f"{page.path}?guest_code=nonsense"),
                   page.browser.press(form, **page.named(**{"Client name": "A"}))):  # fmt: skip
        assert answer.status_code == 401
        assert "good no longer" in answer.text
    assert made(cast.olga.get("/runs"), 200) == []


def test_95_3_10_forms_of_other_sites_launch_nothing(cast: Cast, page: Page) -> None:
    link = page.link()
    form = page.browser.get(link)
    filled = page.named(**{"Client name": "A"})
    code = link.split("guest_code=")[1]
    assert page.browser.post(link, {**filled, "guest_code": code}).status_code == 403
    token = re.search(r'name="form_token" value="([^"]+)"', form.text)
    assert token
    sent = {**filled, "guest_code": code, "form_token": token[1]}
    assert page.browser.post(link, sent, Origin="https://evil.test").status_code == 403
    assert page.browser.post(link, sent, Sec_Fetch_Site="cross-site").status_code == 403
    assert made(cast.olga.get("/runs"), 200) == []
    assert page.browser.post(link, sent).status_code == 303


def test_95_3_10_nobody_else_sees_what_was_sent(cast: Cast, page: Page) -> None:
    after = page.browser.press(page.browser.get(page.link()), **page.named(**{"Client name": "A"}))
    where = leads_to(after)
    other = Page(cast, page.template)
    code = other.link().split("guest_code=")[1]
    process_id = where.split("process=")[1]
    answer = other.browser.get(f"{page.path}?guest_code={code}&process={process_id}")
    assert answer.status_code == 404
    assert other.browser.get(f"{page.path}?guest_code={code}&process=x").status_code == 404
    # Somebody with a task of it is not who sent it.
    guests = {"guests": [other.email]}
    task = tasks_of(cast.olga, {"id": process_id})[0]
    made(cast.olga.put(f"/runs/{process_id}/tasks/{task['id']}", {"owners": guests}), 200)
    answer = other.browser.get(f"{page.path}?guest_code={code}&process={process_id}")
    assert answer.status_code == 404
    # The form is closed, and what became of it can still be seen.
    made(cast.olga.put(f"/checklists/{page.template['id']}",
                       {"title": "T", "is_public_kickoff": False}), 200)  # fmt: skip
    assert page.browser.get(where).status_code == 200
    (process,) = made(cast.olga.get("/runs"), 200)
    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    assert page.browser.get(where).status_code == 404
    assert read(cast.olga, process)["status"] == "archived"


def test_95_3_10_an_address_that_is_none(cast: Cast, page: Page) -> None:
    answer = page.browser.press(page.browser.get(page.path), email="nobody\r\nBcc: x@y.test")
    assert answer.status_code == 422
    assert "must be a valid email address" in answer.text
    assert mails_of(cast) == []


def test_95_1_pages_are_at_the_root_alone(cast: Cast, page: Page) -> None:
    assert page.browser.get(f"/api{page.path}").headers["Content-Type"] == "application/json"


def test_found_f5_a_form_sent_three_times_launches_once(cast: Cast, page: Page) -> None:
    form = page.browser.get(page.link())
    sent = page.named(**{"Client name": "Acme", "Plan": "Gold"})
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: page.browser.press(form, **sent), range(3)))
    assert len({leads_to(answer) for answer in answers}) == 1
    assert len(made(cast.olga.get("/runs"), 200)) == 1
    # Back, and filled in anew: another process is meant.
    other = page.named(**{"Client name": "Brown", "Plan": "Gold"})
    again = page.browser.press(form, **other)
    assert leads_to(again) != leads_to(answers[0])
    # And who opens the form again may send the same once more.
    page.browser.press(page.browser.get(page.link()), **sent)
    assert len(made(cast.olga.get("/runs"), 200)) == 3
