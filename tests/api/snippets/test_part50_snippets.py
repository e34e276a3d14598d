"""Part 50, 8: snippets (rows 46 and 47)."""

import re
from typing import Any

import pytest

from cast import Cast, Person, found
from factories import launch, let_all_launch, made, make_template, read_template, tasks_of
from public_forms import open_form
from ruled import text
from wire import check_problem

UNKNOWN = "0" * 32


def make_snippet(by: Person, content: str = "<p>Be polite.</p>", **fields: Any) -> Any:
    return made(by.post("/text-templates", {"title": "Manners", "content": content, **fields}))


def token(snippet: Any) -> str:
    return f"{{{{snippet:{snippet['id']}}}}}"


def using(by: Person, snippet: Any, **fields: Any) -> Any:
    """A template that names it wherever it may."""
    named = token(snippet)
    step = {
        "title": f"Greet {named}", "summary": f"First: {named}",
        "captures": [{**text("Answer"), "guidance": f"Hint: {named}"}],
    }  # fmt: skip
    return make_template(
        by, [step], summary=named, guidance=f"Read {named}", kickoff_description=named,
        prerun=[{**text("Name"), "guidance": f"Ask: {named}"}], **fields,
    )  # fmt: skip


def texts_in(template: Any) -> list[Any]:
    """Every rich text of a template with its steps."""
    (step,) = template["steps"]["data"]
    return [
        template["summary"], template["guidance"], template["kickoff_description"],
        template["prerun"][0]["guidance"], step["summary"], step["captures"][0]["guidance"],
    ]  # fmt: skip


def whole(by: Person, template: Any) -> Any:
    return read_template(by, template, "?with=steps")


def shown(text: str) -> list[str]:
    return [text, f"Read {text}", text, f"Ask: {text}", f"First: {text}", f"Hint: {text}"]


# --- The list ---


def test_50_47_snippets_are_kept_by_administrators(cast: Cast) -> None:
    made_one = make_snippet(cast.olga, "<p>Hi <script>x</script></p>", title=" Приём ")
    assert made_one == {
        "id": made_one["id"], "title": "Приём", "content": "<p>Hi </p>", "is_public": False,
        "created_by": cast.olga.user_id, "created_at": made_one["created_at"],
        "last_updated": made_one["last_updated"],
    }  # fmt: skip
    path = f"/text-templates/{made_one['id']}"
    for person in (cast.mia, cast.leo):
        assert made(person.get(path), 200) == made_one
        assert person.post("/text-templates", {"title": "Mine"}).status_code == 403
        assert person.put(path, {"title": "Mine"}).status_code == 403
        assert person.delete(path).status_code == 403
    # Only what is sent; and what was read may be sent back whole.
    assert made(cast.olga.put(path, {"is_public": True}), 200)["content"] == "<p>Hi </p>"
    again = cast.olga.put(path, made(cast.olga.get(path), 200))
    assert (again.status_code, "X-Ignored-Fields" in again.headers) == (200, False)
    other = make_snippet(cast.olga, title="Abc")
    titles = [each["title"] for each in made(cast.leo.get("/snippets"), 200)]
    assert titles == ["Abc", "Приём"]
    hits = made(cast.mia.get("/snippets?q=ПРИ&sort=-last_updated"), 200)
    assert [each["id"] for each in hits] == [made_one["id"]]
    sent = [other["id"], UNKNOWN, "no id", made_one["id"].upper()]
    exist = made(cast.mia.post("/text-templates/exists", {"ids": sent}), 200)
    assert exist == dict(zip(sent, [True, False, False, True], strict=True))
    too_many = cast.mia.post("/text-templates/exists", {"ids": ["x"] * 1_001})
    assert check_problem(too_many, 422)["errors"] == {
        "ids": ["The ids may not have more than 1000 items."]
    }
    gone = cast.olga.delete(path)
    assert (gone.status_code, gone.json()["data"]["id"]) == (200, made_one["id"])
    for answer in (cast.olga.delete(path), cast.olga.get(path), cast.olga.put(path, {})):
        assert answer.status_code == 404
    feed = made(cast.olga.get("/activity-feeds?per_page=100"), 200)
    told = [entry["description"] for entry in feed if made_one["title"] in str(entry)]
    assert len(told) == 3


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({}, "title"),
        ({"title": " \u200b "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "x", "content": "x" * 100_001}, "content"),
        ({"title": "x", "content": {"a": 1}}, "content"),
        ({"title": "x", "content": f"{{{{ Snippet:{UNKNOWN} }}}}"}, "content"),
        ({"title": "x", "is_public": "perhaps"}, "is_public"),
    ],
)
def test_50_47_what_no_snippet_can_be(cast: Cast, body: Any, key: str) -> None:
    problem = check_problem(cast.olga.post("/text-templates", body), 422)
    assert list(problem["errors"]) == [key]
    assert made(cast.olga.get("/text-templates"), 200) == []


