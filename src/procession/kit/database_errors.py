"""What the drivers raise, in words that need neither of them.

PostgreSQL's is imported only where the database is one (`kit.server`), and nobody meets errors of a
driver that is not imported. So these are functions, to be asked when something was raised:
`except away_errors():`.
"""

import sqlite3
import sys
from typing import Any

from procession.kit.errors import Unavailable

Kinds = tuple[type[Exception], ...]


def _psycopg() -> Any:
    """The driver of PostgreSQL; None: nobody has imported it."""
    return sys.modules.get("psycopg")


def driver_errors() -> Kinds:
    """Whatever a driver says."""
    psycopg = _psycopg()
    return (sqlite3.Error,) if psycopg is None else (sqlite3.Error, psycopg.Error)


def away_errors() -> Kinds:
    """The database itself is away, or refuses to be opened or written to."""
    psycopg = _psycopg()
    if psycopg is None:
        return (sqlite3.OperationalError, Unavailable)
    return (
        sqlite3.OperationalError,
        psycopg.OperationalError,
        psycopg.errors.IdleInTransactionSessionTimeout,
        Unavailable,
    )


def not_unique_errors() -> Kinds:
    """A row would break a constraint, such as a name that is taken."""
    psycopg = _psycopg()
    if psycopg is None:
        return (sqlite3.IntegrityError,)
    return (sqlite3.IntegrityError, psycopg.errors.UniqueViolation)


def waited_too_long() -> Kinds:
    """For a lock that somebody else has (`wait_at_most`)."""
    psycopg = _psycopg()
    return () if psycopg is None else (psycopg.errors.LockNotAvailable,)


def is_away(error: Exception) -> bool:
    """The database cannot be reached, or cannot work just now: trying again may help.

    SQLite's word for an SQL error (a missing table) is the same as for a full disk: only its
    number tells them apart.
    """
    if isinstance(error, sqlite3.OperationalError):
        return getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR
    return isinstance(error, away_errors())


#: PostgreSQL's numbers for what is no text in UTF-8, and for NUL and half a sign in JSON; psycopg's
#: own refusal of a NUL has none.
_UNSTORABLE = (None, "22021", "22P05")


def is_unstorable(error: Exception) -> bool:
    """A text that no database keeps has come as far as a statement: some door has let it pass."""
    psycopg = _psycopg()
    if psycopg is not None and isinstance(error, psycopg.DataError):
        return error.sqlstate in _UNSTORABLE
    return isinstance(error, UnicodeEncodeError)
