"""The process that answers `/metrics`: what `web.server` starts where the setting asks for it."""

import os
import signal
import socket

from procession import __version__
from procession.flows.access.opening import open_to_answer
from procession.kit.log import configure_logging
from procession.kit.settings import Settings
from procession.web.living import signs_into
from procession.worker.measuring import serve


def measure(settings: Settings, bound: int, sign: int) -> None:
    """Until told to stop. `bound`: the descriptor of the address's socket."""
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    configure_logging(settings.log_level)
    listener, server = socket.socket(fileno=bound), open_to_answer(settings)
    serve(server, listener, version=__version__, show_life=signs_into(sign))
