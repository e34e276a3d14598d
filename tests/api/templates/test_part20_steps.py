"""Part 20, sections 7 and 8: steps and milestones of templates; part 50, 6: their deadlines.

Rows that wait: tags of steps (60, 5).
"""

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
import requests

from backdoor import change, set_membership
from cast import Cast, Person
from factories import launch, let_all_launch, made, make_template, tasks_of
from procession.core.times import parse_instant, to_datetime
from procession.domains.templates.tables import template_versions
from procession.domains.templates.types import Action, Condition, Field, Rule, Step
from procession.kit.ids import new_id

#: The word for milestones in the activity feed.
STAGES = "stages"


class Template:
    """A template of olga's with steps by title."""

    def __init__(self, cast: Cast, *steps: Any) -> None:
        self.cast = cast
        sent = [step if isinstance(step, dict) else {"title": step} for step in steps]
        self.whole = make_template(cast.olga, sent)
        self.path = f"/checklists/{self.whole['id']}"

    @property
    def steps(self) -> list[Any]:
        return list(made(self.cast.olga.get(f"{self.path}/steps"), 200))

    @property
    def titles(self) -> list[str]:
        assert [step["position"] for step in self.steps] == list(range(1, len(self.steps) + 1))
        return [step["title"] for step in self.steps]

    @property
    def stages(self) -> list[Any]:
        return list(made(self.cast.olga.get(f"{self.path}/stages"), 200))

    @property
    def now(self) -> Any:
        return made(self.cast.olga.get(self.path), 200)

    def step(self, title: str) -> Any:
        return next(step for step in self.steps if step["title"] == title)

    def at(self, title: str) -> str:
        return f"{self.path}/steps/{self.step(title)['id']}"

    def add(self, **fields: Any) -> Any:
        return made(self.cast.olga.post(f"{self.path}/steps", fields))

    def put(self, name: str, /, **fields: Any) -> Any:
        return made(self.cast.olga.put(self.at(name), fields), 200)

    def refuse(self, **fields: Any) -> dict[str, list[str]]:
        answer = self.cast.olga.post(f"{self.path}/steps", {"title": "S", **fields})
        return errors_of(answer)

    def refuse_put(self, name: str, /, **fields: Any) -> dict[str, list[str]]:
        return errors_of(self.cast.olga.patch(self.at(name), fields))

    def feed(self) -> list[tuple[str, str | None]]:
        """Verb and field of what happened to it and its parts, oldest first."""
        query = f"entity_type=checklist&entity_id={self.whole['id']}&without_pagination=true"
        entries = made(self.cast.olga.get(f"/activity-feeds?{query}&sort=created_at"), 200)
        return [(entry["verb"][0], (entry["field"] or [None])[0]) for entry in entries]


def errors_of(answer: requests.Response) -> dict[str, list[str]]:
    assert answer.status_code == 422, answer.text
    return dict(answer.json()["errors"])


def deadline(value: int, unit: str = "days", option: str = "from", step: Any = None) -> Any:
    return {"value": value, "unit": unit, "option": option, "step": step}


def title_of(by: Person) -> str:
    return str(made(by.post("/roles", {"name": secrets.token_hex(6)}))["id"])


# --- Adding ---


def test_20_34_a_step_with_nothing_but_a_title(cast: Cast) -> None:
    template = Template(cast, "One", "Two")
    answer = cast.olga.post(f"{template.path}/steps", {"title": " Sign "})
    step = made(answer)
    assert "X-Ignored-Fields" not in answer.headers
    assert (step["title"], step["position"], step["step_type"]) == ("Sign", 3, "task")
    for key in ("allow_guest_owners", "is_soft_start_date", "assign_run_starter"):
        assert step[key] is True
    for key in (
        "role_changes_every_time", "can_complete_only_assignees", "everyone_must_complete",
        "skip_start_process", "prevent_guest_comment", "top_secret", "send_chromeless",
        "ai_assigned",
    ):  # fmt: skip
        assert step[key] is False
    for key in ("assignees", "guests", "groups", "roles", "captures", "tags"):
        assert step[key] == []
    for key in ("deadline", "start_date", "stage_id", "bp_to_launch", "max_assignable", "summary"):
        assert step[key] is None
    assert step["alias"].startswith("sign-1")
    assert step["checklist_id"] == template.whole["id"]
    assert step == made(cast.olga.get(template.at("Sign")), 200)
    assert step == template.steps[2]


def test_20_35_in_the_position_that_was_asked_for(cast: Cast) -> None:
    template = Template(cast, "B", "C")
    assert template.add(title="A", position=1)["position"] == 1
    assert template.add(title="Z", position=99)["position"] == 4
    assert template.add(title="ZZ", position=0)["position"] == 5
    assert template.add(title="A+", position="2")["position"] == 2
    assert template.titles == ["A", "A+", "B", "C", "Z", "ZZ"]
    before = template.now["last_updated"]
    made(cast.olga.put(f"{template.at('A')}/reorder", {"position": 1}), 200)
    assert template.now["last_updated"] == before


