"""Templates of daily work that come with the server: documents that `POST /checklists` imports."""

from importlib.resources import files
from importlib.resources.abc import Traversable


def example_names() -> list[str]:
    return sorted(file.name.removesuffix(".json") for file in _folder().iterdir())


def example_text(name: str) -> str:
    """The document, JSON."""
    return (_folder() / f"{name}.json").read_text(encoding="utf-8")


def _folder() -> Traversable:
    return files("procession.flows.demo") / "examples"
