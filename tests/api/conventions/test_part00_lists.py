"""Part 00, 4: lists, their pages, sorting and searching."""

import re
from typing import Any

import pytest

from backdoor import guest_task
from cast import GUS, Cast, Person
from factories import complete, launch, made, make_oneoff, make_template, tasks_of
from procession.web.routes import API_ROUTES
from wire import check_pagination, check_problem, ids

#: Every list of the organization, and its default and largest page.
LISTS = [
    ("/runs", 10, 1000),
    ("/tasks", 10, 1000),
    ("/me/tasks", 10, 1000),
    ("/checklists", 10, 1000),
    ("/activity-feeds", 20, 1000),
    ("/users", 9999, 9999),
    ("/guests", 999, 9999),
    ("/groups", 10, 100),
]


def follow(by: Person, link: str) -> Any:
    """GET with nothing but the authorization header."""
    return by.client.call("GET", link.removeprefix(by.client.base_url))


def launch_many(by: Person, count: int, name: str = "Row") -> list[str]:
    return [launch(by, name=f"{name} {number:02}")["id"] for number in range(count)]


@pytest.mark.parametrize(("path", "default", "cap"), LISTS)
def test_00_21_every_list_has_every_key_of_its_pagination(
    cast: Cast, path: str, default: int, cap: int
) -> None:
    template = make_template(cast.olga)
    launch(cast.olga, template)
    make_oneoff(cast.olga, owners={"users": [cast.olga.user_id], "guests": [GUS]})
    cast.group(cast.mia)

    found = check_pagination(cast.olga.get(path))

    assert found["per_page"] == default
    assert found["current_page"] == found["total_pages"] == 1
    assert found["total"] == found["count"] > 0
    assert found["links"] == {}
    assert found["has_more_pages"] is False


def test_00_21_first_and_last_pages_know_that_they_are(cast: Cast) -> None:
    launch_many(cast.olga, 3)

    first, middle, last = (
        check_pagination(cast.olga.get(f"/runs?per_page=1&page={page}")) for page in (1, 2, 3)
    )

    assert [page["has_more_pages"] for page in (first, middle, last)] == [True, True, False]
    assert [set(page["links"]) for page in (first, middle, last)] == [
        {"next"}, {"previous", "next"}, {"previous"},
    ]  # fmt: skip


@pytest.mark.parametrize("mount", ["", "/api"])
def test_00_22_links_work_with_only_the_token_under_both_mounts(cast: Cast, mount: str) -> None:
    rows = launch_many(cast.olga, 3, "a+b & c")
    query = "q=a%2Bb+%26&per_page=1&status=active&sort=name&with=tasks,checklist&page=1&x[]=1&x[]=2"

    first = cast.olga.client.get(f"{mount}{cast.olga.path('/runs')}?{query}")
    second_link = check_pagination(first)["links"]["next"]
    second = follow(cast.olga, second_link)
    third = follow(cast.olga, check_pagination(second)["links"]["next"])

    assert second_link.startswith(f"{cast.server.base_url}{mount}/organizations/")
    assert "q=a%2Bb+%26" in second_link
    assert second_link.count("page=") == 2  # per_page, and the page itself once.
    assert ids(first) + ids(second) + ids(third) == rows
    assert check_pagination(third)["per_page"] == 1
    assert "tasks" in third.json()["data"][0]
    assert ids(follow(cast.olga, check_pagination(third)["links"]["previous"])) == ids(second)


def test_00_22_forwarded_addresses_are_believed_from_known_proxies_only(cast: Cast) -> None:
    launch_many(cast.olga, 2)
    forwarded = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}

    listed = cast.olga.get("/runs?per_page=1", headers=forwarded)

    assert check_pagination(listed)["links"]["next"].startswith(cast.server.base_url)


def test_00_23_walking_the_pages_finds_every_row_once(cast: Cast) -> None:
    template = make_template(cast.olga, steps=25)
    launch(cast.olga, template)

    for sort in ("", "&sort=name", "&sort=-created_at", "&sort=deadline"):
        pages = [cast.olga.get(f"/tasks?per_page=10&page={page}{sort}") for page in (1, 2, 3)]
        assert [check_pagination(page)["count"] for page in pages] == [10, 10, 5]
        assert {check_pagination(page)["total_pages"] for page in pages} == {3}
        assert {check_pagination(page)["total"] for page in pages} == {25}
        assert len({row for page in pages for row in ids(page)}) == 25
    for size in (3, 10):
        by_limit = cast.olga.get(f"/tasks?limit={size}")
        by_size = cast.olga.get(f"/tasks?per_page={size}")
        assert len(ids(by_limit)) == size
        assert ids(by_limit) == ids(by_size)


