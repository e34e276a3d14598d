"""Retention in tests: processes of some age, and passes at whatever time a test wants."""

from dataclasses import replace
from typing import Any

from backdoor import set_process
from cast import Cast, Person
from factories import launch, made
from procession.core.times import DAY, Instant
from procession.domains.archive import store
from procession.flows.archive import approving, operating, sweeping
from procession.flows.reaching.bots import as_bot
from procession.kit.server import Server
from procession.kit.work import reading

RETENTION = "/retention"
#: Days, as rules say them.
YEAR = {"unit": "days", "value": 365}


def days(value: int) -> dict[str, Any]:
    return {"unit": "days", "value": value}


def now_of(cast: Cast) -> Instant:
    return cast.server.storage.clock()


def finished(cast: Cast, template: Any = None, *, ago: float, by: Person | None = None) -> str:
    """A process that was completed so many days ago, without its history."""
    run = launch(by or cast.olga, template)["id"]
    age(cast, run, completed=ago)
    return str(run)


def archived(cast: Cast, template: Any = None, *, ago: float, **columns: Any) -> str:
    """And archived as many days ago; `lifecycle` may say that it was not finished."""
    run = finished(cast, template, ago=ago)
    made(cast.olga.delete(f"/runs/{run}"), 200)
    set_process(cast, run, archived_at=now_of(cast) - int(ago * DAY), **columns)
    return run


def age(cast: Cast, run: str, *, completed: float) -> None:
    at = now_of(cast) - int(completed * DAY)
    set_process(cast, run, completed_at=at, updated_at=at, lifecycle="complete")


def rule(by: Person, **sent: Any) -> Any:
    return made(by.put(RETENTION, sent), 200)


def confirmed(by: Person, path: str = RETENTION, **sent: Any) -> Any:
    """Whatever it adds."""
    return made(by.put(path, {**sent, "confirm": {"archive": 10_000, "delete": 10_000}}), 200)


def allow_deletion(cast: Cast) -> None:
    """As if since two days."""
    sent = {"allowed": True, "confirm": {"archive": 10_000, "delete": 10_000}}
    made(cast.olga.put(f"{RETENTION}/deletion", sent), 200)


def at(cast: Cast, moment: Instant) -> Server:
    return replace(cast.server.storage, clock=lambda: moment)


def pass_at(cast: Cast, moment: Instant) -> list[int]:
    """One pass, and what it began to its end; the numbers of its operations."""
    server = at(cast, moment)
    before = numbers(cast)
    approving.lapse_one(server)
    assert sweeping.pass_over(server, cast.organization_id)
    begun = [number for number in numbers(cast) if number not in before]
    for number in begun:
        operating.finish_here(server, cast.organization_id, number)
    return begun


def numbers(cast: Cast) -> list[int]:
    with reading(as_bot(cast.server.storage, cast.organization_id)) as work:
        last = store.find_last_sweep(work)
        return [] if last is None else [*range(1, last.number + 1)]


def state_of(cast: Cast, runs: list[str]) -> list[str]:
    """live, archived or gone."""
    words = []
    for run in runs:
        answer = cast.olga.get(f"/runs/{run}")
        is_gone = answer.status_code == 404
        is_archived = not is_gone and answer.json()["data"]["archived_at"] is not None
        words.append("gone" if is_gone else "archived" if is_archived else "live")
    return words
