"""Writes docs/reference from the code: `make docs`. A test fails when it was forgotten."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from pathlib import Path

import msgspec

from procession import domains
from procession.kit.environment import OF_FILE
from procession.kit.facts import Fact, all_facts
from procession.kit.http import Route
from procession.kit.setting_texts import value_text
from procession.kit.settings import SETTINGS, Settings
from procession.web.routes import API_ROUTES

REFERENCE = Path(__file__).parent / "reference"

_MADE = "Written by `make docs` from the code; change it there."


def endpoints_page() -> str:
    parts = [
        "# Endpoints",
        _MADE,
        "Every path works at the root and under `/api`. A running server shows parameters, bodies "
        "and answers at `/docs`, and describes itself at `/openapi.json` (OpenAPI 3.1) and "
        "`/docs/index` (Swagger 2.0).",
        "**Door** says who gets in: `public` anybody; `user` a valid token; `member` an active "
        "member of the organization in the path; `application` an OAuth client's own token; "
        "`guest` a guest code in the path, or a member; `member, guest` a member, or a guest with "
        "their code in the header `X-Guest-Code`. "
        "**Policy** says who of them may: a function of the domain's `policy.py`, or `visible` "
        "where being able to read the object is enough.",
    ]
    for tag in dict.fromkeys(route.tag for route in API_ROUTES):
        rows = [_endpoint_row(route) for route in API_ROUTES if route.tag == tag]
        parts += [f"## {tag}", _table(("Method", "Path", "Door", "Policy", "Summary"), rows)]
    return _page(parts)


def _endpoint_row(route: Route) -> Sequence[str]:
    summary = f"{route.summary} (alias)" if route.is_alias else route.summary
    door = f"{route.door}, guest" if route.lets_guests_in else route.door
    return route.method, f"`{route.path}`", door, route.policy, summary


def settings_page() -> str:
    rows = [_setting_row(field.name, field.default) for field in fields(Settings)]
    return _page(
        [
            "# Settings",
            _MADE,
            "The server reads its settings from environment variables when it starts. A value "
            "that cannot be used stops it, with a sentence that says what would do.",
            "A file `.env` in the folder that a command runs in may hold them, too, as lines of "
            "`NAME=value`; what the environment says goes first. A secret may be in a file of its "
            f"own: {_secrets()}. `procession config print` shows the settings in force, without "
            "secrets, and `procession config check` tells all that is wrong with them.",
            _table(("Variable", "Default", "Takes", "Meaning"), rows),
        ]
    )


def _secrets() -> str:
    found = [f"`{each.variable}{OF_FILE}`" for each in SETTINGS.values() if each.is_secret]
    return f"{', '.join(found[:-1])} and {found[-1]} name one"


def _setting_row(name: str, default: object) -> Sequence[str]:
    setting = SETTINGS[name]
    shown = setting.default or _shown(default)
    return f"`{setting.variable}`", shown, setting.expects, setting.meaning


def _shown(default: object) -> str:
    text = value_text(default)
    return f"`{text}`" if text else "empty"


def events_page() -> str:
    facts = sorted(every_fact(), key=lambda fact: fact.event)
    return _page(
        [
            "# Events",
            _MADE,
            "What happens is written down together with the change itself: one entry of the "
            "activity feed and one row of the outbox. **Event** names it to readers of the "
            "outbox, **verb** and **category** to readers of the feed. In sentences, `{...}` "
            "stands for a key of the payload; the actor's name comes before.",
            _table(
                ("Event", "Verb", "Category", "Payload", "Sentence"),
                [_event_row(fact) for fact in facts],
            ),
        ]
    )


def every_fact() -> list[type[Fact]]:
    """A fact is known once its module is imported."""
    for package in pkgutil.iter_modules(domains.__path__):
        folder = importlib.import_module(f"{domains.__name__}.{package.name}")
        if any(module.name == "events" for module in pkgutil.iter_modules(folder.__path__)):
            importlib.import_module(f"{folder.__name__}.events")
    return all_facts()


def _event_row(fact: type[Fact]) -> Sequence[str]:
    keys = [field.encode_name for field in msgspec.structs.fields(fact)]
    payload = ", ".join(f"`{key}`" for key in keys)
    return f"`{fact.event}`", fact.verb, fact.category, payload, sentence_pattern(fact)


def sentence_pattern(fact: type[Fact]) -> str:
    """The sentence of a fact whose every value is its own name in braces."""
    names = {field.name: f"{{{field.name}}}" for field in msgspec.structs.fields(fact)}
    return fact(**names).sentence()


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join(parts) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


PAGES: dict[str, Callable[[], str]] = {
    "endpoints.md": endpoints_page,
    "settings.md": settings_page,
    "events.md": events_page,
}


def main() -> None:
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
