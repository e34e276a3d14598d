"""Part 30, 3.2, row 30; part 31, row 30; part 50, example E30: names that templates generate."""

from typing import Any

import pytest

from cast import Cast
from factories import launch, made, make_template, read_template

OPTIONS = [{"id": 1, "text": "Silver"}, {"id": 2, "text": "Gold"}, {"id": 3, "text": "<i>Tin</i>"}]
TYPES = ("text", "textarea", "email", "date", "radio", "dropdown", "multiselect", "table", "file",
         "assignees_form")  # fmt: skip


def field(kind: str, **more: Any) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    if kind in ("radio", "dropdown", "multiselect"):
        extra["options"] = OPTIONS
    if kind == "table":
        extra["columns"] = [{"label": "Item"}, {"label": "Qty"}]
    return {"label": f"The {kind}", "field_type": kind, "required": False, **extra, **more}


class Named:
    """A template that names its processes; `pattern` says fields by their type."""

    def __init__(self, cast: Cast, pattern: str, *kinds: str, **fields: Any) -> None:
        self.cast = cast
        asked = [field(kind) for kind in kinds]
        made_one = make_template(cast.olga, 1, title="T", prerun=asked, auto_naming=True, **fields)
        self.aliases = {each["field_type"]: each["alias"] for each in made_one["prerun"]}
        for kind, alias in self.aliases.items():
            pattern = pattern.replace(f"{{{{{kind}}}}}", f"{{{{{alias}}}}}")
        body = {"title": "T", "default_process_name_format": pattern}
        made(cast.olga.put(f"/checklists/{made_one['id']}", body), 200)
        self.template = read_template(cast.olga, made_one)

    def name(self, **fields: Any) -> str:
        return str(launch(self.cast.olga, self.template, **fields)["name"])


@pytest.mark.parametrize(("may_change", "name"), [(False, "T - Gold"), (True, "mine")])
def test_50_e30_whose_name_wins(cast: Cast, may_change: bool, name: str) -> None:
    named = Named(cast, "{{TEMPLATE_NAME}} - {{dropdown}}", "dropdown",
                  allow_launcher_change_name=may_change)  # fmt: skip
    plan = {named.aliases["dropdown"]: {"id": 2, "text": "Gold"}}
    assert named.name(name="mine", prerun=plan) == name
    assert named.name(name=None, prerun=plan) == "T - Gold"
    too_long = {"checklist_id": named.template["id"], "name": "x" * 551, "prerun": plan}
    assert cast.olga.post("/runs", too_long).json()["errors"].keys() == {"name"}


def test_30_30_50_45_a_generated_name_is_cut(cast: Cast) -> None:
    named = Named(cast, "{{text}}" * 3, "text")
    assert named.name(name="x", prerun={"The text": "é" * 200}) == "é" * 550


def test_30_30_a_blank_one_is_the_title_and_the_day(cast: Cast) -> None:
    named = Named(cast, " {{text}} ", "text")
    assert named.name(name=None).startswith("T - 20")
    assert named.name(name=None, prerun={"The text": "  "}).startswith("T - 20")


def test_31_30_50_44_every_type_in_a_name(cast: Cast) -> None:
    named = Named(cast, "|".join(f"{{{{{kind}}}}}" for kind in TYPES), *TYPES)
    mia = made(cast.olga.get(f"/users/{cast.mia.user_id}"), 200)["full_name"]
    answers = {
        "The text": 7,
        "The textarea": "<p>Long</p>",
        "The email": "a@b.co",
        "The date": "2026-03-04T23:30:00Z",
        "The radio": "Silver",
        "The dropdown": "<i>Tin</i>",
        "The multiselect": ["Silver", "Gold"],
        "The table": [["a"], ["b"]],
        "The file": "https://files.test/a.pdf",
        "The assignees_form": {"users": [cast.mia.user_id], "guests": ["gus@guests.test"]},
    }
    people = f"{mia}, gus@guests.test"
    name = named.name(prerun=answers)
    assert name == f"7||a@b.co|2026-03-04|Silver|Tin|Silver, Gold|||{people}"
    assert "[object" not in name
    assert "<" not in name


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles", "UTC"])
def test_31_38_a_day_without_time_is_that_day_in_every_zone(cast: Cast, zone: str) -> None:
    made(cast.olga.put("", {"timezone": zone}), 200)
    named = Named(cast, "On {{date}}", "date")
    for sent in ("2026-03-04T00:00:00.000Z", "2026-03-04", "2026-03-04 23:59"):
        process = launch(cast.olga, named.template, prerun={"The date": sent})
        assert process["name"] == "On 2026-03-04"
        assert list(process["prerun"].values()) == [sent]
        (row, *_) = made(cast.olga.get(f"/runs/{process['id']}/export"), 200)["rows"]
        assert row["answer_in_form_field"] == "2026-03-04"


def test_31_30_an_answer_is_no_variable_and_unknown_ones_stay(cast: Cast) -> None:
    named = Named(cast, "{{nope}} {{text}} {{date}}", "text")
    name = named.name(prerun={"The text": "{{TEMPLATE_NAME}}"})
    assert name.startswith("{{nope}} {{TEMPLATE_NAME}} 20")


def test_50_7_1_defaults_are_in_the_name(cast: Cast) -> None:
    asked = [field("text", default_value_enabled=True, default_value="usual")]
    template = make_template(cast.olga, 1, title="T", prerun=asked, auto_naming=True)
    alias = template["prerun"][0]["alias"]
    body = {"title": "T", "default_process_name_format": f"For {{{{{alias}}}}}"}
    made(cast.olga.put(f"/checklists/{template['id']}", body), 200)
    assert launch(cast.olga, template, name=None)["name"] == "For usual"


def test_30_35_a_name_is_made_once(cast: Cast) -> None:
    named = Named(cast, "For {{text}}", "text")
    process = launch(cast.olga, named.template, prerun={"The text": "Acme"})
    changed = made(cast.olga.put(f"/runs/{process['id']}", {"prerun": {"The text": "Beta"}}), 200)
    assert changed["name"] == "For Acme"
    renamed = made(cast.olga.put(f"/runs/{process['id']}", {"name": "Mine"}), 200)
    assert renamed["name"] == "Mine"
