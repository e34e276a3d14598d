"""Part 50, section 6: deadlines that count from other steps, with the clock in hand."""
# ruff: noqa: N802 (examples are named as in the contract)

from typing import Any

from cast import Cast, Person
from factories import activity_of, complete, launch, made, make_template, read, tasks_of
from server import ClockInHand

MONDAY = "2026-03-02T09:00:00Z"


def due(value: int, unit: str = "days", *, step: Any = None, option: str = "from") -> Any:
    """A deadline as a step holds it; without `step` it counts from the launch."""
    anchor = "start_run" if step is None else step["id"]
    return {"value": value, "unit": unit, "option": option, "step": anchor}


def anchored(by: Person, deadlines: dict[str, Any]) -> Any:
    """A template whose steps have these deadlines: `(value, unit, option, title of the anchor)`."""
    template = make_template(by, [{"title": title} for title in deadlines])
    path = f"/checklists/{template['id']}/steps"
    steps = {step["title"]: step for step in made(by.get(path), 200)}
    for title, (value, unit, option, anchor) in deadlines.items():
        deadline = due(value, unit, step=steps.get(anchor), option=option)
        made(by.put(f"{path}/{steps[title]['id']}", {"title": title, "deadline": deadline}), 200)
    return template


def titled(by: Person, process: Any) -> dict[str, Any]:
    return {task["title"]: task for task in tasks_of(by, process)}


def deadlines(by: Person, process: Any) -> dict[str, str]:
    return {title: task["deadline"] for title, task in titled(by, process).items()}


A_THEN_B = {"A": (5, "days", "from", None), "B": (2, "days", "from", "A")}


def test_50_E17_a_deadline_from_a_step_is_provisional_until_it_is_completed(
    cast: Cast, clock: ClockInHand
) -> None:
    clock.stop_at(MONDAY)
    process = launch(cast.olga, anchored(cast.olga, A_THEN_B))
    assert deadlines(cast.olga, process)["B"] == "2026-03-09T09:00:00Z"
    clock.stop_at("2026-03-10T11:00:00Z")
    b = titled(cast.olga, process)["B"]
    assert (b["due_date_passed"], b["due_soon"]) == (False, False)
    late = read(cast.olga, process)
    # A itself was due on the 7th; B does not count.
    assert (late["late_tasks"], late["due_date"]) == (1, "2026-03-07T09:00:00Z")
    clock.stop_at("2026-03-10T12:00:00Z")
    answer = complete(cast.olga, titled(cast.olga, process)["A"])
    (other,) = answer["tasks_changed_by_rules"]["data"]
    assert (other["title"], other["deadline"]) == ("B", "2026-03-12T12:00:00Z")
    assert deadlines(cast.olga, process)["B"] == "2026-03-12T12:00:00Z"
    assert read(cast.olga, process)["due_date"] == "2026-03-12T12:00:00Z"
    (told,) = [entry for entry in activity_of(cast.olga, process) if entry["verb"][0] == "updated"]
    assert told["field"] == ["deadline"]
    assert "2026-03-09T09:00:00Z" in str(told["old_value"])
    clock.stop_at("2026-03-12T12:00:01Z")
    assert titled(cast.olga, process)["B"]["due_date_passed"] is True


def test_30_44_what_waits_for_another_step_is_not_next(cast: Cast, clock: ClockInHand) -> None:
    clock.stop_at(MONDAY)
    steps = {**A_THEN_B, "C": (20, "days", "from", None)}
    process = launch(cast.olga, anchored(cast.olga, steps))

    def following() -> list[str]:
        found = read(cast.olga, process, "?with=next_task")["next_task"]["data"]
        return [task["title"] for task in found]

    assert following() == ["A"]
    a = titled(cast.olga, process)["A"]
    made(cast.olga.put(f"/tasks/{a['id']}", {"deadline": "2026-04-20T09:00:00Z"}), 200)
    # B follows A's new deadline and is provisional, as before.
    assert deadlines(cast.olga, process)["B"] == "2026-04-22T09:00:00Z"
    assert following() == ["C"]
    complete(cast.olga, a)
    assert following() == ["B"]
    for title in ("B", "C"):
        complete(cast.olga, titled(cast.olga, process)[title])
    assert following() == []