@pytest.mark.parametrize("word", ["description", "instructions", "body"])
def test_20_36_other_words(cast: Cast, word: str) -> None:
    template = Template(cast)
    named = template.add(
        name="N", **{word: "<p>Hi<script>x</script></p>"}, users=[cast.mia.user_id]
    )
    assert (named["title"], named["summary"]) == ("N", "<p>Hi</p>")
    assert named["assignees"] == [cast.mia.user_id]
    both = template.add(title="T", name="N", summary="S", **{word: "D"})
    assert (both["title"], both["summary"]) == ("T", "S")


def test_20_37_what_is_wrong_is_said_at_once(cast: Cast) -> None:
    template = Template(cast, "One")
    assert errors_of(cast.olga.post(f"{template.path}/steps", {})) == {
        "title": ["The title field is required."]
    }
    assert template.refuse(step_type="milestone") == {
        "step_type": ["The selected step type is invalid."]
    }
    assert template.refuse(title="T" * 601) == {
        "title": ["The title may not be greater than 600 characters."]
    }
    assert template.refuse(summary="x" * 65_536) == {
        "summary": ["The summary may not be greater than 65535 characters."]
    }
    problems = template.refuse(
        title="S", step_type="x", webhook="ftp://x", assignees=[0, cast.olga.user_id],
        summary="x" * 65_536, top_secret="perhaps",
        guests=["nobody"], groups=["0" * 32], roles=["0" * 32], stage_id="0" * 32,
        tags=["0" * 32], bp_to_launch="0" * 32, max_assignable=1,
        deadline=deadline(1, "fortnights", "sometime"), start_date={"value": 1, "unit": "eons"},
    )  # fmt: skip
    assert set(problems) == {
        "step_type", "webhook", "summary", "top_secret", "assignees.0", "guests.0", "groups.0",
        "roles.0", "stage_id",
        "tags.0", "bp_to_launch", "assignees", "deadline.unit", "deadline.option",
        "start_date.unit",
    }  # fmt: skip
    assert template.refuse(deadline={"value": 1}) == {
        "deadline.unit": ["The deadline.unit field is required."]
    }
    assert template.refuse(start_date={"value": 0, "unit": "days"}).keys() == {"start_date.value"}
    assert template.titles == ["One"]


@pytest.mark.parametrize(
    "body",
    [
        {"assignees": "everybody"}, {"assignees": [{"x": 1}]}, {"assignees": [True]},
        {"assignees": [2**40]}, {"groups": [[]]}, {"guests": [{}]}, {"roles": {"a": 1}},
        {"deadline": "tomorrow"}, {"deadline": [1]}, {"deadline": {"value": -1, "unit": "days"}},
        {"deadline": {"value": 10_000, "unit": "days"}}, {"deadline": {"value": 1, "unit": 7}},
        {"bp_to_launch": 7}, {"bp_to_launch": [1]}, {"bp_to_launch": {"id": {}}},
        {"bp_to_launch": {"id": "x", "default_name_format": [1]}}, {"bp_to_launch": True},
        {"max_assignable": -1}, {"top_secret": "perhaps"}, {"position": "first"},
        {"stage_id": 7}, {"stage_id": []}, {"tags": "red"}, {"tags": [{}]}, {"title": {}},
        {"title": "\x00"}, {"webhook": "javascript:alert(1)"}, {"webhook": "http://[::1"},
    ],
)  # fmt: skip
def test_20_37_hostile_bodies(cast: Cast, body: dict[str, Any]) -> None:
    template = Template(cast, "One")
    assert template.refuse(**body)
    assert template.refuse_put("One", **body)
    assert template.titles == ["One"]


def test_20_8_4_everything_is_kept(cast: Cast) -> None:
    target = make_template(cast.olga, 1)
    template = Template(cast, "First")
    stage = made(cast.olga.post(f"{template.path}/stages", {"name": "Start"}))
    group, role, first = cast.group(cast.leo), title_of(cast.olga), template.step("First")["id"]
    sent = {
        "title": "Sign {{vendor-1}}", "summary": "<b>Now</b>", "step_type": "approval",
        "assignees": [cast.mia.user_id], "guests": ["Gus@Guests.test"], "groups": [group],
        "roles": [role], "role_changes_every_time": True, "max_assignable": 3,
        "allow_guest_owners": False, "assign_run_starter": False,
        "can_complete_only_assignees": True, "everyone_must_complete": True,
        "skip_start_process": True, "prevent_guest_comment": True, "top_secret": True,
        "send_chromeless": True, "webhook": "https://hooks.test/x",
        "deadline": deadline(2, "weeks", "prior_to", first),
        "start_date": {"value": 3, "unit": "hours"}, "is_soft_start_date": False,
        "bp_to_launch": {"id": target["id"], "default_name_format": "For {{DATE}}",
                         "tasks_within_process": True},
        "stage_id": stage["id"], "tags": [],
    }  # fmt: skip
    added = template.add(**sent)
    assert {key: added[key] for key in sent} == sent
    answer = cast.olga.put(template.at("Sign {{vendor-1}}"), added)
    assert made(answer, 200) == added
    assert answer.headers["X-Ignored-Fields"] == "captures"
    assert template.feed() == [("created", None), ("updated", STAGES), ("created", None)]


