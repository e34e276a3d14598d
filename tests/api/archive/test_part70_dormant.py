"""Part 70, section 3: templates that nobody launches any more are proposed, with what still may."""

from typing import Any

from backdoor import set_process
from cast import Cast
from factories import launch, let_all_launch, made, make_template
from kept import now_of
from procession.core.times import DAY
from wire import check_problem

DORMANT = "/retention/dormant-templates"
RECURRING: dict[str, Any] = {"cron": "0 8 * * mon", "name_format": "Again", "timezone": "UTC"}


def test_part70_3_templates_that_rest_are_told_with_what_may_launch_them(cast: Cast) -> None:
    resting, busy, fresh = (make_template(cast.olga, 1, title=title) for title in "RBF")
    inside = {"id": resting["id"], "default_name_format": None, "tasks_within_process": False}
    caller = make_template(cast.olga, 1, title="Caller")
    step = made(cast.olga.get(f"/checklists/{caller['id']}/steps"), 200)[0]
    path = f"/checklists/{caller['id']}/steps/{step['id']}"
    made(cast.olga.put(path, {"title": "Go", "bp_to_launch": inside}), 200)
    let_all_launch(cast.olga, resting)
    schedule = made(cast.mia.post("/recurring-jobs", {**RECURRING, "checklist_id": resting["id"]}))
    for template, ago in ((resting, 50), (resting, 41), (busy, 90), (busy, 3)):
        run = launch(cast.olga, template)
        set_process(cast, run["id"], created_at=now_of(cast) - ago * DAY)
    rows = made(cast.olga.get(f"{DORMANT}?unit=days&value=40"), 200)
    # Neither what was launched since nor what is not yet as old.
    (told,) = [row for row in rows if row["id"] in {resting["id"], busy["id"], fresh["id"]}]
    assert told["title"] == "R"
    assert told["owner_id"] == cast.olga.user_id
    assert told["launched_by"] == [{"id": caller["id"], "title": "Caller"}]
    assert [(each["id"], each["is_active"]) for each in told["schedules"]] == [
        (schedule["id"], True)
    ]
    assert told["last_launched_at"] < told["created_at"]
    for query, count in (("unit=days&value=42", 0), ("unit=weeks&value=1", 1), ("", 0)):
        page = cast.olga.get(f"{DORMANT}?{query}").json()
        assert page["meta"]["pagination"]["total"] == count, query
    made(cast.olga.delete(f"/checklists/{resting['id']}"), 200)
    assert made(cast.olga.get(f"{DORMANT}?unit=days&value=40"), 200) == []


def test_part70_3_the_time_is_read_strictly_and_only_administrators_ask(cast: Cast) -> None:
    for query, key in (("unit=years", "unit"), ("value=0", "value"), ("value=1201", "value")):
        assert list(check_problem(cast.olga.get(f"{DORMANT}?{query}"), 422)["errors"]) == [key]
    for person in (cast.mia, cast.leo):
        assert person.get(f"{DORMANT}?unit=years").status_code == 403
