"""Part 95, 3.8: who may edit a template on pages, and what the forms of the editor take."""

import html
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from browsers import Browser, check_page, leads_to, signed_in
from cast import Cast
from factories import launch, made, make_rule, make_template, read_template
from forms import asked
from page_counter import page_counter
from robots import with_password

#: Of whole pages: each costs (design/web.md, 4).
MOST_STATEMENTS = 12
STEPS: list[Any] = [
    {"title": "Count", "captures": [asked("Size", "radio", options=["Small", "Large"])]},
    {"title": "Explain"},
    {"title": "File", "guests": ["gus@guests.test"]},
]


@pytest.fixture
def olga(cast: Cast) -> Browser:
    return signed_in(cast, with_password(cast, cast.olga))


@pytest.fixture
def template(cast: Cast) -> Any:
    kickoff = [asked("Month", "text", alias="month", position=1)]
    template = make_template(cast.olga, STEPS, title="Close", prerun=kickoff)
    return {**template, "steps": steps_of(cast, template)}


def edit(template: Any, rest: str = "") -> str:
    return f"/app/templates/{template['id']}/edit{rest}"


def sent(browser: Browser, address: str, **fields: str) -> Any:
    """As a form of the page there sends it."""
    found = re.search(r'name="form_token" value="([^"]+)"', browser.get("/app/home").text)
    assert found is not None
    return browser.post(address, {"form_token": found[1], "next": "/app/home", **fields})


def steps_of(cast: Cast, template: Any) -> list[Any]:
    return list(made(cast.olga.get(f"/checklists/{template['id']}/steps"), 200))


def test_95_8_who_may_not_edit_is_refused_clearly(cast: Cast, template: Any) -> None:
    # Readers of the template: it is there, and not theirs to change.
    everyone = {"checklist_read": ["*"], "process_launch": ["*"]}
    cast.olga.put(f"/checklists/{template['id']}/permissions", everyone)
    for person in (cast.mia, cast.leo):
        browser = signed_in(cast, with_password(cast, person))
        for page in (
            "",
            "/kickoff",
            "/settings",
            "/versions",
            f"/steps/{template['steps'][0]['id']}",
        ):
            answer = browser.get(edit(template, page))
            assert answer.status_code in (403, 404), page
            check_page(answer, answer.status_code)
        answer = sent(browser, edit(template), title="Mine")
        assert answer.status_code in (403, 404)
        answer = sent(browser, edit(template, "/steps"), title="Mine")
        assert answer.status_code in (403, 404)
    assert read_template(cast.olga, template)["title"] == "Close"
    assert [each["title"] for each in steps_of(cast, template)] == ["Count", "Explain", "File"]


def test_95_8_a_template_of_strangers_is_not_there(cast: Cast, olga: Browser) -> None:
    stan = cast.stranger()
    (own,) = made(stan.client.get("/me/organizations"), 200)
    body = {"title": "Secret", "type": "procedure"}
    theirs = made(stan.client.post(f"/organizations/{own['id']}/checklists", body))
    assert olga.get(edit(theirs)).status_code == 404


def test_95_3_8_only_what_is_sent_changes(cast: Cast, olga: Browser, template: Any) -> None:
    step = edit(template, f"/steps/{template['steps'][0]['id']}")
    assert leads_to(sent(olga, step, title="Count all")) == "/app/home"
    leads_to(sent(olga, step, everyone_must_complete="1", step_type="approval"))
    leads_to(sent(olga, step, **_deadline("3", "days")))
    leads_to(sent(olga, step, summary="<p>Twice</p><script>x</script>"))
    found = steps_of(cast, template)[0]
    assert (found["title"], found["step_type"]) == ("Count all", "approval")
    assert found["everyone_must_complete"] is True
    assert found["deadline"] == {"value": 3, "unit": "days", "option": "from", "step": "start_run"}
    assert found["summary"] == "<p>Twice</p>"
    leads_to(sent(olga, step, **_deadline("", "days")))
    assert steps_of(cast, template)[0]["deadline"] is None


