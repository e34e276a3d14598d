"""The pictures of README.md, made from what the stories are played on: `make pictures`."""

import os
from pathlib import Path
from typing import Any

from factories import complete, launch, made, make_template, tasks_of
from stage import THEMES, Stage, expect

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
#: Set by `make pictures`; else the pictures are made and looked at no further.
IS_WANTED = "PROCESSION_PICTURES" in os.environ
_LATE = "2026-01-05 09:00:00"


def _process(
    told: Stage, title: str, name: str, steps: list[str], done: int, *, late: int = 0
) -> Any:
    people = [told.cast.mia.user_id, told.cast.leo.user_id, told.cast.olga.user_id]
    bodies = [{"title": step, "assignees": [people[place % 3]]} for place, step in enumerate(steps)]
    template = make_template(told.cast.olga, bodies, title=title)
    process = launch(told.cast.olga, template, name=name)
    tasks = tasks_of(told.cast.olga, process)
    for task in tasks[done : done + late]:
        made(told.cast.olga.put(f"/tasks/{task['id']}", {"deadline": _LATE}), 200)
    for task in tasks[:done]:
        complete(told.cast.olga, task)
    return process


def test_the_tracker_has_its_picture_in_both_themes(told: Stage, tmp_path: Path) -> None:
    for person, name in (("A", "Ines Carvalho"), ("S", "Tomas Lindqvist"), ("L", "Priya Nair")):
        first, last = name.split()
        sent = {"first_name": first, "last_name": last}
        made(told.person(person).client.put("/me", sent), 200)
    hiring = ["Contract", "Accounts", "Work clothes", "Safety briefing", "First shift", "Talk"]
    buying = ["Three offers", "Approve the budget", "Order", "Receive", "Pay"]
    closing = ["Count the tills", "Take stock", "Invoices", "Match the bank", "Payroll", "Lock"]
    _process(told, "Employee onboarding", "Onboard Lucia Romano, pastry chef", hiring, 6)
    _process(told, "Month-end close", "Close September", closing, 6)
    stuck = _process(told, "Purchase approval", "Buy a second deck oven", buying, 2)
    _process(told, "Employee onboarding", "Onboard Jonas Weber, shop assistant", hiring, 3, late=2)
    _process(told, "Month-end close", "Close October", closing, 4)
    _process(told, "Purchase approval", "Buy a cargo bike for deliveries", buying, 1)
    issue = {"content": "<p>The offer has expired.</p>", "label": "problem"}
    task = tasks_of(told.cast.olga, stuck)[2]
    made(told.cast.olga.post(f"/tasks/{task['id']}/comment", issue))
    page = told.page("A")
    page.set_viewport_size({"width": 1280, "height": 600})
    page.goto("/app/tracker")
    expect(page.get_by_role("article")).to_have_count(6)
    folder = FOLDER if IS_WANTED else tmp_path
    folder.mkdir(exist_ok=True)
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        picture = folder / f"tracker-{theme}.png"
        page.screenshot(path=picture)
        # They are in the repository: small.
        assert 5_000 < picture.stat().st_size < 120_000
        assert (FOLDER / picture.name).exists()
