"""Part 00, 7: hourly caps of an organization on comments and new guests; 45, rows 28 and 34."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

from backdoor import change, stored
from cast import Cast, Person, assemble
from factories import complete, launch, made, make_oneoff, make_template, tasks_of
from procession.core.times import HOUR
from procession.kit.journal import activity
from procession.kit.settings import read_settings
from sent import PDF, send_file, upload
from server import Client, RunningServer, running_server
from wire import check_problem

NewDatabase = Callable[[str], str]
_MOST_BYTES = 10_000
CAPS: dict[str, Any] = {
    "MAX_HOURLY_COMMENTS": "3",
    "MAX_HOURLY_GUESTS": "2",
    "MAX_UPLOAD_BYTES": str(_MOST_BYTES),
}


@pytest.fixture(scope="module")
def capped_servers(
    new_database: NewDatabase,
) -> Iterator[Callable[[str], tuple[RunningServer, RunningServer]]]:
    """Two on one database; caps are an organization's, so the tests may share them."""
    with ExitStack() as running:
        pairs: dict[str, tuple[RunningServer, RunningServer]] = {}

        def get(kind: str) -> tuple[RunningServer, RunningServer]:
            if kind not in pairs:
                url = new_database(kind)
                pairs[kind] = (
                    running.enter_context(running_server("one", url, **CAPS)),
                    running.enter_context(running_server("two", url, **CAPS)),
                )
            return pairs[kind]

        yield get


@pytest.fixture
def two_servers(
    database_kind: str, capped_servers: Callable[[str], tuple[RunningServer, RunningServer]]
) -> tuple[RunningServer, RunningServer]:
    return capped_servers(database_kind)


def at(server: RunningServer, person: Person) -> Person:
    """The same person, asking the other server."""
    client = Client(server.base_url, person.token)
    return Person(person.user_id, person.token, client, person.organization_id)


def check_capped(answer: Any, message: str, limit: int) -> None:
    body = check_problem(answer, 429, "RATE_LIMIT_EXCEEDED")
    assert body["message"] == message
    assert set(body) == {"error", "message", "code"}
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600
    assert answer.headers["X-RateLimit-Limit"] == str(limit)
    assert answer.headers["X-RateLimit-Remaining"] == "0"


NO_COMMENT = (
    "You've reached the hourly limit for Comment (3 per hour per organization). "
    "Please try again later."
)
NO_GUEST = (
    "You've reached the hourly limit for Guest Invite (2 per hour per organization). "
    "Please try again later."
)


def let_an_hour_pass(cast: Cast) -> None:
    its = activity.c.organization_id == cast.organization_id
    earlier = activity.c.occurred_at - HOUR
    change(cast, activity.update().where(its).values(occurred_at=earlier))


def test_45_28_the_fourth_comment_within_an_hour_is_a_429(
    two_servers: tuple[RunningServer, RunningServer],
) -> None:
    cast = assemble(two_servers[0])
    there = at(two_servers[1], cast.olga)
    process, task = launch(cast.olga, make_template(cast.olga, 1)), make_oneoff(cast.olga)
    (own,) = tasks_of(cast.olga, process)
    talk = {"content": "Hello"}
    made(cast.olga.post(f"/tasks/{task['id']}/comment", talk))
    made(there.post(f"/runs/{process['id']}/comment", talk))
    issue = made(cast.mia.post(f"/tasks/{task['id']}/problem", talk))
    before = stored(cast)

    for answer in (
        cast.olga.post(f"/tasks/{task['id']}/comment", talk),
        there.post(f"/tasks/{task['id']}/problem", talk),
        there.post(f"/runs/{process['id']}/comment", talk, headers={"Idempotency-Key": "k"}),
        cast.mia.post(f"/tasks/{task['id']}/resolved-threads", {"thread_id": issue["id"], **talk}),
        cast.olga.post("/completed-tasks", {"task_id": own["id"], "comment": "Done"}),
    ):
        check_capped(answer, NO_COMMENT, 3)
    assert stored(cast) == before
    assert tasks_of(cast.olga, process)[0]["status"] == "not-started"
    complete(cast.olga, own)
    other = assemble(two_servers[0])
    made(other.olga.post(f"/tasks/{make_oneoff(other.olga)['id']}/comment", talk))
    let_an_hour_pass(cast)
    again = there.post(f"/runs/{process['id']}/comment", talk, headers={"Idempotency-Key": "k"})
    assert made(again)["content"] == "Hello"