@pytest.mark.parametrize(("path", "default", "cap"), LISTS)
def test_00_24_the_size_of_a_page_is_never_refused(
    cast: Cast, path: str, default: int, cap: int
) -> None:
    for query, size in (
        ("limit=3", 3),
        ("per_page=3", 3),
        ("per_page=3&limit=4", 3),
        ("per_page=0", default),
        ("per_page=abc", default),
        ("per_page=-1", default),
        ("per_page=", default),
        ("per_page=1.5", default),
        ("per_page=999999", cap),
        ("per_page=" + "9" * 40, cap),
        ("per_page=" + "9" * 5000, cap),
        ("per_page=0003", 3),
    ):
        assert check_pagination(cast.olga.get(f"{path}?{query}"))["per_page"] == size, query


@pytest.mark.parametrize("path", [path for path, _, _ in LISTS])
def test_00_25_a_page_past_the_end_is_empty_with_the_true_total(cast: Cast, path: str) -> None:
    launch(cast.olga, make_template(cast.olga))
    make_oneoff(cast.olga, owners={"users": [cast.olga.user_id]})
    total = check_pagination(cast.olga.get(path))["total"]

    for page in (99, 10**9, 10**12):
        found = check_pagination(cast.olga.get(f"{path}?page={page}"))
        assert (found["total"], found["count"], found["current_page"]) == (total, 0, page)
        assert "next" not in found["links"]
    beyond = check_pagination(cast.olga.get(f"{path}?per_page=1000&page=" + "9" * 40))
    assert (beyond["total"], beyond["count"]) == (total, 0)


@pytest.mark.parametrize("page", ["0", "-1", "abc", "", "1.5", "%00"])
def test_00_25_a_page_that_is_none_is_the_first(cast: Cast, page: str) -> None:
    launch(cast.olga, name="One")

    assert check_pagination(cast.olga.get(f"/runs?page={page}"))["current_page"] == 1


@pytest.mark.parametrize("path", ["/runs", "/tasks", "/me/tasks", "/checklists"])
def test_00_26_an_empty_list_has_one_page(cast: Cast, path: str) -> None:
    found = check_pagination(cast.olga.get(path))

    assert (found["total"], found["total_pages"], found["has_more_pages"]) == (0, 1, False)
    everything = check_pagination(cast.olga.get(f"{path}?without_pagination=1"))
    assert (everything["per_page"], everything["total_pages"]) == (1, 1)


@pytest.mark.parametrize("word", ["true", "True", "1", "yes", "on"])
def test_00_27_everything_on_one_page(cast: Cast, word: str) -> None:
    launch(cast.olga, make_template(cast.olga, steps=12))

    for path in ("/tasks", "/activity-feeds", "/checklists", "/users", "/runs"):
        answer = cast.olga.get(f"{path}?without_pagination={word}&per_page=1&page=2")
        found = check_pagination(answer)
        assert found["total_pages"] == found["current_page"] == 1
        assert found["count"] == found["total"] == found["per_page"]
    assert check_pagination(cast.olga.get(f"/tasks?without_pagination={word}"))["total"] == 12


def test_00_27_of_an_unpaginated_list_that_is_too_long_nothing_is_hidden(cast: Cast) -> None:
    for word in ("false", "0", "no", "off", "nonsense", ""):
        assert (
            check_pagination(cast.olga.get(f"/users?without_pagination={word}"))["per_page"] == 9999
        )


@pytest.mark.parametrize("path", ["/runs", "/tasks"])
def test_00_28_the_ways_to_say_newest_first_agree(cast: Cast, path: str) -> None:
    launch_many(cast.olga, 3)
    for number in range(3):
        make_oneoff(cast.olga, title=f"Task {number}")
    oldest = ids(cast.olga.get(f"{path}?sort=created_at"))

    for query in ("sort=-created_at", "sort_by=newest", "sort_by=created_at&sort=desc",
                  "sort_by=created_at&order=DESC", "sort_by=created&sort_direction=desc",
                  "sort=newest", "sort=-created", "sort=-oldest"):  # fmt: skip
        assert ids(cast.olga.get(f"{path}?{query}")) == oldest[::-1], query
    for query in ("sort=oldest", "sort_by=created_at&sort=asc", "sort_by=oldest", "sort=-newest"):
        assert ids(cast.olga.get(f"{path}?{query}")) == oldest, query


def test_00_4_4_every_list_that_is_sorted_takes_id() -> None:
    without = {
        route.path
        for route in API_ROUTES
        if (sorting := getattr(route.query, "SORTING", None)) and "id" not in sorting.words
    }
    assert without == set()


