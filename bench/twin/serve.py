"""The twin served: by the same door with the same threads as our server (`web.serve`)."""

import os
import socket

from bench.twin.application import Twin
from procession.kit.settings import Settings
from procession.web.door.door import Door
from procession.web.door.limits import limits_of
from procession.web.serve import threads_for


def main() -> None:
    settings = Settings(database_url=os.environ["TWIN_DATABASE_URL"])
    listener = socket.create_server(("127.0.0.1", int(os.environ["TWIN_PORT"])), backlog=1024)
    Door(listener, Twin(), limits_of(settings), threads=threads_for(settings)).run()


if __name__ == "__main__":
    main()