def test_45_34_a_file_is_as_large_as_the_setting_says_and_no_byte_larger(
    two_servers: tuple[RunningServer, RunningServer],
) -> None:
    assert read_settings({}).max_upload_bytes == 104_857_600
    cast = assemble(two_servers[0])
    task = make_oneoff(cast.olga)
    content = PDF.ljust(_MOST_BYTES + 1, b"x")
    place = {"subject_type": "Task", "subject_id": task["id"]}
    file = upload(cast.olga, content[:-1], **place)
    assert file["size"] == _MOST_BYTES
    check_problem(send_file(cast.olga, content, **place), 413, "PAYLOAD_TOO_LARGE")
    listed = made(cast.olga.get(f"/assets?subject_type=Task&subject_id={task['id']}"), 200)
    assert [each["id"] for each in listed] == [file["id"]]


def test_00_7_new_guests_are_capped_wherever_they_are_named(
    two_servers: tuple[RunningServer, RunningServer],
) -> None:
    cast = assemble(two_servers[0])
    there = at(two_servers[1], cast.olga)
    made(cast.olga.post("/guests", {"email": "one@guests.test"}))
    make_oneoff(there, owners={"guests": ["two@guests.test"]})
    template = make_template(cast.olga, [{"title": "Sign", "guests": ["new@guests.test"]}])
    task = {"title": "T", "task_type": "task", "deadline": "2031-01-01"}
    before = stored(cast)

    for answer in (
        cast.olga.post("/guests", {"email": "three@guests.test"}),
        there.post("/tasks", {**task, "owners": {"guests": ["three@guests.test"]}}),
        there.post("/groups", {"name": "G", "guests": ["three@guests.test"]}),
        there.post("/runs", {"checklist_id": template["id"]}),
    ):
        check_capped(answer, NO_GUEST, 2)
    assert stored(cast) == before
    # Who is known is no new guest.
    make_oneoff(cast.olga, owners={"guests": ["one@guests.test", "TWO@guests.test"]})
    made(cast.olga.post("/guests", {"email": "one@guests.test", "first_name": "One"}))
    # What was deleted makes no room.
    made(cast.olga.delete("/guests/two@guests.test"), 200)
    check_capped(cast.olga.post("/guests", {"email": "x@guests.test"}), NO_GUEST, 2)
    let_an_hour_pass(cast)
    many = {"name": "G", "guests": [f"{n}@guests.test" for n in range(3)]}
    assert check_problem(cast.olga.post("/groups", many), 429)["message"] == NO_GUEST
    made(cast.olga.post("/groups", {**many, "guests": many["guests"][:2]}))


def test_00_7_of_several_at_once_no_more_than_the_cap_get_through(
    two_servers: tuple[RunningServer, RunningServer],
) -> None:
    cast = assemble(two_servers[0])
    there = at(two_servers[1], cast.olga)
    tasks = [make_oneoff(cast.olga) for _ in range(8)]

    def said(number: int) -> Any:
        by = (cast.olga if number % 2 else there).again()
        return by.post(f"/tasks/{tasks[number]['id']}/comment", {"content": "Hello"})

    def invited(number: int) -> Any:
        by = (cast.olga if number % 2 else there).again()
        return by.post("/guests", {"email": f"{number}@guests.test"})

    for act, most in ((said, 3), (invited, 2)):
        with ThreadPoolExecutor(8) as pool:
            statuses = sorted(answer.status_code for answer in pool.map(act, range(8)))
        assert statuses == [201] * most + [429] * (8 - most)
