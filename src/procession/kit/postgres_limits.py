"""How long PostgreSQL may take, said without its driver."""

from dataclasses import dataclass

from procession.kit.settings import Settings


@dataclass(frozen=True)
class Limits:
    """How long things may take, in seconds. None: as long as they do."""

    #: To each host of the address; psycopg's least is 2.
    connect_s: int = 5
    #: What a statement may take, as the server sees it.
    statement_s: float | None = None
    #: How long the server may say nothing, while it is waited for.
    silence_s: float | None = None
    #: Nobody holds locks for longer without doing anything, not even who was frozen meanwhile.
    idle_in_transaction_s: float = 10.0

    @classmethod
    def of_requests(cls, settings: Settings) -> "Limits":
        """Somebody waits. The server's own limit comes first: it can tell slow from frozen."""
        statement_s = settings.statement_timeout
        return cls(connect_s=2, statement_s=statement_s, silence_s=statement_s + 0.5)


#: Nobody waits, and work is done in batches; but a silent server is asked anew some time.
OF_WORKERS = Limits(statement_s=60.0, silence_s=65.0)
#: Whoever gave a command can see that it runs, and end it.
OF_COMMANDS = Limits()
