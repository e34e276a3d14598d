"""A Python client is generated from the description, and used (found D10).

By openapi-python-client: it makes a whole client, functions and models, where others make models
alone, and it is a package of Python.
"""

import importlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from cast import Cast, assemble
from factories import make_template
from procession.web.describing.openapi import openapi
from procession.web.routes import API_ROUTES
from server import RunningServer

PACKAGE = "client_of_procession"


def usual_operations() -> Any:
    """The description without second ways to say the same: nobody's program needs them."""
    document = openapi(API_ROUTES)
    for path in document["paths"].values():
        for method in [name for name, said in path.items() if said.get("deprecated")]:
            del path[method]
    return document


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "openapi.json").write_text(json.dumps(usual_operations()))
    (tmp_path / "config.json").write_text('{"post_hooks": []}')
    wanted = ["--path", "openapi.json", "--config", "config.json", "--output-path", PACKAGE]
    done = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", *wanted, "--meta", "none",
         "--fail-on-warning"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path / PACKAGE


def functions(name: str) -> Any:
    return importlib.import_module(f"{PACKAGE}.api.{name}")


def checked(answer: Any, status: int) -> Any:
    """What the client made of an answer, which must be all that was sent."""
    assert answer.status_code == status, answer.content
    assert answer.parsed.to_dict() == json.loads(answer.content)
    check_described(answer.parsed)
    return answer.parsed.data


def check_described(value: Any) -> None:
    """No key but those that the model has; maps have no other."""
    if isinstance(value, list):
        for each in value:
            check_described(each)
    elif isinstance(value, dict):
        check_described(list(value.values()))
    elif attrs.has(type(value)):
        keys = attrs.asdict(value, recurse=False)
        others = keys.pop("additional_properties")
        assert not (keys and others), f"{type(value).__name__}: {sorted(others)}"
        check_described([*keys.values(), *others.values()])


def test_found_d10_a_generated_python_client_is_whole_and_works(
    generated: Path, server_on: Callable[[str], RunningServer]
) -> None:
    """One test for both databases: making the client is the long part."""
    check_all_is_there(generated)
    for kind in ("sqlite", "postgres"):
        use(assemble(server_on(kind)))


def check_all_is_there(generated: Path) -> None:
    operations = [said for path in usual_operations()["paths"].values() for said in path.values()]
    modules = [path for path in generated.glob("api/*/*.py") if path.name != "__init__.py"]
    assert len(modules) == len(operations) > 200
    untyped = []
    # What lists hold, tests/architecture looks at.
    for model in generated.glob("models/*.py"):
        text = model.read_text()
        for name in re.findall(r"^    (\w+): Any\b", text, re.MULTILINE):
            if not re.search(rf"^            {name} \(.*\): Free: ", text, re.MULTILINE):
                untyped.append(f"{model.name}: {name}")
    assert untyped == []


def use(cast: Cast) -> None:
    template = make_template(cast.olga, [{"title": "Sign", "assignees": [cast.mia.user_id]}])
    models = importlib.import_module(f"{PACKAGE}.models")
    client = importlib.import_module(f"{PACKAGE}.client").AuthenticatedClient(
        base_url=cast.server.base_url, token=cast.olga.token, raise_on_unexpected_status=True
    )
    with client:
        launch_complete_archive(models, template, {"org": cast.organization_id, "client": client})


def launch_complete_archive(models: Any, template: Any, here: dict[str, Any]) -> None:

    body = models.LaunchIn(checklist_id=template["id"], name="Ann joins")
    includes = ["tasks", "checklist", "permissions", "stages", "next_task", "tags"]
    answer = functions("processes.processes_launch").sync_detailed(
        **here, body=body, with_=includes
    )
    process = checked(answer, 201)
    assert (process.name, process.status.value) == ("Ann joins", "active")
    (task,) = process.tasks.data
    assert len(task.owners.users) == 1

    body = models.CompletionIn(task_id=task.id)
    answer = functions("tasks.tasks_complete").sync_detailed(**here, body=body)
    assert checked(answer, 200).status.value == "completed"

    answer = functions("processes.processes_archive").sync_detailed(**here, run=process.id)
    assert checked(answer, 200).archived_at is not None

    answer = functions("processes.processes_list_processes").sync_detailed(
        **here, archived="only", with_=includes
    )
    (archived,) = checked(answer, 200)
    assert (archived.id, archived.status.value) == (process.id, "archived")
