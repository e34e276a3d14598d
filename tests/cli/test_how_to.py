"""Found, D8: what the how-to pages tell people to type works as it stands there."""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from cast import Cast
from factories import made, make_oneoff, make_template
from how_to import FOLDER, Step, blocks_of, missing, run, steps_of
from letters import announce
from postgres import Cluster
from providers import real_provider
from server import free_port

#: The pages, each with the test that runs it.
RUN = {
    "archive-many.md": "test_70_many_are_archived_and_come_back_as_the_page_says",
    "automate.md": "test_50_rules_lead_a_process_as_the_page_says",
    "back-up-and-move.md": "test_found_d8_a_backup_comes_back",
    "first-hour.md": "test_found_d8_the_first_hour_works_word_for_word",
    "launch-by-mail.md": "test_found_d8_a_mail_launches",
    "mail-server.md": "test_16_mails_go_by_a_mail_server_as_the_page_says",
    "reply-by-mail.md": "test_16_an_answer_becomes_a_comment_as_the_page_says",
    "put-on-hold.md": "test_70_something_is_put_on_hold_as_the_page_says",
    "run-a-procedure.md": "test_found_d8_a_procedure_is_run",
    "run-on-postgresql.md": "test_found_d8_it_runs_on_postgresql",
    "schedule.md": "test_found_d8_a_procedure_is_run",
    "undo-a-sweep.md": "test_70_many_are_archived_and_come_back_as_the_page_says",
    "single-sign-on.md": "test_found_d8_a_provider_is_connected",
    "walk-and-poll-lists.md": "test_found_d8_a_procedure_is_run",
}
#: Those that are not typed here, and why.
NOT_TYPED = {
    "install-with-containers.md": "it needs podman and a registry of images",
    "install-with-systemd.md": "systemd must be the first process; tests/deploy verify its unit",
    "keep-the-archive-small.md": "it tells of years; test_operating.py reads such a preview",
    "keep-files-in-a-bucket.md": "it is settings; tests/kit/test_stores.py keeps files in a bucket",
    "run-behind-a-proxy.md": "tests/deploy start nginx and Caddy with its files",
    "upgrade.md": "it has no commands of its own; tests/migrations upgrade a database of 0.1.0",
    "webhooks.md": "tests/worker run its receivers, and a worker that calls them",
    "watch-it.md": "its blocks are settings and a log; tests/worker and tests/deploy read them",
}

#: Around a page: the server goes on behind it, and what `bootstrap` printed is kept, as it says.
_KEPT = """
procession() { if [ "$1" = serve ]; then
  [ -z "${SERVER:-}" ] || { kill $SERVER; wait $SERVER || true; }
  command procession "$@" & SERVER=$!
  trap 'kill $SERVER; wait $SERVER' EXIT
  for _ in $(seq 400); do
  rm -f health; curl -s -o health http://127.0.0.1:$PROCESSION_PORT/health || true
  if grep -qs '"ok"' health || grep -qs -e --no-worker <<< "$*" && [ -s health ]; then return; fi
  sleep .05; done; return 1
  elif [ "$1" = bootstrap ]; then command procession "$@" | tee said
  ORG=$(sed -n 's/^organization_id: //p' said); T=$(sed -n 's/^access_token: //p' said)
  else command procession "$@"; fi; }
"""
HERE = "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def typed_with() -> None:
    if lacking := missing():
        pytest.skip(f"the pages need {', '.join(lacking)}")


def test_every_page_is_run_or_says_why_not() -> None:
    assert {page.name for page in FOLDER.glob("*.md")} == {*RUN, *NOT_TYPED}
    assert set(RUN.values()) <= set(globals())


def test_found_d8_the_first_hour_works_word_for_word(tmp_path: Path) -> None:
    """All but installing; and on a free port and in a folder of its own."""
    port = free_port()
    install, *rest = steps_of("first-hour.md")
    assert install.typed.startswith("make setup\n")
    exports = install.typed.splitlines()[-1]
    (tmp_path / "var").mkdir()
    answers = run(
        rest,
        tmp_path,
        before=f"{exports}\n{_KEPT}",
        instead={HERE: f"http://127.0.0.1:{port}"},
        variables={"PROCESSION_PORT": str(port)},
    )
    assert '"name":"A second mill stone"' in answers[-2]


def variables_of(cast: Cast) -> dict[str, str]:
    """What a page takes for granted: a server, and what `bootstrap` printed."""
    settings = cast.server.settings
    return {
        "ORG": cast.organization_id,
        "T": cast.olga.token,
        "PROCESSION_DATABASE_URL": settings.database_url,
    }


