"""Part 50, section 7: variables in what tasks are called, filled in where they are read."""

from typing import Any

import pytest

from backdoor import change, set_answers
from cast import Cast
from factories import launch, made, make_oneoff, make_template, read, tasks_of
from forms import aliases, asked, field_ids, forms_of, template_with
from hostile_html import HOSTILE, check_harmless
from procession.domains.tasks.tables import tasks


def set_task(cast: Cast, task: Any, **columns: Any) -> None:
    its_row = (tasks.c.organization_id == cast.organization_id) & (tasks.c.id == task["id"])
    change(cast, tasks.update().where(its_row).values(columns))


def titles(cast: Cast, process: Any) -> list[str]:
    return [task["title"] for task in tasks_of(cast.olga, process)]


class Story:
    """A process whose first task asks for a name and plan, and whose second one tells them.

    The texts are written into the tasks: `{Client}` there is the variable of that field.
    """

    def __init__(self, cast: Cast, title: str, summary: str | None = None) -> None:
        fields = [asked("Name"), asked("Plan", "dropdown"), asked("Text", "textarea")]
        kickoff = [asked("Client"), asked("Who", "assignees_form"), asked("Day", "date")]
        steps = [{"title": "Ask", "captures": fields}, {"title": "Tell"}]
        self.template = template_with(cast.olga, steps, kickoff, title="Sale")
        self.cast = cast
        self.ids = field_ids(cast.olga, self.template)
        self.aliases = aliases(cast.olga, self.template)
        self.process = launch(cast.olga, self.template)
        self.asking, self.telling = tasks_of(cast.olga, self.process)
        self.write(title, summary)

    def write(self, title: str, summary: str | None = None) -> None:
        self.raw = self.filled_in(title)
        set_task(
            self.cast, self.telling, title=self.raw, summary=summary and self.filled_in(summary)
        )

    def filled_in(self, text: str) -> str:
        for label, alias in self.aliases.items():
            text = text.replace(f"{{{label}}}", f"{{{{{alias}}}}}")
        return text

    def kickoff(self, **answers: Any) -> None:
        named = {self.ids[label]: value for label, value in answers.items()}
        set_answers(self.cast, self.process, named)

    def answer(self, **answers: Any) -> None:
        set_answers(
            self.cast, self.asking, {self.ids[name]: value for name, value in answers.items()}
        )

    def read(self, query: str = "") -> Any:
        return made(self.cast.olga.get(f"/tasks/{self.telling['id']}{query}"), 200)


def test_50_e29_titles_follow_the_answers(cast: Cast) -> None:
    story = Story(cast, "Call {Client} ({{nope}})")
    story.kickoff(Client="Acme")
    shown = story.read()
    assert shown["title"] == "Call Acme ({{nope}})"
    assert shown["original_title"] == story.raw
    story.kickoff(Client="Beta")
    assert story.read()["title"] == "Call Beta ({{nope}})"
    assert titles(cast, story.process) == ["Ask", "Call Beta ({{nope}})"]


def test_50_e29_from_the_launch_to_a_changed_kickoff_form(cast: Cast) -> None:
    kickoff = [asked("client-name")]
    template = template_with(cast.olga, [{"title": "Call"}], kickoff)
    alias = aliases(cast.olga, template)["client-name"]
    path = f"/checklists/{template['id']}/steps"
    (step,) = made(cast.olga.get(path), 200)
    raw = f"Call {{{{{alias}}}}} ({{{{nope}}}})"
    made(cast.olga.put(f"{path}/{step['id']}", {"title": raw}), 200)
    process = launch(cast.olga, template, prerun={alias: "Acme"})
    (task,) = tasks_of(cast.olga, process)
    assert (task["title"], task["original_title"]) == ("Call Acme ({{nope}})", raw)
    made(cast.olga.put(f"/runs/{process['id']}", {"prerun": {alias: "Beta"}}), 200)
    (task,) = tasks_of(cast.olga, process)
    assert (task["title"], task["original_title"]) == ("Call Beta ({{nope}})", raw)


