"""Part 95, 3.7 to 3.9: the library of templates, one to read, and launching, as pages tell them."""

import re

import pytest

from browsers import Browser, check_page, leads_to, signed_in
from cast import Cast
from factories import launch, let_all_launch, made, make_rule, make_template
from forms import asked
from page_counter import page_counter
from robots import with_password


@pytest.fixture
def mia(cast: Cast) -> Browser:
    return signed_in(cast, with_password(cast, cast.mia))


@pytest.fixture
def olga(cast: Cast) -> Browser:
    return signed_in(cast, with_password(cast, cast.olga))


def titles(page: str) -> list[str]:
    """Of the templates in the table."""
    return re.findall(r'<span class="titled">.*?<a [^>]*>(.*?)</a>', page, re.DOTALL)


def test_95_3_7_what_narrows_the_library_is_in_its_address(cast: Cast, olga: Browser) -> None:
    folder = made(cast.olga.post("/folders", {"name": "Office"}))["id"]
    make_template(cast.olga, 1, title="Access", type="form", folder_id=folder)
    make_template(cast.olga, 2, title="Books", status="finishing")
    handbook = make_template(cast.mia, 0, title="Handbook", type="document")
    made(
        cast.olga.put(f"/checklists/{handbook['id']}", {"title": "Handbook", "starred": True}), 200
    )
    tag = made(cast.olga.post("/tags", {"title": "Money & more"}))["id"]
    books = made(cast.olga.get("/checklists?q=Books"), 200)[0]["id"]
    about = {"subject_id": books, "subject_type": "Checklist", "tag_id": tag}
    made(cast.olga.post("/checklists/tags", about))
    shown = olga.get("/app/templates?sort=name")
    check_page(shown)
    assert titles(shown.text) == ["Access", "Books", "Handbook"]
    for query, expected in {
        "q=oo&sort=name": ["Books", "Handbook"],
        "type=form": ["Access"],
        "status=finishing": ["Books"],
        f"owner={cast.mia.user_id}": ["Handbook"],
        "tag=Money+%26+more": ["Books"],
        f"folder={folder}": ["Access"],
        "show=unfiled&sort=name": ["Books", "Handbook"],
        "show=favorites": ["Handbook"],
        "show=archived": [],
        "type=nonsense&show=nonsense&page=0&sort=nonsense&status=x&q=Acc": ["Access"],
    }.items():
        assert titles(olga.get(f"/app/templates?{query}").text) == expected, query
    assert olga.get("/app/templates?folder=nonsense").status_code == 200
    nothing = olga.get("/app/templates?q=nowhere").text
    assert "No template in “All templates” fits all of this." in nothing
    assert "Clear the filters" in nothing


def test_95_3_7_nobody_sees_templates_without_a_right_to_them(cast: Cast, mia: Browser) -> None:
    mine = make_template(cast.mia, 1, title="Of Mia")
    others = make_template(cast.olga, 1, title="Of Olga")
    nobody = {"all_members": False, "users": [], "groups": []}
    lists = ("checklist_read", "checklist_edit", "checklist_duplicate", "process_launch",
             "process_read")  # fmt: skip
    made(cast.olga.put(f"/checklists/{others['id']}/permissions",
                       dict.fromkeys(lists, nobody)), 200)  # fmt: skip
    assert titles(mia.get("/app/templates").text) == ["Of Mia"]
    assert mia.get(f"/app/templates/{mine['id']}").status_code == 200
    for way in ("", "/launch", "/archive", "/delete"):
        hidden = mia.get(f"/app/templates/{others['id']}{way}")
        unknown = mia.get(f"/app/templates/{'0' * 32}{way}")
        assert hidden.status_code == unknown.status_code == (403 if way == "/delete" else 404)


def test_95_8_light_members_launch_what_is_granted_and_change_nothing(cast: Cast) -> None:
    leo = signed_in(cast, with_password(cast, cast.leo))
    granted = make_template(cast.olga, 1, title="Granted")
    make_template(cast.olga, 1, title="Not granted")
    named = {"process_launch": {"all_members": False, "users": [cast.leo.user_id], "groups": []}}
    made(cast.olga.put(f"/checklists/{granted['id']}/permissions", named), 200)
    page = leo.get("/app/templates").text
    assert f"/app/templates/{granted['id']}/launch" in page
    for word in ("Archive …", "Duplicate", "New template", "/app/templates/new"):
        assert word not in page
    assert "Not granted" not in leo.get("/app/launch").text
    path = f"/app/templates/{granted['id']}"
    assert leo.get(f"{path}/archive").status_code == 403
    assert leo.get("/app/templates/new").status_code == 403
    form = leo.get("/app/launch")
    for way in ("archive", "restore", "duplicate"):
        answer = leo.press(form, action="/app/look")
        assert answer.status_code == 303
        token = re.search(r'name="form_token" value="([^"]+)"', form.text)
        assert token
        assert leo.post(f"{path}/{way}", {"form_token": token[1]}).status_code == 403
    after = leo.press(leo.get(f"{path}/launch"), action=f"{path}/launch")
    assert leads_to(after).startswith("/app/processes/")


