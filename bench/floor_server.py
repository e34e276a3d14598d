"""The floor served: by the same door with the same threads as our server (`web.serve`)."""

import os
import socket

from bench.floor import Floor
from procession.kit.settings import Settings
from procession.web.door.door import Door
from procession.web.door.limits import limits_of
from procession.web.serve import threads_for


class _Floor(Floor):
    def route_for(self, method: str, path: str) -> None:
        """No endpoint has a place of its own."""


def main() -> None:
    settings = Settings(database_url=os.environ["FLOOR_DATABASE_URL"])
    listener = socket.create_server(("127.0.0.1", int(os.environ["FLOOR_PORT"])), backlog=1024)
    application = _Floor(settings.database_url, os.environ.get("FLOOR_FILES", ""))
    Door(listener, application, limits_of(settings), threads=threads_for(settings)).run()


if __name__ == "__main__":
    main()
