"""The worker's process beside the servers': what `web.server` starts, so that slow deliveries never
slow a request."""

import os

from procession.flows.access.opening import open_migrated
from procession.kit.log import configure_logging
from procession.kit.postgres_limits import OF_WORKERS
from procession.kit.settings import Settings
from procession.web.living import signs_into
from procession.worker.loop import run


def work(settings: Settings, sign: int) -> None:
    """Until told to stop."""
    configure_logging(settings.log_level)
    server = open_migrated(settings, OF_WORKERS)
    run(server, stop_without=os.getppid(), show_life=signs_into(sign))
    # Whoever closes SQLite's file last puts its journal into it.
    server.database.close()
