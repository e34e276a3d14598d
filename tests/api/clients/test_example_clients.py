"""The example clients, each in its own language, against a real server.

A client that this machine cannot build is skipped, and named at the end of the run.
"""

import fcntl
import json
import os
import subprocess
from pathlib import Path

import pytest

from cast import Cast, Person
from factories import launch, make_template
from toolchains import CLIENTS, Client, build, missing_tools

Program = list[str]


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all parallel workers of this run build, so that each client is built once."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def built(client: Client, workshop: Path) -> Program:
    """How to run a client, which is compiled at its first use only."""
    folder = workshop / f"client-{client.name}"
    folder.mkdir(exist_ok=True)
    command = folder / "command.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not command.exists():
            command.write_text(json.dumps(build(client, folder)))
    return list(json.loads(command.read_text()))


@pytest.fixture(params=CLIENTS, ids=[client.name for client in CLIENTS])
def program(request: pytest.FixtureRequest, workshop: Path) -> Program:
    client: Client = request.param
    missing = missing_tools(client)
    if missing:
        pytest.skip(f"{client.name} cannot be tried here: {', '.join(missing)} missing")
    return built(client, workshop)


def run(program: Program, base_url: str, person: Person, *arguments: str) -> list[str]:
    """The lines it printed. It must have succeeded."""
    done = subprocess.run(
        [*program, *arguments],
        env={
            **os.environ,
            "HOME": os.environ.get("HOME", str(Path.cwd())),
            "PROCESSION_URL": base_url,
            "PROCESSION_ORGANIZATION": person.organization_id,
            "PROCESSION_TOKEN": person.token,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    return done.stdout.splitlines()


def process_of_leo(cast: Cast) -> str:
    """A process that leo may read, because a task of it is his."""
    step = {"title": "Sign the lease", "assignees": [cast.leo.user_id]}
    return str(launch(cast.olga, make_template(cast.olga, [step]))["id"])


def test_archives_restores_and_deletes(program: Program, cast: Cast) -> None:
    lines = run(program, cast.server.base_url, cast.olga, process_of_leo(cast))
    assert lines[-1] == "ok"


def test_is_refused_what_a_light_member_may_not(program: Program, cast: Cast) -> None:
    lines = run(program, cast.server.base_url, cast.leo, "--forbidden", process_of_leo(cast))
    assert lines[-1] == "ok"


def test_works_under_api(cast: Cast, workshop: Path) -> None:
    program = built(CLIENTS[0], workshop)
    lines = run(program, f"{cast.server.base_url}/api", cast.olga, process_of_leo(cast))
    assert lines[-1] == "ok"
