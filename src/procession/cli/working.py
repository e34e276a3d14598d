"""The command `procession work`: the background worker by itself."""

from procession.flows.access.opening import open_server
from procession.kit.postgres import OF_WORKERS
from procession.kit.settings import Settings
from procession.worker.loop import run


def work(settings: Settings) -> int:
    run(open_server(settings, OF_WORKERS))
    return 0
