"""The command `procession doctor`: what is wrong with this server, and what to do about it."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from procession.core.times import MINUTE, SECOND, optional_wire_time
from procession.domains.files.actions import clearing
from procession.domains.processes.actions.counting import count_processes
from procession.flows.access import connecting
from procession.flows.access.opening import MEND_CLOCKS, SKEW, open_server, skew_of
from procession.kit.condition import (
    Disk,
    Waiting,
    database_bytes,
    disks,
    events_waiting,
    mails_waiting,
)
from procession.kit.database_address import shown_address
from procession.kit.erasing import orphans
from procession.kit.errors import BadRequest
from procession.kit.file_store import store_of
from procession.kit.object_store import StoreAway
from procession.kit.rounds import Standing, standing
from procession.kit.schema import newest_revision
from procession.kit.server import Server
from procession.kit.settings import Settings
from procession.worker.mail_check import mail_goes_to, mail_problem

#: What waits for longer is not being looked after.
_PATIENCE_S = 10 * MINUTE // SECOND
#: Below it, writing may stop soon, and migrating has no room.
_LEAST_FREE = 500_000_000
_MB = 1_000_000
#: Of what is missing.
_MOST_NAMED = 5
_START_WORKER = "Start the server with its worker, or `procession work`."


@dataclass(frozen=True)
class Finding:
    """One line. `is_wrong`: somebody has to do something; else it is only told."""

    about: str
    text: str
    is_wrong: bool = False


def run(settings: Settings, *, as_json: bool = False) -> int:
    """0 when nothing is wrong. A database that cannot be used is told as by every command."""
    found = list(_findings(settings))
    if as_json:
        print(json.dumps([asdict(finding) for finding in found]))
    else:
        for each in found:
            print(f"{'WRONG' if each.is_wrong else 'ok':<6} {each.about:<9} {each.text}")
    return int(any(finding.is_wrong for finding in found))


def _findings(settings: Settings) -> Iterator[Finding]:
    server = open_server(settings)
    connection = server.database.connection()
    live, archived = count_processes(connection)
    size = database_bytes(server, connection)
    yield Finding(
        "database",
        f"{shown_address(settings.database_url)}, schema {newest_revision()}, {size // _MB} MB, "
        f"{live} live and {archived} archived processes",
    )
    for disk in disks(settings):
        yield _about_disk(disk, size)
    yield _about_clock(server)
    work = standing(server, connection)
    yield _about_worker(work)
    yield _about_waiting("outbox", "events", events_waiting(server, connection), work)
    yield _about_waiting("mails", "mails", mails_waiting(server, connection), work)
    yield _about_mail_server(settings)
    yield from _about_providers(server)
    yield _about_orphans(server)
    yield from _about_files(server)
    server.database.close()


def _about_disk(disk: Disk, database_size: int) -> Finding:
    needed = max(_LEAST_FREE, database_size if disk.purpose == "database" else 0)
    text = f"{disk.free // _MB} MB are free in {disk.folder} ({disk.purpose})"
    if disk.free >= needed:
        return Finding("disk", text)
    return Finding("disk", f"{text}; make room for {needed // _MB} MB at least.", is_wrong=True)


def _about_clock(server: Server) -> Finding:
    apart = skew_of(server)
    if abs(apart) <= SKEW:
        return Finding("clock", "goes with the database's")
    side = "ahead of" if apart < 0 else "behind"
    text = f"{abs(apart) // SECOND} s {side} the database's. {MEND_CLOCKS}"
    return Finding("clock", text, is_wrong=True)


def _about_worker(work: Standing) -> Finding:
    last = optional_wire_time(work.last_round_at) or "never"
    return Finding("worker", "works" if work.is_alive else f"none works; last seen: {last}")


def _about_waiting(about: str, noun: str, waiting: Waiting, work: Standing) -> Finding:
    text = f"{waiting.count} {noun} wait"
    if waiting.count:
        text += f", the first for {waiting.oldest_s} s"
    if waiting.failed:
        text += f"; {waiting.failed} were given up"
    is_wrong = waiting.oldest_s > _PATIENCE_S
    if not is_wrong:
        return Finding(about, text)
    advice = "See the log of the worker." if work.is_alive else _START_WORKER
    return Finding(about, f"{text}. {advice}", is_wrong=True)


def _about_mail_server(settings: Settings) -> Finding:
    problem = mail_problem(settings)
    if problem is None:
        return Finding("mail", mail_goes_to(settings))
    return Finding("mail", problem, is_wrong=True)


def _about_providers(server: Server) -> Iterator[Finding]:
    for organization_id, issuer in connecting.list_providers(server):
        try:
            connecting.test(server, organization_id)
        except BadRequest as wrong:
            text = f"{wrong.message} See `procession sso test --org {organization_id}`."
            yield Finding("provider", text, is_wrong=True)
        else:
            yield Finding("provider", f"{issuer} answers")


def _about_files(server: Server) -> Iterator[Finding]:
    """Each record is looked for in the store, and each object of the store among the records."""
    address = server.settings.files_address
    objects = store_of(server.settings)
    try:
        missing = list(clearing.missing(server, objects))
        astray = sum(1 for _ in clearing.strays(server, objects))
    except StoreAway as away:
        text = f"{address} cannot be reached: {away.__cause__ or away}"
        yield Finding("files", text, is_wrong=True)
        return
    text = f"{address}; {astray} without a record, swept when they are a day old"
    yield Finding("files", text if astray else address)
    if missing:
        named = ", ".join(each.id for each in missing[:_MOST_NAMED])
        text = f"the bytes of {len(missing)} are missing ({named}...); restore them from a backup."
        yield Finding("files", text, is_wrong=True)


def _about_orphans(server: Server) -> Finding:
    found = orphans(server.database)
    if not found:
        return Finding("orphans", "none")
    listed = ", ".join(f"{count} in {table}" for table, count in found.items())
    return Finding(
        "orphans",
        f"rows of organizations that are not there: {listed}. End a deletion that was broken off: "
        "`procession org delete`; if none was, keep a backup and report it.",
        is_wrong=True,
    )
