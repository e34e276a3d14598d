"""What the commands `procession hold` do: each ends in the use case that the API ends in."""

import argparse
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from procession.domains.holds.actions import placing
from procession.domains.holds.types import Covers, Hold, HoldFilter, Scope
from procession.domains.holds.wire import HoldChangesIn, HoldIn, HoldReleaseIn, hold_out
from procession.flows.access.opening import open_server
from procession.flows.reaching.bots import as_operator
from procession.kit.binding import bind
from procession.kit.caller import Caller
from procession.kit.errors import NotFound, raise_if_any
from procession.kit.ids import find_id
from procession.kit.paging import PageRequest
from procession.kit.settings import Settings

_AT_ONCE = 100


class Shown(NamedTuple):
    """A hold, and what it covers where that was asked for."""

    hold: Hold
    covers: Covers | None = None

    @property
    def json(self) -> dict[str, Any]:
        """As the API answers it."""
        found: dict[str, Any] = msgspec.to_builtins(hold_out(self.hold, self.covers))
        return found

    @property
    def row(self) -> dict[str, Any]:
        """For people: one line."""
        seen = self.json
        return {
            **{name: seen[name] for name in ("id", "reference", "expires_at", "released_at")},
            "scope": f"{self.hold.scope_type} {self.hold.scope_id}",
            "reason": self.hold.reason,
        }


def act(settings: Settings, options: argparse.Namespace) -> Iterator[Shown]:
    caller = as_operator(open_server(settings), options.org)
    return _ACTIONS[options.action](caller, options)


def _place(caller: Caller, options: argparse.Namespace) -> Iterator[Shown]:
    scope: dict[str, Any] = {"type": Scope.ORGANIZATION.value}
    for each in (Scope.RUN, Scope.CHECKLIST, Scope.TASK):
        if named := getattr(options, f"{each.value}_id"):
            scope = {"type": each.value, "id": named}
    sent = _bound({**_texts(options), "scope": scope}, HoldIn)
    yield Shown(*placing.place(caller, sent))


def _list(caller: Caller, options: argparse.Namespace) -> Iterator[Shown]:
    """The active ones, unless all are asked for."""
    wanted = HoldFilter(is_active=None if options.all else True, sort=(("created_at", True),))
    number = 1
    while True:
        page = placing.list_holds(caller, PageRequest(number, _AT_ONCE), wanted)
        yield from map(Shown, page.rows)
        if number >= page.page_count:
            return
        number += 1


def _show(caller: Caller, options: argparse.Namespace) -> Iterator[Shown]:
    yield Shown(*placing.get_hold(caller, _id(options)))


def _change(caller: Caller, options: argparse.Namespace) -> Iterator[Shown]:
    yield Shown(placing.change(caller, _id(options), _bound(_texts(options), HoldChangesIn)))


def _release(caller: Caller, options: argparse.Namespace) -> Iterator[Shown]:
    sent = _bound({"reason": options.reason}, HoldReleaseIn)
    yield Shown(placing.release(caller, _id(options), sent.reason))


def _texts(options: argparse.Namespace) -> dict[str, Any]:
    """Those that were given; `--expires never` is a value, too."""
    given: dict[str, Any] = {}
    for name in ("reason", "reference"):
        if getattr(options, name) is not None:
            given[name] = getattr(options, name)
    if options.expires is not None:
        given["expires_at"] = None if options.expires == "never" else options.expires
    return given


def _bound(sent: dict[str, Any], shape: type[Any]) -> Any:
    bound = bind(sent, shape)
    raise_if_any(dict(bound.problems))
    return bound.value


def _id(options: argparse.Namespace) -> str:
    found = find_id(options.id)
    if found is None:
        raise NotFound("There is no hold with this id.")
    return found


_ACTIONS: dict[str, Callable[[Caller, argparse.Namespace], Iterator[Shown]]] = {
    "place": _place,
    "list": _list,
    "show": _show,
    "change": _change,
    "release": _release,
}
