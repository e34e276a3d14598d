"""The server as a program: what `procession serve` becomes once it has checked the database.

SIGINT and SIGTERM are blocked by then, until `run` knows what to do about them.
"""

import os
import sys

from procession.kit.settings import read_settings
from procession.web.server import run

if __name__ == "__main__":
    run(read_settings(os.environ), with_worker="--no-worker" not in sys.argv)
