"""What the commands `procession archive ...` do: each ends in the use cases that the API ends in.

An operation goes on by the workers that there are; who runs the command takes turns as well, so
that it comes to its end without any.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from typing import Any, TextIO

import msgspec

from procession.api.archive.filters import read_filter, read_ids
from procession.core.archive import Verb
from procession.domains.archive.types import Kind, Operation
from procession.domains.archive.wire import operation_out, selection_out
from procession.flows.access.opening import open_server
from procession.flows.archive import building, operating, selecting, undoing
from procession.flows.archive.operating import OperationFilter
from procession.flows.archive.selecting import Wanted
from procession.flows.reaching.bots import as_operator
from procession.kit.caller import Caller
from procession.kit.errors import BadRequest, invalid
from procession.kit.paging import PageRequest
from procession.kit.reading import NotJson, read_json
from procession.kit.settings import Settings

#: Between two looks while somebody else is at it.
_LOOK_EACH_S = 0.2
_MOST_LISTED = 100
_BAR_WIDTH = 30


def select(settings: Settings, options: argparse.Namespace) -> dict[str, Any]:
    """With its token. Of a large filter the set is built here, unless a worker is quicker."""
    caller = as_operator(open_server(settings), options.org)
    selection, token = selecting.select(caller, _wanted(caller, options))
    while not selection.is_ready:
        if not building.build_one(caller.server):
            time.sleep(_LOOK_EACH_S)
        selection, _ = selecting.get_selection(caller, token, with_also=False)
    return _builtins(selection_out(selection, token))


def _wanted(caller: Caller, options: argparse.Namespace) -> Wanted:
    """Of a filter, JSON, or of ids, separated by commas."""
    verb, kind, with_children = Verb(options.verb), options.object, options.with_children
    if with_children and kind != Kind.RUN:
        raise invalid("with-children", "Only processes have families.")
    if options.ids is not None:
        ids = read_ids([each.strip() for each in options.ids.split(",")])
        return Wanted(verb=verb, kind=kind, ids=ids, with_children=with_children)
    try:
        sent = read_json(options.filter)
    except NotJson:
        raise BadRequest('The filter is no JSON. An example: --filter \'{"q": "lease"}\'') from None
    narrowed, named = read_filter(sent, kind, verb, caller)
    narrowed = selecting.check_filter(caller, kind, narrowed, named)
    return Wanted(verb=verb, kind=kind, filter=sent, narrowed=narrowed, with_children=with_children)


def run(
    settings: Settings, organization_id: str, token: str, comment: str | None, confirm: int | None
) -> dict[str, Any]:
    """The operation when it has ended."""
    caller = as_operator(open_server(settings), organization_id)
    return _followed(caller, operating.start(caller, token, comment, confirm))


def undo(settings: Settings, organization_id: str, number: int) -> dict[str, Any]:
    """The operation that takes it back, when it has ended."""
    caller = as_operator(open_server(settings), organization_id)
    return _followed(caller, undoing.undo(caller, number))


def status(settings: Settings, organization_id: str, number: int | None) -> Iterator[Any]:
    """One operation, or the last of them, newest first."""
    caller = as_operator(open_server(settings), organization_id)
    if number is not None:
        yield _builtins(operation_out(operating.get_operation(caller, number)))
        return
    request = PageRequest(number=1, size=_MOST_LISTED)
    for operation in operating.list_operations(caller, request, OperationFilter()).rows:
        yield _builtins(operation_out(operation))


def _builtins(shown: msgspec.Struct) -> dict[str, Any]:
    return dict(msgspec.to_builtins(shown))


def _followed(caller: Caller, operation: Operation) -> dict[str, Any]:
    """To its end, with a bar where somebody looks on."""
    show = _Bar(sys.stderr).show if sys.stderr.isatty() else _nowhere
    number = operation.number
    while operation.is_to_be_done:
        show(operation)
        began = time.monotonic()
        if operating.take_turn(caller.server, caller.organization_id, number):
            # As workers do: others shall not wait for it.
            time.sleep(time.monotonic() - began)
        elif not building.build_one(caller.server):
            time.sleep(_LOOK_EACH_S)
        operation = operating.get_operation(caller, number)
    show(operation)
    return _builtins(operation_out(operation))


def _nowhere(operation: Operation) -> None:
    """Nobody looks on."""


class _Bar:
    """How far it is, in one line of a terminal that is written over and over."""

    def __init__(self, terminal: TextIO) -> None:
        self._terminal = terminal

    def show(self, operation: Operation) -> None:
        end = "\r" if operation.is_to_be_done else "\n"
        print(f"\r{bar(operation)}", end=end, file=self._terminal, flush=True)


def bar(operation: Operation) -> str:
    """`[#####.....]  50 %  500 of 1,000, 120 a second, 4 s to go`"""
    looked_at = operation.total - operation.left
    part = looked_at / operation.total if operation.total else 1.0
    filled = "#" * int(part * _BAR_WIDTH)
    shown = operation_out(operation)
    rate = "" if shown.per_second is None else f", {shown.per_second:,.0f} a second"
    eta = "" if shown.eta_seconds is None else f", {shown.eta_seconds:,} s to go"
    return (
        f"[{filled.ljust(_BAR_WIDTH, '.')}] {part:4.0%}  "
        f"{looked_at:,} of {operation.total:,}{rate}{eta}    "
    )
