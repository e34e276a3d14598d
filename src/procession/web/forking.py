"""A process that begins where this one stands: with everything imported, so that it is there at
once and shares the memory that neither of them writes to.

Only for a process of one thread, that has opened no database: neither can be shared.
"""

import faulthandler
import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Collection
from contextlib import suppress

from procession.web.living import end_with_parent, name_process

#: What the first process hears, and the others in a way of their own.
ENDING = (signal.SIGTERM, signal.SIGINT)
_LOOK_S = 0.01


class Forked:
    """As `subprocess.Popen`, of a function. Its process ends when the function does."""

    def __init__(
        self, run: Callable[[], None], *, name: str, not_its_own: Collection[int] = ()
    ) -> None:
        """`not_its_own`: descriptors that it shall not hold."""
        self._code: int | None = None
        parent = os.getpid()
        sys.stdout.flush()
        # Nobody hears a signal in the parent's way before the child has its own.
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        self._pid = os.fork()
        if self._pid == 0:
            _be(run, parent, name, not_its_own)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)

    def poll(self) -> int | None:
        """Its exit code, negative for the signal that ended it; None: it runs."""
        if self._code is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def has_ended_within(self, seconds: float) -> bool:
        give_up = time.monotonic() + seconds
        while self.poll() is None:
            if time.monotonic() >= give_up:
                return False
            time.sleep(_LOOK_S)
        return True

    def send_signal(self, number: signal.Signals) -> None:
        """Nothing once it has ended: its number may be another's by then."""
        if self.poll() is None:
            os.kill(self._pid, number)

    def kill(self) -> None:
        """And wait until it has ended."""
        self.send_signal(signal.SIGKILL)
        if self._code is None:
            self._code = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])


def keep_shared() -> None:
    """Before the first fork: whoever looks for garbage later leaves alone, and so does not write
    to, what is there by now."""
    gc.freeze()


def _be(run: Callable[[], None], parent: int, name: str, not_its_own: Collection[int]) -> None:
    """The child. It never comes back: what called it is the parent's."""
    code = 1
    try:
        # A session of its own: Ctrl-C reaches every process of the terminal's, and this one shall
        # be told by its parent alone.
        os.setsid()
        end_with_parent(parent)
        name_process(name)
        for number in ENDING:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        for each in not_its_own:
            with suppress(OSError):  # Told to stop this very moment, the parent has closed it.
                os.close(each)
        faulthandler.enable()
        run()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        # Threads that wait for their database or somebody outside are not waited for.
        _flush()
        os._exit(code)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # Nobody reads it any more.
            stream.flush()
