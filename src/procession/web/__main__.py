"""The server as a program: what `procession serve` becomes once it has checked the database.

SIGINT and SIGTERM are blocked by then, until it is known what to do about them.
"""

import gc
import os
import signal
import sys

from procession.kit.settings import read_settings

if __name__ == "__main__":
    # While the rest is imported there is nothing to finish.
    for _number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(_number, lambda *_: os._exit(0))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM, signal.SIGINT))
    gc.disable()  # What is imported stays: there is no garbage to look for.
    from procession.web.server import run

    gc.enable()
    run(read_settings(os.environ), with_worker="--no-worker" not in sys.argv)
