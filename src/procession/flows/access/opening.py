"""Opening a server's storage: what every process of it does first."""

import structlog

from procession.core.times import SECOND
from procession.domains.accounts.actions.keys import ensure_secret_key
from procession.flows.telling.log_keeping import log_facts
from procession.flows.webhooks.hearing import hear
from procession.kit.clock import clock_of
from procession.kit.db import Database
from procession.kit.leasing import database_clock
from procession.kit.postgres_limits import OF_COMMANDS, Limits
from procession.kit.schema import require_newest_schema
from procession.kit.server import Server, open_storage
from procession.kit.settings import Settings

_log = structlog.get_logger("procession.clock")


def open_server(settings: Settings, limits: Limits = OF_COMMANDS) -> Server:
    """Raises NotMigrated for a database of another schema, SettingError for a pooler in front of it
    that the settings do not know of."""
    _refuse_unknown_pooler(settings)
    require_newest_schema(settings.database_url)
    return open_migrated(settings, limits)


def _refuse_unknown_pooler(settings: Settings) -> None:
    if settings.database_url.startswith("postgres"):
        from procession.kit.postgres import refuse_unknown_pooler  # noqa: PLC0415 - not on SQLite

        refuse_unknown_pooler(settings)


#: Less than a second, as long as anybody waits for an answer that is a refusal.
_HURRY_S = 0.7


def open_migrated(settings: Settings, limits: Limits = OF_COMMANDS) -> Server:
    """For processes whose database has been checked by who started them."""
    return _opened(settings, open_storage(settings, limits))


def open_to_answer(settings: Settings) -> Server:
    """The same for a process that people wait for: it refuses sooner than it waits."""
    limits = Limits.of_requests(settings)
    return _opened(settings, open_storage(settings, limits, patience_s=_HURRY_S))


def _opened(settings: Settings, database: Database) -> Server:
    key = ensure_secret_key(database, settings.secret_key)
    has_own_clock = not settings.database_url.startswith("sqlite")
    return Server(
        database,
        settings,
        key,
        clock_of(settings.clock_file),
        shared_clock=database_clock if has_own_clock else None,
        hearers=(hear, log_facts),
    )


#: As much as an ordinary network and a busy machine may account for.
SKEW = 5 * SECOND


def warn_of_skew(server: Server) -> None:
    """One line when this machine's clock and the database's are apart.

    Leases go by the database's (decision 0023); what people read, deadlines and limits of rates
    go by this one.
    """
    apart = skew_of(server)
    if abs(apart) <= SKEW:
        return
    _log.warning(
        "clock differs from the database's",
        seconds=abs(apart) // SECOND,
        this_clock_is="ahead" if apart < 0 else "behind",
        what_to_do=MEND_CLOCKS,
    )


MEND_CLOCKS = "Let both machines keep their time by NTP, then start this process again."


def skew_of(server: Server) -> int:
    """Microseconds that this machine's clock is behind the database's; negative: ahead."""
    connection = server.database.connection()
    before = server.clock()
    theirs = server.now_for_all(connection)
    return theirs - before if theirs < before else max(theirs - server.clock(), 0)
