"""Makes `upgrades/release_0_1_0/`: a database as 0.1.0 made it, and what 0.1.0 answered about it.

It was run once, on SQLite, and is kept to say what is in there and how it came about:

    mkdir /tmp/release && git archive dba3c4d | tar -x -C /tmp/release
    .venv/bin/python tests/migrations/make_release_0_1_0.py /tmp/release tests/migrations/upgrades

It starts that release's own commands and server, and does everything as its users did: by the
command line, the API and the pages. It imports nothing of the product, so it stays as it is.
What it leaves behind:

- `rows/<table>.jsonl`: every row, columns in the order of `columns` in the first line
- `held.json`: what people hold in their hands: tokens, codes, links, cookies; no secret of anybody
- `answers.jsonl`: GETs in the order they were asked in, by whom, and what came back; bodies by
  their line in `bodies.jsonl`, as many are the same for several people
- `routes.json`: every GET route that the release had
"""

import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

#: 2026-03-02T09:00:00Z, a Monday; in microseconds.
BEGIN = 1_772_442_000_000_000
MINUTE = 60_000_000
#: Every request says that it came in there, so that links do not depend on a port.
HOST = "procession.example"
PASSWORD = "Correct1horse"
ENVIRONMENT = {
    "SECRET_KEY": "the-secret-key-of-release-0.1.0-in-the-tests-0123456789",
    "PUBLIC_URL": f"http://{HOST}",
    "RATE_LIMIT": "off",
    "ANONYMOUS_RATE_LIMIT": "off",
    "SQLITE_SYNCHRONOUS": "NORMAL",
    "CLIENT_REGISTRATION": "on",
    "MAIL_TRUSTED_SERVER": "mx.procession.example",
    "OUTSIDE_TIMEOUT": "5",
}


