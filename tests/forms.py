"""Templates with forms of every type, for tests of answers."""

from typing import Any

from cast import Cast, Person
from factories import launch, made, make_template, tasks_of

OPTIONS = [{"id": 1, "text": "Silver"}, {"id": 2, "text": "Gold"}]


def asked(label: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    """A field as it is sent."""
    sent = {"label": label, "field_type": kind, "required": False, **more}
    if kind in ("radio", "dropdown", "multiselect"):
        sent.setdefault("options", OPTIONS)
    if kind == "table":
        sent.setdefault("columns", [{"id": 1, "label": "Item"}, {"id": 2, "label": "Qty"}])
    return sent


def template_with(by: Person, steps: list[Any] | int, kickoff: list[Any] = [], **more: Any) -> Any:  # noqa: B006
    return make_template(by, steps, prerun=kickoff, **more)


def field_ids(by: Person, template: Any) -> dict[str, str]:
    """By label, of the kick-off form and of all steps."""
    steps = made(by.get(f"/checklists/{template['id']}/steps"), 200)
    every = [*template["prerun"], *(each for step in steps for each in step["captures"])]
    return {each["label"]: each["id"] for each in every}


def aliases(by: Person, template: Any) -> dict[str, str]:
    """The same, by alias."""
    steps = made(by.get(f"/checklists/{template['id']}/steps"), 200)
    every = [*template["prerun"], *(each for step in steps for each in step["captures"])]
    return {each["label"]: each["alias"] for each in every}


def forms_of(by: Person, process: Any) -> Any:
    return made(by.get(f"/runs/{process['id']}/form-fields"), 200)


def by_label(fields: list[Any]) -> dict[str, Any]:
    return {each["label"]: each for each in fields}


def process_asking(cast: Cast, *labels: str, **step: Any) -> tuple[Any, Any, dict[str, str]]:
    """A process with one task that asks for texts, that task, and the ids of the fields."""
    sent = {"title": "Sign", "captures": [asked(label) for label in labels], **step}
    template = template_with(cast.olga, [sent])
    process = launch(cast.olga, template)
    return process, tasks_of(cast.olga, process)[0], field_ids(cast.olga, template)