# --- In templates ---


def test_50_46_an_edit_shows_in_templates_and_not_in_processes(cast: Cast) -> None:
    snippet = make_snippet(cast.olga, "Be <b>{{Name}}</b>.", is_public=True)
    template = using(cast.olga, snippet)
    let_all_launch(cast.olga, template)
    assert texts_in(whole(cast.mia, template)) == shown("Be <b>{{Name}}</b>.")
    process = launch(cast.mia, template, prerun={"Name": "<i>Ann</i>"})

    def seen() -> Any:
        (task,) = tasks_of(cast.mia, process)
        task = made(cast.mia.get(f"/tasks/{task['id']}?with=form_fields"), 200)
        forms = made(cast.mia.get(f"/runs/{process['id']}/form-fields"), 200)
        fields = [forms["ko_form_fields"][0], forms["form_fields"][0]]
        return task["summary"], [field["guidance"] for field in fields], task["original_summary"]

    said = "Be <b>&lt;i&gt;Ann&lt;/i&gt;</b>."
    before = seen()
    assert before == (
        f"First: {said}", [f"Ask: {said}", f"Hint: {said}"], f"First: {token(snippet)}",
    )  # fmt: skip
    path = f"/text-templates/{snippet['id']}"
    made(cast.olga.put(path, {"content": "Be kind."}), 200)
    assert texts_in(whole(cast.mia, template)) == shown("Be kind.")
    (step,) = made(cast.mia.get(f"/checklists/{template['id']}/steps"), 200)
    assert (step["summary"], step["original_summary"]) == (
        "First: Be kind.", f"First: {token(snippet)}",
    )  # fmt: skip
    assert seen() == before
    # Deleted, it leaves the texts of templates; titles never showed it.
    made(cast.olga.delete(path), 200)
    left = whole(cast.olga, template)
    assert texts_in(left) == [None, "Read ", None, "Ask: ", "First: ", "Hint: "]
    assert left["steps"]["data"][0]["title"] == f"Greet {token(snippet)}"
    assert not any("original_summary" in each for each in (left, left["steps"]["data"][0]))
    assert seen() == before


def test_50_46_what_is_sent_back_as_it_was_read_keeps_its_tokens(cast: Cast) -> None:
    snippet = make_snippet(cast.olga, "<p>Be polite.</p>")
    template = using(cast.olga, snippet)
    path = f"/checklists/{template['id']}"
    read = whole(cast.olga, template)
    (step,) = read["steps"]["data"]
    (field,) = step["captures"]
    parts = ("steps", "automated_actions", "captures")
    step = {key: value for key, value in step.items() if key not in parts}
    for at, body in [
        (path, {key: value for key, value in read.items() if key not in parts}),
        (f"{path}/steps/{step['id']}", step),
        (f"{path}/steps/{step['id']}/captures/{field['id']}", field),
        (f"{path}/preruns/{read['prerun'][0]['id']}", read["prerun"][0]),
        # Something else changes along with it.
        (f"{path}/steps/{step['id']}", {**step, "title": "Welcome"}),
    ]:
        answer = cast.olga.put(at, body)
        assert answer.status_code == 200, answer.text
        assert "X-Ignored-Fields" not in answer.headers, at
    made(cast.olga.put(f"/text-templates/{snippet['id']}", {"content": "Be kind."}), 200)
    now = whole(cast.olga, template)
    assert texts_in(now) == shown("Be kind.")
    assert now["steps"]["data"][0]["title"] == "Welcome"
    # What is typed is what counts, here without the token.
    changed = {**now["steps"]["data"][0], "summary": "Be quick."}
    made(cast.olga.put(f"{path}/steps/{step['id']}", changed), 200)
    (step,) = whole(cast.olga, template)["steps"]["data"]
    assert (step["summary"], "original_summary" in step) == ("Be quick.", False)


