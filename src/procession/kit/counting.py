"""The folder that all processes of a server count into (`kit.meters`); the first one makes it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

#: Prometheus's library looks for this name when it is imported.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def counting_folder() -> Iterator[None]:
    """From here on this process and its children count into a folder, which goes at the end."""
    folder = tempfile.mkdtemp(prefix="procession-metrics-")
    os.environ[FOLDER] = folder
    try:
        yield
    finally:
        del os.environ[FOLDER]
        shutil.rmtree(folder, ignore_errors=True)
