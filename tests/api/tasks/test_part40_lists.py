"""Part 40, section 3: every parameter of the five lists of tasks, on each of them.

| rows | where |
|---|---|
| 8 to 12, 15, 17 | test_part40_tasks.py |
| 14 | test_part40_changing.py |

Which rows a list holds, beside a look at every row, is `test_lists_are_exact.py`.
"""

from typing import Any, NamedTuple

import pytest

from cast import GUS, Cast, Person
from factories import complete, launch, made, make_oneoff, make_template, tasks_of
from wire import check_problem


class Place(NamedTuple):
    """A list of tasks, and who reads it."""

    by: Person
    path: str

    def ids(self, query: str) -> list[str]:
        joint = "&" if "?" in self.path else "?"
        path = f"{self.path}{joint}without_pagination=true&{query}"
        return [task["id"] for task in made(self.by.get(path), 200)]


LISTS = ("org", "me", "users", "guests", "guest", "run")


class Five:
    """The five lists (guests' by member and by code), which show the same tasks: leo's and gus's.

    All of them lie in one process, so that its list shows them too.
    """

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.process = launch(cast.olga, name="Ann joins")
        self.everyone = {"users": [cast.leo.user_id], "guests": [GUS], "groups": []}
        self._code: str = ""

    def add(self, **fields: Any) -> str:
        fields = {"owners": self.everyone, "run_id": self.process["id"], **fields}
        task = make_oneoff(self.cast.olga, **fields)
        if task["owners"]["taskUrls"]:
            self._code = self.cast.guest_of(task).code
        return str(task["id"])

    def place(self, name: str) -> Place:
        olga, leo = self.cast.olga, self.cast.leo
        if name == "guest":
            gus = self.cast.guest_of({"owners": {"taskUrls": [f"/guest/{self._code}/"]}})
            return Place(gus, "/tasks")
        return {
            "org": Place(olga, "/tasks"),
            "me": Place(leo, "/me/tasks?"),
            "users": Place(olga, f"/users/{leo.user_id}/tasks"),
            "guests": Place(olga, f"/guests/{GUS}/tasks"),
            "run": Place(olga, f"/runs/{self.process['id']}/tasks"),
        }[name]


@pytest.fixture
def five(cast: Cast) -> Five:
    return Five(cast)


def live_in(cast: Cast, zone: str) -> None:
    made(cast.olga.put("", {"timezone": zone}), 200)


