"""The address of a database, read in one way by every command and every process.

PostgreSQL's is read by libpq alone, SQLite's is a path as it stands: no sign of it means anything.
"""

import os
from pathlib import Path

_SQLITE = "sqlite:///"


def read_database_address(text: str) -> str:
    """The same text; raises ValueError for what no command could use.

    A database in memory would be another one for each process of the server.
    """
    if text.startswith(("postgresql://", "postgres://")):
        return _postgres(text)
    path = sqlite_file(text)
    if path is None or path.name in ("", "..") or ":memory:" in text:
        raise ValueError
    return text


def sqlite_file(address: str) -> Path | None:
    """None for a PostgreSQL database."""
    if not address.startswith(_SQLITE):
        return None
    return Path(address.removeprefix(_SQLITE))


def default_database_address() -> str:
    """One place for the user, whatever folder they stand in; a database in `var` of this folder,
    as older versions made it, goes first."""
    here = Path("var/procession.db")
    if here.exists():
        return f"{_SQLITE}{here}"
    # No home, as in some containers: it is made where the command runs.
    data = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    place = Path(data) / "procession/procession.db"
    return f"{_SQLITE}{place if place.is_absolute() else here}"


def shown_address(address: str) -> str:
    """For people: which database it is, and nothing that lets anybody in."""
    path = sqlite_file(address)
    if path is not None:
        return str(path.absolute())
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 - as above

    read = conninfo_to_dict(address)
    name, host = read.get("dbname") or "the user's own", read.get("host") or "this machine"
    # Of several hosts without one there is a comma for each.
    port = str(read.get("port") or "").strip(",")
    return f"{name} on {host}{f', port {port}' if port else ''} (PostgreSQL)"


def _postgres(text: str) -> str:
    """As libpq reads it. Signs that end a part of it too early, mostly those of a password, would
    make a host or a name of what comes after them."""
    from psycopg import ProgrammingError  # noqa: PLC0415 - who uses SQLite has no use for it
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    place, _, rest = text.partition("://")[2].partition("/")
    if place.count("@") > 1 or "@" in rest.partition("?")[0]:
        raise ValueError
    try:
        read = conninfo_to_dict(text)
    except ProgrammingError:
        raise ValueError from None
    for port in str(read.get("port") or "").split(","):
        if port and not 1 <= int(port) <= 65_535:
            raise ValueError
    return text