def test_20_8_1_no_limit_is_sent_as_0_too(cast: Cast) -> None:
    template = Template(cast)
    assert template.add(title="A", max_assignable=0)["max_assignable"] is None
    template.add(title="B", max_assignable=2, assignees=[cast.mia.user_id], guests=["a@b.test"])
    assert set(template.refuse_put("B", guests=["a@b.test", "c@d.test"])) == {"assignees"}
    assert set(template.refuse_put("B", max_assignable=1)) == {"assignees"}
    assert template.put("B", title="B", max_assignable=0)["max_assignable"] is None


# --- Changing ---


def people_step(cast: Cast, **fields: Any) -> dict[str, Any]:
    return {
        "title": "S", "assignees": [cast.mia.user_id, cast.leo.user_id],
        "guests": ["gus@guests.test"], "groups": [cast.group(cast.leo)],
        "deadline": deadline(2), **fields,
    }  # fmt: skip


def test_20_38_what_is_not_sent_stays(cast: Cast) -> None:
    template = Template(cast, people_step(cast, summary="Old"))
    before = template.step("S")
    after = template.put("S", title="T", summary="New")
    changed = {key for key in before if before[key] != after[key]}
    assert changed - {"last_updated"} == {"title", "summary"}
    assert template.feed()[1:] == [("updated", "title"), ("updated", "summary")]


def test_20_38_put_needs_the_title_and_patch_does_not(cast: Cast) -> None:
    template = Template(cast, "S")
    for body in (
        {},
        {"summary": "x"},
        {"title": " ", "summary": "x"},
        {"position": 1, "body": "x"},
    ):
        assert errors_of(cast.olga.put(template.at("S"), body)) == {
            "title": ["The title field is required."]
        }
    assert made(cast.olga.patch(template.at("S"), {"summary": "x"}), 200)["summary"] == "x"
    assert made(cast.olga.patch(template.at("S"), {}), 200)["summary"] == "x"
    assert made(cast.olga.patch(template.at("S"), {"summary": None}), 200)["summary"] is None


def test_20_38_a_whole_step_sent_back_changes_nothing(cast: Cast) -> None:
    template = Template(cast, people_step(cast), "Other")
    before, updated = template.steps, template.now["last_updated"]
    answer = cast.olga.put(template.at("S"), before[0])
    assert made(answer, 200) == before[0]
    assert answer.headers["X-Ignored-Fields"] == "captures"
    assert (template.steps, template.now["last_updated"]) == (before, updated)
    assert template.feed() == [("created", None)]
    set_membership(cast, cast.leo, disabled_at=1)
    assert made(cast.olga.put(template.at("S"), before[0]), 200) == before[0]
    assert template.refuse_put("Other", assignees=[cast.leo.user_id]).keys() == {"assignees.0"}


def test_20_39_a_position_alone_moves(cast: Cast) -> None:
    template = Template(cast, "A", "B", people_step(cast))
    before = template.step("S")
    after = template.put("S", position=1)
    assert {key for key in before if before[key] != after[key]} - {"last_updated"} == {"position"}
    assert template.titles == ["S", "A", "B"]
    assert errors_of(cast.olga.put(template.at("S"), {"position": 0})).keys() == {"position"}
    assert template.put("S", position=99)["position"] == 3
    assert template.feed()[1:] == [("re-ordered", "position")] * 2


def test_20_40_an_empty_list_clears_that_list_only(cast: Cast) -> None:
    template = Template(cast, people_step(cast))
    before = template.step("S")
    after = template.put("S", title="S", assignees=[])
    assert (after["assignees"], after["guests"], after["groups"]) == (
        [], before["guests"], before["groups"],
    )  # fmt: skip
    assert template.feed()[1:] == [("owners-updated", "owners")]
    entry = made(cast.olga.get(f"/activity-feeds?entity_type=step&entity_id={before['id']}"), 200)[
        0
    ]
    assert (entry["type"], entry["auditable_type"], entry["parentable_type"]) == (
        ["Step"], "Step", "Checklist",
    )  # fmt: skip
    assert entry["old_value"][0]["users"] == before["assignees"]
    assert template.put("S", title="S", guests=[], groups=[])["groups"] == []


def test_20_31_49_a_change_after_a_launch_starts_a_version(cast: Cast) -> None:
    template = Template(cast, "A", "B")
    ids = [step["id"] for step in template.steps]
    process = launch(cast.olga, template.whole)
    template.put("A", title="A2", deadline=deadline(9, step="start_run"))
    template.add(title="C")
    assert template.now["version"] == 2
    assert [step["id"] for step in template.steps][:2] == ids
    assert [task["title"] for task in tasks_of(cast.olga, process)] == ["A", "B"]
    assert [task["step_id"] for task in tasks_of(cast.olga, process)] == ids


# --- Deadlines ---


