"""Who may import whom (docs/decisions/0009-import-rules.md)."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
PACKAGE = SOURCE / "procession"
MODULES = sorted(PACKAGE.rglob("*.py"))
DOMAIN_FILES = {
    "__init__", "types", "policy", "events", "tables", "access", "store", "wire", "api", "pages",
    "jobs", "links", "filters", "guest_codes", "content",
}  # fmt: skip

#: What each kind of module may import, besides the standard library. `own.x` is the same domain,
#: `any.x` any domain.
MAY_IMPORT = {
    "core": {"core"},
    "kit": {"core", "kit", "libraries"},
    "tables": {"kit.db", "kit.columns", "libraries"},
    "types": {"core", "kit.errors", "kit.ids", "any.types", "libraries"},
    "guest_codes": set(),
    "policy": {"core", "kit.caller", "kit.errors", "own.types"},
    "events": {"core", "kit.facts", "own.types", "own.events"},
    "wire": {
        "core", "kit.binding", "kit.caller", "own.types", "own.policy", "any.types", "any.wire",
        "libraries",
    },
    "content": {
        "core", "kit.errors", "kit.html", "kit.ids", "own.types", "any.types", "own.wire",
        "own.content", "libraries",
    },
    "access": {"core", "kit", "own.types", "any.tables", "any.access", "libraries"},
    "store": {
        "core", "kit", "own.store", "own.types", "own.guest_codes", "any.types", "any.tables",
        "any.access", "libraries",
    },
    "actions": {
        "core", "kit", "own.store", "own.policy", "own.events", "own.types", "own.actions",
        "own.wire", "own.content", "any.types", "any.events", "libraries",
    },
    "flows": {
        "core", "kit", "any.actions", "any.store", "any.policy", "any.events", "any.types",
        "any.wire", "any.content", "flows", "libraries",
    },
    "links": {"kit.http", "own.types", "any.types"},
    "filters": {"core", "kit", "own.types", "libraries"},
    "api": {
        "core", "kit", "own.actions", "own.types", "own.wire", "own.links", "own.filters",
        "own.policy", "own.api", "any.wire", "any.types", "any.links", "flows", "libraries",
    },
    "worker": {"core", "kit", "any.actions", "flows", "worker", "libraries"},
    "web": {"core", "kit", "any.actions", "any.api", "any.events", "any.types", "any.wire", "flows",
            "worker", "web", "package", "libraries"},
    "cli": {"core", "kit", "any.actions", "any.types", "any.wire", "flows", "web", "worker", "cli",
            "package", "libraries"},
    "migrations": {"libraries"},
}  # fmt: skip


def kind_of(module: str) -> tuple[str, str | None]:
    """(kind, domain) of a dotted module name below the package."""
    parts = module.split(".")
    if parts[0] == "domains" and len(parts) > 2:
        return parts[2], parts[1]
    return parts[0] or "package", None


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                is_module = (SOURCE / f"{inner.replace('.', '/')}.py").exists() or (
                    SOURCE / inner.replace(".", "/")
                ).is_dir()
                yield inner if is_module else str(node.module)


def labels_of(imported: str, domain: str | None) -> set[str]:
    """Every label of MAY_IMPORT that allows this import."""
    if not imported.startswith("procession"):
        top = imported.split(".", maxsplit=1)[0]
        return {"standard"} if top in sys.stdlib_module_names else {"libraries"}
    inner = imported.removeprefix("procession").lstrip(".")
    if not inner:
        return {"package"}
    kind, other = kind_of(inner)
    if other is None:
        parts = inner.split(".")
        return {parts[0], ".".join(parts[:2])}
    return {f"any.{kind}"} | ({f"own.{kind}"} if other == domain else set())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_its_kind_may(path: Path) -> None:
    module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
    if module in ("__init__", "domains"):
        return
    kind, domain = kind_of(module)
    allowed = MAY_IMPORT.get(kind, set())
    for imported in imports_of(path):
        labels = labels_of(imported, domain)
        assert labels & (allowed | {"standard"}), f"{module} must not import {imported}"


def test_domains_use_the_fixed_file_names() -> None:
    for folder in sorted((PACKAGE / "domains").iterdir()):
        if not folder.is_dir() or folder.name == "__pycache__":
            continue
        names = {path.stem for path in folder.iterdir()} - {"actions", "__pycache__"}
        assert names <= DOMAIN_FILES, folder.name
        assert {"types", "tables", "store"} <= names or folder.name in ("activity", "answers")


def test_the_core_is_pure() -> None:
    """No clock and no randomness: what it decides depends on what it is given alone."""
    for path in (PACKAGE / "core").glob("*.py"):
        impure = {"time", "random", "secrets", "os", "uuid"} & set(imports_of(path))
        assert not impure, path.name
        assert ".now(" not in path.read_text(), path.name


def test_only_the_edge_knows_http() -> None:
    for path in MODULES:
        if "falcon" in {name.partition(".")[0] for name in imports_of(path)}:
            assert path.is_relative_to(PACKAGE / "web"), path
