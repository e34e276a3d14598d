"""What the tests of comments share."""

from typing import Any

from cast import Cast, Person
from factories import launch, made, make_template, tasks_of


def new_process(cast: Cast, **step: Any) -> tuple[Any, Any]:
    """A process of one task, and the task."""
    process = launch(cast.olga, make_template(cast.olga, [{"title": "Sign", **step}]))
    return process, tasks_of(cast.olga, process)[0]


def say(by: Person, path: str, content: str, **fields: Any) -> Any:
    return made(by.post(f"{path}/comment", {"content": content, **fields}))


def report(by: Person, path: str, content: str = "Wrong person") -> Any:
    return made(by.post(f"{path}/problem", {"content": content}))


def resolve(by: Person, path: str, problem: Any, status: int = 201) -> Any:
    body = {"thread_id": problem["id"], "content": "Mended"}
    return made(by.post(f"{path}/resolved-threads", body), status)


def threads_of(by: Person, task: Any, include: str = "threads") -> list[Any]:
    return list(made(by.get(f"/tasks/{task['id']}?with={include}"), 200)[include]["data"])


def said_at(by: Person, path: str, query: str = "") -> list[str]:
    """What the list of a place says, in its order."""
    return [each["content"] for each in made(by.get(f"{path}/comments{query}"), 200)]