def _deadline(value: str, unit: str, option: str = "from") -> dict[str, str]:
    return {
        "deadline[value]": value,
        "deadline[unit]": unit,
        "deadline[option]": option,
        "deadline[step]": "start_run",
    }


def test_95_1_what_is_wrong_stands_beside_what_was_typed(olga: Browser, template: Any) -> None:
    step = edit(template, f"/steps/{template['steps'][0]['id']}")
    answer = sent(olga, step, assign="Nobody Known")
    check_page(answer, 422)
    assert "Nobody here is called “Nobody Known”" in answer.text
    assert 'value="Nobody Known"' in answer.text
    answer = sent(olga, step, **_deadline("5", "weeks", "prior_to"))
    assert answer.status_code == 422
    assert "can only be prior to another step" in answer.text
    assert 'value="5"' in answer.text
    answer = sent(olga, edit(template), title="x" * 300)
    assert answer.status_code == 422
    assert "x" * 300 in answer.text
    # The page that is shown again has its own address, not that of the form.
    answer = sent(olga, edit(template, "/forms/kickoff"), label="", field_type="text")
    assert answer.status_code == 422
    assert f'data-address="{edit(template, "/kickoff")}"' in answer.text


def test_95_3_8_people_are_assigned_by_what_they_are_called(
    cast: Cast, olga: Browser, template: Any
) -> None:
    step = edit(template, f"/steps/{template['steps'][0]['id']}")
    group = made(cast.olga.post("/groups", {"name": "Night shift"}))
    me = made(cast.mia.client.get("/me"), 200)
    for typed in (me["email"].upper(), "night shift", "ann@guests.test"):
        leads_to(sent(olga, step, assign=typed))
    found = steps_of(cast, template)[0]
    assert (found["assignees"], found["groups"]) == ([cast.mia.user_id], [group["id"]])
    assert found["guests"] == ["ann@guests.test"]
    leads_to(sent(olga, step, unassign=f"groups:{group['id']}"))
    leads_to(sent(olga, step, unassign=f"assignees:{cast.mia.user_id}"))
    leads_to(sent(olga, step, unassign="nothing:1"))
    found = steps_of(cast, template)[0]
    assert (found["assignees"], found["groups"], found["guests"]) == ([], [], ["ann@guests.test"])


def test_95_3_8_options_keep_their_ids_when_they_get_another_text(
    cast: Cast, olga: Browser, template: Any
) -> None:
    step = template["steps"][0]
    field = step["captures"][0]
    address = edit(template, f"/forms/{step['id']}/fields/{field['id']}")
    was = {each["text"]: each["id"] for each in field["options"]}

    def options(text: str) -> dict[str, int]:
        leads_to(sent(olga, address, field_type="radio", options=text))
        (shown,) = steps_of(cast, template)[0]["captures"]
        return {each["text"]: each["id"] for each in shown["options"]}

    assert options("Large\r\nSmall\r\n") == was
    assert options("Huge\nSmall") == {"Huge": was["Large"], "Small": was["Small"]}
    more = options("Huge\nSmall\nTiny")
    assert {key: more[key] for key in ("Huge", "Small")} == {
        "Huge": was["Large"],
        "Small": was["Small"],
    }
    answer = sent(olga, address, field_type="radio", options="Alone")
    assert answer.status_code == 422
    assert "at least 2 items" in answer.text


def test_95_3_8_a_field_that_a_rule_uses_stays_and_the_rule_is_named(
    cast: Cast, olga: Browser, template: Any
) -> None:
    step = template["steps"][0]
    field = step["captures"][0]
    about = {"conditionable_type": "Capture", "conditionable_id": field["id"]}
    condition = {**about, "operation": "equals", "statement": "Large"}
    make_rule(cast.olga, template, automated_alias="Only large", conditions=[condition])
    answer = sent(olga, edit(template, f"/forms/{step['id']}/fields/{field['id']}/delete"))
    assert answer.status_code == 403
    assert "Only large" in answer.text
    answer = sent(olga, edit(template, f"/steps/{step['id']}/delete"))
    assert answer.status_code == 403
    assert "Only large" in answer.text
    assert len(steps_of(cast, template)) == 3


