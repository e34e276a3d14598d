"""A migrator in a process of its own, which is killed while it works."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

_MIGRATE = """
import sys
from pathlib import Path
from time import sleep
from procession.kit.migrating import migrate
url, versions, last_word = sys.argv[1:]

def tell(line):
    print(line, flush=True)
    if last_word and last_word in line:
        sleep(60)  # It is being killed, which must not come too late.

migrate(url, tell=tell, versions=Path(versions))
"""


@contextmanager
def migrator(url: str, versions: Path, last_word: str = "") -> Iterator["subprocess.Popen[str]"]:
    """What it tells is its standard output. It is gone when the block ends. Having said something
    with `last_word` it goes no further."""
    process = subprocess.Popen(
        [sys.executable, "-c", _MIGRATE, url, str(versions), last_word],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    too_late = Timer(40, process.kill)
    too_late.start()
    try:
        yield process
    finally:
        too_late.cancel()
        process.kill()
        process.wait(timeout=10)
        assert process.stdout is not None
        process.stdout.close()


def kill_when_told(url: str, versions: Path, word: str) -> None:
    """SIGKILL it as soon as it says something with this word."""
    with migrator(url, versions, word) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if word in line:
                process.kill()
                break
        else:
            raise AssertionError(f"it never said {word!r}, but: {said}")
