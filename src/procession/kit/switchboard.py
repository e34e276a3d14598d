"""Where calls to servers outside begin; what it takes to make them is loaded with the first."""

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from procession.kit.outside import Call, Reply
from procession.kit.settings import Settings

if TYPE_CHECKING:
    from concurrent.futures import Future


@dataclass
class Outside:
    """Of one process."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _caller: Any = None

    def call(self, call: Call, settings: Settings) -> "Future[Reply]":
        """The reply to come; whatever goes wrong with the call is told in it."""
        with self._lock:
            if self._caller is None:
                from procession.kit.calls import Calls  # noqa: PLC0415

                self._caller = Calls()
        reply: Future[Reply] = self._caller.begin(call, settings)
        return reply