def test_95_3_8_a_template_is_told_in_words(cast: Cast, mia: Browser) -> None:
    text = "<p>See {{template:%s}}.</p>"
    other = make_template(cast.mia, 1, title="Other <one>")
    steps = [
        {"id": "A", "title": "Ask", "summary": text % other["id"],
         "assignees": [cast.mia.user_id], "guests": ["gus@guests.test"],
         "captures": [asked("Answer", "radio", id="F", alias="f", options=["Yes", "No"])],
         "deadline": {"value": 1, "unit": "days", "option": "from", "step": "start_run"}},
        {"id": "B", "title": "Tell", "everyone_must_complete": True,
         "deadline": {"value": 3, "unit": "hours", "option": "prior_to", "step": "A"}},
        {"id": "C", "title": "Hide", "summary": text % ("0" * 32)},
    ]  # fmt: skip
    rule = {
        "automated_alias": "Only when asked",
        "conditions": [
            {"conditionable_type": "Capture", "conditionable_id": "F", "operation": "equals_any",
             "statement": ["Yes", "No"]},
            {"conditionable_type": "Step", "conditionable_id": "A", "operation": "completed",
             "statement": "late_24", "logic": "or"},
        ],
        "then_actions": [
            {"action_type": "visibility", "action_verb": "show", "target_step_id": "C"},
            {"action_type": "deadline", "action_verb": "deadline", "target_step_id": "B",
             "deadline": {"value": 2, "unit": "weeks", "option": "from"},
             "actionable_id": "start_run"},
            {"action_type": "assignment", "action_verb": "assign_only", "target_step_id": "C",
             "assignees": {"users": [cast.mia.user_id], "guests": [], "groups": []}},
        ],
    }  # fmt: skip
    kickoff = [asked("Who", "text", alias="who", position=1, required=True)]
    template = make_template(
        cast.mia, steps, title="Everything", prerun=kickoff, automated_actions=[rule]
    )
    shown = mia.get(f"/app/templates/{template['id']}")
    check_page(shown)
    me = made(cast.mia.client.get("/me"), 200)["full_name"]
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", shown.text))
    for words in (
        "Who Short text, required", f"Assigned{me}, gus@guests.test", "Due1 day after the launch",
        "Due3 hours before “Ask” is due", "Everyone must complete it", "Yes · No",
        "See Other &lt;one&gt;.", "See .",
        "If the answer to “Answer” is one of “Yes” or “No”, or “Ask” is completed at least 24 "
        "hours late, show “Hide”, set the deadline of “Tell” to 2 weeks after the launch and "
        f"assign “Hide” to {me} alone.",
    ):  # fmt: skip
        assert words in text, words
    assert f'href="/app/templates/{other["id"]}"' in shown.text


def test_95_3_9_what_a_template_demands_is_asked(cast: Cast, mia: Browser) -> None:
    title = made(cast.olga.post("/roles", {"name": "Baker"}))["id"]
    tag = made(cast.olga.post("/tags", {"title": "Bread"}))["id"]
    folder = made(cast.olga.post("/folders", {"name": "2027", "folder_type": "run"}))["id"]
    template = make_template(cast.mia, [{"title": "Bake", "roles": [title]}], title="Bake it")
    demands = {"title": "Bake it", "tag_process": True, "folderize_process": True}
    made(cast.mia.put(f"/checklists/{template['id']}", demands), 200)
    path = f"/app/templates/{template['id']}/launch"
    form = mia.get(path)
    check_page(form)
    chosen = {f"titles[{title}][]": "999999", "tags[]": ""}
    wrong = mia.press(form, action=path, name="Rye", **chosen)
    assert wrong.status_code == 422
    for words in ("Add at least one tag", "Choose a folder", "selected user is invalid"):
        assert words in wrong.text, re.findall(r'class="problem.*', wrong.text)
    assert 'value="Rye"' in wrong.text
    right = mia.press(
        wrong, action=path, folder=folder,
        **{f"titles[{title}][]": str(cast.leo.user_id), "tags[]": tag},
    )  # fmt: skip
    process = made(cast.mia.get(f"/runs/{leads_to(right).rsplit('/', 1)[1]}?with=tags,tasks"), 200)
    assert process["name"] == "Rye"
    assert process["tags"]["data"][0]["title"] == "Bread"
    assert process["tasks"]["data"][0]["owners"]["users"] == [cast.leo.user_id]


