"""The address of a database, read in one way by every command and every process.

PostgreSQL's is read by libpq alone, SQLite's is a path as it stands: no sign of it means anything.
"""

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