class Release:
    """The commands and the server of the release, on one database file."""

    def __init__(self, folder: Path, scratch: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.database = scratch / "release.db"
        self.clock = scratch / "clock"
        self.now = BEGIN
        self.clock.write_text(str(self.now))
        settings = {
            **ENVIRONMENT,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "PORT": str(port),
            "CLOCK_FILE": str(self.clock),
        }
        self.environment = {
            **{name: text for name, text in os.environ.items() if "PROCESSION_" not in name},
            **{f"PROCESSION_{name}": text for name, text in settings.items()},
            "PYTHONPATH": str(folder / "src"),
        }

    def later(self, minutes: int = 7) -> None:
        self.now += minutes * MINUTE
        self.clock.write_text(str(self.now))

    def run(self, *words: str, given: str = "", **settings: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "procession.cli", *words],
            check=False,
            capture_output=True,
            text=True,
            input=given,
            timeout=120,
            env={**self.environment, **settings},
            cwd=self.folder,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def serving(self) -> Iterator[None]:
        process = subprocess.Popen(
            [sys.executable, "-m", "procession.cli", "serve", "--no-worker"],
            env=self.environment,
            cwd=self.folder,
        )
        try:
            _wait_for(f"http://127.0.0.1:{self.port}/health", process)
            yield
        finally:
            process.terminate()
            process.wait(timeout=15)

    def select(self, question: str, *values: Any) -> list[Any]:
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(question, values).fetchall()


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up:
        assert process.poll() is None, f"{address}: stopped"
        try:
            if requests.get(address, timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError(f"{address}: no answer")


class Person:
    """Somebody who calls the API with a token, a guest code, a cookie or nothing."""

    def __init__(self, release: Release, headers: dict[str, str], organization: str = "") -> None:
        self.release, self.headers, self.organization = release, headers, organization

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        """Paths that begin with `~` are below the organization."""
        self.release.later(1)
        path = path.replace("~", f"/organizations/{self.organization}", 1)
        headers = {"Host": HOST, **self.headers, **more.pop("headers", {})}
        return requests.request(
            method,
            f"http://127.0.0.1:{self.release.port}{path}",
            json=body,
            headers=headers,
            timeout=30,
            allow_redirects=False,
            **more,
        )

    def do(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """What a call answered that must have succeeded."""
        answer = self.ask(method, path, body, **more)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        found = answer.json() if answer.content else None
        return found["data"] if isinstance(found, dict) and "data" in found else found


def by_token(release: Release, token: str, organization: str) -> Person:
    return Person(release, {"Authorization": f"Bearer {token}"}, organization)


class Browser:
    """Somebody at the pages."""

    def __init__(self, release: Release) -> None:
        self.release, self.cookies = release, requests.Session()

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Host": HOST, "Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-origin"}
        answer = requests.request(
            method,
            f"http://127.0.0.1:{self.release.port}{path}",
            headers={**headers, **({"Cookie": self.cookie} if self.cookie else {})},
            timeout=30,
            allow_redirects=False,
            **more,
        )
        for header in answer.raw.headers.getlist("Set-Cookie"):
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies.cookies.set(name, value)
        return answer

    @property
    def cookie(self) -> str:
        return "; ".join(f"{each.name}={each.value}" for each in self.cookies.cookies)

    def press(self, page: requests.Response, path: str, **filled: str) -> requests.Response:
        fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page.text))
        assert "form_token" in fields, page.text
        return self.call("POST", path, data={**fields, **filled})


# --- The story ---


def tell(release: Release) -> dict[str, Any]:
    """Everything that users of 0.1.0 could do and that leaves a row; what they hold afterwards."""
    release.run("demo")
    kept = json.loads((release.database.parent / "demo.json").read_text())
    organization, tokens = kept["organization_id"], kept["tokens"]
    with release.serving():
        ines, tomas, priya = (
            by_token(release, tokens[f"{name}@ferngate.example"], organization)
            for name in ("ines", "tomas", "priya")
        )
        known: dict[str, Any] = {"org": organization}
        held: dict[str, Any] = {
            "admin": tokens["ines@ferngate.example"],
            "standard": tokens["tomas@ferngate.example"],
            "light": tokens["priya@ferngate.example"],
        }
        people(release, ines, known, held)
        templates(ines, tomas, known)
        processes(release, ines, tomas, priya, known)
        oneoffs(release, ines, tomas, known, held)
        sorting(ines, known)
        archive(release, ines, known)
        public_forms(release, ines, known, held)
        programs(release, ines, known, held)
        other_organization(release, known, held)
        pages(release, known, held)
        once(ines, known, held)
    outside(release, known)
    return {"known": known, "held": held, "now": release.now, "environment": ENVIRONMENT}


def people(release: Release, ines: Person, known: dict[str, Any], held: dict[str, Any]) -> None:
    vera = ines.do("POST", "~/users/invite", {"email": "vera@ferngate.example", "role": "standard"})
    link = ines.do("GET", f"~/users/{vera['id']}/invitation")["link"]
    nobody = Person(release, {})
    path = urlsplit(link).path.removeprefix("/app")
    nobody.do("POST", f"{path}/accept", {"password": PASSWORD})
    held["password"] = {"email": "vera@ferngate.example", "password": PASSWORD}
    wanda = ines.do(
        "POST",
        "~/users/invite",
        {"email": "wanda@ferngate.example", "first_name": "Wanda", "message": "Come in!"},
    )
    link = ines.do("GET", f"~/users/{wanda['id']}/invitation")["link"]
    held["invitation"] = urlsplit(link).path.removeprefix("/app/invitations/")
    for name, role in (("left", "light"), ("back", "standard")):
        email = f"{name}@ferngate.example"
        made = release.run(
            "member", "--org", known["org"], "--email", email, "--role", role, "--json"
        )
        known[name] = json.loads(made)["user_id"]
        held[name] = json.loads(made)["access_token"]
        ines.do("DELETE", f"~/users/{known[name]}/disable")
    ines.do("PUT", f"~/users/{known['back']}/enable")
    ines.do("PUT", "~/me", {"phone": "+44 1632 960001", "job_title": "Owner", "team": "Office"})
    known |= {"vera": vera["id"], "wanda": wanda["id"], "me": ines.do("GET", "/me")["id"]}
    by_mail = {user["email"]: user["id"] for user in ines.do("GET", "~/users")}
    known["tomas"] = by_mail["tomas@ferngate.example"]
    known["priya"] = by_mail["priya@ferngate.example"]
    ines.do("POST", "~/guests", {"email": "gil@outside.example", "first_name": "Gil"})
    ines.do("POST", "~/guests", {"email": "gone@outside.example"})
    ines.do("DELETE", "~/guests/gone@outside.example/disable")
    known["group"] = ines.do(
        "POST",
        "~/groups",
        {"name": "Night shift", "members": [known["tomas"], known["priya"]],
         "guests": ["gil@outside.example"]},
    )["id"]  # fmt: skip
    known["role"] = ines.do("POST", "~/roles", {"name": "Account manager"})["id"]
    known["domain"] = ines.do("POST", "~/domains", {"domain": "bakery.example"})["id"]


def templates(ines: Person, tomas: Person, known: dict[str, Any]) -> None:
    """One with all that a template can have; drafts, versions, an archived one, stars, grants."""
    known["list"] = ines.do(
        "POST", "~/lists", {"title": "Towns", "columns": ["Name"], "rows": ["Oslo", "Bonn"]}
    )["id"]
    made = ines.do(
        "POST",
        "~/checklists",
        {
            "title": "Cater a wedding",
            "type": "procedure",
            "summary": "<p>From the first call to the <b>empty</b> plates.</p>",
            "prerun": [
                {"label": "Couple", "field_type": "text", "required": True},
                {"label": "Day", "field_type": "date", "required": False},
                {"label": "Menu", "field_type": "dropdown", "required": False,
                 "options": [{"id": 1, "text": "Bread"}, {"id": 2, "text": "Cake"}]},
            ],
            "steps": [
                {"title": "Call {{couple}}", "deadline": {"value": 2, "unit": "days",
                 "option": "from", "step": "start_run"}},
                {"title": "Both taste it", "everyone_must_complete": True},
                {"title": "Approve", "task_type": "approval"},
                {"title": "Pay within a day", "task_type": "expiring", "deadline":
                 {"value": 40, "unit": "days", "option": "from", "step": "start_run"}},
                {"title": "Wash up"},
            ],
        },
    )  # fmt: skip
    template = made["id"]
    known["template"] = template
    steps = ines.do("GET", f"~/checklists/{template}/steps")
    known["step"], second = steps[0]["id"], steps[1]["id"]
    known["capture"] = ines.do(
        "POST",
        f"~/checklists/{template}/steps/{known['step']}/captures",
        {"label": "Town", "field_type": "dropdown", "required": False, "list": known["list"]},
    )["id"]
    ines.do(
        "POST",
        f"~/checklists/{template}/steps/{known['step']}/captures",
        {"label": "Notes", "field_type": "textarea", "required": True},
    )
    known["prerun"] = ines.do("GET", f"~/checklists/{template}/preruns")[0]["id"]
    people = [known["tomas"], known["me"]]
    ines.do(
        "PUT",
        f"~/checklists/{template}/steps/{second}",
        {"title": "Both taste it", "assignees": people},
    )
    ines.do(
        "PUT",
        f"~/checklists/{template}/steps/{known['step']}",
        {"title": "Call {{couple}}", "groups": [known["group"]], "guests": ["gil@outside.example"]},
    )
    known["stage"] = ines.do(
        "POST", f"~/checklists/{template}/stages", {"name": "Before", "step_ids": [known["step"]]}
    )["id"]
    condition = {"conditionable_type": "Step", "conditionable_id": known["step"]}
    action = {"action_type": "visibility", "action_verb": "show", "target_step_id": second}
    ines.do(
        "POST",
        f"~/checklists/{template}/automated-actions",
        {"automated_alias": "Go on", "then_actions": [action],
         "conditions": [{**condition, "operation": "completed"}]},
    )  # fmt: skip
    permissions = {"users": [known["priya"]], "groups": [known["group"]]}
    ines.do(
        "PUT",
        f"~/checklists/{template}/permissions",
        {"process_launch": {"all_members": True}, "process_read": permissions},
    )
    tomas.do("PUT", f"~/checklists/{template}/star", {"starred": True})
    ines.do("PUT", f"~/checklists/{template}/publish")
    simple = ines.do("POST", "~/checklists", {"title": "Suggestion", "type": "procedure"})["id"]
    ines.do("POST", f"~/checklists/{simple}/steps", {"title": "Think about it"})
    launch = {"process_launch": {"all_members": True}}
    ines.do("PUT", f"~/checklists/{simple}/permissions", launch)
    ines.do("PUT", f"~/checklists/{simple}/publish")
    known["simple_template"] = simple
    old = ines.do("POST", "~/checklists", {"title": "Fax orders", "type": "procedure"})["id"]
    ines.do("POST", f"~/checklists/{old}/steps", {"title": "Send the fax"})
    ines.do("DELETE", f"~/checklists/{old}")
    known["archived_template"] = old


def processes(
    release: Release, ines: Person, tomas: Person, priya: Person, known: dict[str, Any]
) -> None:
    """Live and archived ones, in every state that a task can be in."""

    def launch(name: str, by: Person = ines) -> str:
        fields = ines.do("GET", f"~/checklists/{known['template']}/preruns")
        answers = {fields[0]["id"]: f"Ann & {name}", fields[1]["id"]: "2026-06-06"}
        body = {"checklist_id": known["template"], "name": name, "prerun": answers}
        return str(by.do("POST", "~/runs", body)["id"])

    for name in ("live", "archived", "archived_deep"):
        known[f"{name}_run"] = run = launch(f"Wedding, {name}", tomas if name == "live" else ines)
        tasks = ines.do("GET", f"~/runs/{run}/tasks?without_pagination=true")
        known[f"{name}_task"], known[f"{name}_part"] = tasks[0]["id"], tasks[1]["id"]
        notes = next(
            field["id"]
            for field in ines.do(
                "GET", f"~/checklists/{known['template']}/steps/{known['step']}/captures"
            )
            if field["label"] == "Notes"
        )
        ines.do("PUT", f"~/tasks/{tasks[0]['id']}", {"taskdata": {notes: "<p>Nice people</p>"}})
        ines.do("PUT", f"~/tasks/{tasks[1]['id']}", {"deadline": "2026-04-01 12:00:00"})
        tomas.do("POST", "~/completed-tasks", {"task_id": tasks[1]["id"]})
        said = {"content": f"<p>They want <i>rye</i> ({name})</p>"}
        tomas.do("POST", f"~/tasks/{tasks[0]['id']}/comment", said)
        for words in ("No flour", "No butter"):
            issue = ines.do("POST", f"~/tasks/{tasks[2]['id']}/problem", {"content": words})
        body = {"content": "Bought", "thread_id": issue["id"]}
        ines.do("POST", f"~/tasks/{tasks[2]['id']}/resolved-threads", body)
        ines.do("PUT", f"~/runs/{run}/tasks/{tasks[4]['id']}/hide")
        ines.do(
            "POST",
            "~/tasks",
            {"title": f"Rent chairs ({name})", "task_type": "task", "run_id": run,
             "deadline": "2026-05-01 10:00:00",
             "owners": {"users": [known["priya"]], "guests": ["gil@outside.example"],
                        "groups": [known["group"]]}},
        )  # fmt: skip
        ines.do("PUT", f"~/runs/{run}", {"is_public": name != "archived", "starred": True})
        release.later(60)
    known["public_key"] = ines.do("GET", f"~/runs/{known['live_run']}")["public_url"].split("/")[-1]
    restored = launch("Wedding, restored")
    ines.do("DELETE", f"~/runs/{restored}")
    ines.do("PUT", f"~/runs/{restored}/activate")
    known["restored_run"] = restored


def archive(release: Release, ines: Person, known: dict[str, Any]) -> None:
    """One that nothing is wrong with, and a day later one that has an issue and a private link."""
    ines.do("DELETE", f"~/runs/{known['archived_run']}")
    release.later(24 * 60)
    deep = known["archived_deep_run"]
    ines.do("POST", f"~/runs/{deep}/problem", {"content": "The hall is booked twice"})
    ines.do("DELETE", f"~/runs/{deep}")


def oneoffs(
    release: Release, ines: Person, tomas: Person, known: dict[str, Any], held: dict[str, Any]
) -> None:
    body = {"task_type": "task", "deadline": "2026-05-15 14:30:00"}
    owners = {"users": [known["tomas"]], "guests": ["gil@outside.example"], "groups": []}
    for name, secret in (("live", False), ("archived", False), ("secret", True)):
        made = ines.do(
            "POST",
            "~/tasks",
            {**body, "title": f"Sharpen knives, {name}", "owners": owners, "top_secret": secret},
        )
        known[f"{name}_oneoff"] = made["id"]
        ines.do("POST", f"~/tasks/{made['id']}/comment", {"content": f"The {name} ones"})
        if name == "live":
            link = made["owners"]["taskUrls"][0]
            held["guest"] = link.split("/guest/")[1].split("/")[0]
    ines.do("DELETE", f"~/tasks/{known['archived_oneoff']}")
    done = ines.do("POST", "~/tasks", {**body, "title": "Feed the starter", "owners": owners})
    tomas.do("POST", "~/completed-tasks", {"task_id": done["id"]})
    known["done_oneoff"] = done["id"]
    ines.do("POST", f"~/tasks/{known['live_oneoff']}/remind")


def sorting(ines: Person, known: dict[str, Any]) -> None:
    """Tags, folders, custom fields, on all that can carry them."""
    known["tag"] = ines.do("POST", "~/tags", {"title": "Wedding", "color": "#aa00ff"})["id"]
    ines.do("POST", "~/tags", {"title": "Unused"})
    subjects = {
        "Checklist": known["template"], "Run": known["live_run"], "Task": known["live_task"],
        "Step": known["step"],
    }  # fmt: skip
    for kind, subject in [*subjects.items(), ("Run", known["archived_run"])]:
        body = {"tag_id": known["tag"], "subject_id": subject, "subject_type": kind}
        ines.do("POST", "~/checklists/tags", body)
    outer = ines.do("POST", "~/folders", {"name": "Events", "folder_type": "run"})["id"]
    known["folder"] = outer
    inner = {"name": "2026", "folder_type": "run", "parent_id": outer}
    known["inner_folder"] = ines.do("POST", "~/folders", inner)["id"]
    shelf = ines.do("POST", "~/folders", {"name": "Shelf", "folder_type": "checklist"})["id"]
    ines.do(
        "PUT", f"~/checklists/{known['template']}", {"title": "Cater a wedding", "folder_id": shelf}
    )
    runs = [("Run", known["live_run"]), ("Run", known["archived_run"])]
    for kind, subject in [*runs, ("Task", known["live_oneoff"])]:
        body = {"folder_id": known["inner_folder"], "subject_id": subject, "subject_type": kind}
        ines.do("POST", "~/folders/add-object", body)
    owners = {
        "template": f"/checklists/{known['template']}",
        "step": f"/checklists/{known['template']}/steps/{known['step']}",
        "process": f"/runs/{known['live_run']}",
        "task": f"/tasks/{known['live_task']}",
        "user": f"/users/{known['tomas']}",
        "guest": "/guests/gil@outside.example",
        "folder": f"/folders/{outer}",
        "tag": f"/tags/{known['tag']}",
    }
    for kind, path in owners.items():
        key = ines.ask(
            "POST",
            "~/custom-field-keys",
            {"key": f"cost_{kind}", "applies_to": kind, "field_type": "text", "label": "Cost"},
        )
        assert key.ok, f"{kind}: {key.text}"
        known["key"] = key.json()["data"]["id"]
        ines.do("PUT", f"~{path}/custom-fields", {"custom_fields": {f"cost_{kind}": f"7 {kind}"}})
    body = {"custom_fields": {"cost_process": "9"}}
    ines.do("PUT", f"~/runs/{known['archived_run']}/custom-fields", body)


def public_forms(
    release: Release, ines: Person, known: dict[str, Any], held: dict[str, Any]
) -> None:
    made = ines.do(
        "POST",
        "~/checklists",
        {"title": "Order a cake", "type": "form", "is_public": True, "is_public_kickoff": True,
         "prerun": [{"label": "Name", "field_type": "text", "required": True}]},
    )  # fmt: skip
    ines.do("POST", f"~/checklists/{made['id']}/steps", {"title": "Bake"})
    ines.do("PUT", f"~/checklists/{made['id']}/publish")
    known["form"] = made["id"]
    nobody = Person(release, {})
    path = f"/public/{known['org']}/kickoff/{made['id']}"
    assert nobody.ask("POST", f"{path}/access", {"email": "zoe@outside.example"}).ok
    question = "SELECT text FROM mails WHERE address = 'zoe@outside.example' ORDER BY id DESC"
    found = re.search(r"guest_code=([A-Za-z0-9]+)", release.select(question)[0][0])
    assert found
    held["form_code"] = found[1]
    fields = ines.do("GET", f"~/checklists/{made['id']}/preruns")
    body = {"prerun": {fields[0]["id"]: "Zoe"}}
    nobody.do("POST", f"{path}/runs?guest_code={found[1]}", body)


def programs(release: Release, ines: Person, known: dict[str, Any], held: dict[str, Any]) -> None:
    """Clients, and what they were given."""
    done = "https://robot.example/done"
    client = ines.do(
        "POST",
        "~/oauth-clients",
        {"name": "Robot", "redirect_uris": [done], "allow_password": True,
         "allow_client_credentials": True},
    )  # fmt: skip
    known["client"] = client["id"]
    held["robot"] = {"client_id": str(client["id"]), "client_secret": client["secret"]}
    vera = {"username": "vera@ferngate.example", "password": PASSWORD}
    nobody = Person(release, {})
    for name in ("spent", "kept"):
        given = nobody.do(
            "POST", "/oauth/token", {**held["robot"], "grant_type": "password", **vera}
        )
        held[f"oauth_{name}"] = {key: given[key] for key in ("access_token", "refresh_token")}
    given = nobody.do(
        "POST",
        "/oauth/token",
        {**held["robot"], "grant_type": "refresh_token",
         "refresh_token": held["oauth_spent"]["refresh_token"]},
    )  # fmt: skip
    held["oauth_renewed"] = given["access_token"]
    given = nobody.do("POST", "/oauth/token", {**held["robot"], "grant_type": "client_credentials"})
    held["application"] = given["access_token"]
    nobody.do(
        "POST",
        "/mcp/oauth/register",
        {"client_name": "Claw", "redirect_uris": [done]},
    )
    token = ines.do("POST", "/me/tokens", {"name": "Backup"})
    held["own_token"] = token.get("access_token") or token.get("token")


def pages(release: Release, known: dict[str, Any], held: dict[str, Any]) -> None:
    """Somebody signs in, asks for another password, and lets a program in."""
    browser = Browser(release)
    page = browser.call("GET", "/app/sign-in")
    sent = browser.press(page, "/app/sign-in", email="vera@ferngate.example", password=PASSWORD)
    assert sent.status_code == 303, sent.text
    held["cookie"] = browser.cookie
    Person(release, {}).ask("POST", "/password/email", {"email": "vera@ferngate.example"})
    question = "SELECT text FROM mails WHERE text LIKE '%new-password?token=%' ORDER BY id DESC"
    found = re.search(r"new-password\?token=([A-Za-z0-9_-]+)", release.select(question)[0][0])
    assert found
    held["reset"] = {"token": found[1], "email": "vera@ferngate.example"}
    done = "https://robot.example/done"
    wish = {"client_id": known["client"], "response_type": "code", "redirect_uri": done}
    path = f"/oauth/authorize?{urlencode(wish)}"
    page = browser.call("GET", path)
    answer = browser.press(page, path, decision="allow")
    code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
    held["code"] = {"grant_type": "authorization_code", "redirect_uri": done, "code": code}


def other_organization(release: Release, known: dict[str, Any], held: dict[str, Any]) -> None:
    """With a member and a guest who belong to the first one, too, and the same words in it."""
    words = ("--org", "Mill", "--email", "ann@mill.example", "--timezone", "Europe/London")
    made = json.loads(release.run("bootstrap", *words, "--json"))
    known["mill"], held["miller"] = made["organization_id"], made["access_token"]
    email = "tomas@ferngate.example"
    release.run("member", "--org", known["mill"], "--email", email, "--role", "light")
    ann = by_token(release, made["access_token"], known["mill"])
    tag = ann.do("POST", "~/tags", {"title": "Wedding"})["id"]
    template = ann.do("POST", "~/checklists", {"title": "Cater a wedding", "type": "procedure"})
    ann.do("POST", f"~/checklists/{template['id']}/steps", {"title": "Grind"})
    ann.do("PUT", f"~/checklists/{template['id']}/publish")
    for name in ("mill_run", "archived_mill_run"):
        body = {"checklist_id": template["id"], "name": "Wedding, live"}
        known[name] = ann.do("POST", "~/runs", body)["id"]
        tagged = {"tag_id": tag, "subject_id": known[name], "subject_type": "Run"}
        ann.do("POST", "~/checklists/tags", tagged)
        (task,) = ann.do("GET", f"~/runs/{known[name]}/tasks")
        ann.do("POST", f"~/tasks/{task['id']}/comment", {"content": "Fine flour"})
        owners = {"users": [], "groups": [], "guests": ["gil@outside.example"]}
        made = ann.do(
            "PUT", f"~/runs/{known[name]}/tasks/{task['id']}", {"title": "Grind", "owners": owners}
        )
        link = made["owners"]["taskUrls"][0]
        held["mill_guest"] = link.split("/guest/")[1].split("/")[0]
    ann.do("DELETE", f"~/runs/{known['archived_mill_run']}")


def once(ines: Person, known: dict[str, Any], held: dict[str, Any]) -> None:
    """A call with a key, which may be repeated for a day."""
    sent = {
        "title": "Only once",
        "task_type": "task",
        "deadline": "2026-05-15 14:30:00",
        "owners": {"users": [known["tomas"]], "guests": ["gil@outside.example"], "groups": []},
    }
    key = "once-upon-a-time"
    first = ines.ask("POST", "~/tasks", sent, headers={"Idempotency-Key": key})
    assert first.status_code == 201, first.text
    held["repeated"] = {"body": sent, "key": key, "answer": first.json()}


def outside(release: Release, known: dict[str, Any]) -> None:
    """What comes in by a mail server, and a provider to sign in at."""
    lines = (
        "Authentication-Results: mx.procession.example; dkim=pass header.d=ferngate.example",
        "From: tomas@ferngate.example",
        "Subject: Wedding by mail",
        "Message-ID: <one@ferngate.example>",
        "",
        "Please.",
    )
    recipient = f"bot+{known['simple_template']}-launch@in.procession.example"
    release.later(1)
    said = release.run("receive-mail", "--recipient", recipient, given="\r\n".join(lines))
    assert said.strip() == "launched", said
    port = _free_port()
    provider = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        issuer = f"http://127.0.0.1:{port}"
        _wait_for(f"{issuer}/jwks", provider)
        release.run(
            "sso", "connect", "--org", known["org"], "--issuer", issuer, "--client-id", "us",
            "--client-secret-file", "-", "--domain", "ferngate.example", given="the-secret",
        )  # fmt: skip
    finally:
        provider.terminate()
        provider.wait(timeout=10)


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


# --- What is kept of it ---


def keep_rows(release: Release, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
    for (table,) in release.select(tables):
        if table.startswith(("sqlite_", "alembic_")):
            continue
        columns = [row[1] for row in release.select(f'PRAGMA table_info("{table}")')]
        rows = release.select(f'SELECT * FROM "{table}"')
        lines = [json.dumps(columns), *(json.dumps(row, ensure_ascii=False) for row in rows)]
        (folder / f"{table}.jsonl").write_text("\n".join(lines) + "\n")
        assert rows, table


#: Who asks what. `{name}` is what the story knows or people hold; people are those of `callers`.
EVERYBODY = ("admin", "standard", "light", "guest", "nobody", "miller")
MEMBERS = ("admin", "standard", "light")
LISTS = (
    "runs?per_page=2", "runs?per_page=2&page=2", "runs?archived=only&per_page=2",
    "runs?sort=name&per_page=2", "runs?status=problem", "runs?tag={tag}",
    "runs?folder={inner_folder}", "runs?q=Wedding&per_page=1",
    "tasks?per_page=3", "tasks?archived=only&per_page=2", "tasks?status=completed&per_page=2",
    "tasks?sort=deadline&per_page=2", "me/tasks?per_page=2", "users/{tomas}/tasks?per_page=2",
    "checklists?per_page=2", "checklists?archived=only", "checklists?sort=title&per_page=2",
    "tags", "tags?with=statistics", "custom-field-keys", "folders?with=children", "folders",
    "folders/{inner_folder}/objects", "lists", "activity-feeds?per_page=3",
    "activity-feeds?entity_type=run&entity_id={archived_run}&per_page=4", "domains",
    "oauth-clients", "users", "users?with=groups", "users-list", "guests", "guests?with=stats",
    "guests-list", "groups", "roles",
)  # fmt: skip
RUN = "tasks,threads,issues,tags,folders,permissions,form_fields,ko_form_fields,tasks.threads"
ONES = (
    "", "/me", "/runs/{live_run}", "/runs/{archived_run}", "/runs/{archived_deep_run}",
    "/runs/{live_run}/tasks?per_page=2", "/runs/{archived_run}/tasks?with=threads&per_page=2",
    "/runs/{live_run}/tasks/{live_task}?with=threads,tags,form_fields",
    "/tasks/{live_task}", "/tasks/{archived_task}", "/tasks/{archived_part}",
    "/tasks/{live_oneoff}", "/tasks/{archived_oneoff}", "/tasks/{secret_oneoff}",
    "/tasks/{done_oneoff}", "/runs/{live_run}/form-fields", "/runs/{archived_run}/form-fields",
    "/runs/{live_run}/custom-fields",
    "/runs/{archived_run}/custom-fields", "/runs/{live_run}/tasks/{live_task}/custom-fields",
    "/tasks/{live_task}/custom-fields", "/users/{tomas}/custom-fields",
    "/guests/gil@outside.example/custom-fields", "/folders/{folder}/custom-fields",
    "/tags/{tag}/custom-fields", "/checklists/{template}/custom-fields",
    "/checklists/{template}/steps/{step}/custom-fields",
    "/checklists/{template}/steps/{step}/captures/{capture}/custom-fields",
    "/checklists/{template}/preruns/{prerun}/custom-fields", "/checklists/{template}?with=steps",
    "/checklists/{archived_template}?archived=1", "/checklists/{archived_template}",
    "/checklists/{template}/permissions", "/checklists/{template}/versions",
    "/checklists/{template}/export", "/checklists/{template}/form-fields",
    "/checklists/{template}/steps/{step}/captures", "/checklists/{template}/preruns",
    "/checklists/{template}/steps/{step}/captures/{capture}",
    "/checklists/{template}/preruns/{prerun}", "/checklists/{template}/steps",
    "/checklists/{template}/steps/{step}", "/checklists/{template}/steps-deadlines",
    "/checklists/{template}/stages", "/checklists/{template}/automated-actions", "/tags/{tag}",
    "/custom-field-keys/{key}", "/folders/{folder}", "/lists/{list}",
    "/users/{tomas}?with=groups", "/users/{left}", "/users/{wanda}/invitation",
    "/guests/gil@outside.example", "/guests/gone@outside.example", "/groups/{group}",
)  # fmt: skip
ELSEWHERE = (
    ("/me", ("admin", "standard", "light", "left", "back", "own_token", "oauth_kept",
             "oauth_spent", "oauth_renewed", "application", "miller", "nobody")),
    (f"/organizations/{{org}}/runs/{{archived_deep_run}}?with={RUN}", ("admin",)),
    ("/organizations/{org}/runs/{live_run}/export", ("standard", "guest")),
    ("/me/organizations", ("standard", "miller")),
    ("/me/tokens", ("admin", "oauth_kept")),
    ("/current-user/{me}/organizations", ("admin", "standard")),
    ("/organizations/{mill}/runs", ("miller", "standard", "admin")),
    ("/organizations/{mill}/runs/{mill_run}?with=tasks,tags", ("miller", "standard")),
    ("/organizations/{mill}/runs?archived=only", ("miller",)),
    ("/organizations/{mill}/guests", ("miller",)),
    ("/organizations/{org}/guests/{guest}/tasks", ("nobody",)),
    ("/organizations/{org}/guests/{guest}/tasks/{live_oneoff}", ("nobody",)),
    ("/organizations/{org}/guests/{guest}", ("nobody",)),
    ("/organizations/{mill}/guests/{mill_guest}/tasks", ("nobody",)),
    ("/organizations/{mill}/guests/{guest}/tasks", ("nobody",)),
    ("/organizations/{org}/me", ("left", "back", "oauth_kept", "miller")),
    ("/invitations/{invitation}", ("nobody",)),
    ("/public/runs/{public_key}", ("nobody",)),
    ("/public/{org}/checklists", ("nobody",)),
    ("/public/{org}/checklists/{form}", ("nobody",)),
    ("/public/{org}/kickoff/{form}?guest_code={form_code}", ("nobody",)),
    ("/public/{org}/kickoff/{form}", ("nobody",)),
    ("/.well-known/jwks.json", ("nobody",)),
    ("/.well-known/oauth-authorization-server", ("nobody",)),
    ("/.well-known/openid-configuration", ("nobody",)),
    ("/health", ("nobody",)),
    ("/openapi.json", ("nobody",)),
    ("/docs/index", ("nobody",)),
    ("/docs", ("nobody",)),
    ("/", ("nobody", "browser")),
    ("/app", ("nobody", "browser")),
    ("/app/home", ("nobody", "browser")),
    ("/app/sign-in", ("nobody", "browser")),
    ("/app/forgotten-password", ("nobody",)),
    ("/app/new-password?token={reset_token}&email=vera%40ferngate.example", ("nobody",)),
    ("/app/single-sign-on", ("nobody",)),
    ("/app/invitations/{invitation}", ("nobody",)),
    ("/{org}/process/{simple_template}/create", ("nobody", "browser")),
    ("/public/library/{org}/blueprint/{form}/kick-off?guest_code={form_code}", ("nobody",)),
    ("/{org}/public/kickoff/{form}?guest_code={form_code}", ("nobody",)),
    ("/oauth/authorize?client_id={client}&response_type=code&redirect_uri="
     "https%3A%2F%2Frobot.example%2Fdone", ("nobody", "browser")),
)  # fmt: skip


def questions(release: Release) -> Iterator[tuple[str, str]]:
    """Who asks, and the address with its names."""
    for path in LISTS:
        for who in MEMBERS:
            yield who, f"/organizations/{{org}}/{path}"
    for path in ONES:
        for who in EVERYBODY:
            yield who, f"/organizations/{{org}}{path}"
    for path, people in ELSEWHERE:
        for who in people:
            yield who, path
    for kind, table in (("runs", "processes"), ("checklists", "templates"), ("tasks", "tasks")):
        asked = "?with=tasks,threads,tags" if kind == "runs" else ""
        number = {"runs": 4, "checklists": 5, "tasks": 12}[kind]
        chosen = (
            f"SELECT id FROM {table} WHERE number % ? = 0 AND organization_id = ? ORDER BY number"
        )
        (organization,) = release.select("SELECT id FROM organizations ORDER BY created_at")[0]
        for (each,) in release.select(chosen, number, organization):
            yield "admin", f"/organizations/{{org}}/{kind}/{each}{asked}"


def callers(story: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Of each person the headers that they send."""
    held = story["held"]
    found = {
        name: {"Authorization": f"Bearer {held[name]}"}
        for name in (
            "admin", "standard", "light", "left", "back", "own_token", "oauth_renewed",
            "application", "miller",
        )
    }  # fmt: skip
    for name in ("oauth_kept", "oauth_spent"):
        found[name] = {"Authorization": f"Bearer {held[name]['access_token']}"}
    return {
        **found,
        "guest": {"X-Guest-Code": held["guest"]},
        "browser": {"Cookie": held["cookie"]},
        "nobody": {},
    }


def keep_answers(release: Release, story: dict[str, Any], folder: Path) -> None:
    """Ask everything, each question once, while the clock stands still."""
    names = {**story["known"], **story["held"], "reset_token": story["held"]["reset"]["token"]}
    people = {who: Person(release, headers) for who, headers in callers(story).items()}
    bodies: dict[str, int] = {}
    lines = []
    moment = release.now
    for who, path in questions(release):
        release.now = moment - MINUTE
        answer = people[who].ask("GET", path.format(**names))
        kind = answer.headers.get("Content-Type", "")
        line: dict[str, Any] = {"who": who, "path": path.format(**names)}
        line |= {"status": answer.status_code, "type": kind}
        if "Location" in answer.headers:
            line["location"] = answer.headers["Location"]
        describes = path in ("/openapi.json", "/docs/index")
        if kind.startswith("application/json") and answer.content and not describes:
            body = json.dumps(answer.json(), ensure_ascii=False, sort_keys=True)
            line["body"] = bodies.setdefault(body, len(bodies))
        lines.append(json.dumps(line))
    (folder / "answers.jsonl").write_text("\n".join(lines) + "\n")
    (folder / "bodies.jsonl").write_text("\n".join(bodies) + "\n")


_ROUTES = """
import json
from procession.web.routes import API_ROUTES, PAGE_ROUTES
print(json.dumps(sorted({r.path for r in [*API_ROUTES, *PAGE_ROUTES] if r.method == "GET"})))
"""


def routes_of(release: Release) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", _ROUTES],
        check=True, capture_output=True, text=True, env=release.environment, cwd=release.folder,
    )  # fmt: skip
    found: list[str] = json.loads(done.stdout)
    return found


def main() -> None:
    folder, target = Path(sys.argv[1]).resolve(), Path(sys.argv[2]) / "release_0_1_0"
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        release = Release(folder, Path(scratch), _free_port())
        story = tell(release)
        keep_rows(release, target / "rows")
        (target / "held.json").write_text(json.dumps(story, indent=1) + "\n")
        with release.serving():
            keep_answers(release, story, target)
        (target / "routes.json").write_text(json.dumps(routes_of(release), indent=1) + "\n")


if __name__ == "__main__":
    main()
