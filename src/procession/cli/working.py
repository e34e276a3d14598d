"""The command `procession work`: the background worker by itself."""

from contextlib import ExitStack

from procession import __version__
from procession.cli.serving import free_listener
from procession.flows.access.opening import open_server
from procession.kit.counting import counting_folder
from procession.kit.postgres_limits import OF_WORKERS
from procession.kit.settings import Settings
from procession.worker.loop import run
from procession.worker.measuring import serve_beside


def work(settings: Settings) -> int:
    with ExitStack() as around:
        if settings.metrics_address:
            listener = free_listener(settings.metrics_address)
            around.enter_context(counting_folder())
            serve_beside(open_server(settings), listener, version=__version__)
        run(open_server(settings, OF_WORKERS))
    return 0
