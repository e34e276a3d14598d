"""The process that answers `/metrics`: what `web.server` starts where the setting asks for it."""

import os
import signal
import socket
import sys

from procession import __version__
from procession.flows.access.opening import open_to_answer
from procession.kit.log import configure_logging
from procession.kit.settings import read_settings
from procession.web.living import end_with_parent, signs_into
from procession.worker.measuring import serve

if __name__ == "__main__":
    end_with_parent()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    _listener, _sign = map(int, sys.argv[1:])
    _settings = read_settings(os.environ)
    configure_logging(_settings.log_level)
    serve(
        open_to_answer(_settings),
        socket.socket(fileno=_listener),
        version=__version__,
        show_life=signs_into(_sign),
    )
