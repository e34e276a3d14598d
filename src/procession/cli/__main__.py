"""`python -m procession.cli` is the command `procession`."""

import signal

signal.signal(signal.SIGINT, signal.SIG_DFL)  # As in `entry`, which is not there yet.

import sys  # noqa: E402

from procession.cli.entry import main  # noqa: E402

sys.exit(main())
