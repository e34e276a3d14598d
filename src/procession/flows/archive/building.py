"""Collect what a large filter finds: read in one snapshot, kept in portions, by the worker.

What was read waits in a file of this machine, so that no transaction is open for long and memory
stays flat. It is claimed by a lease (`kit.leasing`); a worker that dies is followed by another one,
which begins anew: nobody has seen the set yet.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from typing import IO

from procession.core.archive import Verb
from procession.core.times import MINUTE
from procession.domains.archive import store
from procession.domains.archive.store import ToBuild
from procession.domains.archive.types import TO_CHANGE, Selection
from procession.domains.people import store as people
from procession.flows.archive.kinds import MANY
from procession.flows.archive.selecting import PORTION, Found, judge
from procession.flows.reaching.bots import as_bot
from procession.kit.caller import Caller, CallerKind, Role
from procession.kit.reading import stored_reader
from procession.kit.server import Server
from procession.kit.work import Work, reading, writing

_LEASE = 2 * MINUTE
_READ_AT_ONCE = 5_000
_ID_BYTES = 16
_FORGOTTEN_AT_ONCE = 1_000


def build_one(server: Server) -> bool:
    """The set of a selection that was too large for its request; False when none waits."""
    database = server.database
    connection = database.connection()
    due = store.find_to_build(connection, server.now_for_all(connection))
    if due is None:
        return False
    with database.writing() as connection:
        if not store.claim(connection, due, server.now_for_all(connection) + _LEASE):
            return True
    claimed = ToBuild(due.organization_id, due.id, due.claims + 1)
    forget_items(server, due.organization_id, due.id)
    _build(server, claimed)
    return True


def _build(server: Server, due: ToBuild) -> None:
    bot = as_bot(server, due.organization_id)
    with tempfile.TemporaryFile() as spool:
        with reading(bot) as work:
            selection = store.get_selection(work, due.id)
            maker = _maker(work, bot, selection)
            work.act_as(maker)
            _read(work, selection, spool)
        spool.seek(0)
        found = Found(Verb(selection.verb), selection.kind)
        for portion in _portions(spool):
            with writing(maker) as work:
                if not _keep(work, due, selection, portion, found):
                    return
        with writing(maker) as work:
            built = found.columns(work)
            if store.set_ready(work, due, built) and selection.operation is not None:
                store.set_columns(work, selection.operation, {"digest": built["digest"]})


def _maker(work: Work, bot: Caller, selection: Selection) -> Caller:
    """With the rights that they have now; who is no member any more sees nothing."""
    if selection.is_made_by_bot:
        return replace(bot, role=Role.ADMIN)
    member = people.find_member(work, selection.made_by)
    is_there = member is not None and member.is_active
    role = Role(member.role or Role.LIGHT) if member is not None and is_there else Role.LIGHT
    may_archive = bool(member.can_archive_processes) if member is not None else False
    return replace(
        bot,
        kind=CallerKind.MEMBER,
        person_id=selection.made_by,
        role=role,
        can_archive_processes=may_archive,
    )


def _read(work: Work, selection: Selection, spool: IO[bytes]) -> None:
    """Of an undo: what the other operation has changed."""
    many, after = MANY[selection.kind], ""
    if selection.undoes is not None:
        undone = store.find_operation(work, selection.undoes)
        assert undone is not None
        while ids := store.list_done(work, undone.selection_id, after, _READ_AT_ONCE):
            spool.write(bytes.fromhex("".join(ids)))
            after = ids[-1]
        return
    wanted = stored_reader(many.filter)(selection.wanted or "{}")
    while ids := many.matching(work, wanted, after, _READ_AT_ONCE):
        spool.write(bytes.fromhex("".join(ids)))
        after = ids[-1]


def _portions(spool: IO[bytes]) -> Iterator[list[str]]:
    while packed := spool.read(PORTION * _ID_BYTES):
        yield [
            packed[start : start + _ID_BYTES].hex() for start in range(0, len(packed), _ID_BYTES)
        ]


def _keep(work: Work, due: ToBuild, selection: Selection, portion: list[str], found: Found) -> bool:
    """False: it took too long, and is another worker's by now; or it is gone."""
    if not store.hold_on(work, due, work.now_for_all() + _LEASE):
        return False
    verb = Verb(selection.verb)
    if selection.undoes is not None:
        verdicts = [(each, TO_CHANGE) for each in portion]
    else:
        verdicts = judge(work, MANY[selection.kind], verb, portion, are_found=True)
    fit = found.add(verdicts)
    if selection.undoes is None:
        found.count_along(work, fit, whole=False)
    store.add_items(work, selection.id, verdicts)
    return True


def forget_items(server: Server, organization_id: str, selection_id: str) -> None:
    """Of a set that nobody uses, some in each transaction."""
    while True:
        with server.database.writing(survives_power_cut=False) as connection:
            count = store.forget_some(connection, organization_id, selection_id, _FORGOTTEN_AT_ONCE)
        if count < _FORGOTTEN_AT_ONCE:
            return


def forget_ended(server: Server) -> bool:
    """A selection that expired before anybody used it; False when there is none."""
    ended = store.find_ended(server.database.connection(), server.clock())
    if ended is None:
        return False
    forget_items(server, ended.organization_id, ended.id)
    with server.database.writing() as connection:
        store.forget(connection, ended)
    return True


__all__ = ["build_one", "forget_ended"]
