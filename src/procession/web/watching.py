"""The first process's side of the others: it starts them, hears them, and ends who hangs.

Every process writes into a pipe of its own again and again; the first sign says that it is at
work. The first process opens no database and reads no clock: silence is counted in looks.
"""

import os
import select
import signal
import sys
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from procession.web.forking import Forked

#: How often it is looked after each process, and what silence is counted in.
_LOOK_S = 1.0
#: Until requests are answered, which somebody waits for.
_HURRY_S = 0.05
#: Looks until the first sign of a process that is starting.
_STARTING = 60
#: Before a process that ended is started again: the first pause doubles each time, up to the last.
_FIRST_PAUSE_S, _LAST_PAUSE_S = 0.2, 30.0
#: Who has lived for so long begins with the first pause again.
_STEADY_S = 60.0
#: What a process that hangs may take to write down where.
_LAST_WORDS_S = 1.0


@dataclass(frozen=True)
class Kind:
    """What runs in a process, told the descriptor that it gives its signs into."""

    name: str
    run: Callable[[int], None]
    #: Looks without a sign until it is thought to hang.
    patience: int
    #: Descriptors that it needs; it holds nobody else's.
    handed: Sequence[int] = ()
    #: Told to stop by a signal; the others notice the end of the lifeline.
    is_signalled: bool = False


@dataclass
class Watched:
    """One process after another of a kind."""

    kind: Kind
    process: Forked | None = None
    pulse: int = -1
    started_at: float = 0.0
    silence: int = 0
    has_begun: bool = False
    #: When to start the next one, by the monotonic clock.
    due_at: float = 0.0
    pause_s: float = field(default=_FIRST_PAUSE_S)

    def start(self, held: Collection[int]) -> None:
        """`held`: the descriptors that the first process has for itself or hands to others."""
        self.pulse, told = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        kind = self.kind
        self.process = Forked(
            lambda: kind.run(told),
            name=kind.name,
            not_its_own={*held, self.pulse}.difference({*kind.handed, told}),
        )
        os.close(told)
        self.started_at, self.silence, self.has_begun = time.monotonic(), 0, False

    def keep_running(self, held: Collection[int]) -> None:
        """Start what is due; notice what ended, and what gave a sign."""
        if self.process is None:
            if time.monotonic() >= self.due_at:
                self.start(held)
            return
        self.hear()
        code = self.process.poll()
        if code is not None:
            self._bury(f"ended ({code})")

    def hear(self) -> None:
        try:
            if os.read(self.pulse, 4096):
                self.silence, self.has_begun = 0, True
        except BlockingIOError:
            pass

    def look(self) -> None:
        """End what hangs: what gave no sign for as many looks as it may."""
        if self.process is None:
            return
        self.silence += 1
        if self.silence > (self.kind.patience if self.has_begun else _STARTING):
            self._end_hanging()
            self._bury(f"gave no sign of life for {self.silence} s and was ended")

    def _end_hanging(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGABRT)  # It writes down where it hangs, if it can.
        if not self.process.has_ended_within(_LAST_WORDS_S):
            self.process.kill()

    def _bury(self, what: str) -> None:
        if time.monotonic() - self.started_at >= _STEADY_S:
            self.pause_s = _FIRST_PAUSE_S
        self._let_go()
        self.due_at = time.monotonic() + self.pause_s
        print(
            f"procession: the {self.kind.name} process {what}; "
            f"it is started again in {self.pause_s:g} s.",
            file=sys.stderr,
            flush=True,
        )
        self.pause_s = min(self.pause_s * 2, _LAST_PAUSE_S)

    def _let_go(self) -> None:
        self.process = None
        os.close(self.pulse)
        self.pulse = -1

    def tell_to_end(self) -> None:
        """Who is still starting has nothing to finish."""
        if self.process is None:
            return
        self.hear()
        if not self.has_begun:
            self.process.kill()
        elif self.kind.is_signalled:
            self.process.send_signal(signal.SIGTERM)

    def end(self, give_up: float) -> None:
        """It has been told to stop; what has not by then is killed."""
        if self.process is None:
            return
        if not self.process.has_ended_within(max(give_up - time.monotonic(), 0.1)):
            self.process.kill()
        self._let_go()


class Watch:
    """Over all processes of this server, from `run` until `stop`. The first of them is a server."""

    def __init__(self, kinds: Sequence[Kind], lifeline: int) -> None:
        self._all = [Watched(kind) for kind in kinds]
        #: The end that only this process holds.
        self._lifeline = lifeline
        self._told, self._tell = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._is_stopping = False

    def stop(self) -> None:
        """Also from a signal's handler."""
        if not self._is_stopping:
            self._is_stopping = True
            os.write(self._tell, b".")
            # The lifeline ends, but its number stays taken: a process that begins at this very
            # moment closes what has that number, which must not be a pipe of its own.
            nothing = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
            os.dup2(nothing, self._lifeline, inheritable=False)
            os.close(nothing)

    def run(self, when_ready: Callable[[], None], *, patience_s: float) -> None:
        """Until told to stop; then those that run may take `patience_s` to finish.

        `when_ready` is called once, when there was a sign from the first of them.
        """
        try:
            self._watch(when_ready)
        finally:
            self.stop()
            for each in self._all:
                each.tell_to_end()
            give_up = time.monotonic() + patience_s
            for each in self._all:
                each.end(give_up)

    def _held(self) -> set[int]:
        """Nobody else may hold the lifeline's end, or it would not end with this process."""
        pulses = {each.pulse for each in self._all if each.process is not None}
        handed = {each for watched in self._all for each in watched.kind.handed}
        return {self._lifeline, self._told, self._tell} | pulses | handed

    def _watch(self, when_ready: Callable[[], None]) -> None:
        is_ready, next_look = False, time.monotonic()
        while not self._is_stopping:
            for each in self._all:
                each.keep_running(self._held())
            if not is_ready and self._all[0].has_begun:
                is_ready = True
                when_ready()
            if time.monotonic() >= next_look:
                next_look = time.monotonic() + _LOOK_S
                for each in self._all:
                    each.look()
            select.select([self._told], [], [], _LOOK_S if is_ready else _HURRY_S)
