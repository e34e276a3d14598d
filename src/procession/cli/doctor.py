"""The command `procession doctor`: what is wrong with this server, and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass

from procession.core.times import optional_wire_time
from procession.flows.access.opening import open_server
from procession.kit.database_address import shown_address
from procession.kit.rounds import standing
from procession.kit.schema import newest_revision
from procession.kit.settings import Settings
from procession.worker.mail_check import mail_goes_to, mail_problem


@dataclass(frozen=True)
class Finding:
    """One line. `is_wrong`: somebody has to do something; else it is only told."""

    about: str
    text: str
    is_wrong: bool = False


def run(settings: Settings) -> int:
    """0 when nothing is wrong. A database that cannot be used is told as by every command."""
    found = list(_findings(settings))
    for finding in found:
        print(f"{'WRONG' if finding.is_wrong else 'ok':<6} {finding.about:<9} {finding.text}")
    return int(any(finding.is_wrong for finding in found))


def _findings(settings: Settings) -> Iterator[Finding]:
    server = open_server(settings)
    schema = f"{shown_address(settings.database_url)}, schema {newest_revision()}"
    yield Finding("database", schema)
    problem = mail_problem(settings)
    if problem is None:
        yield Finding("mail", mail_goes_to(settings))
    else:
        yield Finding("mail", problem, is_wrong=True)
    work = standing(server, server.database.connection())
    last = optional_wire_time(work.last_round_at) or "never"
    yield Finding("worker", "works" if work.is_alive else f"none works; last seen: {last}")
    server.database.close()
