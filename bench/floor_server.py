"""The floor served: the same server with the same settings as `procession.web.server.run`."""

import os

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from bench.floor import load
from procession.kit.settings import Settings
from procession.web.server import threads_for


def main() -> None:
    Granian(
        "bench.floor:load",
        address="127.0.0.1",
        port=int(os.environ["FLOOR_PORT"]),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=threads_for(Settings(database_url=os.environ["FLOOR_DATABASE_URL"])),
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve(target_loader=load, wrap_loader=False)


if __name__ == "__main__":
    main()