def test_20_41_50_36_words_of_deadlines(cast: Cast) -> None:
    template = Template(cast, "A", "B")
    first = template.step("A")["id"]
    for sent, kept in [
        ({"value": 3, "unit": "day"}, deadline(3)),
        ({"value": 0, "unit": "Month", "option": "after"}, deadline(0, "months")),
        (deadline(1, "week", "after", first.upper()), deadline(1, "weeks", "from", first)),
        (deadline(1, "hours", "before", first), deadline(1, "hours", "prior_to", first)),
        (deadline(1, "minute", "from", "start_process"),
         deadline(1, "minutes", "from", "start_run")),
    ]:  # fmt: skip
        assert template.put("B", title="B", deadline=sent)["deadline"] == kept
    assert template.put("B", title="B", deadline=None)["deadline"] is None
    elsewhere = Template(cast, "Elsewhere").step("Elsewhere")["id"]
    for wrong, field in [
        (deadline(1, option="sometime"), "option"),
        (deadline(1, step=elsewhere), "step"),
        (deadline(1, step="nonsense"), "step"),
        (deadline(1, "years"), "unit"),
        (deadline(1, option="prior_to"), "option"),
        (deadline(1, option="before", step="start_run"), "option"),
    ]:
        assert template.refuse(deadline=wrong).keys() == {f"deadline.{field}"}
        assert template.refuse_put("B", deadline=wrong).keys() == {f"deadline.{field}"}


def test_50_37_deadlines_do_not_go_in_circles(cast: Cast) -> None:
    template = Template(cast, "A", "B", "C")
    ids = {step["title"]: step["id"] for step in template.steps}
    template.put("B", title="B", deadline=deadline(1, step=ids["A"]))
    template.put("C", title="C", deadline=deadline(1, "days", "prior_to", ids["B"]))
    (sentence,) = template.refuse_put("A", deadline=deadline(1, step=ids["C"]))["deadline.step"]
    assert all(f'"{title}"' in sentence for title in "ABC")
    assert template.refuse_put("A", deadline=deadline(1, step=ids["A"])) == {
        "deadline.step": ["The deadline of a step cannot depend on itself."]
    }


def test_50_41_when_a_launch_now_would_be_due(cast: Cast) -> None:
    template = Template(cast, {"title": "A", "deadline": deadline(2, "hours")}, "B", "C", "D")
    ids = {step["title"]: step["id"] for step in template.steps}
    template.put("B", title="B", deadline=deadline(30, "minutes", "from", ids["A"]))
    template.put("C", title="C", deadline=deadline(1, "hours", "prior_to", ids["B"]))
    template.put("D", title="D", start_date={"value": 1, "unit": "day"}, is_soft_start_date=False)
    process = launch(cast.olga, template.whole)
    tasks = tasks_of(cast.olga, process)
    start = seconds(process["started_at"])
    due = [seconds(task["deadline"]) - start for task in tasks]
    assert due == [7200, 9000, 5400, 5 * 86_400]
    assert [seconds(task["started_at"]) - start for task in tasks] == [0, 0, 0, 86_400]
    rows = made(cast.olga.get(f"{template.path}/steps-deadlines"), 200)
    assert [row["step_id"] for row in rows] == list(ids.values())
    assert [(row["step_title"], row["position"]) for row in rows] == [
        ("A", 1), ("B", 2), ("C", 3), ("D", 4),
    ]  # fmt: skip
    first = seconds(rows[0]["deadline_time"])
    assert [seconds(row["deadline_time"]) - first for row in rows[:3]] == [0, 1800, -1800]
    assert seconds(rows[3]["start_time"]) - seconds(rows[0]["start_time"]) == 86_400


def seconds(text: str) -> float:
    return parse_instant(text) / 1_000_000


def test_50_6_3_deadlines_wait_for_the_work_week(cast: Cast) -> None:
    """A week with work in the first hour of Wednesdays only."""
    days = ("Monday", "Tuesday", "Thursday", "Friday", "Saturday", "Sunday")
    week = dict.fromkeys(days) | {
        "Wednesday": {"all_hours": False, "start": "00:00", "end": "00:59"}
    }
    made(cast.olga.put("", {"working_days": week, "timezone": "UTC"}), 200)
    template = Template(cast, {"title": "A", "deadline": deadline(1, "days")})
    (row,) = made(cast.olga.get(f"{template.path}/steps-deadlines"), 200)
    due = to_datetime(parse_instant(row["deadline_time"]))
    assert (due.weekday(), due.hour) == (2, 0)


def test_20_3_11_what_would_be_due_is_for_who_may_launch(cast: Cast) -> None:
    template = Template(cast, "A")
    path = f"{template.path}/steps-deadlines"
    refused = cast.mia.get(path)
    assert refused.status_code == 403
    assert "cannot launch process from this template" in refused.json()["message"]
    let_all_launch(cast.olga, template.whole)
    assert len(made(cast.mia.get(path), 200)) == 1


# --- What a task launches ---


