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
from procession.kit.db import OpenTransaction, ScratchRows, undone


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
def rehearsing(caller: Caller, rows: ScratchRows | None = None) -> Iterator[Rehearsal]:
    """With `rows` beside all others, and with those alone; else with everything that is there, and
    with the locks of the real change."""
    server = caller.server
    database = server.database
    with undone(database.writing()) if rows is None else database.scratch(rows) as connection:
        rehearsal = Rehearsal(caller, server.clock())
        rehearsal.caller = replace(
            caller,
            server=replace(
                server,
                database=OpenTransaction(database, connection),
                clock=lambda: rehearsal.now,
                witness=rehearsal.hear,
            ),
        )
        yield rehearsal
