"""Calling webhooks: many at a time, and one that hangs never holds up another.

A thread of its own beside the worker's steps: a mail server that is slow must not keep webhooks
waiting, nor the other way round. Calls are made by one more thread, which waits for all of them
(`kit.outside`); this one alone talks to the database.
"""

import threading
from collections import Counter
from concurrent.futures import Future
from dataclasses import dataclass, field

import structlog

from procession.core.times import Instant
from procession.flows.webhooks.sending import Room, Taken, settle, take
from procession.kit.db import away_errors
from procession.kit.outside import Reply
from procession.kit.server import Server

_log = structlog.get_logger("procession.webhooks")

#: Calls under way, to all addresses together.
_MOST = 200
#: How often it is asked what is due, and, while something is under way, what has come back.
_PAUSE_S = 0.5
_SHORT_PAUSE_S = 0.05


@dataclass
class Calling:
    """`round` is the whole step: it waits for nobody."""

    server: Server
    room: Room = field(default_factory=Room)
    most: int = _MOST
    _under_way: dict["Future[Reply]", tuple[Taken, Instant]] = field(default_factory=dict)
    _bell: threading.Event = field(default_factory=threading.Event)

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                found = self.round()
            except away_errors() as away:
                found = False
                _log.warning("database away", error=str(away))
            except Exception:
                found = False
                _log.exception("calling webhooks crashed")
            if not found:
                self._bell.wait(_PAUSE_S)
                self._bell.clear()
            else:
                stop.wait(_SHORT_PAUSE_S)

    def round(self) -> bool:
        """Settles what has come back and sends what is due; whether there was anything."""
        settled = self._settle_some()
        sent = self._send_some()
        return settled or sent

    def finish(self) -> None:
        """Until nothing is due and nothing is under way."""
        while self.round() or self._under_way:
            self._bell.wait(_SHORT_PAUSE_S)
            self._bell.clear()

    def _send_some(self) -> bool:
        places = Counter(_place(taken) for taken, _ in self._under_way.values())
        room = self.most - len(self._under_way)
        taken = take(self.server, places, room, self.room) if room else []
        for each in taken:
            began_at = self.server.clock()
            future = self.server.outside.call(each.call, self.server.settings)
            self._under_way[future] = (each, began_at)
            future.add_done_callback(lambda _: self._bell.set())
        return bool(taken)

    def _settle_some(self) -> bool:
        done = [future for future in self._under_way if future.done()]
        for future in done:
            taken, began_at = self._under_way[future]
            # What cannot be written down is sent again when its lease has run out.
            del self._under_way[future]
            settle(self.server, taken, began_at, future.result())
        return bool(done)


def _place(taken: Taken) -> tuple[str, str]:
    return taken.delivery.organization_id, taken.delivery.endpoint_id