def test_20_42_what_a_task_launches(cast: Cast) -> None:
    template, target = Template(cast, "A"), make_template(cast.olga, 1)
    kept = {"id": target["id"], "default_name_format": None, "tasks_within_process": False}
    assert template.put("A", title="A", bp_to_launch=target["id"].upper())["bp_to_launch"] == kept
    assert template.put("A", title="A", bp_to_launch={**kept})["bp_to_launch"] == kept
    assert template.put("A", title="A", bp_to_launch=None)["bp_to_launch"] is None
    document = make_template(cast.olga, 0, type="document")
    stranger = cast.stranger()
    elsewhere = made(
        stranger.client.post(
            f"/organizations/{own_organization(stranger)}/checklists",
            {"title": "T", "type": "procedure"},
        )
    )
    archived = make_template(cast.olga)
    made(cast.olga.delete(f"/checklists/{archived['id']}"), 200)
    for wrong in (document, elsewhere, archived, {"id": "0" * 32}, {"id": "nonsense"}):
        assert template.refuse(bp_to_launch=wrong["id"]) == {
            "bp_to_launch": ["The selected bp to launch is invalid."]
        }


def own_organization(person: Person) -> str:
    return str(made(person.client.get("/me/organizations"), 200)[0]["id"])


# Parts of a template that have endpoints elsewhere are put in behind the API's back.


def put_in(template: Template, **parts: Any) -> None:
    """Rules, kick-off fields or whole steps of the version being edited."""
    texts = {name: msgspec.json.encode(part).decode() for name, part in parts.items()}
    versions = template_versions
    which = versions.c.template_id == template.whole["id"]
    change(template.cast, versions.update().where(which).values(texts))


def field(name: str, **attributes: Any) -> Field:
    usual = {"field_type": "text", "required": False, "created_at": 0, "updated_at": 0}
    made_with: dict[str, Any] = {**usual, **attributes}
    return Field(id=new_id(), alias=f"{name}-1", label=name, **made_with)


def rule(conditions: Any = (), actions: Any = ()) -> Rule:
    return Rule(
        id=new_id(), name="R", conditions=conditions, actions=actions, created_at=0, updated_at=0
    )


def test_20_42_a_launch_that_would_have_to_ask(cast: Cast) -> None:
    template, target = Template(cast, "A"), Template(cast)
    for kickoff, is_refused in [
        (field("a", required=True), True),
        (field("a", required=True, default_value="x"), True),
        (field("a", required=True, default_value="x", default_value_enabled=True), False),
        (field("a", required=True, field_type="file", default_value_enabled=True), True),
        (field("a"), False),
    ]:
        put_in(target, kickoff=[kickoff])
        answer = cast.olga.patch(template.at("A"), {"bp_to_launch": target.whole["id"]})
        assert answer.status_code == (422 if is_refused else 200), kickoff
        template.put("A", title="A", bp_to_launch=None)


# --- Order, copies, deleting ---


def test_20_35_steps_that_are_added_at_once_are_all_there(cast: Cast) -> None:
    template = Template(cast)
    with ThreadPoolExecutor(8) as pool:
        added = list(
            pool.map(
                lambda name: cast.olga.again().post(
                    f"{template.path}/steps", {"title": name, "position": 1}
                ),
                "ABCDEFGH",
            )
        )
    assert {answer.status_code for answer in added} == {201}
    assert sorted(template.titles) == list("ABCDEFGH")


def test_20_43_all_steps_unless_pages_are_asked_for(cast: Cast) -> None:
    template = Template(cast, *[f"Step {number}" for number in range(1, 26)])
    assert len(template.titles) == 25
    path = f"{template.path}/steps"
    found = cast.mia.get(f"{path}?q=STEP 2&with=tags,threads").json()
    assert [step["title"] for step in found["data"]] == ["Step 2"] + [
        f"Step {number}" for number in range(20, 26)
    ]
    assert found["data"][0]["threads"] == {"data": []}
    assert found["meta"]["pagination"]["total"] == 7
    assert len(made(cast.mia.get(f"{path}?page=3&per_page=10"), 200)) == 5
    assert made(cast.mia.get(f"{path}?page=4&per_page=10"), 200) == []
    by_alias = cast.mia.get(f"/checklists/{template.whole['alias']}/steps")
    assert len(made(by_alias, 200)) == 25


def test_20_44_deleting_a_step(cast: Cast) -> None:
    template = Template(cast, "A", "B", "C")
    anchor = template.step("B")["id"]
    template.put("C", title="C", deadline=deadline(1, step=anchor))
    refused = cast.olga.delete(template.at("B"))
    assert (refused.status_code, refused.json()["message"]) == (
        403, "Cannot delete this step because other steps have deadlines that depend on it.",
    )  # fmt: skip
    (dependant,) = refused.json()["details"]["dependants"]
    assert dependant == {"type": "Step", "id": template.step("C")["id"], "title": "C"}
    assert template.titles == ["A", "B", "C"]
    path = template.at("A")
    answer = cast.olga.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert template.titles == ["B", "C"]
    assert cast.olga.delete(path).status_code == cast.olga.get(path).status_code == 404
    assert template.now["steps_count"] == 2
    template.put("C", title="C", deadline=None)
    assert cast.olga.delete(template.at("B")).status_code == 204
    assert template.feed()[-1] == ("deleted", None)


