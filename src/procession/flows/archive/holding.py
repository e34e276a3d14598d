"""Holds with the names of what they cover, for people to look through (contract 70, 4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from procession.domains.holds import policy, store
from procession.domains.holds.types import Covers, Hold, HoldFilter, Scope
from procession.domains.people import store as people
from procession.domains.processes import store as processes
from procession.domains.tasks import store as tasks
from procession.domains.templates import store as templates
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, NotFound
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work, reading


@dataclass(frozen=True)
class Named:
    """What holds are on and who placed and released them, by id and by number: without what is gone
    by now, or was done by the server itself."""

    things: Mapping[str, str]
    people: Mapping[int, str]


def look_through(
    caller: Caller, request: PageRequest, wanted: HoldFilter
) -> tuple[Page[Hold], Named]:
    """Newest first."""
    _check_right(caller)
    with reading(caller) as work:
        page = store.list_holds(work, request, wanted)
        return page, _named(work, page.rows)


def look_at(caller: Caller, hold_id: str) -> tuple[Hold, Covers, Named]:
    """One of them, with how much it covers now."""
    _check_right(caller)
    with reading(caller) as work:
        hold = store.find_hold(work, hold_id)
        if hold is None:
            raise NotFound(kind="Hold")
        return hold, store.count_covered(work, hold), _named(work, [hold])


def name_of(caller: Caller, scope: Scope, thing_id: str) -> str:
    """What is called what might be put on hold. Raises NotFound where that is nothing."""
    _check_right(caller)
    with reading(caller) as work:
        name = _names_of(work, {scope: [thing_id]}).get(thing_id)
    if name is None:
        raise NotFound
    return name


def _named(work: Work, holds: Iterable[Hold]) -> Named:
    shown = list(holds)
    ids = {scope: [each.scope_id for each in shown if each.scope_type == scope] for scope in Scope}
    who = {number for each in shown for number in (each.created_by, each.released_by) if number}
    return Named(_names_of(work, ids), people.names_of_users(work, who) if who else {})


def _names_of(work: Work, ids: Mapping[Scope, list[str]]) -> dict[str, str]:
    found = processes.visible_among(work, ids.get(Scope.RUN, []))
    names = {each.id: each.name for each in found.values()}
    for titled in (
        templates.visible_among(work, ids.get(Scope.CHECKLIST, [])),
        tasks.visible_among(work, ids.get(Scope.TASK, [])),
    ):
        names |= {thing_id: each.title for thing_id, each in titled.items()}
    return names


def _check_right(caller: Caller) -> None:
    if not policy.can_hold(caller):
        raise Forbidden
