"""A process's side of being watched (`web.watching`): it ends with its parent, and gives signs."""

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable

_SET_PARENT_DEATH_SIGNAL = 1
_SET_NAME = 15
#: At most so often is a sign given.
_PAUSE_S = 0.5


def end_with_parent(parent: int) -> None:
    """The kernel kills this process when its parent ends, also while it hangs or is stopped.

    Elsewhere than on Linux there is no such thing.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:  # It ended before the kernel knew.
        os._exit(1)


def name_process(name: str) -> None:
    """As `ps` and `top` show it, which cut it off: all processes of a server have one command."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_NAME, f"procession-{name}".encode())


def signs_into(pipe: int) -> Callable[[], None]:
    """To be called again and again; nobody waits when the pipe is full."""
    os.set_blocking(pipe, False)
    next_at = 0.0

    def show_life() -> None:
        nonlocal next_at
        now = time.monotonic()
        if now >= next_at:
            next_at = now + _PAUSE_S
            with contextlib.suppress(OSError):
                os.write(pipe, b".")

    return show_life
