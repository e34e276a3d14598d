"""A rehearsal: use cases run as always, in a transaction that is undone whatever happens.

So what is foreseen is what then happens, for it is done by the same code (docs/decisions/0040).
Nothing outside the database is called by a use case, so nothing else is to be undone. Whoever
rehearses keeps it short: it holds the locks that the real change would.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from procession.core.times import Instant
from procession.flows.rules.witnessing import Witnessed
from procession.kit.caller import Caller
from procession.kit.db import OpenTransaction


class _Undone(Exception):
    """Ends the transaction."""


@dataclass
class Rehearsal:
    """`caller`: for use cases that shall be part of it."""

    caller: Caller
    #: What its clock says.
    now: Instant
    #: Cascades since they were taken last.
    _heard: list[Witnessed] = field(default_factory=list)

    def take_heard(self) -> list[Witnessed]:
        heard, self._heard[:] = list(self._heard), []
        return heard

    def hear(self, cascade: Witnessed) -> None:
        self._heard.append(cascade)


@contextmanager
def rehearsing(caller: Caller) -> Iterator[Rehearsal]:
    server = caller.server
    try:
        with server.database.writing() as connection:
            rehearsal = Rehearsal(caller, server.clock())
            rehearsal.caller = replace(
                caller,
                server=replace(
                    server,
                    database=OpenTransaction(server.database, connection),
                    clock=lambda: rehearsal.now,
                    witness=rehearsal.hear,
                ),
            )
            yield rehearsal
            raise _Undone
    except _Undone:
        return
