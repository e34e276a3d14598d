"""The commands by which a server is run from day to day (5.5): what they do is seen by the API."""

import io
import json
import os
import secrets
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller

import procession.web.routes  # noqa: F401 - every table is known
from browsers import signed_in
from cast import Cast, assemble
from factories import launch, made, make_oneoff, make_template
from kept import RETENTION, days, finished, now_of, rule
from procession.cli.main import main
from procession.core.times import DAY, wire_time
from procession.flows.access import founding
from procession.flows.access.opening import open_migrated
from procession.kit.caller import Role
from procession.kit.db import Statement, metadata
from procession.kit.server import Server
from procession.kit.settings import Settings
from server import RunningServer, free_port

PASSWORD = "Barley-mow-77"


def told(*words: str, typed: str = "", **settings: str) -> tuple[int, str, str]:
    """Exit code, output and errors."""
    said, complained = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(complained):
        patch.setattr("sys.stdin", io.StringIO(typed))
        for name, value in settings.items():
            patch.setenv(f"PROCESSION_{name}", value)
        code = main(words)
    return code, said.getvalue(), complained.getvalue()


def done(server: RunningServer, *words: str, typed: str = "", **settings: str) -> str:
    url = server.settings.database_url
    code, said, complained = told(*words, typed=typed, DATABASE_URL=url, **settings)
    assert code == 0, complained
    assert complained.startswith("Database: ")
    return said


def refused(server: RunningServer, *words: str, typed: str = "") -> str:
    """The last line of what it said."""
    code, _, complained = told(*words, typed=typed, DATABASE_URL=server.settings.database_url)
    assert code == 1, complained
    return complained.splitlines()[-1].removeprefix("procession: ")


def mail_of(person: int, cast: Cast) -> str:
    return str(made(cast.olga.get(f"/users/{person}"), 200)["email"])


# --- Organizations ---


def test_5_5_organizations_are_listed_and_renamed(cast: Cast) -> None:
    rows = json.loads(done(cast.server, "org", "list", "--json"))
    (mine,) = [row for row in rows if row["id"] == cast.organization_id]
    assert (mine["name"], mine["members"]) == ("Cast & Co", 3)
    said = done(cast.server, "org", "rename", cast.organization_id, "Mill")
    assert said == "It is called Mill now.\n"
    (line,) = [
        line
        for line in done(cast.server, "org", "list").splitlines()
        if line.startswith(cast.organization_id)
    ]
    assert "Mill  " in line
    assert made(cast.olga.get(""), 200)["name"] == "Mill"
    (entry,) = made(cast.olga.get("/activity-feeds?per_page=1"), 200)
    assert "Cast & Co" in json.dumps(entry)
    assert entry["actor"][0]["full_name"] == "Procession Bot"


def test_5_5_a_name_or_id_that_cannot_be_is_refused(cast: Cast) -> None:
    rename = ("org", "rename", cast.organization_id)
    assert "50 characters" in refused(cast.server, *rename, "x" * 51)
    none = "There is no organization with this id."
    assert refused(cast.server, "org", "rename", "0" * 32, "Mill") == none
    assert refused(cast.server, "org", "delete", "0" * 32) == none
    assert refused(cast.server, "member", "list", "--org", "0" * 32) == none


def rows_of(storage: Server, organization_id: str) -> dict[str, int]:
    """How many rows of each table are the organization's."""
    with storage.database.reading() as connection:
        return {
            table.name: connection.fetch(
                Statement(
                    sa.select(sa.func.count()).where(table.c.organization_id == organization_id)
                ),
                {},
            )[0][0]
            for table in metadata.sorted_tables
            if "organization_id" in table.c
        }


def count(storage: Server, table: str, **equal: object) -> int:
    of = metadata.tables[table]
    conditions = [of.c[name] == value for name, value in equal.items()]
    return int(
        storage.database.connection().fetch(
            Statement(sa.select(sa.func.count()).where(*conditions)), {}
        )[0][0]
    )