def test_20_44_a_step_that_a_rule_uses_stays(cast: Cast) -> None:
    template = Template(cast, "A", "B")
    a, b = (step["id"] for step in template.steps)
    asked = field("f")
    kept = Step(id=a, alias="a-1", title="A", fields=(asked,), created_at=0, updated_at=0)
    put_in(template, steps=[kept, msgspec.structs.replace(kept, id=b, title="B", fields=())])
    about_step = Condition(id=new_id(), source="Step", source_id=a, operation="completed")
    about_field = Condition(id=new_id(), source="Capture", source_id=asked.id, operation="is_empty")
    elsewhere = Action(id=new_id(), action_type="visibility", verb="show", step_id=b)
    for used in (
        rule([about_step], [elsewhere]),
        rule([about_field], [elsewhere]),
        rule([], [msgspec.structs.replace(elsewhere, step_id=a)]),
        rule([], [msgspec.structs.replace(elsewhere, source="Step", source_id=a)]),
    ):
        put_in(template, rules=[used])
        refused = cast.olga.delete(template.at("A"))
        assert (refused.status_code, refused.json()["message"]) == (
            403, "Cannot delete this step because there are rules dependent on it.",
        )  # fmt: skip
        (dependant,) = refused.json()["details"]["dependants"]
        assert (dependant["type"], dependant["id"]) == ("AutomatedAction", used.id)
        assert dependant["title"] == used.name
        assert template.titles == ["A", "B"]
    put_in(template, rules=[])
    assert cast.olga.delete(template.at("A")).status_code == 204


def test_20_45_the_form_is_copied_with_the_step(cast: Cast) -> None:
    template = Template(cast, "A")
    (step_id,) = (step["id"] for step in template.steps)
    fields = (field("f", required=True), field("g"))
    put_in(
        template,
        steps=[Step(id=step_id, alias="a-1", title="A", fields=fields, created_at=0, updated_at=0)],
    )
    copy = made(cast.olga.post(f"{template.at('A')}/clone"))
    assert [each["label"] for each in copy["captures"]] == ["f", "g"]
    assert copy["captures"][0]["required"] is True
    assert {each["step_id"] for each in copy["captures"]} == {copy["id"]}
    originals = template.steps[0]["captures"]
    for key in ("id", "alias"):
        assert len({each[key] for each in [*copy["captures"], *originals]}) == 4


def test_20_45_a_copy_comes_directly_after(cast: Cast) -> None:
    template = Template(cast, "A", people_step(cast, webhook="https://hooks.test/x"), "B")
    stage = made(
        cast.olga.post(
            f"{template.path}/stages", {"name": "M", "step_ids": [template.step("S")["id"]]}
        )
    )
    original = template.step("S")
    copy = made(cast.olga.post(f"{template.at('S')}/clone"))
    assert template.titles == ["A", "S", "S", "B"]
    assert copy["position"] == 3
    assert copy["stage_id"] == stage["id"]
    differs = {key for key in copy if copy[key] != original[key]}
    assert differs - {"created_at", "last_updated"} == {"id", "alias", "position"}
    assert template.feed()[-1] == ("created", None)


def test_20_46_moving_a_step(cast: Cast) -> None:
    template = Template(cast, "A", "B", "C")
    for wrong in ({"position": 0}, {"position": -1}, {}, {"position": "x"}):
        answer = cast.olga.put(f"{template.at('A')}/reorder", wrong)
        assert errors_of(answer).keys() == {"position"}
    moved = made(cast.olga.put(f"{template.at('A')}/reorder", {"position": 9999}), 200)
    assert moved["position"] == 3
    assert template.titles == ["B", "C", "A"]
    before = template.now["last_updated"]
    again = made(cast.olga.put(f"{template.at('A')}/reorder", {"position": 9999}), 200)
    assert (again, template.now["last_updated"]) == (moved, before)
    assert template.feed() == [("created", None), ("re-ordered", "position")]


def test_20_47_all_or_any(cast: Cast) -> None:
    template = Template(cast, "A")
    org, step_id = cast.organization_id, template.step("A")["id"]
    path = (
        f"/processes/micro-functions/organizations/{org}/blueprints/{template.whole['id']}"
        f"/steps/{step_id}/edit-step-type"
    )
    for word, expected in (("all", True), ("any", False)):
        for mount in ("", "/api"):
            changed = made(cast.olga.client.put(f"{mount}{path}", {"stepType": word}), 200)
            assert changed["everyone_must_complete"] is expected
    assert errors_of(cast.olga.client.put(path, {"stepType": "most"})).keys() == {"stepType"}
    assert errors_of(cast.olga.client.put(path, {})).keys() == {"stepType"}
    assert cast.mia.client.put(path, {"stepType": "all"}).status_code == 403
    assert cast.stranger().client.put(path, {"stepType": "all"}).status_code == 404
    assert template.feed()[1:] == [("updated", "everyone_must_complete")] * 2


# --- Who may, and what is not there ---


