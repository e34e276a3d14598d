"""No upgrade costs anybody a row, an answer or a way in.

A database as 0.1.0 made it is upgraded to today's schema, on either database, and compared.
**Every change of the schema, and every GET that answers otherwise on purpose, extends this test:**

- A migration that changes what kept rows say is named in `CHANGED_ROWS`, with the columns and the
  reason. Nothing else may differ: a row that is missing, a value that is another one.
- A GET that answers otherwise is named in `CHANGED_ANSWERS`, with its address, the keys and the
  reason. New keys in an answer are such a change, too.
- A migration that makes a table from rows of another one has a test here of its own, which says
  what must be in it.
- At each release a folder of its own is made as `make_release_0_1_0.py` made the first (copy the
  script, add to the story what is new) and named in `releases.RELEASES`. The older ones stay.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy as sa

from migrations.releases import (
    RELEASES,
    Answer,
    Release,
    Row,
    Rows,
    Upgraded,
    ask,
    put,
    read_rows,
    rows_of,
)
from procession.core.times import HOUR, wire_time
from procession.flows.access.opening import open_migrated
from procession.flows.files.turning import PastedPictures
from procession.kit.migrating import engine_for, migrate
from procession.kit.settings import Settings
from procession.worker.drain import Delivery, Drain
from procession.worker.post import PostOffice, WaitingMail
from sent import PNG
from server import RunningServer, running_server


@dataclass(frozen=True)
class RowsChanged:
    """Columns of a table that say something else after a migration; `*`: the table is gone."""

    migration: str
    why: str
    table: str
    columns: frozenset[str]


@dataclass(frozen=True)
class AnswersChanged:
    """Keys of answers that are others, more or fewer since a release, wherever they are in there.

    `address` is searched for in the path; `status` among the keys lets the status differ.
    """

    since: str
    why: str
    address: str
    keys: frozenset[str]


CHANGED_ROWS: list[RowsChanged] = []
CHANGED_ANSWERS: list[AnswersChanged] = [
    AnswersChanged(
        since="0.2.0",
        why="a scope opens the feed to auditors (60, 8)",
        address="/.well-known/(oauth-authorization-server|openid-configuration)",
        keys=frozenset(("scopes_supported",)),
    ),
    AnswersChanged(
        since="0.2.0",
        why="processes say whether their rules are evaluated (ruling 37)",
        address="/(runs|tasks)",
        keys=frozenset(("rules_active",)),
    ),
    AnswersChanged(
        since="0.2.0",
        why="what is archived says by what, and what who did it was called (contract 70, 10)",
        address="/",
        keys=frozenset(("archived_via", "archived_operation", "archived_by_name", "storage")),
    ),
    AnswersChanged(
        since="0.2.0",
        why="documents of templates carry schedules (50, 9)",
        address="/checklists/[0-9a-f]{32}/export",
        keys=frozenset(("schedules",)),
    ),
    AnswersChanged(
        since="0.2.0",
        why="versions of templates count what still runs on them (issue 18)",
        address="/checklists/[0-9a-f]{32}/versions",
        keys=frozenset(("running",)),
    ),
    AnswersChanged(
        since="0.2.0",
        why="whether something is on hold (contract 70, 4)",
        address="/",
        keys=frozenset(("held",)),
    ),
    AnswersChanged(
        since="0.2.0",
        why="tasks and templates say who archived them (contract 70, 10)",
        address="/(tasks|checklists|steps|completed-tasks|runs)",
        keys=frozenset(("archived_by",)),
    ),
    AnswersChanged(
        since="0.2.0",
        why="comments say who reacted to them (contract 45, 3.8)",
        address="/",
        keys=frozenset(("reactions",)),
    ),
    AnswersChanged(
        since="0.2.0",
        why="processes say whose they were before that was deleted (contract 70, 5)",
        address="/",
        keys=frozenset(("former_parent_id",)),
    ),
    AnswersChanged(
        since="0.2.0",
        why="public links name their organization (decision 0018); the old ones still lead there",
        address="/runs",
        keys=frozenset(("public_url",)),
    ),
    AnswersChanged(
        since="0.2.0",
        why="links of invitations name their organization (0018); the old ones still let in",
        address="/invitation$",
        keys=frozenset(("link",)),
    ),
    AnswersChanged(
        since="0.2.0",
        why="it tells of the workers, and that the kept databases have none (ruling 34)",
        address="^/health$",
        keys=frozenset(("status", "worker")),
    ),
    AnswersChanged(
        since="0.2.0",
        why="what is not found is named (found, F13)",
        address="/(tasks|checklists)/[0-9a-f]{32}$",
        keys=frozenset(("message",)),
    ),
]

#: Tables of what stands beside the archive: no client of 0.1.0 notices.
IN_PLACE = {
    "selections", "selection_items", "operations", "holds", "retention", "retention_rules",
}  # fmt: skip

#: GET routes of 0.1.0 without a kept answer below 400, and why.
NOT_ANSWERED = {
    "/app/single-sign-on/callback": "needs a provider that runs",
    "/app/single-sign-on/{org}": "needs a provider that runs",
    "/mcp/oauth/authorize": "the page of /oauth/authorize, which is asked for",
}


# --- The databases ---


@pytest.fixture(params=RELEASES, ids=str)
def upgraded(
    request: pytest.FixtureRequest,
    database_kind: str,
    upgraded_on: Callable[[Release, str], Upgraded],
) -> Upgraded:
    return upgraded_on(request.param, database_kind)


@pytest.fixture(scope="session")
def serving(
    upgraded_on: Callable[[Release, str], Upgraded],
) -> Iterator[Callable[[Upgraded], RunningServer]]:
    """A server at the time when the release was left. What writes to it comes after the GETs."""
    with ExitStack() as running:
        servers: dict[str, RunningServer] = {}

        def get(upgraded: Upgraded) -> RunningServer:
            if upgraded.url not in servers:
                story = upgraded.release.story
                server = running_server("upgraded", upgraded.copy(), **story["environment"])
                servers[upgraded.url] = running.enter_context(server)
                servers[upgraded.url].clock.stop_at(wire_time(upgraded.release.now))
            return servers[upgraded.url]

        yield get


# --- Rows ---


@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_every_table_of_a_release_has_a_row(release: Release, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/empty.db"
    migrate(url, to=release.schema)
    assert {name for name, rows in release.rows.items() if rows} == set(read_rows(url))


def test_every_row_is_kept(upgraded: Upgraded) -> None:
    found = read_rows(upgraded.url)
    for table, rows in upgraded.release.rows.items():
        changed = [each.columns for each in CHANGED_ROWS if each.table == table]
        ignored = frozenset[str]().union(*changed)
        if "*" in ignored:
            continue
        columns = [name for name in rows[0] if name not in ignored]
        assert sorted(map(repr, _only(found[table], columns))) == sorted(
            map(repr, _only(rows, columns))
        ), table


def _only(rows: list[Row], columns: list[str]) -> Iterator[list[Any]]:
    return ([row[name] for name in columns] for row in rows)


# --- Answers ---


@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_every_get_of_a_release_has_an_answer_kept(release: Release) -> None:
    good = [answer.path.partition("?")[0] for answer in release.answers if answer.status < 400]
    missing = {route for route in release.routes if not any(map(_matching(route), good))}
    assert missing == set(NOT_ANSWERED)


def _matching(route: str) -> Callable[[str], Any]:
    parts = re.split(r"\{[^}]+\}", route)
    return re.compile("[^/]+".join(map(re.escape, parts))).fullmatch


def test_part70_what_was_kept_is_told_in_the_words_of_the_archive(
    upgraded: Upgraded, serving: Callable[[Upgraded], RunningServer]
) -> None:
    """0.1.0 knew no operations, holds, rules of retention or families: nothing is on hold, nothing
    was done by an operation, the clock goes on by the rule that the settings were."""
    release, base_url = upgraded.release, serving(upgraded).base_url
    found = read_rows(upgraded.url)
    for table in ("selections", "operations", "holds", "task_departures", "retention_rules"):
        assert found[table] == [], table
    assert {row["former_parent_id"] for row in found["processes"]} == {None}
    known = release.known

    def get(path: str) -> Any:
        answer = ask(release, base_url, "admin", f"/organizations/{known['org']}/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    archived = [
        row
        for row in release.rows["processes"]
        if row["organization_id"] == known["org"] and row["archived_at"] is not None
    ]
    assert get("archive/summary")["archived"]["run"] == len(archived)
    assert (get("archive/operations"), get("holds")) == ([], [])
    rule = get("retention")
    assert rule["enabled"] == {"archive": False, "cool": False, "delete": False}
    assert (rule["archive_after"], rule["delete_after"]) == ({"unit": "weeks", "value": 52}, None)
    assert rule["deletion_allowed"] is False
    run = get(f"runs/{known['archived_run']}")
    assert (run["archived_via"], run["archived_operation"], run["held"]) == ("person", None, False)
    assert get(f"runs/{known['archived_run']}/family")["children"] == []


def test_part70_49_every_get_answers_as_before(
    upgraded: Upgraded, serving: Callable[[Upgraded], RunningServer]
) -> None:
    """With rules, holds and operations in place, too: they add keys, and change nothing."""
    running = serving(upgraded)
    base_url = running.base_url
    for number in ("0020", "0024", "0025"):
        rows = rows_of(number)
        put(running.settings.database_url, {name: rows[name] for name in IN_PLACE & rows.keys()})
    differences = []
    with requests.Session() as session:
        # Each question is one of its own: no cookie of another answer goes with it.
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for was in upgraded.release.answers:
            now = ask(upgraded.release, base_url, was.who, was.path, session=session)
            changed = [each.keys for each in CHANGED_ANSWERS if re.search(each.address, was.path)]
            found = _difference(was, now, frozenset[str]().union(*changed))
            if found:
                differences.append(f"{was.path} as {was.who}: {found}")
    assert not differences, "\n".join([f"{len(differences)} differ", *differences[:20]])


def _difference(was: Answer, now: Any, ignored: frozenset[str]) -> str | None:
    """The first one, or None."""
    if "status" not in ignored and now.status_code != was.status:
        return f"{now.status_code} instead of {was.status}: {now.text[:200]}"
    if now.headers.get("Content-Type", "") != was.type:
        return f"{now.headers.get('Content-Type')} instead of {was.type}"
    if now.headers.get("Location") != was.location:
        return f"leads to {now.headers.get('Location')} instead of {was.location}"
    return None if was.body is None else _differing(was.body, now.json(), ignored, "")


def _differing(was: Any, now: Any, ignored: frozenset[str], place: str) -> str | None:
    if isinstance(was, dict) and isinstance(now, dict):
        for key in sorted((was.keys() | now.keys()) - ignored):
            if key not in was or key not in now:
                return f"{place}.{key} is {'new' if key in now else 'gone'}"
            found = _differing(was[key], now[key], ignored, f"{place}.{key}")
            if found:
                return found
        return None
    if isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        pairs = enumerate(zip(was, now, strict=True))
        every = (_differing(*pair, ignored, f"{place}[{number}]") for number, pair in pairs)
        return next(filter(None, every), None)
    return None if was == now else f"{place} is {now!r} instead of {was!r}"


# --- Restoring what was archived before ---

#: What a restore changes: the mark, and who restored it when.
MARKS = {
    "processes": {"archived_at", "archived_by", "activated_at", "updated_at", "row_version"},
    "tasks": {"archived_at", "archived_by", "activated_at", "updated_at", "row_version"},
    "templates": {"archived_at", "archived_by", "updated_at", "updated_by", "row_version"},
}
#: Everything that belongs to processes, tasks and templates.
BELONGINGS = [
    "processes", "tasks", "task_assignees", "task_parts", "threads", "process_people",
    "process_stars", "custom_values", "tag_links", "folder_objects", "templates",
    "template_versions", "template_grants", "template_stars", "guest_links",
]  # fmt: skip


def test_what_was_archived_before_is_restored_exactly(
    upgraded: Upgraded, serving: Callable[[Upgraded], RunningServer]
) -> None:
    release, running = upgraded.release, serving(upgraded)
    before = read_rows(running.settings.database_url)
    restored = list(_restore_all(release, running.base_url, before))
    assert len(restored) > 5
    after = read_rows(running.settings.database_url)
    for table in BELONGINGS:
        marks = MARKS.get(table, set())
        columns = [name for name in before[table][0] if name not in marks]
        was, now = (sorted(map(repr, _only(rows[table], columns))) for rows in (before, after))
        assert now == was, table
    for table in MARKS:
        assert all(row["archived_at"] is None for row in after[table]), table


def _restore_all(release: Release, base_url: str, rows: Rows) -> Iterator[str]:
    """Through the API, each by an administrator of its organization."""
    verbs = {"processes": "runs/{}/activate", "tasks": "tasks/{}/restore",
             "templates": "checklists/{}/restore"}  # fmt: skip
    admins = {release.known["org"]: "admin", release.known["mill"]: "miller"}
    for table, address in verbs.items():
        for row in rows[table]:
            if row["archived_at"] is None:
                continue
            organization = row["organization_id"]
            path = f"/organizations/{organization}/{address.format(row['id'])}"
            answer = ask(release, base_url, admins[organization], path, {}, method="PUT")
            assert answer.status_code == 200, f"{path}: {answer.text}"
            yield path


# --- What waits is delivered ---


def test_waiting_events_and_mails_are_delivered(upgraded: Upgraded) -> None:
    release = upgraded.release
    settings = Settings(
        database_url=upgraded.copy(), secret_key=release.story["environment"]["SECRET_KEY"]
    )
    server = replace(open_migrated(settings), clock=lambda: release.now + HOUR, shared_clock=None)
    got: list[Delivery] = []
    drain = Drain(server, receivers=(got.append,))
    while drain.deliver_some():
        pass
    sent: list[WaitingMail] = []
    office = PostOffice(server, sent.append)
    while office.send_one():
        pass
    server.database.close()
    waiting = [row for row in release.rows["outbox"] if row["failed_at"] is None]
    assert sorted((each.event, each.payload) for each in got) == sorted(
        (row["event"], row["payload"]) for row in waiting
    )
    mails = [row for row in release.rows["mails"] if row["sent_at"] is None]
    assert len(mails) > 5
    assert sorted((each.address, each.subject, each.text) for each in sent) == sorted(
        (row["address"], row["subject"], row["text"]) for row in mails
    )


def test_pictures_that_were_stored_as_text_become_files(upgraded: Upgraded, tmp_path: Path) -> None:
    """Ruling 19. Nothing else of their rows changes, and nobody is told."""
    settings = Settings(
        database_url=upgraded.copy(),
        secret_key=upgraded.release.story["environment"]["SECRET_KEY"],
        files=str(tmp_path / "files"),
    )
    server = open_migrated(settings)
    picture = "data:image/png;base64," + b64encode(PNG).decode()
    for table in ("tasks", "processes"):
        text = f"UPDATE {table} SET summary = '<p><img src=\"{picture}\"></p>'"
        with engine_for(settings.database_url).begin() as connection:
            connection.execute(sa.text(text))
    before, step = read_rows(settings.database_url), PastedPictures(server)
    while step.turn_some():
        pass
    server.database.close()
    after = read_rows(settings.database_url)
    pasted = [row for row in after["files"] if row["uploaded_from"] == "pasted"]
    assert len(pasted) == len(before["tasks"]) + len(before["processes"])
    assert {row["size"] for row in pasted} == {len(PNG)}
    for table in ("tasks", "processes"):
        columns = [name for name in before[table][0] if not name.startswith("summary")]
        was, now = (sorted(map(repr, _only(rows[table], columns))) for rows in (before, after))
        assert now == was, table
        assert all("/file/" in row["summary"] for row in after[table])
    for table in ("activity", "outbox", "mails", "notices"):
        assert after[table] == before[table], table


# --- What people hold lets them in; that tokens and guests' codes do, the answers above show ---


def test_programs_go_on_with_what_they_were_given(
    upgraded: Upgraded, serving: Callable[[Upgraded], RunningServer]
) -> None:
    release, base_url = upgraded.release, serving(upgraded).base_url
    robot, kept = release.held["robot"], release.held["oauth_kept"]
    for grant in (
        release.held["code"],
        {"grant_type": "refresh_token", "refresh_token": kept["refresh_token"]},
        {"grant_type": "client_credentials"},
    ):
        answer = ask(release, base_url, "nobody", "/oauth/token", {**robot, **grant})
        assert answer.status_code == 200, f"{grant}: {answer.text}"


def test_a_call_from_before_is_not_done_again(
    upgraded: Upgraded, serving: Callable[[Upgraded], RunningServer]
) -> None:
    release, base_url = upgraded.release, serving(upgraded).base_url
    once, path = release.held["repeated"], f"/organizations/{release.known['org']}/tasks"
    key = {"Idempotency-Key": once["key"]}
    answer = ask(release, base_url, "admin", path, once["body"], headers=key)
    assert (answer.status_code, answer.json()) == (201, once["answer"])
    assert answer.headers["Idempotent-Replayed"] == "true"


def test_people_go_on_where_they_were(
    upgraded: Upgraded, serving: Callable[[Upgraded], RunningServer]
) -> None:
    """By an invitation, a password, the link for another one, and a guest's link."""
    release, base_url = upgraded.release, serving(upgraded).base_url
    held, known = release.held, release.known
    by_password = {**held["robot"], "grant_type": "password",
                   "username": held["password"]["email"],
                   "password": held["password"]["password"]}  # fmt: skip
    accepting = f"/invitations/{held['invitation']}/accept"
    another = {**held["reset"], "password": "Better2horse", "password_confirmation": "Better2horse"}
    of_guest = f"/organizations/{known['org']}/guests/{held['guest']}/completed-tasks"
    for path, body in (
        ("/oauth/token", by_password),
        (accepting, {"password": "Correct1horse"}),
        ("/password/reset", another),
        (of_guest, {"task_id": known["live_oneoff"]}),
    ):
        answer = ask(release, base_url, "nobody", path, body)
        assert answer.ok, f"{path}: {answer.status_code} {answer.text}"