def test_00_4_4_by_id(cast: Cast) -> None:
    launch_many(cast.olga, 3)
    for title in "abc":
        make_template(cast.olga, title=title)
    for path in ("/runs", "/checklists"):
        rising = ids(cast.olga.get(f"{path}?sort=id"))
        assert len(rising) >= 3
        assert rising == sorted(rising) == ids(cast.olga.get(f"{path}?sort=-id"))[::-1]
    entries = ids(cast.olga.get("/activity-feeds?sort=id&per_page=100"))
    assert entries == sorted(entries)


@pytest.mark.parametrize("sort", ["nonsense", "-", ",", "-,", "created_at;DROP", "%00"])
def test_00_28_an_unknown_sort_key_is_ignored(cast: Cast, sort: str) -> None:
    launch_many(cast.olga, 2)
    usual = {path: ids(cast.olga.get(path)) for path, _, _ in LISTS if path != "/users"}

    for path, expected in usual.items():
        assert sorted(map(str, ids(cast.olga.get(f"{path}?sort={sort}")))) == sorted(
            map(str, expected)
        )
    assert ids(cast.olga.get(f"/runs?sort=nonsense,{sort}")) == usual["/runs"]


def test_00_29_unknown_includes_are_ignored_and_known_ones_wrapped(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga))

    for query in (
        "with=tasks,nonsense,tasks.nonsense,%00,..",
        "with=nonsense&with=tasks,,tasks",
        "with[]=tasks&with[]=nonsense",
        "include=tasks",
        "with=%20tasks%20",
    ):
        found = made(cast.olga.get(f"/runs/{process['id']}?{query}"), 200)
        assert [task["title"] for task in found["tasks"]["data"]] == ["Step 1", "Step 2", "Step 3"]
    assert "tasks" not in made(cast.olga.get(f"/runs/{process['id']}?with=nonsense"), 200)


def test_00_29_a_nested_include_implies_its_parent_and_writes_take_them(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga))

    found = made(cast.olga.put(f"/runs/{process['id']}?with=tasks.threads", {"name": "New"}), 200)

    assert [task["threads"] for task in found["tasks"]["data"]] == [{"data": []}] * 3


def test_00_30_plus_and_percent_20_are_spaces_and_percent_2b_is_a_plus(cast: Cast) -> None:
    spaced, plussed = launch(cast.olga, name="a b")["id"], launch(cast.olga, name="a+b")["id"]

    assert ids(cast.olga.get("/runs?q=a+b")) == [spaced]
    assert ids(cast.olga.get("/runs?q=a%20b")) == [spaced]
    assert ids(cast.olga.get("/runs?q=a%2Bb")) == [plussed]


@pytest.mark.parametrize(
    ("name", "q", "is_found"),
    [
        ("100% sure", "100%25", True), ("100 sure", "100%25", False),
        ("a_b", "a_b", True), ("axb", "a_b", False), ("back\\slash", "k\\s", True),
        ("UPPER", "upper", True), ("lower", "LOWER", True), ("any", "", True),
        ("any", "%20%20", True), ("quote's", "e's", True), ("any", "%00", False),
        ("any", "%ff", False), ("any", "an%00y", False), ("any", "x" * 5000, False),
        ("\U0001f600 smile", "%F0%9F%98%80", True),
    ],
)  # fmt: skip
def test_00_30_a_search_is_a_substring_without_wildcards(
    cast: Cast, name: str, q: str, is_found: bool
) -> None:
    process = launch(cast.olga, name=name)

    assert ids(cast.olga.get(f"/runs?q={q}")) == ([process["id"]] if is_found else [])


@pytest.mark.parametrize(
    ("word", "is_starred"),
    [
        ("true", True), ("True", True), ("1", True), ("yes", True), ("ON", True),
        ("false", False), ("0", False), ("No", False), ("off", False), ("nonsense", None),
    ],
)  # fmt: skip
def test_00_31_booleans_of_queries(cast: Cast, word: str, is_starred: bool | None) -> None:
    starred = launch(cast.olga, name="Starred", starred=True)["id"]
    plain = launch(cast.olga, name="Plain")["id"]

    found = set(ids(cast.olga.get(f"/runs?starred={word}")))

    assert found == {True: {starred}, False: {plain}, None: {starred, plain}}[is_starred]


def test_00_31_lists_of_queries_are_written_in_three_ways(cast: Cast) -> None:
    people = [cast.olga.user_id, cast.mia.user_id]
    owned = [launch(cast.olga, name="Own", owner_id=person)["id"] for person in people]
    launch(cast.olga, name="Other", owner_id=cast.leo.user_id)
    one, two = people

    for query in (f"owners={one},{two}", f"owners[]={one}&owners[]={two}",
                  f"owners={one}&owners={two}", f"owners={one},%20{two},,{one}"):  # fmt: skip
        assert sorted(ids(cast.olga.get(f"/runs?{query}"))) == sorted(owned)


