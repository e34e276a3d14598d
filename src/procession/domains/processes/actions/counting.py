"""How many processes the whole server has, for who runs it."""

from procession.domains.processes import store
from procession.kit.db import Connection


def count_processes(connection: Connection) -> tuple[int, int]:
    """(live, archived), of all organizations together."""
    return store.count_everywhere(connection)
