"""The example clients, each in its own language, against a real server.

A client that this machine cannot build is skipped, and named at the end of the run.
"""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from api.toolchains import CLIENTS, Client, build, missing_tools
from cast import Cast, Person
from factories import launch, make_template

pytestmark = pytest.mark.xdist_group("clients")

Program = list[str]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Client], Program]:
    """How to run a client, which is compiled at its first use only."""
    commands: dict[str, Program] = {}

    def get(client: Client) -> Program:
        if client.name not in commands:
            commands[client.name] = build(client, tmp_path_factory.mktemp(client.name))
        return commands[client.name]

    return get


@pytest.fixture(params=CLIENTS, ids=[client.name for client in CLIENTS])
def program(request: pytest.FixtureRequest, built: Callable[[Client], Program]) -> Program:
    client: Client = request.param
    missing = missing_tools(client)
    if missing:
        pytest.skip(f"{client.name} cannot be tried here: {', '.join(missing)} missing")
    return built(client)


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


def test_works_under_api(cast: Cast, built: Callable[[Client], Program]) -> None:
    program = built(CLIENTS[0])
    lines = run(program, f"{cast.server.base_url}/api", cast.olga, process_of_leo(cast))
    assert lines[-1] == "ok"