def test_95_3_9_what_cannot_be_launched_says_why(cast: Cast, mia: Browser) -> None:
    draft = make_template(cast.mia, 1, title="Draft")
    made(cast.mia.put(f"/checklists/{draft['id']}",
                      {"title": "Draft", "dual_version_enabled": True}), 200)  # fmt: skip
    answer = mia.get(f"/app/templates/{draft['id']}/launch")
    assert answer.status_code == 422
    assert "Publish this template before launching it." in answer.text
    readable = make_template(cast.olga, 1, title="Read only")
    read_only = {"checklist_read": {"all_members": True}, "process_launch": {"all_members": False}}
    made(cast.olga.put(f"/checklists/{readable['id']}/permissions", read_only), 200)
    answer = mia.get(f"/app/templates/{readable['id']}/launch")
    assert answer.status_code == 403
    assert "Its owner or an administrator can let you." in answer.text


def test_95_3_9_the_address_fills_the_form_in(cast: Cast, mia: Browser) -> None:
    kickoff = [asked("Who", "text", alias="who", position=1, required=True)]
    template = make_template(cast.mia, 1, title="T", prerun=kickoff)
    path = f"/app/templates/{template['id']}/launch"
    alias = template["prerun"][0]["alias"]
    shown = mia.get(f'{path}?ko_fields={{"{alias}":"Ann"}}&default_run_name=Ann+joins').text
    assert 'value="Ann"' in shown
    assert 'value="Ann joins"' in shown
    assert "cannot be read" in mia.get(f"{path}?ko_fields={{").text
    assert made(cast.mia.get("/runs"), 200) == []


def test_95_4_the_dialog_names_what_points_to_a_template(cast: Cast, olga: Browser) -> None:
    template = make_template(cast.olga, 1, title="Pointed at")
    let_all_launch(cast.olga, template)
    make_template(
        cast.olga, [{"title": "See", "summary": f"<p>{{{{template:{template['id']}}}}}</p>"}],
        title="Embeds it",
    )  # fmt: skip
    made(cast.olga.post("/recurring-jobs", {"checklist_id": template["id"], "cron": "0 9 * * *"}))
    onboarding = {"enable_onboarding_template": True, "onboarding_template_id": template["id"]}
    made(cast.olga.put("", onboarding), 200)
    launch(cast.mia, template, name="One")
    dialog = olga.get(f"/app/templates/{template['id']}/archive").text
    for words in ("1 running process of it goes on", "launch for every new member",
                  "1 schedule that launches it", "“Embeds it”</span> embeds it"):  # fmt: skip
        assert words in dialog, words


def test_95_3_7_a_template_is_made_from_scratch(cast: Cast, mia: Browser) -> None:
    form = mia.get("/app/templates/new")
    check_page(form)
    wrong = mia.press(form, action="/app/templates/new", title="  ", type="form")
    assert wrong.status_code == 422
    assert "Say what the template is called." in wrong.text
    assert re.search(r'value="form" checked', wrong.text)
    after = mia.press(form, action="/app/templates/new", title="Bake bread", type="form")
    (made_now,) = made(cast.mia.get("/checklists"), 200)
    assert made_now["id"] in leads_to(after)
    assert (made_now["title"], made_now["type"]) == ("Bake bread", "form")


def test_95_the_library_costs_few_statements_however_much_it_shows(
    cast: Cast, olga: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_statements = page_counter(cast, monkeypatch)

    def fill() -> str:
        kickoff = [asked("Who", "text", alias="who", position=1, required=True)]
        template = make_template(
            cast.olga,
            [{"title": "Do", "guests": ["gus@guests.test"]}, {"title": "Tell"}],
            title="T",
            prerun=kickoff,
        )
        make_rule(cast.olga, template)
        return str(template["id"])

    one = fill()
    pages = ["/app/templates", "/app/launch", f"/app/templates/{one}",
             f"/app/templates/{one}/launch", f"/app/templates/{one}/archive"]  # fmt: skip
    secret = olga.secret or ""
    few = {page: count_statements(page, secret) for page in pages}
    for _ in range(3):
        fill()
    assert {page: count_statements(page, secret) for page in pages} == few
    assert max(few.values()) <= 12, few
