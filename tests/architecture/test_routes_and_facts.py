"""Every route names its policy, every fact has its parts, every module says what it is for."""

import ast
import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest

from open_paths import PAGE_PATHS, PUBLIC_PATHS
from procession.domains.activity.types import CATEGORIES, VERBS
from procession.kit.facts import Fact, all_facts
from procession.kit.http import APPLICATION, GUEST, MEMBER, OPEN_DOORS, PAGE, PUBLIC, USER, Route
from procession.web.routes import ALL_ROUTES

PACKAGE = Path(__file__).parents[2] / "src" / "procession"
DOMAINS = [path.parent.name for path in (PACKAGE / "domains").glob("*/types.py")]
POLICY_OWNERS = [path.parent.name for path in (PACKAGE / "domains").glob("*/policy.py")]
for _domain in DOMAINS:
    if (PACKAGE / "domains" / _domain / "events.py").exists():
        import_module(f"procession.domains.{_domain}.events")


def name_of(route: Route) -> str:
    """A page may share its path with what programs get there (ruling 30)."""
    reader = " for a browser's navigation" if route.is_for_navigation else ""
    return f"{route.method} {route.path}{reader}"


def policies() -> set[str]:
    """Every rule that a policy module owns."""
    return {
        name
        for domain in POLICY_OWNERS
        for name, _ in inspect.getmembers(
            import_module(f"procession.domains.{domain}.policy"), inspect.isfunction
        )
        if name.startswith("can_")
    }


@pytest.mark.parametrize("route", ALL_ROUTES, ids=name_of)
def test_a_route_says_who_may_and_what_it_does(route: Route) -> None:
    assert route.policy == "visible" or route.policy in policies()
    assert route.summary.endswith("."), "the docstring's first line is the summary"
    assert route.door != PUBLIC or route.path in PUBLIC_PATHS
    assert route.door != PAGE or route.path in PAGE_PATHS
    assert route.door in OPEN_DOORS or route.path not in PUBLIC_PATHS | PAGE_PATHS
    assert route.door == PAGE or not route.is_for_navigation
    # Its fields hold the token of the form.
    assert route.door != PAGE or not route.takes_upload or route.body is not None
    inside = ("/organizations/{org}", "/processes/micro-functions/organizations/{org}")
    assert (route.door in (MEMBER, GUEST)) == route.path.startswith(inside)
    assert (route.door == GUEST) == ("{guest}" in route.path)
    assert not route.lets_guests_in or route.door == MEMBER
    assert (route.door == APPLICATION) == route.path.startswith("/applications/{org}")
    if route.door == USER:
        assert route.path.startswith(("/me", "/current-user/{user}"))
    if route.body is not None:
        assert (route.body.__doc__ or "").strip()


def test_no_route_is_declared_twice() -> None:
    names = [name_of(route) for route in ALL_ROUTES]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("fact", all_facts(), ids=lambda fact: fact.event)
def test_a_fact_has_all_its_parts(fact: type[Fact]) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", fact.event)
    assert fact.verb in VERBS
    assert fact.category in CATEGORIES
    assert not inspect.isabstract(fact)
    for part in ("sentence", "subject"):
        assert getattr(fact, part) is not getattr(Fact, part), part


def test_event_names_are_unique() -> None:
    events = [fact.event for fact in all_facts()]
    assert len(events) == len(set(events))
    assert len(events) > 15


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_a_module_opens_with_what_it_is_for(path: Path) -> None:
    first_line = (ast.get_docstring(ast.parse(path.read_text())) or "").split("\n\n")[0]
    assert len(first_line) > 10
    assert first_line.endswith((".", ":"))