def test_every_place_that_names_a_task_fills_them_in(cast: Cast) -> None:
    story = Story(cast, "Call {Client}")
    story.kickoff(Client="Acme")
    set_task(cast, story.asking, title=story.raw)
    process = story.process["id"]
    shown = read(cast.olga, story.process, "?with=tasks,next_task,tasks_meta")
    for name in ("tasks", "tasks_meta", "next_task"):
        assert {task["title"] for task in shown[name]["data"]} == {"Call Acme"}, name
    for path in ("/tasks", "/me/tasks", f"/runs/{process}/tasks"):
        found = made(cast.olga.get(path), 200)
        assert {task["title"] for task in found} == {"Call Acme"}, path
    body = {"task_id": story.telling["id"]}
    assert made(cast.olga.post("/completed-tasks", body), 200)["title"] == "Call Acme"
    (kept, *_) = made(cast.olga.get(f"/runs/{process}/export"), 200)["rows"][-1:]
    assert kept["process_task_name"] == "Call Acme"


def test_answers_of_tasks_count_and_each_type_is_plain_in_a_title(cast: Cast) -> None:
    story = Story(cast, "{Name}|{Plan}|{Who}|{Day}|{Text}")
    story.kickoff(
        Who={"users": [cast.olga.user_id], "guests": ["jo@x.test"], "groups": []},
        Day="2026-03-04T00:00:00.000Z",
    )
    story.answer(Name=7, Plan={"id": 2, "text": "Gold"}, Text="<b>bold</b>\nmove")
    olga = made(cast.olga.get("/me"), 200)["full_name"]
    assert story.read()["title"] == f"7|Gold|{olga}, jo@x.test|2026-03-04|bold move"


def test_what_is_known_and_empty_is_nothing_and_a_blank_title_is_the_raw_one(cast: Cast) -> None:
    story = Story(cast, "To {Client}:", "<p>{Client}</p>")
    assert story.read()["title"] == "To :"
    assert story.read()["summary"] is None
    assert "{{" in story.read()["original_summary"]
    story.write(" {Client} ")
    assert story.read()["title"] == story.raw


def test_50_43_unseen_signs_in_the_braces_and_values_that_look_like_variables(cast: Cast) -> None:
    story = Story(cast, "Call")
    alias = story.aliases["Client"]
    set_task(cast, story.telling, title=f"A {{{{\ufeff {alias}\u200b}}}} b")
    story.kickoff(Client=f"{{{{{alias}}}}}")
    assert story.read()["title"] == f"A {{{{{alias}}}}} b"
    set_task(cast, story.telling, title=f"{{{{{alias.upper()}}}}}")
    assert story.read()["title"] == f"{{{{{alias.upper()}}}}}"


def test_what_is_built_in_has_any_case(cast: Cast) -> None:
    cast.server.clock.stop_at("2026-03-02T09:00:00Z")
    try:
        story = Story(cast, "{{date}} {{Template_Name}} {{CURRENT-TASK-ID}} {{current-process-id}}")
    finally:
        cast.server.clock.let_go()
    task, process = story.telling["id"], story.process["id"]
    assert story.read()["title"] == f"2026-03-02 Sale {task} {process}"
    alone = make_oneoff(cast.olga, title="[{{current-process-id}}] {{current-task-id}} {{x}}")
    assert alone["title"] == f"[] {alone['id']} {{{{x}}}}"


