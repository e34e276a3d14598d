"""Where the command `procession` begins: Ctrl-C ends it silently while the rest is imported."""

import signal
import sys


def main() -> int:
    """See `cli.main`, which takes a moment to be there."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from procession.cli.main import main as run

    signal.signal(signal.SIGINT, signal.default_int_handler)
    return run()


if __name__ == "__main__":
    sys.exit(main())