#: The first and last second of 15 May 2031 in New York, and those beside them; and the night in
#: which its clocks go forward.
MOMENTS = {
    "14": "2031-05-15T03:59:59Z",
    "15 first": "2031-05-15T04:00:00Z",
    "15 last": "2031-05-16T03:59:59Z",
    "16": "2031-05-16T04:00:00Z",
    "9 march": "2031-03-10T03:59:59Z",
    "10 march": "2031-03-10T04:00:00Z",
}
MARCH, MAY = ["9 march", "10 march"], ["14", "15 first", "15 last", "16"]
DEADLINES = {
    "deadline_on=2031-05-15": ["15 first", "15 last"],
    "deadline_on=2031-03-09": ["9 march"],
    "deadline_on=2031-03-10": ["10 march"],
    "deadline_before=2031-05-15": [*MARCH, "14"],
    "deadline_after=2031-05-15": ["16"],
    "deadline_after=2031-05-14&deadline_before=2031-05-16": ["15 first", "15 last"],
    "deadline_start_range=2031-05-15": ["15 first", "15 last", "16"],
    "deadline_end_range=2031-05-15": [*MARCH, "14", "15 first", "15 last"],
    "deadline_start_range=2031-05-14&deadline_end_range=2031-05-14": ["14"],
    "deadline_start_range=2031-05-15T04:00:00Z&deadline_end_range=2031-05-16 03:59:59": [
        "15 first", "15 last",
    ],
    "deadline_start_range=2031-05-15T04:00:01Z": ["15 last", "16"],
    "deadline_end_range=2031-05-15T03:59:58Z": MARCH,
    "deadline_end_range=2031-05-14T23:59:59-04:00": [*MARCH, "14"],
    "deadline_on=2031-05-15&deadline_before=2031-01-01&deadline_end_range=2031-01-01": [
        "15 first", "15 last",
    ],
    "deadline_on=2031-05-15&deadline_after=nonsense": ["15 first", "15 last"],
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_40_13_days_of_deadlines_are_the_organizations(five: Five, name: str) -> None:
    live_in(five.cast, "America/New_York")
    ids = {five.add(deadline=moment): word for word, moment in MOMENTS.items()}
    place = five.place(name)
    for query, expected in DEADLINES.items():
        found = [ids[task] for task in place.ids(f"sort=deadline&{query.replace('+', '%2B')}")]
        assert found == expected, query


def test_40_3_2_a_range_of_deadlines_is_in_the_seconds_that_are_shown(
    five: Five, clock: Any
) -> None:
    """What is counted from a launch has fractions of a second that nobody is shown."""
    clock.stop_at("2031-05-15T09:00:00.500000Z")
    step = {"title": "Sign", "deadline": {"value": 1, "unit": "days", "option": "from"}}
    (task,) = tasks_of(
        five.cast.olga, launch(five.cast.olga, make_template(five.cast.olga, [step]))
    )
    assert task["deadline"] == "2031-05-16T09:00:00Z"
    place = five.place("org")
    for query in ("deadline_end_range", "deadline_start_range"):
        assert place.ids(f"{query}={task['deadline']}") == [task["id"]], query
    assert place.ids("deadline_end_range=2031-05-16T08:59:59Z") == []
    assert place.ids("deadline_start_range=2031-05-16T09:00:01Z") == []


@pytest.mark.parametrize("name", LISTS)
def test_40_3_2_days_of_creation_are_the_organizations(five: Five, name: str, clock: Any) -> None:
    live_in(five.cast, "America/New_York")
    clock.stop_at("2031-05-16T03:59:59Z")
    first = five.add()
    clock.stop_at("2031-05-16T04:00:00Z")
    second = five.add()
    place = five.place(name)
    found = {
        "created=2031-05-15": [first],
        "created=2031-05-16": [second],
        "created=2031-05-15:2031-05-16": [first, second],
        "created=2031-05-17": [],
        "created=2031-05-14:2031-05-14": [],
        "created=2031-05-16:2031-05-15": [],
    }
    for query, expected in found.items():
        assert place.ids(f"sort=created_at&{query}") == expected, query


NO_DAYS = ("soon", "2031-13-01", "2031-02-30", "20310515", "2031-W20-4", "31-05-15", ":")


@pytest.mark.parametrize("name", LISTS)
def test_40_3_2_what_is_no_day_is_refused(five: Five, name: str) -> None:
    five.add()
    place = five.place(name)
    for key in (
        "created", "deadline_on", "deadline_before", "deadline_after", "deadline_start_range",
        "deadline_end_range",
    ):  # fmt: skip
        for word in NO_DAYS:
            path = f"{place.path.rstrip('?')}?{key}={word}"
            problem = check_problem(place.by.get(path), 422)
            assert set(problem["errors"]) == {key}, (key, word)
    unknown = check_problem(place.by.get(f"{place.path.rstrip('?')}?status=late"), 422)
    assert set(unknown["errors"]) == {"status"}
    assert "due_soon" in unknown["errors"]["status"][0]


# --- Order ---


def test_40_3_4_every_order_and_its_reverse(five: Five, clock: Any) -> None:
    """Ties go by number, in the same direction."""
    olga = five.cast.olga
    clock.stop_at("2031-01-01T09:00:00Z")
    a = five.add(title="b", deadline="2031-03-03")
    b = five.add(title="A", deadline="2031-02-02")
    clock.move(hours=1)
    c = five.add(title="b", deadline="2031-03-03")
    d = five.add(title="C", deadline="2031-01-09")
    clock.move(hours=1)
    made(olga.put(f"/tasks/{a}", {"summary": "x"}), 200)
    made(olga.post(f"/tasks/{c}/problem", {"content": "Torn"}))
    made(olga.post(f"/tasks/{b}/problem", {"content": "Torn"}))
    orders = {
        "position": [a, b, c, d],
        "deadline": [d, b, a, c],
        "created_at": [a, b, c, d],
        "name": [b, a, c, d],
        "title": [b, a, c, d],
        "problems": [b, c, d, a],
    }
    for name in LISTS:
        place = five.place(name)
        for key, expected in orders.items():
            assert place.ids(f"sort={key}") == expected, (name, key)
            assert place.ids(f"sort_by={key}") == expected, (name, key)
        reverse = {
            "position": [d, c, b, a],
            "deadline": [c, a, b, d],
            "created_at": [d, c, b, a],
            "name": [d, c, a, b],
            "title": [d, c, a, b],
            "problems": [a, d, c, b],
        }
        for key, expected in reverse.items():
            assert place.ids(f"sort=-{key}") == expected, (name, key)
        assert place.ids("sort=newest") == [d, c, b, a]
        assert place.ids("sort=-newest") == [a, b, c, d]
        assert place.ids("sort=-updated_at") == [c, b, a, d]
        assert place.ids("sort=updated_at") == [d, a, b, c]
        assert place.ids("sort=id") == place.ids("sort=-id")[::-1] == sorted([a, b, c, d])
        assert place.ids("sort=name,problems") == [b, c, a, d]
        usual = [a, b, c, d] if name == "run" else [d, c, b, a]
        assert place.ids("") == place.ids("sort=nonsense") == usual
        assert place.ids("sort=nonsense,deadline") == orders["deadline"]
        assert place.ids("sort=name,-created_at") == [b, c, a, d]


def test_40_9_completed_tasks_in_every_list(five: Five, clock: Any) -> None:
    clock.stop_at("2031-01-01T09:00:00Z")
    first, second, third, left = (five.add() for _ in range(4))
    for task in (third, first):
        clock.move(minutes=1)
        complete(five.cast.olga, {"id": task})
    for name in LISTS:
        place = five.place(name)
        latest = [third, first] if name != "run" else [first, third]
        usual = latest if name == "run" else [first, third]
        assert place.ids("status=completed") == place.ids("status=complete") == usual, name
        assert place.ids("status=completed&sort=completed_newest") == [first, third]
        assert place.ids("status=completed&sort=-completed_newest") == [third, first]
        assert place.ids("status=completed&sort=newest") == [third, first]
        # What is not completed has no such time, and comes last.
        assert place.ids("status=all&sort=completed_newest")[:2] == [first, third]
    assert set(five.place("org").ids("")) == {first, second, third, left}
    assert set(five.place("me").ids("")) == {second, left}


# --- People ---


@pytest.mark.parametrize("name", LISTS)
def test_40_3_2_people_are_alternatives(five: Five, name: str) -> None:
    cast = five.cast
    leo, mia = cast.leo.user_id, cast.mia.user_id
    group, empty = cast.group(cast.mia), cast.group()
    other = "pat@guests.test"
    by_name = five.add(owners={"users": [leo, mia], "guests": [GUS]})
    by_group = five.add(owners={"users": [leo], "guests": [GUS], "groups": [group]})
    with_pat = five.add(owners={"users": [leo], "guests": [GUS, other]})
    plain = five.add()
    place = five.place(name)

    def found(query: str) -> list[str]:
        return place.ids(f"sort=created_at&{query}")

    everything = [by_name, by_group, with_pat, plain]
    assert found(f"owners={mia}") == [by_name, by_group]
    assert found(f"owners={mia},{leo}") == found(f"guests={GUS.upper()}") == everything
    assert found(f"groups={group}") == found(f"groups={empty},{group.upper()}") == [by_group]
    assert found(f"guests={other}") == [with_pat]
    assert found(f"guests={other}&groups={group}") == [by_group, with_pat]
    assert found(f"owners={mia}&guests={other}") == [by_name, by_group, with_pat]
    for nobody in (f"owners={cast.olga.user_id}", "owners=nobody", f"groups={empty}",
                   "guests=nobody@guests.test", "roles=nonsense"):  # fmt: skip
        assert found(nobody) == [], nobody
    # A person's own list is narrowed by them, never widened.
    assert found(f"owners={mia}&unassigned=true") == []
    assert found("unassigned=false") == everything
    of_mia = [by_name, by_group] if name == "org" else everything
    assert found(f"assignee={mia}") == of_mia
    assert found(f"assignee={mia}&guests={other}") == (
        [by_name, by_group, with_pat] if name == "org" else [with_pat]
    )


def test_40_3_2_job_titles_are_alternatives_too(five: Five) -> None:
    olga, leo = five.cast.olga, five.cast.leo.user_id
    cook, smith = (made(olga.post("/roles", {"name": name}))["id"] for name in ("Cook", "Smith"))
    steps = [
        {"title": "Cook", "roles": [cook], "assignees": [leo]},
        {"title": "Both", "roles": [cook, smith], "guests": [GUS]},
        {"title": "None", "assignees": [leo]},
    ]
    process = launch(olga, make_template(olga, steps))
    cooks, both, none = (task["id"] for task in tasks_of(olga, process))
    paths = {
        "/tasks": [cooks, both, none],
        f"/runs/{process['id']}/tasks": [cooks, both, none],
        f"/users/{leo}/tasks": [cooks, none],
        f"/guests/{GUS}/tasks": [both],
    }
    for path, shown in paths.items():
        place = Place(olga, path)

        def found(query: str, place: Place = place) -> list[str]:
            return place.ids(f"sort=position&{query}")

        assert found(f"roles={cook}") == [task for task in shown if task != none]
        assert found(f"roles={smith}") == [task for task in shown if task == both]
        assert found(f"roles={smith},{cook}&owners={leo}") == shown
        assert found(f"roles={'0' * 32}") == []
    assert Place(five.cast.leo, "/me/tasks").ids(f"roles={cook}") == [cooks]


def test_40_4_unassigned(five: Five) -> None:
    alone = five.add(owners={})
    by_group = five.add(owners={"groups": [five.cast.group()]})
    assert five.place("org").ids("unassigned=true") == [alone]
    assert five.place("run").ids("unassigned=true") == [alone]
    assert five.place("run").ids("unassigned=false") == [alone, by_group]


# --- Where it is sorted in, and what it is ---


@pytest.mark.parametrize("name", LISTS)
def test_40_3_2_tags_by_title_or_id(five: Five, name: str) -> None:
    olga = five.cast.olga
    late, new = (made(olga.post("/tags", {"title": title}))["id"] for title in ("Late", "New one"))
    one = five.add(tags=[late])
    two = five.add(tags=[new])
    five.add()
    place = five.place(name)
    for query, expected in {
        "tag=Late": [one],
        f"tag={late}": [one],
        "tag=New one": [two],
        f"tag=Late,{new}": [one, two],
        "tag=nonsense": [],
        f"tag=nonsense,{late}": [one],
    }.items():
        assert place.ids(f"sort=created_at&{query}") == expected, query


@pytest.mark.parametrize("name", LISTS)
def test_40_3_2_what_only_some_lists_know(five: Five, name: str) -> None:
    """A list that does not know a filter is not narrowed by it."""
    olga = five.cast.olga
    template = make_template(olga, 1)
    folder = made(olga.post("/folders", {"name": "F", "folder_type": "run"}))["id"]
    plain = five.add()
    linked = five.add(title="Order a chair")
    filed = {"folder_id": folder, "subject_type": "Task", "subject_id": linked}
    made(olga.post("/folders/add-object", filed))
    key = {"key": "floor", "applies_to": "task", "field_type": "text", "label": "Floor"}
    made(olga.post("/custom-field-keys", key))
    values = {"custom_fields": {"floor": "2"}}
    made(olga.put(f"/tasks/{linked}/custom-fields", values), 200)
    place = five.place(name)

    def found(query: str) -> list[str]:
        return place.ids(f"sort=created_at&{query}")

    both = [plain, linked]
    knows = name in ("org", "me", "users")
    assert found(f"folder={folder}") == ([linked] if knows else both)
    assert found(f"folder={folder},{'0' * 32}") == ([linked] if knows else both)
    assert found(f"checklist_id={template['id']}") == ([] if knows else both)
    assert found("is_oneoff=false") == ([] if knows else both)
    assert found("is_oneoff=true") == both
    assert found("custom_field_key=floor&custom_field_value=2") == (
        [linked] if name == "org" else both
    )
    assert found("custom_field_key=floor&custom_field_value=3") == ([] if name == "org" else both)
    assert found("q=CHAIR") == (both if name == "run" else [linked])
    # A process is found by its name, with all of its tasks; wildcards mean themselves.
    assert found("q=ann j") == both
    assert found("q=%25") == (both if name == "run" else [])
    assert found("replace_page=7&nonsense=1") == both


def test_40_3_2_templates_of_processes_and_of_single_tasks(cast: Cast) -> None:
    olga = cast.olga
    template, other = make_template(olga, 1), make_template(olga, 1)
    task, others = (tasks_of(olga, launch(olga, each))[0]["id"] for each in (template, other))
    alone = make_oneoff(olga, checklist_id=template["id"])["id"]
    place = Place(olga, "/tasks")
    assert place.ids(f"sort=created_at&checklist_id={template['id']}") == [task, alone]
    both = f"sort=created_at&checklist_id={template['id']},{other['id']}"
    assert place.ids(both) == [task, others, alone]
    assert place.ids(f"checklist_id={template['id']}&is_oneoff=true") == [alone]
    assert place.ids(f"checklist_id={template['id']}&is_oneoff=false") == [task]


# --- Status and archive ---


def test_40_10_every_word_of_status_in_every_list(five: Five, clock: Any) -> None:
    olga = five.cast.olga
    clock.stop_at("2031-05-15T09:00:00Z")
    fresh = five.add(deadline="2031-06-01")
    begun = five.add(deadline="2031-05-15 08:59:59")
    done = five.add(deadline="2031-05-01")
    troubled = five.add(deadline="2031-05-16 09:00:00")
    made(olga.put(f"/tasks/{begun}", {"status": "in-progress"}), 200)
    made(olga.post(f"/tasks/{troubled}/problem", {"content": "Torn"}))
    complete(olga, {"id": done})
    archived = five.add()
    assert olga.delete(f"/tasks/{archived}").status_code == 204
    active = [fresh, begun, troubled]
    words: dict[tuple[str, ...], list[str]] = {
        ("all",): [fresh, begun, done, troubled],
        ("active", "active_visible", "incomplete", "ACTIVE"): active,
        ("not-started",): [fresh, troubled],
        ("inprogress", "in-progress"): [begun],
        ("complete", "completed"): [done],
        ("overdue",): [begun],
        ("due_soon",): [troubled],
        ("on_time",): [fresh],
        ("hasproblem", "issue", "problem"): [troubled],
        ("auto-skipped", "hidden", "draft"): [],
    }
    for name in LISTS:
        place = five.place(name)
        for same, expected in words.items():
            for word in same:
                assert place.ids(f"sort=created_at&status={word}") == expected, (name, word)
        usual = words[("all",)] if name in ("org", "run") else active
        assert place.ids("sort=created_at") == usual, name
        knows = name not in ("guests", "guest")
        assert place.ids("sort=created_at&status=all&archived=true") == (
            [fresh, begun, done, troubled, *([archived] if knows else [])]
        )
        assert place.ids("sort=created_at&status=all&archived=only") == (
            [archived] if knows else [fresh, begun, done, troubled]
        ), name
        if knows:
            assert place.ids("status=archived") == [archived], name


def test_40_3_1_hidden_tasks_and_those_of_archived_processes(cast: Cast) -> None:
    olga, leo = cast.olga, cast.leo
    step = {"assignees": [leo.user_id], "guests": [GUS]}
    process = launch(olga, make_template(olga, [{"title": t, **step} for t in ("A", "B")]))
    shown, hidden = (task["id"] for task in tasks_of(olga, process))
    made(olga.put(f"/runs/{process['id']}/tasks/{hidden}/hide"), 200)
    lists = [
        Place(olga, "/tasks"), Place(leo, "/me/tasks"), Place(olga, f"/users/{leo.user_id}/tasks"),
        Place(olga, f"/guests/{GUS}/tasks"),
    ]  # fmt: skip
    run = Place(olga, f"/runs/{process['id']}/tasks")
    for place in lists:
        for word in ("all", "active", "not-started"):
            assert place.ids(f"status={word}") == [shown], (place.path, word)
        for word in ("auto-skipped", "hidden"):
            assert place.ids(f"status={word}") == [hidden], (place.path, word)
    assert run.ids("") == run.ids("status=all") == [shown, hidden]
    assert run.ids("status=auto-skipped") == [hidden]
    made(olga.delete(f"/runs/{process['id']}"), 200)
    for place in lists:
        assert place.ids("status=all") == [], place.path
    for place in lists[:3]:
        for query in ("archived=true&status=all", "archived=only&status=all", "status=archived"):
            assert place.ids(query) == [shown], (place.path, query)
    assert run.ids("") == run.ids("archived=only") == run.ids("archived=true") == [shown, hidden]


# --- Pages ---


def test_40_12_pages_of_every_list(five: Five) -> None:
    ids = [five.add() for _ in range(12)]
    for name in LISTS:
        place = five.place(name)
        path = place.path.rstrip("?")

        def page(query: str, place: Place = place, path: str = path) -> tuple[list[str], Any]:
            answer = place.by.get(f"{path}?sort=created_at&{query}")
            found = [task["id"] for task in made(answer, 200)]
            return found, answer.json()["meta"]["pagination"]

        found, told = page("")
        assert (found, told["per_page"], told["total_pages"]) == (ids[:10], 10, 2), name
        assert page("page=2")[0] == ids[10:]
        for size in ("per_page=5", "limit=5"):
            assert page(f"{size}&page=2")[0] == ids[5:10]
        found, told = page("without_pagination=true&per_page=5&page=2")
        assert (found, told["total"], told["total_pages"]) == (ids, 12, 1)
        current = f"currentTask={ids[7]}&per_page=5&page=1&replace_page=3"
        assert page(current)[1]["current_page"] == (2 if name == "run" else 1), name


def test_40_3_2_the_page_of_a_task(five: Five) -> None:
    ids = [five.add() for _ in range(12)]
    complete(five.cast.olga, {"id": ids[0]})
    path = f"{five.place('run').path}?per_page=5"

    def around(task: str, query: str = "") -> tuple[int, bool]:
        answer = five.cast.olga.get(f"{path}&currentTask={task}{query}")
        found = [each["id"] for each in made(answer, 200)]
        return answer.json()["meta"]["pagination"]["current_page"], task in found

    assert around(ids[0], "&page=3") == (1, True)
    assert around(ids[4]) == (1, True)
    assert around(ids[5]) == (2, True)
    assert around(ids[11].upper(), "&sort=-position") == (1, False)
    assert around(ids[11], "&sort=-position") == (1, True)
    # It counts what the filters leave.
    assert around(ids[5], "&status=active") == (1, True)
    # What is not in the list decides nothing.
    assert around(ids[0], "&status=active&page=2") == (2, False)
    for nothing in ("0" * 32, "nonsense"):
        assert around(nothing, "&page=3") == (3, False)


def test_40_3_5_what_is_urgent_on_a_page(five: Five, clock: Any) -> None:
    clock.stop_at("2031-05-15T09:00:00Z")
    for deadline in ("2031-05-15 08:00", "2031-05-14", "2031-05-15 10:00", "2031-06-01"):
        five.add(deadline=deadline)
    done = five.add(deadline="2031-05-01")
    complete(five.cast.olga, {"id": done})
    for name in LISTS:
        place = five.place(name)
        path = f"{place.path.rstrip('?')}?status=all&sort=created_at"
        meta = place.by.get(path).json()["meta"]
        assert (meta["overdue_tasks"], meta["tasks_due_soon"]) == (2, 1), name
        meta = place.by.get(f"{path}&per_page=1").json()["meta"]
        assert (meta["overdue_tasks"], meta["tasks_due_soon"]) == (1, 0), name
