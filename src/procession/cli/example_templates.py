"""Templates of daily work that come with the server: documents that `POST /checklists` imports."""

import json
from importlib.resources import files

from procession.kit.errors import BadRequest


def example_names() -> list[str]:
    folder = files("procession.cli") / "examples"
    return sorted(file.name.removesuffix(".json") for file in folder.iterdir())


def example_text(name: str) -> str:
    """The document, JSON."""
    return (files("procession.cli") / "examples" / f"{name}.json").read_text(encoding="utf-8")


def show_examples(name: str | None, *, as_json: bool = False) -> int:
    """Their names, or one of them."""
    if name is None:
        names = example_names()
        print(json.dumps(names) if as_json else "\n".join(names))
        return 0
    if name not in example_names():
        raise BadRequest(f"There is no example {name}. There are: {', '.join(example_names())}.")
    print(example_text(name), end="")
    return 0