def test_95_3_8_a_rule_is_made_and_tried_without_scripts(
    cast: Cast, olga: Browser, template: Any
) -> None:
    step, explain = template["steps"][:2]
    field = step["captures"][0]
    rule = {
        "conditions[0][about]": f"Capture:{field['id']}",
        # Nothing of a step means anything of a field: the first of what does is taken.
        "conditions[0][operation]": "completed",
        "conditions[0][statement]": "Large",
        "conditions[1][logic]": "or",
        "conditions[1][about]": "",
        "verb": "show",
        "steps[]": explain["id"],
    }
    assert leads_to(sent(olga, edit(template, "/rules"), **rule)) == edit(template, "/rules")
    (made_rule,) = made(cast.olga.get(f"/checklists/{template['id']}/automated-actions"), 200)
    assert made_rule["automated_alias"] == "Show Explain"
    assert [each["operation"] for each in made_rule["conditions"]] == ["equals"]
    for answer, word in [("Small", "Hidden"), ("Large", "Shown")]:
        tried = sent(olga, edit(template, "/try"), **{f"answers[{field['id']}]": answer})
        check_page(tried)
        shown = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", tried.text.partition('id="tried"')[2]))
        assert f"Explain {word}" in shown
    assert made(cast.olga.get("/runs"), 200) == []


def test_95_3_8_a_rule_does_whatever_the_api_knows(
    cast: Cast, olga: Browser, template: Any
) -> None:
    step, explain, file = template["steps"]
    people_asked = {"label": "Lead", "field_type": "assignees_form", "required": False}
    made(cast.olga.post(f"/checklists/{template['id']}/preruns", people_asked))
    lead = read_template(cast.olga, template)["prerun"][-1]["id"]
    group = made(cast.olga.post("/groups", {"name": "Night shift"}))
    me = made(cast.mia.client.get("/me"), 200)
    when = {"conditions[0][about]": f"Step:{step['id']}", "conditions[0][operation]": "completed"}
    people = f"{me['email']}\r\nnight SHIFT\r\nann@guests.test\r\n"
    sentences = []
    for effect in [
        {"verb": "assign", "effect[people]": people, "effect[picker]": f"Prerun:{lead}"},
        {"verb": "deadline", "effect[value]": "2", "effect[unit]": "days",
         "effect[option]": "before", "effect[anchor]": f"Step:{file['id']}"},
        {"verb": "deadline", "effect[value]": "1", "effect[unit]": "weeks"},
        {"verb": "reopen", "both": "1"},
        {"verb": "emit_webhook", "effect[url]": "https://hooks.test/x"},
    ]:  # fmt: skip
        leads_to(
            sent(olga, edit(template, "/rules"), **when, **effect, **{"steps[]": explain["id"]})
        )
    rules = made(cast.olga.get(f"/checklists/{template['id']}/automated-actions"), 200)
    first, due, later, reopened, called = (each["then_actions"][0] for each in rules)
    assert first["assignees"]["users"] == [cast.mia.user_id]
    assert first["assignees"]["groups"] == [group["id"]]
    assert first["assignees"]["guests"] == ["ann@guests.test"]
    assert (first["actionable_type"], first["actionable_id"]) == ("Prerun", lead)
    assert due["deadline"] == {"value": 2, "unit": "days", "option": "before"}
    assert due["actionable_id"] == file["id"]
    assert later["actionable_id"] is None
    assert (reopened["action_verb"], called["alias_name"]) == ("reopen", "https://hooks.test/x")
    page = olga.get(edit(template, "/rules"))
    check_page(page)
    sentences = re.findall(r'class="rule-sentence"[^>]*>(.*?)</p>', page.text)
    assert "set the deadline of “Explain” to 2 days before “File”" in sentences[1]
    assert "1 week after the deadline it had" in sentences[2]
    # What its form shows is what it sends back: nothing changes.
    for rule in rules:
        form = olga.get(edit(template, f"/rules/{rule['id']}"))
        check_page(form)
        leads_to(sent(olga, edit(template, f"/rules/{rule['id']}"), **_sent_by(form.text)))
    again = made(cast.olga.get(f"/checklists/{template['id']}/automated-actions"), 200)
    assert [_said(each) for each in again] == [_said(each) for each in rules]
    for effect, problem in [
        ({"verb": "assign", "effect[people]": "Nobody Known"}, "Nobody here is called"),
        ({"verb": "deadline", "effect[value]": ""}, "Say how long before or after"),
        ({"verb": "emit_webhook", "effect[url]": "nowhere"}, "must be a valid URL"),
    ]:
        answer = sent(
            olga, edit(template, "/rules"), **when, **effect, **{"steps[]": explain["id"]}
        )
        assert answer.status_code == 422, effect
        assert problem in answer.text


