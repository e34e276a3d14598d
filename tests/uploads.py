"""`python -m uploads serve`: our server with one route more, which takes a file."""

import os
import socket

from procession.flows.access.opening import open_to_answer
from procession.kit.http import PUBLIC, Answer, Request, Routes, plain
from procession.kit.settings import read_settings
from procession.web.app import Application
from procession.web.door.door import Door
from procession.web.door.limits import limits_of
from procession.web.routes import ALL_ROUTES

routes = Routes("Uploads")


@routes.post("/uploads", door=PUBLIC, policy="visible", takes_upload=True, is_plain=True)
def upload(request: Request) -> Answer:
    """Say how large it was."""
    size = 0
    while piece := request.upload and request.upload.read(65_536):
        size += len(piece)
    return plain({"size": size})


if __name__ == "__main__":
    settings = read_settings(os.environ)
    server = open_to_answer(settings)
    listener = socket.create_server((settings.host, settings.port), backlog=100)
    application = Application(server, [*ALL_ROUTES, *routes.all])
    Door(listener, application, limits_of(settings), threads=2).run()