def test_40_7_3_hiding_and_showing_an_anchor(cast: Cast, clock: ClockInHand) -> None:
    clock.stop_at(MONDAY)
    process = launch(cast.olga, anchored(cast.olga, A_THEN_B))
    run = f"/runs/{process['id']}/tasks/{titled(cast.olga, process)['A']['id']}"
    clock.stop_at("2026-03-20T09:00:00Z")

    def is_late() -> bool:
        return bool(titled(cast.olga, process)["B"]["due_date_passed"])

    assert not is_late()
    made(cast.olga.put(f"{run}/hide"), 200)
    assert is_late()
    assert read(cast.olga, process)["due_date"] == "2026-03-09T09:00:00Z"
    made(cast.olga.put(f"{run}/show"), 200)
    assert not is_late()
    assert read(cast.olga, process)["due_date"] == "2026-03-07T09:00:00Z"


def test_40_54_by_hand_and_back_to_the_template(cast: Cast, clock: ClockInHand) -> None:
    clock.stop_at(MONDAY)
    process = launch(cast.olga, anchored(cast.olga, {**A_THEN_B, "C": (1, "day", "from", "B")}))
    a, b = (titled(cast.olga, process)[title] for title in "AB")
    pinned = made(cast.olga.put(f"/tasks/{b['id']}", {"deadline": "2026-05-01T09:00:00Z"}), 200)
    (other,) = pinned["tasks_changed_by_rules"]["data"]
    assert (other["title"], other["deadline"]) == ("C", "2026-05-02T09:00:00Z")
    clock.stop_at("2026-03-10T12:00:00Z")
    assert complete(cast.olga, a)["tasks_changed_by_rules"]["data"] == []
    assert titled(cast.olga, process)["B"]["deadline"] == "2026-05-01T09:00:00Z"
    back = made(cast.olga.put(f"/tasks/{b['id']}", {"deadline": None}), 200)
    assert back["deadline"] == "2026-03-12T12:00:00Z"
    assert deadlines(cast.olga, process)["C"] == "2026-03-13T12:00:00Z"


def test_50_E18_before_another_step(cast: Cast, clock: ClockInHand) -> None:
    clock.stop_at(MONDAY)
    template = anchored(
        cast.olga, {"C": (1, "week", "prior_to", "D"), "D": (1, "month", "from", None)}
    )
    process = launch(cast.olga, template)
    assert deadlines(cast.olga, process) == {
        "C": "2026-03-26T09:00:00Z",
        "D": "2026-04-02T09:00:00Z",
    }
    # Its deadline counts at once, and completing D moves it nowhere.
    clock.stop_at("2026-03-26T10:00:00Z")
    assert titled(cast.olga, process)["C"]["due_date_passed"] is True
    answer = complete(cast.olga, titled(cast.olga, process)["D"])
    assert answer["tasks_changed_by_rules"]["data"] == []
    assert deadlines(cast.olga, process)["C"] == "2026-03-26T09:00:00Z"


def test_50_E28_days_keep_the_time_on_the_wall(cast: Cast, clock: ClockInHand) -> None:
    made(cast.olga.client.put(cast.olga.path(""), {"timezone": "America/New_York"}), 200)
    clock.stop_at("2026-03-07T14:00:00Z")
    steps = {"A": (1, "day", "from", None), "B": (1, "day", "from", "A")}
    process = launch(cast.olga, anchored(cast.olga, steps))
    assert deadlines(cast.olga, process)["A"] == "2026-03-08T13:00:00Z"
    complete(cast.olga, titled(cast.olga, process)["A"])
    assert deadlines(cast.olga, process)["B"] == "2026-03-08T13:00:00Z"


def test_found_b9_a_leap_day_in_kathmandu(cast: Cast, clock: ClockInHand) -> None:
    """23:45 there, on the 28th and the 29th."""
    made(cast.olga.client.put(cast.olga.path(""), {"timezone": "Asia/Kathmandu"}), 200)
    clock.stop_at("2028-02-28T18:00:00Z")
    steps = {"A": (1, "day", "from", None), "B": (1, "month", "from", None)}
    process = launch(cast.olga, anchored(cast.olga, steps))
    assert deadlines(cast.olga, process) == {
        "A": "2028-02-29T18:00:00Z",
        "B": "2028-03-28T18:00:00Z",
    }
    days = "deadline_after=2028-02-28&deadline_before=2028-03-01"
    found = made(cast.olga.get(f"/runs/{process['id']}/tasks?{days}"), 200)
    assert [task["title"] for task in found] == ["A"]


