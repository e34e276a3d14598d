"""The command line, as the program that people start."""

import io
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

import standby
from procession.cli.main import main
from procession.domains.accounts.actions.authenticating import authenticate_user
from procession.flows.access.opening import open_migrated
from procession.kit.errors import Unauthenticated
from procession.kit.schema import newest_revision
from procession.kit.settings import Settings
from providers import real_provider
from server import free_port, running_server, wait_until_up

NewDatabase = Callable[[str], str]
OWN_TOKEN = "a-token-of-our-own-choice"


def command(*words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Settings are given without their prefix: PORT="5"."""
    return standby.run(words, env=environment(settings))


def environment(settings: dict[str, str]) -> dict[str, str]:
    return dict(os.environ) | {f"PROCESSION_{key}": value for key, value in settings.items()}


def done(*words: str, **settings: str) -> str:
    """What a command printed that must have succeeded."""
    result = command(*words, **settings)
    assert result.returncode == 0, result.stderr
    return result.stdout


def refusal(*words: str, **settings: str) -> str:
    """The one sentence of a command that must have failed."""
    result = command(*words, **settings)
    return sentence(result.returncode, result.stderr)


def quickly(*words: str, **settings: str) -> tuple[int, str, str]:
    """Exit code, output and errors, without a process of its own: for tests of many commands."""
    said, complained = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(said),
        redirect_stderr(complained),
    ):
        for name, value in environment(settings).items():
            patch.setenv(name, value)
        code = main(words)
    return code, said.getvalue(), complained.getvalue()


def quick_done(*words: str, **settings: str) -> str:
    code, said, complained = quickly(*words, **settings)
    assert code == 0, complained
    return said


def quick_refusal(*words: str, **settings: str) -> str:
    code, _, complained = quickly(*words, **settings)
    return sentence(code, complained)


def sentence(code: int, said: str) -> str:
    """Every command names its database before anything can go wrong with it; it may log, too."""
    assert code == 1
    *before, line = said.splitlines()
    assert all(other.startswith(("Database: ", "{")) for other in before), before
    assert line.startswith("procession: ")
    return line.removeprefix("procession: ")


def bootstrap(url: str, *words: str) -> Any:
    made = done(
        "bootstrap", "--org", "Mill", "--email", "ann@mill.test", "--json", *words, DATABASE_URL=url
    )
    return json.loads(made)


def is_good(url: str, token: str) -> bool:
    try:
        authenticate_user(open_migrated(Settings(database_url=url)), token, "")
    except Unauthenticated:
        return False
    return True


@pytest.fixture
def empty(tmp_path: Path) -> str:
    """A database that was never migrated."""
    return f"sqlite:///{tmp_path}/empty.db"


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    return new_database("sqlite")


@dataclass(frozen=True)
class Mill:
    """An organization that the refusals are tried on; nothing of it is counted."""

    url: str
    organization_id: str


@pytest.fixture(scope="module")
def mill(new_database: NewDatabase) -> Mill:
    url = new_database("sqlite")
    return Mill(url, bootstrap(url, "--token", OWN_TOKEN)["organization_id"])


# --- Bootstrap, serve ---


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_bootstrap_prints_what_the_first_call_needs(kind: str, new_database: NewDatabase) -> None:
    url = new_database(kind)
    made = bootstrap(url)
    assert sorted(made) == ["access_token", "organization_id", "user_id"]
    with running_server(kind, url) as server:
        me = requests.get(
            f"{server.base_url}/organizations/{made['organization_id']}/me",
            headers={"Authorization": f"Bearer {made['access_token']}"},
            timeout=10,
        )
    assert me.status_code == 200
    assert me.json()["data"]["id"] == made["user_id"]


def test_bootstrap_makes_the_database_and_its_schema(empty: str) -> None:
    assert bootstrap(empty, "--token", OWN_TOKEN)["access_token"] == OWN_TOKEN
    assert is_good(empty, OWN_TOKEN)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--email", "ann"), "The email must be a valid email address."),
        (("--org", " "), "The name must have 1 to 50 characters."),
        (("--timezone", "Mars/Phobos"), "Mars/Phobos is not a time zone"),
        (("--token", "short"), "The token must have at least 20 characters."),
    ],
)
def test_bootstrap_refuses_what_cannot_be(mill: Mill, words: tuple[str, ...], why: str) -> None:
    usual = ("bootstrap", "--org", "Mill", "--email", "ann@mill.test")
    assert why in quick_refusal(*usual, *words, DATABASE_URL=mill.url)


def test_a_token_is_given_to_one_only(mill: Mill) -> None:
    words = ("member", "--org", mill.organization_id, "--email", "eve@mill.test")
    assert "in use already" in quick_refusal(*words, "--token", OWN_TOKEN, DATABASE_URL=mill.url)


def test_serve_refuses_a_database_without_schema(empty: str) -> None:
    said = refusal("serve", DATABASE_URL=empty, PORT=str(free_port()))
    assert said.startswith("The database is at schema none, this version needs ")
    assert said.endswith("Run `procession migrate`.")


def test_ctrl_c_in_the_terminal_stops_all_of_the_server(url: str, tmp_path: Path) -> None:
    """The terminal sends it to every process at once, and so does this test."""
    port, log = free_port(), tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "procession.cli", "serve"],
            stdout=output,
            stderr=output,
            env=environment({"DATABASE_URL": url, "PORT": str(port)}),
            start_new_session=True,
        )
    try:
        wait_until_up(port, process, log)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=8) == 0
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def test_migrate_says_what_it_does_and_may_be_repeated(empty: str) -> None:
    first, *between, last = done("migrate", DATABASE_URL=empty).splitlines()
    newest = newest_revision()
    assert first == f"Migrating the database from schema none to {newest}."
    assert "  0001: First tables: organizations, people, templates, processes" in between[0]
    assert re.fullmatch(rf"  {newest}: done in \d+\.\d s", between[-1])
    assert last == f"The database is at schema {newest}."
    again = done("migrate", DATABASE_URL=empty)
    assert again == f"The database is already at the newest schema, {newest}.\n"


@pytest.mark.parametrize("words", [("serve",), ("demo", "--serve")])
def test_a_taken_port_is_said_with_what_to_do(words: tuple[str, ...], url: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = refusal(*words, DATABASE_URL=url, PORT=str(port))
    assert said.startswith(f"Port {port} is taken by another program.")
    assert f"PROCESSION_PORT={port + 1} " in said


def test_a_wrong_setting_is_named() -> None:
    assert refusal("serve", PORT="ninety") == (
        "PROCESSION_PORT is 'ninety'; it must be a port number, 1 to 65535."
    )


@pytest.mark.parametrize(
    "url", ["postgresql://nobody@127.0.0.1:1/none", "sqlite:////proc/none/p.db"]
)
def test_a_database_out_of_reach_is_said(url: str) -> None:
    said = quick_refusal("migrate", DATABASE_URL=url)
    assert said.startswith("The database cannot be used: ")
    assert said.endswith("See PROCESSION_DATABASE_URL.")


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Ann, " * 500)
    said = quick_refusal("token", "list", DATABASE_URL=f"sqlite:///{tmp_path}/letter.txt")
    assert "file is not a database" in said


# --- Tokens and members ---


def test_a_token_is_created_listed_and_revoked(mill: Mill) -> None:
    url = mill.url
    words = ("token", "create", "--email", "Ann@mill.test", "--name", "backup", "--days", "30")
    token = quick_done(*words, DATABASE_URL=url).strip()
    assert is_good(url, token)
    listed = quick_done("token", "list", DATABASE_URL=url)
    assert token not in listed
    (line,) = [line for line in listed.splitlines() if "backup" in line]
    number = line.split()[0]
    assert (
        quick_done("token", "revoke", number, DATABASE_URL=url) == f"Token {number} is revoked.\n"
    )
    assert not is_good(url, token)
    assert f"no token {number}" in quick_refusal("token", "revoke", number, DATABASE_URL=url)


def test_a_token_needs_somebody_to_be_for(mill: Mill) -> None:
    said = quick_refusal("token", "create", "--email", "zoe@mill.test", DATABASE_URL=mill.url)
    assert said == "There is no user with the address zoe@mill.test."


def test_a_member_is_added_once(mill: Mill) -> None:
    words = ("member", "--org", mill.organization_id, "--email", "bo@mill.test", "--role", "light")
    made = json.loads(done(*words, "--json", DATABASE_URL=mill.url))
    assert is_good(mill.url, made["access_token"])
    again = quick_refusal(*words, DATABASE_URL=mill.url)
    assert again == "bo@mill.test is a member of this organization already."


def test_a_member_needs_an_organization(mill: Mill) -> None:
    words = ("member", "--org", "0" * 32, "--email", "bo@mill.test")
    assert quick_refusal(*words, DATABASE_URL=mill.url) == "There is no organization with this id."


# --- The demo ---


@dataclass(frozen=True)
class RunningDemo:
    """`procession demo --serve` while it serves, and what it had printed."""

    folder: Path
    port: int
    text: str

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder}/procession.db"

    @property
    def curl_lines(self) -> list[str]:
        return [line for line in self.text.splitlines() if line.startswith("curl ")]

    def get(self, path: str, who: str = "admin") -> Any:
        (token,) = re.findall(rf" {who} +access token +(eyJ\S+)", self.text)
        (organization_id,) = re.findall(r"Organization +([0-9a-f]{32})", self.text)
        answer = requests.get(
            f"http://127.0.0.1:{self.port}/organizations/{organization_id}{path}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=10,
        )
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]


@pytest.fixture(scope="module")
def demo(scratch: Path) -> Iterator[RunningDemo]:
    folder, port = scratch / "demo", free_port()
    folder.mkdir()
    log = folder / "log"
    settings = {"DATABASE_URL": f"sqlite:///{folder}/procession.db", "PORT": str(port)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "procession.cli", "demo", "--serve"],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment(settings),
        )
    try:
        wait_until_up(port, process, log)
        yield RunningDemo(folder, port, log.read_text())
    finally:
        process.terminate()
        process.wait(timeout=10)


def test_the_demo_has_processes_in_every_status(demo: RunningDemo) -> None:
    processes = demo.get("/runs?archived=true&per_page=50")
    assert len(processes) == 12
    statuses = [process["status"] for process in processes]
    assert statuses.count("archived") == 3
    assert set(statuses) == {"active", "problem", "issue", "complete", "archived"}
    archived = [each["lifecycle_status"] for each in processes if each["status"] == "archived"]
    assert set(archived) == {"active", "complete"}
    assert any(process["due_date_passed"] for process in processes)
    assert any(process["last_activated_at"] for process in processes)


def test_the_demo_has_a_hold(demo: RunningDemo) -> None:
    (held,) = demo.get("/holds")
    assert (held["scope"]["type"], held["released_at"]) == ("run", None)


def test_the_demo_has_templates_and_oneoff_tasks(demo: RunningDemo) -> None:
    templates = demo.get("/checklists?with=steps")
    assert len(templates) == 10
    assert {template["status"] for template in templates} == {"published"}
    assert {template["type"] for template in templates} == {"procedure", "form", "document"}
    fields = [field for template in templates for field in template["prerun"]]
    fields += [
        field
        for template in templates
        for step in template["steps"]["data"]
        for field in step["captures"]
    ]
    assert len({field["field_type"] for field in fields}) == 10
    for template in templates:
        if template["type"] != "procedure":
            continue
        steps = template["steps"]["data"]
        assert 5 <= len(steps) <= 12
        assert template["automated_actions"]
        assert all(step["summary"] and step["deadline"] for step in steps)
    tasks = demo.get("/tasks?archived=true&per_page=200")
    oneoffs = [task for task in tasks if task["is_oneoff_task"]]
    assert any(task["archived_at"] for task in oneoffs)
    assert any(task["due_date_passed"] for task in oneoffs)
    assert any(task["status"] == "completed" for task in oneoffs)


def test_the_demo_uses_a_snippet_and_a_schedule(demo: RunningDemo) -> None:
    (snippet,) = demo.get("/text-templates")
    templates = demo.get("/checklists?with=steps")
    steps = [step for template in templates for step in template["steps"]["data"]]
    assert sum(snippet["content"] in step["summary"] for step in steps) == 3
    (schedule,) = demo.get("/recurring-jobs")
    assert schedule["active"]


def test_every_one_of_the_demos_people_has_work(demo: RunningDemo) -> None:
    for who in ("admin", "standard", "light"):
        assert demo.get("/me/tasks", who)
    (guest_line,) = [line for line in demo.curl_lines if "/guests/" in line]
    assert json.loads(pasted(guest_line))["data"]


def test_the_demo_again_keeps_its_data_and_prints_the_same(demo: RunningDemo) -> None:
    again = done("demo", DATABASE_URL=demo.url, PORT=str(demo.port))
    assert demo.curl_lines == [line for line in again.splitlines() if line.startswith("curl ")]
    assert len(demo.get("/runs?archived=true&per_page=50")) == 12


def test_the_demos_tokens_are_kept_for_their_owner_only(demo: RunningDemo) -> None:
    assert stat.S_IMODE((demo.folder / "demo.json").stat().st_mode) == 0o600


def test_found_d7_the_tour_of_the_readme_is_printed_by_the_demo(demo: RunningDemo) -> None:
    """Each call in its order; the demo prints more between them."""
    told = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    tour = [_call(line) for line in told.splitlines() if line.startswith("$ curl")]
    assert len(tour) == 8
    printed = iter([_call(line) for line in demo.curl_lines])
    for call in tour:
        assert call in printed, call


def _call(line: str) -> tuple[str, str]:
    """Method and address of a call, without what differs between two demos."""
    method = re.search(r"-X (\w+)", line)
    address = re.findall(r'"([^"]*)"', line)[-1]
    for name, part in (("$RUNS", "$ORGANIZATION/runs"), ("$ORGANIZATION", "/organizations/*")):
        address = address.replace(name, part)
    address = re.sub(r"^http://[^/]*", "", address)
    return method[1] if method else "GET", re.sub(r"[0-9a-f]{32}|\$ID", "*", address)


def pasted(line: str) -> str:
    """What a line of the terminal answers."""
    return subprocess.run(
        line, shell=True, check=True, capture_output=True, text=True, timeout=10
    ).stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
def test_the_demos_lines_do_what_they_say(demo: RunningDemo) -> None:
    """Last of the running demo's tests: the lines end in a deletion."""
    (
        listed, only_archived, archived, changed, restored, too_early, archived_again, deleted,
        record, _guest,
    ) = map(pasted, demo.curl_lines)  # fmt: skip
    assert len(json.loads(listed)["data"]) == 3
    assert json.loads(listed)["meta"]["pagination"]["total"] == 9
    assert json.loads(changed)["code"] == "ARCHIVED"
    assert json.loads(too_early)["message"].startswith("Archive this process before")
    assert json.loads(record)["data"][0]["description"][0].startswith("deleted the process")
    assert len(json.loads(only_archived)["data"]) == 3
    statuses = [json.loads(text)["data"]["status"] for text in (archived, restored, archived_again)]
    assert statuses == ["archived", "active", "archived"]
    assert deleted.startswith("HTTP/1.1 200")
    assert deleted.split("\n\n", 1)[1] == ""
    # Told anew, the lines are about another process.
    again = done("demo", DATABASE_URL=demo.url, PORT=str(demo.port))
    assert demo.curl_lines[2] not in again
    assert "-X DELETE" in again


def test_an_interrupted_demo_says_so_and_one_without_its_file_how_to_get_a_token(
    empty: str, tmp_path: Path
) -> None:
    done("demo", DATABASE_URL=empty)
    path = tmp_path / "demo.json"
    path.write_text(path.read_text().replace("true", "false"))
    assert "interrupted" in done("demo", DATABASE_URL=empty)
    path.unlink()
    again = done("demo", DATABASE_URL=empty)
    assert "procession token create --email " in again
    assert "$TOKEN" in again


def test_the_demo_leaves_other_organizations_alone(mill: Mill) -> None:
    before = done("token", "list", DATABASE_URL=mill.url)
    assert "nothing was made" in refusal("demo", DATABASE_URL=mill.url)
    port = str(free_port())
    assert "nothing was made" in refusal("demo", "--serve", DATABASE_URL=mill.url, PORT=port)
    assert done("token", "list", DATABASE_URL=mill.url) == before


def test_the_demo_on_postgresql_says_how_to_get_a_token_again(new_database: NewDatabase) -> None:
    url = new_database("postgres")
    assert done("demo", DATABASE_URL=url).count("access token  eyJ") == 3
    again = done("demo", DATABASE_URL=url)
    (create,) = re.findall(r"TOKEN=\$\(procession (.+)\)", again)
    assert is_good(url, done(*create.split(), DATABASE_URL=url).strip())


# --- sso ---


def test_a_sign_in_provider_is_connected_and_let_go(url: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the-secret-of-the-client\n")
    organization_id = bootstrap(url)["organization_id"]
    with real_provider() as provider:
        connect = [
            "sso", "connect", "--org", organization_id, "--issuer", provider.issuer,
            "--client-id", "us", "--client-secret-file", str(secret), "--domain", "Mill.test",
            "--domain", "mill.example",
        ]  # fmt: skip
        said = done(*connect, DATABASE_URL=url, PUBLIC_URL="https://mill.example")
        assert "https://mill.example/app/single-sign-on/callback" in said
        tested = quick_done("sso", "test", "--org", organization_id, DATABASE_URL=url)
        assert tested.startswith("It offers what is needed.")
    shown = quick_done("sso", "show", "--org", organization_id, DATABASE_URL=url)
    assert provider.issuer in shown
    assert "mill.example, mill.test" in shown
    assert "enforced: no" in shown
    assert "the-secret" not in said + shown
    said = quick_refusal("sso", "enforce", "--org", organization_id, DATABASE_URL=url)
    assert said.startswith(f"Nobody is signed in through {provider.issuer} yet. Try it at http")
    for action, is_enforced in (("enforce --force", "yes"), ("relax", "no")):
        quick_done("sso", *action.split(), "--org", organization_id, DATABASE_URL=url)
        shown = quick_done("sso", "show", "--org", organization_id, DATABASE_URL=url)
        assert f"enforced: {is_enforced}" in shown
    host = provider.issuer.removeprefix("http://")
    for words in (connect, ["sso", "test", "--org", organization_id]):
        assert quick_refusal(*words, DATABASE_URL=url).startswith(f"{host} cannot be reached: ")
    quick_done("sso", "disconnect", "--org", organization_id, DATABASE_URL=url)
    for action in ("show", "test", "enforce", "relax", "disconnect"):
        said = quick_refusal("sso", action, "--org", organization_id, DATABASE_URL=url)
        assert "Connect one first" in said


def test_a_sign_in_provider_is_refused_with_a_sentence(url: str, tmp_path: Path) -> None:
    organization_id = bootstrap(url)["organization_id"]
    connect = ["sso", "connect", "--client-id", "us", "--domain", "mill.test", "--org"]
    missing = ["--client-secret-file", str(tmp_path / "nowhere")]
    here = ["--issuer", "https://provider.test", *missing]
    said = quick_refusal(*connect, organization_id, *here, DATABASE_URL=url)
    assert said == "The file with the client secret cannot be read: No such file or directory."
    (tmp_path / "nowhere").write_text("secret")
    plain = ["--issuer", "http://provider.test", *missing]
    said = quick_refusal(*connect, organization_id, *plain, DATABASE_URL=url)
    assert "https://" in said
    said = quick_refusal(*connect, "0" * 32, *plain, DATABASE_URL=url)
    assert "no organization" in said