def _said(rule: Any) -> Any:
    actions = [{k: v for k, v in each.items() if k != "id"} for each in rule["then_actions"]]
    conditions = [{k: v for k, v in each.items() if k != "id"} for each in rule["conditions"]]
    return rule["automated_alias"], conditions, actions


def _sent_by(page: str) -> dict[str, str]:
    """What the form of a rule holds, as a browser would send it."""
    form = page.partition('class="rule-form')[2].partition("</form>")[0]
    found = {}
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)"[^>]* selected', options)
        first = re.search(r'<option value="([^"]*)"', options)
        found[name] = (chosen or first)[1]  # type: ignore[index]
    for name, value in re.findall(r'<input [^>]*name="([^"]+)"[^>]*? value="([^"]*)"', form):
        if f'name="{name}" value="{value}" checked' in form or not name.endswith("[]"):
            found[name] = html.unescape(value)
    for name, text in re.findall(
        r'<textarea [^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.S
    ):
        found[name] = html.unescape(text)
    return {name: each for name, each in found.items() if name not in ("form_token", "next")}


def test_95_3_8_a_step_starts_later_calls_out_and_gives_its_field_to_another(
    cast: Cast, olga: Browser, template: Any
) -> None:
    step, explain = template["steps"][:2]
    address = edit(template, f"/steps/{step['id']}")
    leads_to(sent(olga, address, **{"start_date[value]": "2", "start_date[unit]": "weeks"}))
    leads_to(sent(olga, address, max_assignable="3", webhook="https://hooks.test/step"))
    found = steps_of(cast, template)[0]
    assert found["start_date"] == {"value": 2, "unit": "weeks"}
    assert (found["max_assignable"], found["webhook"]) == (3, "https://hooks.test/step")
    leads_to(sent(olga, address, **{"start_date[value]": "", "start_date[unit]": "weeks"}))
    leads_to(sent(olga, address, max_assignable="", webhook=""))
    found = steps_of(cast, template)[0]
    assert [found[key] for key in ("start_date", "max_assignable", "webhook")] == [None] * 3
    answer = sent(olga, address, webhook="nowhere")
    check_page(answer, 422)
    assert 'value="nowhere"' in answer.text

    field = step["captures"][0]["id"]
    way = edit(template, f"/forms/{step['id']}/fields/{field}/move")
    asked_page = olga.get(way)
    check_page(asked_page)
    assert f'value="{explain["id"]}"' in asked_page.text
    assert sent(olga, way, step="nonsense").status_code == 404
    assert leads_to(sent(olga, way, step=explain["id"])) == edit(
        template, f"/steps/{explain['id']}"
    )
    assert [each["captures"] != [] for each in steps_of(cast, template)] == [False, True, False]