def test_50_46_documents_and_copies_carry_tokens(cast: Cast) -> None:
    snippet = make_snippet(cast.olga)
    template = using(cast.olga, snippet)
    path = f"/checklists/{template['id']}"
    copy = made(cast.olga.post(f"{path}/clone", {"title": "Copy"}))
    document = cast.olga.get(f"{path}/export").json()
    again = made(cast.olga.post("/checklists", document))
    # Elsewhere nobody knows the snippet: its text goes along.
    stranger = found(cast.server)
    elsewhere = made(stranger.post("/checklists", document))
    expected = shown("<p>Be polite.</p>")
    made(cast.olga.put(f"/text-templates/{snippet['id']}", {"content": "Be kind."}), 200)
    for each in (template, copy, again):
        assert texts_in(whole(cast.olga, each)) == shown("Be kind.")
    assert whole(stranger, elsewhere)["guidance"].count("Be polite.") == 1
    assert len(texts_in(whole(stranger, elsewhere))) == len(expected)
    assert "snippet:" not in str(texts_in(whole(stranger, elsewhere)))


def test_50_46_who_is_not_a_member_sees_public_ones(cast: Cast) -> None:
    private, public = make_snippet(cast.olga, "Secret"), make_snippet(cast.olga, "Open")
    made(cast.olga.put(f"/text-templates/{public['id']}", {"is_public": True}), 200)
    both = f"[{token(private)}][{token(public)}]"
    template = open_form(
        cast.olga, is_public=True, summary=both, kickoff_description=both,
        prerun=[{**text("Name"), "guidance": both}],
    )  # fmt: skip
    org = cast.organization_id
    seen = cast.nobody.get(f"/public/{org}/checklists/{template['id']}").json()["data"]
    assert (seen["summary"], seen["prerun"][0]["guidance"]) == ("[][Open]", "[][Open]")
    inside = read_template(cast.mia, template)
    assert (inside["summary"], inside["original_summary"]) == ("[Secret][Open]", both)
    # A guest of a task sees as little.
    step = {"title": "Sign", "summary": both, "guests": ["gus@guests.test"]}
    process = launch(cast.olga, make_template(cast.olga, [step]))
    (task,) = tasks_of(cast.olga, process)
    guest = cast.guest_of(task)
    assert made(guest.get(f"/tasks/{task['id']}"), 200)["summary"] == "[][Open]"
    assert made(cast.olga.get(f"/tasks/{task['id']}"), 200)["summary"] == "[Secret][Open]"


def test_50_46_comments_say_what_snippets_say_now(cast: Cast) -> None:
    snippet = make_snippet(cast.olga, "Open <b>late</b>")
    process = launch(cast.olga, make_template(cast.olga, 1))
    (task,) = tasks_of(cast.olga, process)
    body = {"content": f"Note: {token(snippet)}{{{{snippet:{UNKNOWN}}}}}!"}
    said = made(cast.olga.post(f"/tasks/{task['id']}/comment", body))
    made(cast.olga.delete(f"/text-templates/{snippet['id']}"), 200)
    assert said["content"] == "Note: Open <b>late</b>!"


def test_50_46_hostile_texts_stay_harmless(cast: Cast) -> None:
    """In an attribute, in capitals with invisible signs, a hundred times, and never found."""
    snippet = make_snippet(cast.olga, '"><img src=x onerror=alert(1)>' + "y" * 9_000)
    named = token(snippet)
    odd = f"{{{{ \ufeffSNIPPET:{snippet['id'].upper()}\u200b }}}}"
    steps = [
        {"title": "A", "summary": f'<a href="{named}" title="{named}">x</a>'},
        {"title": "B", "summary": odd},
        {"title": "C", "summary": "z" + named * 100},
        {"title": "D", "summary": f"{{{{snippet:{UNKNOWN}}}}}"},
        {"title": "E", "summary": "{{snippet:}}{{snippet:7}}"},
    ]
    template = make_template(cast.olga, steps)
    texts = [step["summary"] for step in whole(cast.mia, template)["steps"]["data"]]
    assert not re.search("<[^>]*onerror", str(texts))
    assert texts[1].count("y") == 9_000
    assert 400_000 < len(texts[2]) < 520_000
    assert texts[2].endswith("}}")
    assert texts[3] is None
    assert texts[4] == "{{snippet:}}{{snippet:7}}"
    process = launch(cast.olga, template)
    summaries = [
        made(cast.olga.get(f"/tasks/{task['id']}"), 200)["summary"]
        for task in tasks_of(cast.olga, process)
    ]
    assert summaries == texts


def test_50_46_settings_forget_a_snippet_that_is_deleted(cast: Cast) -> None:
    snippet = make_snippet(cast.olga)
    settings = {"homepage_snippet": snippet["id"], "onboarding_snippet": "<p>Welcome</p>"}
    made(cast.olga.put("", settings), 200)
    made(cast.olga.delete(f"/snippets/{snippet['id']}"), 200)
    now = made(cast.olga.get(""), 200)
    assert (now["homepage_snippet"], now["onboarding_snippet"]) == (None, "<p>Welcome</p>")