def test_20_16_writing_takes_the_right_to_edit(cast: Cast) -> None:
    template = Template(cast, "A")
    stage = made(cast.olga.post(f"{template.path}/stages", {"name": "M"}))
    step, steps, stages = template.at("A"), f"{template.path}/steps", f"{template.path}/stages"
    calls: list[tuple[str, str, Any]] = [
        ("POST", steps, {"title": "S"}), ("PUT", step, {"title": "S"}), ("PATCH", step, {}),
        ("PUT", step, {"title": []}), ("DELETE", step, None), ("POST", f"{step}/clone", None),
        ("PUT", f"{step}/reorder", {"position": 0}), ("POST", stages, {"name": "N"}),
        ("PUT", f"{stages}/{stage['id']}", {"name": ""}),
        ("DELETE", f"{stages}/{stage['id']}", None),
    ]  # fmt: skip
    for by in (cast.mia, cast.leo):
        for method, path, body in calls:
            answer = by.call(method, path, json=body)
            assert answer.status_code == 403, (method, path)
            message = "You do not have the right to edit this template."
            assert answer.json()["message"] == message
        unknown = f"{steps}/{'0' * 32}"
        assert by.put(unknown, {"title": "S"}).status_code == by.delete(unknown).status_code == 404
        assert len(made(by.get(steps), 200)) == 1
        assert made(by.get(step), 200)["title"] == "A"
    cast.olga.put(f"{template.path}/permissions", {"checklist_edit": {"users": [cast.mia.user_id]}})
    assert made(cast.mia.post(steps, {"title": "S"}))["position"] == 2