@pytest.mark.parametrize(
    "query",
    [
        "owners=0", "owners=abc", "owners=-1", "owners=" + "9" * 30,
        "owners=%00", "owners=2147483648",
        "started_by=9999999999", "checklist_id=%00", "checklist_id=x", "parent_id=%00",
        "created=2001-01-01", "q=%00",
    ],
)  # fmt: skip
def test_00_a_filter_that_names_nothing_finds_nothing(cast: Cast, query: str) -> None:
    launch(cast.olga, name="Any")

    assert ids(cast.olga.get(f"/runs?{query}")) == []


@pytest.mark.parametrize(
    "path",
    [
        "/runs?status=nonsense", "/runs?status=%00", "/runs?type=%00", "/runs?created=nonsense",
        "/runs?created=10000-01-01", "/runs?created=0000-01-01", "/runs?created=%00",
        "/tasks?status=%00", "/activity-feeds?verb=%00", "/activity-feeds?entity_type=%00",
        "/activity-feeds?entity_id=" + "0" * 32, "/activity-feeds?search=x",
    ],
)  # fmt: skip
def test_00_a_filter_that_cannot_be_read_is_a_422(cast: Cast, path: str) -> None:
    check_problem(cast.olga.get(path), 422, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    "query",
    [
        "q=%00&guests=%00&groups=%00", "guests=nobody@x.io", "groups=" + "0" * 32, "owners=%00",
        "assignee=99999999999", "checklist_id=%00", "unassigned=1&owners=me", "is_oneoff=1",
        "archived=only", "status=overdue", "status=due_soon", "status=hasproblem",
        "status=active&sort=-deadline", "status=on_time&sort=problems",
    ],
)  # fmt: skip
def test_00_every_filter_of_task_lists_is_understood(cast: Cast, query: str) -> None:
    for path in ("/tasks", "/me/tasks"):
        assert check_pagination(cast.mia.get(f"{path}?{query}"))["total"] == 0


def test_00_the_lists_of_a_guest_are_filtered_alike(cast: Cast) -> None:
    task, code = guest_task(cast)

    for query in ("", "?q=order", "?status=active", "?page=1&per_page=5", "?sort=-created_at"):
        listed = cast.nobody.get(cast.olga.path(f"/guests/{code}/tasks{query}"))
        assert ids(listed) == [task["id"]]
    assert ids(cast.nobody.get(cast.olga.path(f"/guests/{code}/tasks?q=%00"))) == []


def test_00_32_every_timestamp_is_utc_in_whole_seconds(cast: Cast) -> None:
    template = make_template(cast.olga)
    process = launch(cast.olga, template)
    complete(cast.olga, tasks_of(cast.olga, process)[0])
    cast.olga.delete(f"/runs/{process['id']}")

    answers = [
        cast.olga.get(f"/runs/{process['id']}?with=tasks,checklist"),
        cast.olga.get("/checklists?with=steps"),
        cast.olga.get("/activity-feeds"),
        cast.olga.get("/users"),
        cast.olga.get(""),
        cast.olga.client.get("/me"),
    ]

    found = [text for answer in answers for text in _dated(answer.json())]
    assert len(found) > 30
    for text in found:
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", text), text


def _dated(value: Any) -> list[str]:
    """Every text of an answer that starts like a date."""
    if isinstance(value, dict):
        return [text for inside in value.values() for text in _dated(inside)]
    if isinstance(value, list):
        return [text for inside in value for text in _dated(inside)]
    is_dated = isinstance(value, str) and re.match(r"\d{4}-\d{2}-\d{2}[T ]", value)
    return [value] if is_dated else []


def test_00_56_things_of_one_second_sort_as_they_were_made(cast: Cast) -> None:
    for _ in range(5):  # A second may end between them; a few tries find one in which it does not.
        made_now = [launch(cast.olga, name=f"Same {number}") for number in range(4)]
        if len({process["created_at"] for process in made_now}) == 1:
            break
    order = [process["id"] for process in made_now]

    assert len({process["created_at"] for process in made_now}) == 1
    assert ids(cast.olga.get("/runs?sort=created_at&without_pagination=1"))[-4:] == order
    assert ids(cast.olga.get("/runs?sort=-created_at"))[:4] == order[::-1]


def test_00_56_an_update_that_changes_nothing_leaves_the_clock_alone(cast: Cast) -> None:
    process = launch(cast.olga, name="Still")
    before = made(cast.olga.get(f"/runs/{process['id']}"), 200)

    cast.olga.put(f"/runs/{process['id']}", {"name": "Still"})

    assert made(cast.olga.get(f"/runs/{process['id']}"), 200) == before