def test_numbers_go_on(upgraded: Upgraded, serving: Callable[[Upgraded], RunningServer]) -> None:
    """What is made after the upgrade never gets a number that was given before."""
    release, base_url = upgraded.release, serving(upgraded).base_url
    organization = release.known["org"]
    greatest = max(
        row["number"] for row in release.rows["processes"] if row["organization_id"] == organization
    )
    path = f"/organizations/{organization}"
    launched = ask(release, base_url, "admin", f"{path}/runs", {"name": "Afterwards"})
    assert launched.json()["data"]["increment_id"] == greatest + 1
    guest = ask(release, base_url, "admin", f"{path}/guests", {"email": "new@new.example"})
    assert guest.status_code == 201
    ids = {table: {row["id"] for row in release.rows[table]} for table in ("activity", "guests")}
    found = read_rows(serving(upgraded).settings.database_url)
    for table, before in ids.items():
        new = {row["id"] for row in found[table]} - before
        assert new
        assert min(new) > max(before), table


def test_processes_from_before_keep_their_rules_asleep(
    upgraded: Upgraded, serving: Callable[[Upgraded], RunningServer]
) -> None:
    """Ruling 37. Its template has a rule that shows the second step when the first is completed."""
    release, running = upgraded.release, serving(upgraded)
    assert not any(row["rules_active"] for row in read_rows(upgraded.url)["processes"])
    known = release.known
    is_open = ("not-started", "in-progress")
    first = next(
        row
        for row in release.rows["tasks"]
        if row["step_id"] == known["step"] and row["state"] in is_open and _is_live(release, row)
    )
    path = f"/organizations/{known['org']}"

    def complete(task_id: str) -> Any:
        body = {"taskdata": {"Notes": "They liked it"}, "status": "completed"}
        done = ask(
            release, running.base_url, "admin", f"{path}/tasks/{task_id}", body, method="PUT"
        )
        assert done.status_code == 200, done.text
        return done.json()["data"]["tasks_changed_by_rules"]["data"]

    assert complete(first["id"]) == []
    url = running.settings.database_url
    assert read_rows(url)["rule_memories"] == []
    body = {"checklist_id": known["template"], "prerun": {known["prerun"]: "Ann and Bo"}}
    launched = ask(release, running.base_url, "admin", f"{path}/runs", body).json()["data"]
    found = read_rows(url)
    tasks = [row for row in found["tasks"] if row["process_id"] == launched["id"]]
    (hidden,) = [row["id"] for row in tasks if row["state"] == "auto-skipped"]
    (visible,) = [row["id"] for row in tasks if row["step_id"] == known["step"]]
    assert [task["id"] for task in complete(visible)] == [hidden]
    (memory,) = read_rows(url)["rule_memories"]
    assert memory["process_id"] == launched["id"]
    # Whoever wants to wakes them; the second step is there since the first was completed.
    waking = f"{path}/runs/{first['process_id']}/rules/wake"
    woken = ask(release, running.base_url, "admin", waking, {}).json()["data"]
    assert woken["rules_active"]
    assert woken["tasks_changed_by_rules"]["data"] == []
    assert len(read_rows(url)["rule_memories"]) == 2


def _is_live(release: Release, task: Row) -> bool:
    (process,) = [row for row in release.rows["processes"] if row["id"] == task["process_id"]]
    return process["archived_at"] is None and process["open_issue_count"] == 0
