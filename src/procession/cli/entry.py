"""Where the command `procession` begins: Ctrl-C ends it silently while the rest is imported."""

import gc
import signal
import sys

#: Objects.
_MADE_UNTIL_A_LOOK = 50_000


def main() -> int:
    """See `cli.main`, which takes a moment to be there."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # What is imported stays: looking for garbage meanwhile would find none.
    gc.set_threshold(_MADE_UNTIL_A_LOOK)
    from procession.cli.main import main as run

    signal.signal(signal.SIGINT, signal.default_int_handler)
    return run()


if __name__ == "__main__":
    sys.exit(main())
