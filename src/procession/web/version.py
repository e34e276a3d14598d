"""Which version answers."""

import msgspec

from procession import __version__
from procession.kit.http import PUBLIC, Answer, Request, Routes, plain
from procession.kit.schema import newest_revision

routes = Routes("Server")


class VersionOut(msgspec.Struct, frozen=True):
    version: str
    #: Of the database, as this version needs it.
    schema: str


@routes.get("/version", door=PUBLIC, policy="visible", answers=VersionOut, is_plain=True)
def get_version(_request: Request) -> Answer:
    """Say which version of the server this is."""
    return plain(VersionOut(__version__, newest_revision()))