def test_5_5_an_organization_is_deleted_with_all_that_is_its_and_nothing_else(cast: Cast) -> None:
    storage, other = cast.server.storage, assemble(cast.server)
    guest = f"gus-{secrets.token_hex(4)}@guests.test"
    for each in (cast, other):
        template = make_template(each.olga, [{"title": "A", "guests": [guest]}])
        launch(each.olga, template)
        task = make_oneoff(each.olga, owners={"users": [each.mia.user_id]})
        made(each.olga.post(f"/tasks/{task['id']}/comment", {"content": "Hello"}))
        made(each.olga.post("/tags", {"title": "Mill"}))
    both = mail_of(other.mia.user_id, other)
    founding.add_member(storage, cast.organization_id, email=both, role=Role.LIGHT)
    untouched = rows_of(storage, other.organization_id)
    before = rows_of(storage, cast.organization_id)
    assert min(before[name] for name in ("tasks", "threads", "activity", "memberships")) > 0
    words = ("org", "delete", cast.organization_id)
    refusal = refused(cast.server, *words, typed="Cast\n")
    assert refusal.endswith("procession: That is not its name, Cast & Co. Nothing was deleted.")
    assert rows_of(storage, cast.organization_id) == before
    said = done(cast.server, *words, typed="Cast & Co\n").splitlines()
    assert said[-1] == "Cast & Co is deleted."
    assert f"  tasks: {before['tasks']}" in said
    assert "  accounts: 4" in said
    assert set(rows_of(storage, cast.organization_id).values()) == {0}
    assert rows_of(storage, other.organization_id) == untouched
    assert count(storage, "organizations", id=cast.organization_id) == 0
    assert count(storage, "users", id=cast.olga.user_id) == 0
    assert count(storage, "users", id=other.mia.user_id) == 1
    assert count(storage, "guests", email=guest) == 1
    assert cast.olga.get("/me").status_code == 401
    assert other.mia.get("/me").status_code == 200
    done(cast.server, "org", "delete", other.organization_id, "--name", "Cast & Co")
    assert count(storage, "guests", email=guest) == 0


# --- Members ---


def test_5_5_members_are_listed_and_shut_out(cast: Cast) -> None:
    org = ("--org", cast.organization_id)
    rows = json.loads(done(cast.server, "member", "list", *org, "--json"))
    assert [row["role"] for row in rows] == ["admin", "standard", "light"]
    mia = mail_of(cast.mia.user_id, cast)
    done(cast.server, "member", "disable", *org, "--email", mia)
    assert cast.mia.get("/me").status_code == 403
    (line,) = [
        line for line in done(cast.server, "member", "list", *org).splitlines() if mia in line
    ]
    assert "disabled" in line
    olga = mail_of(cast.olga.user_id, cast)
    assert "default administrator" in refused(
        cast.server, "member", "disable", *org, "--email", olga
    )
    unknown = refused(cast.server, "member", "disable", *org, "--email", "no@cast.test")
    assert unknown == "User not found"


def test_5_5_a_password_is_set_and_sessions_end(cast: Cast) -> None:
    leo = mail_of(cast.leo.user_id, cast)
    words = ("member", "set-password", "--email", leo)
    done(cast.server, *words, typed=f"{PASSWORD}\n")
    first = signed_in(cast, leo, PASSWORD)
    said = done(cast.server, "sessions", "end", "--email", leo)
    assert said == "1 session is ended.\n"
    assert not first.is_signed_in()
    assert cast.leo.get("/me").status_code == 200
    second = signed_in(cast, leo, PASSWORD)
    done(cast.server, *words, typed="Another-mow-78\n")
    assert not second.is_signed_in()
    third = signed_in(cast, leo, "Another-mow-78")
    done(cast.server, "sessions", "end", "--all")
    assert not third.is_signed_in()


def test_5_5_passwords_that_are_none_and_people_who_are_nobody_are_refused(cast: Cast) -> None:
    leo = mail_of(cast.leo.user_id, cast)
    words = ("member", "set-password", "--email")
    assert refused(cast.server, *words, leo) == "The password field is required."
    assert "6 to 127 characters" in refused(cast.server, *words, leo, typed="Ab1\n")
    nobody = "There is no user with the address no@cast.test."
    assert refused(cast.server, *words, "no@cast.test", typed=f"{PASSWORD}\n") == nobody
    assert refused(cast.server, "sessions", "end", "--email", "no@cast.test") == nobody
    bot = f"bot+{cast.organization_id}@procession.invalid"
    said = refused(cast.server, *words, bot, typed=f"{PASSWORD}\n")
    assert said == "Bot users cannot be edited."


# --- Keys, mails, bootstrap ---


def test_5_5_the_signing_key_is_replaced_and_nobody_is_shut_out(cast: Cast) -> None:
    task = make_oneoff(
        cast.olga, owners={"users": [], "guests": [f"k-{cast.organization_id}@g.test"]}
    )
    guest = cast.guest_of(task)

    def published() -> list[str]:
        found = cast.nobody.get("/.well-known/jwks.json").json()["keys"]
        return [key["kid"] for key in found]

    before = published()
    words = ("token", "create", "--email", mail_of(cast.olga.user_id, cast))
    earlier = done(cast.server, *words).strip()
    said = done(cast.server, "keys", "rotate")
    after = published()
    assert after[1:] == before
    assert after[0] in said
    assert after[0] not in before
    token = done(cast.server, *words).strip()
    for text in (earlier, token):
        answer = cast.nobody.get(
            f"/organizations/{cast.organization_id}/me", headers={"Authorization": f"Bearer {text}"}
        )
        assert answer.status_code == 200
    assert guest.get("/tasks").status_code == 200
    done(cast.server, "keys", "rotate")
    assert set(published()[1:]) == set(after)


class _Inbox:
    def __init__(self) -> None:
        self.mails: list[tuple[list[str], str]] = []

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        text = bytes(envelope.content).decode()  # type: ignore[attr-defined]
        self.mails.append((list(envelope.rcpt_tos), text))  # type: ignore[attr-defined]
        return "250 taken"


