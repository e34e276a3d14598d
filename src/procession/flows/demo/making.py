"""The demo organization: made once, by a command or the first page, and found again."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec

from procession.domains.accounts.actions.authenticating import authenticate_member
from procession.domains.accounts.actions.reading import has_organizations
from procession.domains.people.actions.finding import find_user
from procession.domains.people.actions.reading import get_account
from procession.flows.access import beginning
from procession.flows.demo import playing
from procession.flows.demo.playing import Stage
from procession.flows.demo.story import INES
from procession.flows.reaching.bots import operator
from procession.kit.database_address import sqlite_file
from procession.kit.errors import Refusal
from procession.kit.reading import stored_reader
from procession.kit.server import Server
from procession.kit.settings import Settings
from procession.kit.work import looking

_FILE_NAME = "demo.json"


class Demo(msgspec.Struct, frozen=True):
    """Which organization it is, and the tokens and passwords of its members by address.

    The database holds them only hashed, so they are kept beside it: the demo's are no secret
    worth keeping. `is_whole` is False while the story is being played.
    """

    organization_id: str
    tokens: dict[str, str]
    passwords: dict[str, str] = {}
    is_whole: bool = True


_read_demo = stored_reader(Demo)


def find_demo(server: Server) -> Demo | None:
    """The demo that this database holds; without tokens when their file is gone."""
    kept = _read(server.settings)
    if kept is not None and _is_of(server, kept):
        return kept
    nobody = operator(server, "")
    user = find_user(looking(nobody), INES.email)
    if user is None:
        return None
    account = get_account(replace(nobody, person_id=user.id))
    return Demo(account.default_organization_id or "", {})


def make_demo(server: Server, say: Callable[[], object]) -> Demo | None:
    """None when the database is in use for something else. `say`: called before it begins."""
    if has_organizations(server.database):
        return None
    say()
    return _play(server, playing.found(server))


def make_demo_with_code(server: Server, code: str) -> Demo:
    """By whoever has read the code in the log; it takes some seconds. Raises NotFound."""
    stage = beginning.with_code(server, code, playing.found)
    return _play(server, replace(stage, server=playing.in_the_past(server, stage.clock)))


def _play(server: Server, stage: Stage) -> Demo:
    demo = Demo(stage.organization_id, dict(stage.tokens), dict(stage.passwords))
    _keep(server.settings, msgspec.structs.replace(demo, is_whole=False))
    playing.play(stage)
    _keep(server.settings, demo)
    return demo


def _is_of(server: Server, kept: Demo) -> bool:
    """The file may be older than the database."""
    try:
        authenticate_member(server, kept.tokens[INES.email], kept.organization_id, "demo")
    except (Refusal, KeyError):
        return False
    return True


# --- The file beside the database ---


def file_beside(settings: Settings) -> Path | None:
    """None where the database is not a file of this machine."""
    path = sqlite_file(settings.database_url)
    return None if path is None else path.parent / _FILE_NAME


def _read(settings: Settings) -> Demo | None:
    path = file_beside(settings)
    if path is None or not path.exists():
        return None
    try:
        return _read_demo(path.read_bytes())
    except (ValueError, msgspec.DecodeError):
        return None


def _keep(settings: Settings, demo: Demo) -> None:
    path = file_beside(settings)
    if path is None:
        return
    readable_by_owner_only = 0o600
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, readable_by_owner_only)
    with open(number, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(demo)) + b"\n")