def test_found_d8_a_procedure_is_run(cast: Cast, tmp_path: Path) -> None:
    pages = ("run-a-procedure.md", "schedule.md", "walk-and-poll-lists.md")
    steps = [step for page in pages for step in steps_of(page)]
    for number in range(12):  # More than one page of them.
        made(cast.olga.post("/runs", {"name": f"Process {number}"}))
    run(steps, tmp_path, instead={HERE: cast.server.base_url}, variables=variables_of(cast))


@pytest.mark.parametrize("page", ["archive-many.md", "undo-a-sweep.md"])
def test_70_many_are_archived_and_come_back_as_the_page_says(
    cast: Cast, tmp_path: Path, page: str
) -> None:
    run(
        steps_of(page),
        tmp_path,
        instead={HERE: cast.server.base_url},
        variables=variables_of(cast),
    )


def test_70_something_is_put_on_hold_as_the_page_says(cast: Cast, tmp_path: Path) -> None:
    run(
        steps_of("put-on-hold.md"),
        tmp_path,
        instead={HERE: cast.server.base_url},
        variables=variables_of(cast),
    )


def test_50_rules_lead_a_process_as_the_page_says(cast: Cast, tmp_path: Path) -> None:
    run(
        steps_of("automate.md"),
        tmp_path,
        instead={HERE: cast.server.base_url},
        variables=variables_of(cast),
    )


def test_found_d8_a_mail_launches(cast: Cast, tmp_path: Path) -> None:
    """As the page says it, and as it says that Postfix does it."""
    sender = made(cast.olga.get("/users/me"), 200)["email"]
    template = make_template(cast.olga)["id"]
    proof = f"spf=pass smtp.mailfrom={sender.rpartition('@')[2]}"
    for name in ("mail", "another"):
        (tmp_path / name).write_text(
            f"Authentication-Results: mx.example.com; {proof}\nFrom: <{sender}>\n"
            f"Subject: {name}\nMessage-ID: <{name}@cast.test>\n\nPlease.\n"
        )
    (by_hand,) = steps_of("launch-by-mail.md")
    (of_postfix,) = blocks_of("launch-by-mail.md", "ini")
    argv = of_postfix.partition("argv=")[2].replace("\n", " ")
    answers = run(
        [by_hand, Step(f"{argv} < another\n")],
        tmp_path,
        instead={
            "bot+...-launch": f"bot+{template}-launch",
            "${recipient}": f"bot+{template}-launch@example.com",
            "sqlite:////srv/procession/procession.db": cast.server.settings.database_url,
            "/opt/procession/.venv/bin/": "",
        },
        variables={**variables_of(cast), "PROCESSION_MAIL_TRUSTED_SERVER": "mx.example.com"},
    )
    assert [answer.split()[-1] for answer in answers[:2]] == ["launched", "launched"]
    named = {process["name"] for process in made(cast.olga.get("/runs"), 200)}
    assert named == {"mail", "another"}


def test_16_an_answer_becomes_a_comment_as_the_page_says(cast: Cast, tmp_path: Path) -> None:
    """By hand, and as it says that Postfix does it."""
    storage = cast.server.storage
    server = replace(
        storage,
        settings=replace(
            storage.settings,
            mail_trusted_server="mx.example.com",
            mail_reply_domain="in.example.com",
        ),
    )
    task = make_oneoff(cast.olga, owners={"users": [cast.mia.user_id], "guests": []})
    (letter,) = announce(cast, server)
    for name in ("answer", "another"):
        (tmp_path / name).write_text(
            "Authentication-Results: mx.example.com; "
            f"spf=pass smtp.mailfrom={letter.to.rpartition('@')[2]}\nFrom: <{letter.to}>\n"
            f"Subject: Re: {letter.subject}\nMessage-ID: <{name}@cast.test>\n\nThis is {name}.\n"
        )
    (by_hand,) = steps_of("reply-by-mail.md")
    settings, of_postfix = blocks_of("reply-by-mail.md", "ini")
    argv = of_postfix.partition("argv=")[2].replace("\n", " ")
    answers = run(
        [by_hand, Step(f"{argv} < another\n")],
        tmp_path,
        instead={
            "bot+...-comment-task-...@in.example.com": letter.reply_to,
            "${recipient}": letter.reply_to,
            "sqlite:////srv/procession/procession.db": cast.server.settings.database_url,
            "/opt/procession/.venv/bin/": "",
        },
        variables={**variables_of(cast), **dict(line.split("=") for line in settings.split())},
    )
    assert [answer.split()[-1] for answer in answers[:2]] == ["commented", "commented"]
    shown = made(cast.olga.get(f"/tasks/{task['id']}?with=threads"), 200)["threads"]["data"]
    assert [each["content"] for each in shown] == ["This is answer.", "This is another."]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_16_mails_go_by_a_mail_server_as_the_page_says(cast: Cast, tmp_path: Path) -> None:
    """But for its name, and signing in there."""
    inbox, port = Inbox(), free_port()
    (settings,) = blocks_of("mail-server.md", "ini")
    named = "procession:PASSWORD@mail.example.com:587"
    assert named in settings
    (tmp_path / ".env").write_text(settings.replace(named, f"127.0.0.1:{port}"))
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        run(steps_of("mail-server.md"), tmp_path, variables=variables_of(cast))
    finally:
        controller.stop()
    ((to, text),) = inbox.mails
    assert to == ["ann@example.com"]
    assert "From: Procession <procession@example.com>" in text