def test_5_5_a_mail_is_sent_to_see_whether_it_arrives(cast: Cast, tmp_path: Path) -> None:
    inbox, port = _Inbox(), free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        smtp = f"smtp://127.0.0.1:{port}"
        said = done(cast.server, "mail", "test", "ann@mill.test", SMTP_URL=smtp)
    finally:
        controller.stop()
    assert said.startswith(f"Sent by the mail server 127.0.0.1:{port}.")
    ((to, text),) = inbox.mails
    assert to == ["ann@mill.test"]
    assert "Subject: A mail from Procession" in text
    said = done(cast.server, "mail", "test", "ann@mill.test", MAIL_FOLDER=str(tmp_path))
    assert Path(said.rsplit(maxsplit=1)[-1]).read_text().count("Procession") > 1
    url = cast.server.settings.database_url
    code, _, complained = told("mail", "test", "ann@mill.test", SMTP_URL=smtp, DATABASE_URL=url)
    assert code == 1
    assert "The mail was not sent by the mail server 127.0.0.1" in complained
    assert "valid email" in refused(cast.server, "mail", "test", "ann")


def test_5_5_bootstrap_takes_a_name_and_a_password(
    new_database: Callable[[str], str], server_on: Callable[[str], RunningServer]
) -> None:
    url = new_database("sqlite")
    words = ("bootstrap", "--org", "Mill", "--email", "ann@mill.test", "--name", "Ann Mc Miller")
    code, _, complained = told(*words, "--password-stdin", typed="ann\n", DATABASE_URL=url)
    assert (code, "password" in complained) == (1, True)
    code, said, complained = told(*words, "--password-stdin", typed=PASSWORD, DATABASE_URL=url)
    assert code == 0, complained
    storage = open_migrated(Settings(database_url=url))
    assert count(storage, "users", first_name="Ann", last_name="Mc Miller") == 1
    with storage.database.reading() as connection:
        users = metadata.tables["users"]
        kept = connection.fetch(
            Statement(sa.select(users.c.password_hash).where(users.c.first_name == "Ann")), {}
        )
    assert kept[0][0].startswith("$argon2")
    assert PASSWORD not in said + complained
    assert "PROCESSION_DATABASE_URL" not in os.environ
    storage.database.close()


def test_5_5_tokens_are_listed_as_json(cast: Cast) -> None:
    rows = json.loads(done(cast.server, "token", "list", "--json"))
    olga = mail_of(cast.olga.user_id, cast)
    (row,) = [row for row in rows if row["user"] == olga]
    assert row["revoked"] is None
    assert row["created"].endswith("Z")


def test_part70_4_holds_are_placed_shown_changed_and_released(cast: Cast) -> None:
    run = launch(cast.olga)["id"]

    def hold(action: str, *words: str) -> str:
        return done(cast.server, "hold", action, "--org", cast.organization_id, *words)

    placed = json.loads(hold("place", "--run", run, "--reason", "Audit", "--json"))
    assert placed == made(cast.olga.get(f"/holds/{placed['id']}"), 200)
    assert placed["covers"]["runs"] == 1
    assert "It covers 1 processes" in hold("show", placed["id"])
    hold("change", placed["id"], "--reference", "A-1", "--expires", "2999-01-01T00:00:00Z")
    (listed,) = json.loads(hold("list", "--json"))
    assert (listed["reference"], listed["reason"]) == ("A-1", "Audit")
    assert listed["expires_at"] == "2999-01-01T00:00:00Z"
    hold("change", placed["id"], "--expires", "never")
    assert made(cast.olga.get(f"/holds/{placed['id']}"), 200)["expires_at"] is None
    hold("release", placed["id"], "--reason", "Done")
    assert json.loads(hold("list", "--json")) == []
    assert len(json.loads(hold("list", "--all", "--json"))) == 1


def test_70_3_retention_is_previewed(cast: Cast) -> None:
    rule(cast.olga, archive_after=days(30))
    words = ("retention", "preview", "--org", cast.organization_id)
    assert done(cast.server, *words).startswith("Nothing is due at ")
    template = make_template(cast.olga, 1, title="Order a cake")
    finished(cast, template, ago=29)
    tomorrow = wire_time(now_of(cast) + 2 * DAY)
    at = (*words, "--at", tomorrow)
    asked = made(cast.olga.get(f"{RETENTION}/preview?at={tomorrow}"), 200)
    assert json.loads(done(cast.server, *at, "--json")) == asked
    heads, line, total = done(cast.server, *at).splitlines()
    assert heads.split()[:3] == ["template", "archive", "delete"]
    assert line.split()[:5] == ["Order", "a", "cake", "1", "0"]
    assert total == f"At {tomorrow}: archive 1, delete 0."
    assert refused(cast.server, *words, "--at", "soon") == "This is no instant and no day: soon"