def test_95_3_8_settings_of_launching_and_sharing_save_one_by_one(
    cast: Cast, olga: Browser, template: Any
) -> None:
    address = edit(template, "/settings")
    folder = made(cast.olga.post("/folders", {"name": "Closed", "folder_type": "run"}))["id"]
    for one in [
        {"guidance": "<p>Ask first</p><script>x</script>"},
        {"default_process_name_format": "Close of {{month}}"},
        {"auto_naming": "1"},
        {"folder_changeable_by_launcher": "0"},
        {"is_public_kickoff": "1"},
        {"webhook": "https://hooks.test/all"},
        {"alias": "closing"},
        {"default_folder": folder},
    ]:
        assert leads_to(sent(olga, address, **one)) == "/app/home", one
    found = read_template(cast.olga, template)
    assert found["guidance"] == "<p>Ask first</p>"
    assert (found["default_process_name_format"], found["auto_naming"]) == (
        "Close of {{month}}", True,
    )  # fmt: skip
    assert found["folder_changeable_by_launcher"] is False
    assert (found["webhook"], found["alias"]) == ("https://hooks.test/all", "closing")
    assert found["kickoff_sharing_user_id"] == cast.olga.user_id
    assert f'value="{folder}" selected' in olga.get(address).text
    answer = sent(olga, address, webhook="nowhere")
    check_page(answer, 422)
    assert 'value="nowhere"' in answer.text

    month = found["prerun"][0]
    made_link = sent(olga, edit(template, "/prefill"), **{f"answers[{month['id']}]": "May & June"})
    check_page(made_link)
    links = [
        html.unescape(each)
        for each in re.findall(r'value="(http[^"]+ko_fields[^"]+)"', made_link.text)
    ]
    assert [urlsplit(each).path for each in links] == [
        f"/app/templates/{template['id']}/launch",
        f"/{cast.organization_id}/public/kickoff/closing",
    ]
    opened = olga.get(links[0].removeprefix(links[0].partition("/app/")[0]))
    assert 'value="May &amp; June"' in opened.text


def test_95_3_8_who_may_do_what_is_given_and_taken_away_by_name(
    cast: Cast, olga: Browser, template: Any
) -> None:
    group = made(cast.olga.post("/groups", {"name": "Night shift"}))
    me = made(cast.mia.client.get("/me"), 200)
    for permission in ("checklist_edit", "process_launch"):
        way = edit(template, f"/permissions/{permission}")
        leads_to(sent(olga, way, everyone="1"))
        leads_to(sent(olga, way, everyone="0"))
        leads_to(sent(olga, way, who=me["email"]))
        leads_to(sent(olga, way, who="night shift"))
    leads_to(
        sent(olga, edit(template, "/permissions/process_launch"), leave_out=f"g:{group['id']}")
    )
    lists = made(cast.olga.get(f"/checklists/{template['id']}/permissions"), 200)
    assert lists["checklist_edit"]["users"] == [cast.mia.user_id]
    assert lists["checklist_edit"]["groups"] == [group["id"]]
    assert lists["checklist_edit"]["all_members"] is False
    assert (lists["process_launch"]["users"], lists["process_launch"]["groups"]) == (
        [cast.mia.user_id], [],
    )  # fmt: skip
    answer = sent(olga, edit(template, "/permissions/checklist_edit"), who="Nobody Known")
    check_page(answer, 422)
    assert "Nobody here is called “Nobody Known”" in answer.text
    assert sent(olga, edit(template, "/permissions/nonsense"), everyone="1").status_code == 404