class Inbox:
    """A mail server that takes every mail."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], str]] = []

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802
        self.mails.append((list(envelope.rcpt_tos), bytes(envelope.content).decode()))
        return "250 taken"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_found_d8_a_provider_is_connected(cast: Cast, tmp_path: Path) -> None:
    """All but signing in, which tests/api/accounts do: so it is enforced with force."""
    (tmp_path / "secret.txt").write_text("the-secret\n")
    with real_provider() as provider:
        run(
            steps_of("single-sign-on.md"),
            tmp_path,
            instead={
                "https://login.example.com": provider.issuer,
                "sso enforce": "sso enforce --force",
                HERE: cast.server.base_url,
            },
            variables=variables_of(cast),
        )
    shown = made(cast.olga.get(""), 200)
    assert shown["sso_default_role"] == "light"


def variables_for(postgres: Cluster, *tools: str) -> dict[str, str]:
    """Its own programs come first: those of another version refuse to dump."""
    if lacking := [tool for tool in tools if not (postgres.binaries / tool).exists()]:
        pytest.skip(f"the page needs {', '.join(lacking)}")
    path = f"{postgres.binaries}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {"PATH": path, "PGHOST": str(postgres.folder), "PGUSER": "procession"}


def test_found_d8_a_backup_comes_back(
    tmp_path: Path, postgres: Cluster, new_database: Callable[[str], str]
) -> None:
    of_cluster = variables_for(postgres, "pg_dump", "pg_restore", "createdb")
    (tmp_path / "var").mkdir()
    database = tmp_path / "var" / "procession.db"
    shutil.move(new_database("sqlite").removeprefix("sqlite:///"), database)
    copy, restore, of_postgres, check = steps_of("back-up-and-move.md")
    bootstrap = Step("procession bootstrap --org Mill --email ann@mill.example\n")
    lost = Step("procession member --org $ORG --email bo@mill.example --role light\n")
    answers = run(
        [bootstrap, copy, lost, restore, check],
        tmp_path,
        before=_KEPT,
        instead={"PROCESSION_PORT=8001": f"PROCESSION_PORT={free_port()}"},
        variables={
            "PROCESSION_DATABASE_URL": f"sqlite:///{database}",
            "PROCESSION_PORT": str(free_port()),
        },
    )
    assert "ann@mill.example" in answers[4]
    assert "bo@mill.example" not in answers[4]
    restored = postgres.url("procession_new")
    run(
        [bootstrap, of_postgres, Step("procession token list\n", "ann@...")],
        tmp_path,
        instead={
            "postgresql://procession:PASSWORD@localhost/procession_new": f"'{restored}'",
            "procession token": f"PROCESSION_DATABASE_URL='{restored}' procession token",
        },
        variables={
            "PROCESSION_DATABASE_URL": new_database("postgres"),
            **of_cluster,
        },
    )


def test_found_d8_it_runs_on_postgresql(tmp_path: Path, postgres: Cluster) -> None:
    """With a role of another name: the suite's own is called procession."""
    of_cluster = variables_for(postgres, "createuser", "createdb")
    port = free_port()
    of_administrator, of_user = steps_of("run-on-postgresql.md")
    run(
        [of_administrator, of_user, Step("curl -s $ADDRESS/health\n", '{"status":"ok"...')],
        tmp_path,
        before=f"sudo() {{ shift 2; printf 'PASSWORD\\nPASSWORD\\n' | \"$@\"; }}\n{_KEPT}",
        instead={
            "--pwprompt procession": "--pwprompt miller",
            "--owner=procession": "--owner=miller",
            "template0 procession": "template0 mill",
            "postgresql://procession:PASSWORD@localhost/procession":
                f"'postgresql://miller:PASSWORD@/mill?host={postgres.folder}'",
        },
        variables={
            **of_cluster,
            "PROCESSION_PORT": str(port), "ADDRESS": f"http://127.0.0.1:{port}",
        },
    )  # fmt: skip
