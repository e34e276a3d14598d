"""The worker's process beside the servers': what `web.server` starts, so that slow deliveries never
slow a request."""

import os
import sys

from procession.flows.access.opening import open_migrated
from procession.kit.log import configure_logging
from procession.kit.postgres_limits import OF_WORKERS
from procession.kit.settings import read_settings
from procession.web.living import end_with_parent, signs_into
from procession.worker.loop import run

if __name__ == "__main__":
    _parent = os.getppid()
    end_with_parent()
    _settings = read_settings(os.environ)
    configure_logging(_settings.log_level)
    run(
        open_migrated(_settings, OF_WORKERS),
        stop_without=_parent,
        show_life=signs_into(int(sys.argv[1])),
    )