def test_20_1_a_version_is_told_in_words_and_made_the_draft_again(
    cast: Cast, olga: Browser, template: Any
) -> None:
    path = f"/checklists/{template['id']}"
    group = made(cast.olga.post("/groups", {"name": "Night shift"}))
    count, explain, _ = template["steps"]
    made(
        cast.olga.put(f"{path}/steps/{count['id']}", {"groups": [group["id"]], "title": "Count"}),
        200,
    )
    page = olga.get(edit(template, "/versions"))
    check_page(page)
    assert "There is none yet" in page.text
    launched = launch(cast.olga, template, prerun={template["prerun"][0]["id"]: "May"})

    changed = {"title": "Sum", "deadline": {"value": 3, "unit": "days", "option": "from"}}
    made(cast.olga.put(f"{path}/steps/{count['id']}", changed), 200)
    assert cast.olga.delete(f"{path}/steps/{explain['id']}").status_code == 204
    made(cast.olga.post(f"{path}/steps", {"title": "Sign"}))
    made(cast.olga.put(path, {"title": "Close it"}), 200)
    assert cast.olga.delete(f"/groups/{group['id']}").status_code == 204
    page = olga.get(edit(template, "/versions"))
    check_page(page)
    assert "1 process</a>, 1 running" in page.text
    page = olga.get(edit(template, "/versions/1"))
    check_page(page)
    told = [
        html.unescape(each)
        for each in re.findall(r'<span dir="auto">([^<]*)</span></li>', page.text)
    ]
    assert told[:2] == [
        "Template “Close it”: the title was “Close”.",
        "Step “Explain” was there then.",
    ]
    assert "Step “Sum”: the title was “Count”." in told
    assert "Step “Sum”: the deadline was not there." in told
    assert "Step “Sign” is new." in told
    for wrong in ("2", "0", "99999999999", "nonsense"):
        assert olga.get(edit(template, f"/versions/{wrong}")).status_code == 404, wrong
        assert cast.olga.put(f"{path}/versions/{wrong}/restore").status_code == 404, wrong
    diff = made(cast.olga.get(f"{path}/versions/1/diff"), 200)
    assert diff[0] == {
        "kind": "changed", "part": "template", "part_id": None, "title": "Close it",
        "field": "title", "old_value": "Close", "new_value": "Close it",
    }  # fmt: skip
    assert made(cast.olga.get(f"{path}/versions/1"), 200)["title"] == "Close"

    # What was edited is kept, so this is taken back in the same way.
    back = cast.olga.put(f"{path}/versions/1/restore").json()
    assert (back["data"]["title"], back["data"]["version"]) == ("Close", 3)
    assert back["meta"]["warnings"] == [
        f"steps.0.groups: group {group['id']} is not in this organization"
    ]
    assert [each["title"] for each in steps_of(cast, template)] == ["Count", "Explain", "File"]
    assert steps_of(cast, template)[0]["captures"] == count["captures"]
    leads_to(sent(olga, edit(template, "/versions/2/restore")))
    assert [each["title"] for each in steps_of(cast, template)] == ["Sum", "File", "Sign"]
    versions = made(cast.olga.get(f"{path}/versions"), 200)
    assert [(each["version"], each["launches"], each["running"]) for each in versions] == [
        (3, 0, 0), (2, 0, 0), (1, 1, 1),
    ]  # fmt: skip
    again = cast.olga.put(f"{path}/versions/2/restore").json()
    assert again["data"]["version"] == 4, "It is what is edited already: nothing happens."
    tasks = made(cast.olga.get(f"/runs/{launched['id']}/tasks"), 200)
    assert [each["title"] for each in tasks] == ["Count", "Explain", "File"]


@pytest.fixture
def ask(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], int]:
    """How many statements a page takes."""
    return page_counter(cast, monkeypatch)


def test_95_6_pages_of_the_editor_take_few_statements(
    cast: Cast, olga: Browser, template: Any, ask: Callable[[str, str], int]
) -> None:
    secret = olga.secret
    assert secret is not None
    pages = [
        edit(template),
        edit(template, "/kickoff"),
        edit(template, f"/steps/{template['steps'][0]['id']}"),
        edit(template, "/rules"),
        edit(template, "/settings"),
        edit(template, "/versions"),
    ]
    few = {page: ask(page, secret) for page in pages}
    for number in range(5):
        body = {"title": f"Step {number}", "assignees": [cast.leo.user_id]}
        made(cast.olga.post(f"/checklists/{template['id']}/steps", body))
    many = {page: ask(page, secret) for page in pages}
    assert many == few
    assert max(few.values()) <= MOST_STATEMENTS, few
