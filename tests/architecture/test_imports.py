"""Who may import whom (docs/decisions/0009-import-rules.md, docs/architecture.md)."""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
PACKAGE = SOURCE / "procession"
MODULES = sorted(PACKAGE.rglob("*.py"))
DOMAIN_FILES = {
    "__init__", "types", "policy", "events", "tables", "access", "store", "wire", "jobs",
    "guest_codes", "content",
}  # fmt: skip

#: From the top: whoever stands on a floor uses the floors below it, and nobody beside it.
FLOORS = (
    {"cli", "web"}, {"api", "pages", "worker"}, {"flows"}, {"domains"}, {"kit"},
    {"core", "migrations"},
)  # fmt: skip

#: The same for the wings of `flows`.
WINGS = (
    {"demo"}, {"trying", "announcing", "archive", "searching"}, {"discussing"}, {"tasks"},
    {"templates"}, {"processes"}, {"access"}, {"webhooks"}, {"people"}, {"launching"}, {"files"},
    {"forms", "organizing"}, {"telling"}, {"rules"}, {"deadlines", "reaching"},
)  # fmt: skip

#: What may be imported besides the standard library: by each kind of module of a domain, and by
#: whole floors. `own.x` is the same domain, `any.x` any domain.
MAY_IMPORT = {
    "core": {"core"},
    "kit": {"core", "kit", "libraries"},
    "tables": {
        "kit.db", "kit.columns", "kit.content", "kit.folding", "kit.pasting", "kit.searching",
        "libraries",
    },
    "types": {"core", "kit.errors", "kit.ids", "kit.reading", "any.types", "libraries"},
    "guest_codes": set(),
    "policy": {"core", "kit.caller", "kit.errors", "own.types"},
    "events": {"core", "kit.facts", "own.types", "own.events"},
    "wire": {
        "core", "kit.binding", "kit.caller", "kit.ids", "kit.reading", "own.types", "own.policy",
        "any.types", "any.wire", "libraries",
    },
    "content": {
        "core", "kit.errors", "kit.html", "kit.ids", "kit.reading", "kit.slugs", "own.types",
        "any.types", "own.wire", "own.content", "libraries",
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
    "api": {
        "core", "kit", "any.actions", "any.types", "any.wire", "any.policy", "flows", "api",
        "libraries",
    },
    "pages": {
        "core", "kit", "any.actions", "any.types", "any.wire", "any.policy", "flows", "pages",
        "libraries",
    },
    "worker": {"core", "kit", "any.actions", "flows", "worker", "libraries"},
    "web": {"core", "kit", "any.actions", "any.events", "any.types", "any.wire", "flows",
            "worker", "api", "pages", "web", "package", "libraries"},
    # A filter that is typed is read as one that is sent.
    "cli": {"core", "kit", "any.actions", "any.types", "any.wire", "flows", "worker", "api", "cli",
            "package", "libraries"},
    "migrations": {"libraries"},
}  # fmt: skip

#: Kinds of modules that hold SQL. They join the tables of other domains, each way: one database
#: answers in one statement what two domains know.
SQL = {"tables", "access", "store"}


def name_of(path: Path) -> str:
    """Dotted, below the package."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts).removesuffix("__init__").removesuffix(".")


def kind_of(module: str) -> tuple[str, str | None]:
    """(kind, domain) of a dotted module name below the package."""
    parts = module.split(".")
    if parts[0] == "domains" and len(parts) > 2:
        return parts[2], parts[1]
    return parts[0] or "package", None


@cache
def imports_of(path: Path) -> tuple[str, ...]:
    return tuple(_imports_of(path))


def _imports_of(path: Path) -> Iterator[str]:
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


def own_imports_of(path: Path) -> set[str]:
    """Of this package alone, dotted names below it."""
    ours = (name for name in imports_of(path) if name.startswith("procession."))
    return {name.removeprefix("procession.") for name in ours}


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
    module = name_of(path)
    if module in ("", "domains"):
        return
    kind, domain = kind_of(module)
    allowed = MAY_IMPORT.get(kind, set())
    for imported in imports_of(path):
        labels = labels_of(imported, domain)
        assert labels & (allowed | {"standard"}), f"{module} must not import {imported}"


def rank(name: str, storeys: Iterable[set[str]]) -> int:
    """Counted from the top; raises ValueError for what stands nowhere."""
    for place, storey in enumerate(storeys):
        if name in storey:
            return place
    raise ValueError(f"{name} has no place: give it one here and in docs/architecture.md")


def climbing(top: str, storeys: tuple[set[str], ...]) -> list[str]:
    """Imports between the rooms below `top` that do not lead down."""
    found = []
    for path in MODULES:
        module = name_of(path)
        if not module.startswith(top):
            continue
        room = module.removeprefix(top).split(".")[0]
        for imported in sorted(own_imports_of(path)):
            other = imported.removeprefix(top).split(".")[0]
            if not imported.startswith(top) or not room or room == other:
                continue
            if rank(other, storeys) <= rank(room, storeys):
                found.append(f"{module} imports {imported}")
    return found


def test_every_floor_uses_lower_floors_alone() -> None:
    assert climbing("", FLOORS) == []


def test_every_wing_uses_lower_wings_alone() -> None:
    assert climbing("flows.", WINGS) == []


def test_every_floor_and_every_wing_is_there() -> None:
    assert folders_in(PACKAGE) == set().union(*FLOORS)
    assert folders_in(PACKAGE / "flows") == set().union(*WINGS)


def folders_in(folder: Path) -> set[str]:
    return {path.parent.name for path in folder.glob("*/__init__.py")}


def siblings() -> dict[str, dict[str, set[str]]]:
    """For each package: which of its packages and modules use which others of them.

    SQL that joins another domain's tables is left out: see `SQL`.
    """
    uses: dict[str, dict[str, set[str]]] = {}
    for path in MODULES:
        module = name_of(path)
        for imported in sorted(own_imports_of(path)):
            here, there = module.split("."), imported.split(".")
            shared = 0
            while shared < min(len(here), len(there)) and here[shared] == there[shared]:
                shared += 1
            if shared in (len(here), len(there)):
                continue
            parent = ".".join(here[:shared])
            if parent == "domains" and kind_of(module)[0] in SQL:
                continue
            uses.setdefault(parent, {}).setdefault(here[shared], set()).add(there[shared])
    return uses


def circle_in(uses: Mapping[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(uses).prepare()
    except CycleError as circle:
        return list(circle.args[1])
    return []


def test_no_package_is_in_a_circle_with_another() -> None:
    """One test: it reads every module, and each process of the suite would for one of its own."""
    circles = {package: circle_in(uses) for package, uses in siblings().items()}
    assert {package: circle for package, circle in circles.items() if circle} == {}


def test_domains_use_the_fixed_file_names() -> None:
    for folder in sorted((PACKAGE / "domains").iterdir()):
        if not folder.is_dir() or folder.name == "__pycache__":
            continue
        names = {path.stem for path in folder.iterdir()} - {"actions", "__pycache__"}
        assert names <= DOMAIN_FILES, folder.name
        assert {"types", "tables", "store"} <= names or folder.name in (
            "activity",
            "answers",
            "system_log",
            "search",
        )


def test_the_core_is_pure() -> None:
    """No clock and no randomness: what it decides depends on what it is given alone."""
    for path in (PACKAGE / "core").rglob("*.py"):
        impure = {"time", "random", "secrets", "os", "uuid"} & set(imports_of(path))
        assert not impure, path.name
        assert ".now(" not in path.read_text(), path.name


def test_only_the_machinery_of_the_web_knows_the_framework() -> None:
    for path in MODULES:
        if "falcon" in {name.partition(".")[0] for name in imports_of(path)}:
            assert path.is_relative_to(PACKAGE / "web"), path


def test_json_is_read_in_one_place() -> None:
    """Where its levels are counted first (docs/decisions/0019-nesting-and-pythons.md).

    Migrations import none of it; what they read was counted when it was written."""
    reads = re.compile(r"msgspec\.json\.(decode|Decoder)|\bjson\.loads?\b|\.json\(\)")
    modules = [path for path in MODULES if not name_of(path).startswith("migrations.")]
    found = {name_of(path) for path in modules if reads.search(path.read_text())}
    assert found == {"kit.reading"}