def test_50_6_4_reopening_leaves_the_dates_until_the_next_completion(
    cast: Cast, clock: ClockInHand
) -> None:
    clock.stop_at(MONDAY)
    process = launch(cast.olga, anchored(cast.olga, A_THEN_B))
    a = titled(cast.olga, process)["A"]
    clock.stop_at("2026-03-04T12:00:00Z")
    complete(cast.olga, a)
    clock.stop_at("2026-03-07T12:00:00Z")
    assert titled(cast.olga, process)["B"]["due_date_passed"] is True
    reopened = made(cast.olga.delete(f"/completed-tasks/{a['id']}"), 200)
    assert reopened["tasks_changed_by_rules"]["data"] == []
    b = titled(cast.olga, process)["B"]
    assert (b["deadline"], b["due_date_passed"]) == ("2026-03-06T12:00:00Z", False)
    assert read(cast.olga, process)["due_date"] == a["deadline"]
    answer = complete(cast.olga, a)
    assert [each["title"] for each in answer["tasks_changed_by_rules"]["data"]] == ["B"]
    assert deadlines(cast.olga, process)["B"] == "2026-03-09T12:00:00Z"


def test_50_6_1_what_hangs_on_what_hangs_on_it_follows(cast: Cast, clock: ClockInHand) -> None:
    clock.stop_at(MONDAY)
    steps = {
        **A_THEN_B,
        "C": (1, "day", "prior_to", "B"),
        "D": (3, "hours", "from", "C"),
        "E": (1, "day", "from", "A"),
    }
    process = launch(cast.olga, anchored(cast.olga, steps))
    complete(cast.olga, titled(cast.olga, process)["E"])
    clock.stop_at("2026-03-10T12:00:00Z")
    answer = complete(cast.olga, titled(cast.olga, process)["A"])
    moved = {each["title"]: each["deadline"] for each in answer["tasks_changed_by_rules"]["data"]}
    # By position; what was completed keeps its date.
    assert list(moved) == ["B", "C", "D"]
    assert moved == {
        "B": "2026-03-12T12:00:00Z",
        "C": "2026-03-11T12:00:00Z",
        "D": "2026-03-11T15:00:00Z",
    }
    assert deadlines(cast.olga, process)["E"] == "2026-03-08T09:00:00Z"


def test_50_38_a_deadline_chosen_at_the_launch_stays(cast: Cast, clock: ClockInHand) -> None:
    clock.stop_at(MONDAY)
    template = anchored(cast.olga, A_THEN_B)
    b = next(
        step["id"]
        for step in made(cast.olga.get(f"/checklists/{template['id']}/steps"), 200)
        if step["title"] == "B"
    )
    process = launch(cast.olga, template, tasks={b: {"deadline": "2026-04-01T08:00:00Z"}})
    answer = complete(cast.olga, titled(cast.olga, process)["A"])
    assert answer["tasks_changed_by_rules"]["data"] == []
    assert deadlines(cast.olga, process)["B"] == "2026-04-01T08:00:00Z"


def test_50_6_3_a_changed_work_week_moves_what_counts_anew_and_nothing_else(
    cast: Cast, clock: ClockInHand
) -> None:
    clock.stop_at(MONDAY)
    steps = {
        **A_THEN_B,
        "X": (5, "days", "from", None),
        "Y": (2, "days", "from", "X"),
        "Z": (5, "days", "from", None),
    }
    process = launch(cast.olga, anchored(cast.olga, steps))
    before = deadlines(cast.olga, process)
    hours = {"all_hours": False, "start": "08:00", "end": "17:00"}
    week = dict.fromkeys(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"), hours)
    path = cast.olga.path("")
    working = {**week, "Saturday": None, "Sunday": None}
    answer = cast.olga.client.put(path, {"working_days": working})
    assert answer.status_code == 200, answer.text
    clock.stop_at("2026-03-05T18:00:00Z")
    complete(cast.olga, titled(cast.olga, process)["A"])
    after = deadlines(cast.olga, process)
    assert after == {**before, "B": "2026-03-09T08:00:00Z"}


def test_50_4_10_nobody_learns_of_tasks_they_may_not_see(cast: Cast, clock: ClockInHand) -> None:
    clock.stop_at(MONDAY)
    template = anchored(cast.olga, A_THEN_B)
    path = f"/checklists/{template['id']}/steps"
    a, b = made(cast.olga.get(path), 200)
    made(cast.olga.put(f"{path}/{b['id']}", {"title": "B", "top_secret": True}), 200)
    owners = {"users": [cast.leo.user_id]}
    process = launch(cast.olga, template, tasks={a["id"]: {"owners": owners}})
    clock.move(days=9)
    answer = complete(cast.leo, titled(cast.olga, process)["A"])
    assert answer["tasks_changed_by_rules"]["data"] == []
    assert deadlines(cast.olga, process)["B"] == "2026-03-13T09:00:00Z"