def test_summaries_are_rich_text_that_stays_safe(cast: Cast) -> None:
    story = Story(cast, "Call", '<p>{Client} <a href="{Client}">go</a> {Text}</p>')
    story.kickoff(Client='"><script>alert(1)</script>')
    story.answer(Text='<p onclick="x()">Long <b>text</b></p>')
    summary = story.read()["summary"]
    check_harmless(summary)
    assert "&lt;script&gt;" in summary
    assert "<b>text</b>" in summary
    story.kickoff(Client="javascript:alert(1)")
    summary = story.read()["summary"]
    check_harmless(summary)
    assert 'href="javascript' not in summary
    story.kickoff(Client="https://x.test/?a=1&b=2")
    assert 'href="https://x.test/?a=1&amp;b=2"' in story.read()["summary"]
    (listed,) = [
        task
        for task in made(cast.olga.get(f"/runs/{story.process['id']}/tasks?with=summary"), 200)
        if task["id"] == story.telling["id"]
    ]
    assert listed["summary"] == story.read()["summary"]


@pytest.mark.parametrize("hostile", HOSTILE[::4])
def test_hostile_answers_do_no_harm_in_summaries(cast: Cast, hostile: str) -> None:
    story = Story(cast, "Call", '<p>{Client}</p><a href="{Text}" title="{Client}">{Text}</a>')
    story.kickoff(Client=hostile)
    story.answer(Text=hostile)
    check_harmless(story.read()["summary"])


def test_guidance_and_defaults_of_fields_are_filled_in(cast: Cast) -> None:
    story = Story(cast, "Call")
    alias = story.aliases["Client"]
    steps = made(cast.olga.get(f"/checklists/{story.template['id']}/steps"), 200)
    sent = asked(
        "More",
        guidance=f"<p>About {{{{{alias}}}}}</p>",
        default_value_enabled=True,
        default_value=f"{{{{{alias}}}}} of {{{{TEMPLATE_NAME}}}}",
    )
    made(
        cast.olga.post(f"/checklists/{story.template['id']}/steps/{steps[0]['id']}/captures", sent)
    )
    process = launch(cast.olga, {"id": story.template["id"]})
    set_answers(cast, process, {story.ids["Client"]: "A & B"})
    (field,) = [
        each for each in forms_of(cast.olga, process)["form_fields"] if each["label"] == "More"
    ]
    assert field["guidance"] == "<p>About A &amp; B</p>"
    assert field["default_value"] == "A & B of Sale"
    assert field["value"] is None


def test_a_secret_answer_is_told_to_nobody_by_a_title(cast: Cast) -> None:
    steps = [{"title": "Pay", "top_secret": True, "captures": [asked("Salary")]}, {"title": "Tell"}]
    template = template_with(cast.olga, steps)
    process = launch(cast.olga, template, users=[cast.mia.user_id])
    secret, telling = tasks_of(cast.olga, process)
    set_answers(cast, secret, {field_ids(cast.olga, template)["Salary"]: "plenty"})
    set_task(cast, telling, title=f"Pay {{{{{aliases(cast.olga, template)['Salary']}}}}}.")
    assert titles(cast, process) == ["Pay", "Pay plenty."]
    assert [task["title"] for task in tasks_of(cast.mia, process)] == ["Pay ."]


def test_a_guest_reads_what_their_task_is_about(cast: Cast) -> None:
    story = Story(cast, "Call {Client} about {Name}")
    story.kickoff(Client="Acme")
    story.answer(Name="the desk")
    template = make_template(cast.olga, [{"title": "Sign", "guests": ["gus@guests.test"]}])
    (signing,) = tasks_of(cast.olga, launch(cast.olga, template))
    guest = cast.guest_of(signing)
    assert made(guest.get(f"/tasks/{signing['id']}"), 200)["title"] == "Sign"


def test_variables_survive_the_end_of_the_template(cast: Cast) -> None:
    story = Story(cast, "Call {Client}")
    story.kickoff(Client="Acme")
    made(cast.olga.delete(f"/checklists/{story.template['id']}"), 200)
    cast.olga.delete(f"/checklists/{story.template['id']}/delete")
    assert story.read()["title"] == "Call Acme"