def test_20_8_4_a_step_of_another_template_is_not_found(cast: Cast) -> None:
    template, other = Template(cast, "A"), Template(cast, "B")
    step = f"{template.path}/steps/{other.step('B')['id']}"
    stage = made(cast.olga.post(f"{other.path}/stages", {"name": "M"}))
    answers = [
        cast.olga.get(step), cast.olga.put(step, {"title": "S"}), cast.olga.delete(step),
        cast.olga.post(f"{step}/clone"), cast.olga.put(f"{step}/reorder", {"position": 1}),
        cast.olga.put(f"{template.path}/stages/{stage['id']}", {"name": "N"}),
        cast.olga.delete(f"{template.path}/stages/{stage['id']}"),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [404] * 7
    assert template.refuse_put("A", stage_id=stage["id"]).keys() == {"stage_id"}


def test_20_50_nested_routes_of_an_archived_template(cast: Cast) -> None:
    template = Template(cast, "A")
    stage = made(cast.olga.post(f"{template.path}/stages", {"name": "M"}))
    step, stages = template.at("A"), f"{template.path}/stages"
    made(cast.olga.delete(template.path), 200)
    answers = [
        cast.olga.get(step), cast.olga.put(step, {"title": "S"}), cast.olga.delete(step),
        cast.olga.post(f"{step}/clone"), cast.olga.put(f"{step}/reorder", {"position": 1}),
        cast.olga.post(f"{template.path}/steps", {"title": "S"}), cast.olga.get(stages),
        cast.olga.post(stages, {"name": "N"}), cast.olga.put(f"{stages}/{stage['id']}", {}),
        cast.olga.delete(f"{stages}/{stage['id']}"),
        cast.olga.get(f"{template.path}/steps-deadlines"),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [404] * len(answers)


def test_20_8_4_a_template_has_an_end(cast: Cast) -> None:
    template = Template(cast, *map(str, range(1000)))
    assert template.refuse(title="One more").keys() == {"title"}
    assert errors_of(cast.olga.post(f"{template.at('7')}/clone"))
    assert template.put("999", title="999", position=1)["position"] == 1


# --- Milestones ---


def test_20_48_milestones(cast: Cast) -> None:
    template = Template(cast, "A", "B", "C")
    a, b, c = (step["id"] for step in template.steps)
    path = f"{template.path}/stages"
    first = made(cast.olga.post(path, {"name": " First ", "step_ids": [c, a.upper()]}))
    assert (first["name"], first["position"], first["step_ids"]) == ("First", 1, [a, c])
    assert first["checklist_id"] == template.whole["id"]
    zero = made(cast.olga.post(path, {"name": "Zero", "position": 1, "step_ids": [c]}))
    last = made(cast.olga.post(path, {"name": "Last"}))
    assert [(stage["name"], stage["position"], stage["step_ids"]) for stage in template.stages] == [
        ("Zero", 1, [c]), ("First", 2, [a]), ("Last", 3, []),
    ]  # fmt: skip
    changed = made(cast.olga.put(f"{path}/{last['id']}", {"name": "End", "position": 1}), 200)
    assert (changed["name"], changed["position"]) == ("End", 1)
    changed = made(cast.olga.put(f"{path}/{last['id']}", {"step_ids": [b, c]}), 200)
    assert changed["step_ids"] == [b, c]
    assert [step["stage_id"] for step in template.steps] == [first["id"], last["id"], last["id"]]
    before = template.now["last_updated"]
    assert made(cast.olga.put(f"{path}/{last['id']}", changed), 200) == changed
    assert template.now["last_updated"] == before
    assert cast.olga.delete(f"{path}/{last['id']}").status_code == 204
    assert [stage["name"] for stage in template.stages] == ["Zero", "First"]
    assert [step["stage_id"] for step in template.steps] == [first["id"], None, None]
    assert template.titles == ["A", "B", "C"]
    assert template.put("B", title="B", stage_id=zero["id"])["stage_id"] == zero["id"]
    assert template.put("B", title="B", stage_id=None)["stage_id"] is None
    assert cast.olga.delete(template.at("A")).status_code == 204
    assert [stage["step_ids"] for stage in template.stages] == [[], []]
    kept = made(cast.olga.get(f"{template.path}?with=stages"), 200)["stages"]["data"]
    assert kept == template.stages
    assert template.feed().count(("updated", STAGES)) == 6


def test_20_48_milestones_come_along_with_a_copy(cast: Cast) -> None:
    template = Template(cast, "A", "B")
    path = f"{template.path}/stages"
    for name, title in (("One", "B"), ("Two", "A")):
        made(cast.olga.post(path, {"name": name, "step_ids": [template.step(title)["id"]]}))
    copy = made(cast.olga.post(f"{template.path}/clone", {}))
    stages = made(cast.olga.get(f"/checklists/{copy['id']}/stages"), 200)
    steps = made(cast.olga.get(f"/checklists/{copy['id']}/steps"), 200)
    assert [(stage["name"], stage["step_ids"]) for stage in stages] == [
        ("One", [steps[1]["id"]]), ("Two", [steps[0]["id"]]),
    ]  # fmt: skip


def test_20_48_wrong_milestones(cast: Cast) -> None:
    template, other = Template(cast, "A"), Template(cast, "B")
    path = f"{template.path}/stages"
    for body, field in [
        ({}, "name"), ({"name": " "}, "name"), ({"name": "N" * 251}, "name"),
        ({"name": "N", "step_ids": [other.step("B")["id"]]}, "step_ids.0"),
        ({"name": "N", "step_ids": "all"}, "step_ids"), ({"name": "N", "position": 0}, "position"),
    ]:  # fmt: skip
        assert errors_of(cast.olga.post(path, body)).keys() == {field}
    assert template.stages == []


# --- Job titles ---


def test_10_7_a_job_title_that_is_deleted_leaves_the_steps(cast: Cast) -> None:
    template = Template(cast, "A")
    gone, stays = title_of(cast.olga), title_of(cast.olga)
    template.put("A", title="A", roles=[gone, stays.upper()])
    assert template.step("A")["roles"] == [gone, stays]
    assert cast.olga.delete(f"/roles/{gone}").status_code == 204
    assert template.step("A")["roles"] == [stays]
    assert template.refuse_put("A", roles=[gone, stays]) == {
        "roles.0": ["The selected role is invalid."]
    }


@pytest.mark.parametrize("as_list", [False, True], ids=["object", "list"])
def test_30_3_4_who_fills_a_job_title(cast: Cast, as_list: bool) -> None:
    template = Template(cast, {"title": "A", "assignees": [cast.leo.user_id]}, "B")
    boss, clerk = title_of(cast.olga), title_of(cast.olga)
    template.put("A", title="A", roles=[boss])
    template.put("B", title="B", roles=[boss, clerk])
    mia = {"users": [str(cast.mia.user_id)], "guests": [], "groups": []}
    other = {"guests": ["gus@guests.test"]}
    roles = [{boss: mia}, {clerk.upper(): other}] if as_list else {boss: mia, clerk: other}
    tasks = tasks_of(cast.olga, launch(cast.olga, template.whole, roles=roles))
    # Who fills the title works in the stead of whom the step names itself.
    assert tasks[0]["owners"]["users"] == [cast.mia.user_id]
    assert tasks[1]["owners"]["users"] == [cast.mia.user_id]
    assert tasks[1]["owners"]["guests"] == ["gus@guests.test"]
    unfilled = tasks_of(cast.olga, launch(cast.olga, template.whole))
    assert [task["owners"]["users"] for task in unfilled] == [
        [cast.leo.user_id], [cast.olga.user_id],
    ]  # fmt: skip


def test_30_3_1_wrong_people_for_job_titles(cast: Cast) -> None:
    template = Template(cast, "A")
    boss = title_of(cast.olga)
    template.put("A", title="A", roles=[boss])
    for roles, fields in [
        ({"x": {}, boss: {"users": "all"}}, {"roles.x", f"roles.{boss}.users"}),
        ({boss: [1]}, {f"roles.{boss}.users"}),
        ({boss: {"users": [0]}}, {f"roles.{boss}.users.0"}),
        ("everybody", {"roles"}),
        ([1], {"roles"}),
    ]:
        body = {"checklist_id": template.whole["id"], "name": "N", "roles": roles}
        problems = errors_of(cast.olga.post("/runs", body))
        assert problems.keys() == fields
        if "roles.x" in problems:
            assert boss in problems["roles.x"][0]
