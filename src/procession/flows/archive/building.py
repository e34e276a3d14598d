"""Collect what a large filter finds: read in one snapshot, kept in portions, by the worker.

What was read waits in a file of this machine, so that no transaction is open for long and memory
stays flat. It is claimed by a lease (`kit.leasing`); a worker that dies is followed by another one,
which begins anew: nobody has seen the set yet.
"""

import heapq
import itertools
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import IO

from procession.core.archive import Verb
from procession.core.times import MINUTE
from procession.domains.archive import store
from procession.domains.archive.store import ToBuild
from procession.domains.archive.types import TO_CHANGE, Selection
from procession.domains.people import store as people
from procession.flows.archive.kin import along_with, judge_together
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
#: Of each run of ids.
_UNPACKED_AT_ONCE = 500
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
            runs = _read(work, selection, spool)
        found = Found(Verb(selection.verb), selection.kind)
        for portion in _portions(spool, runs, overlap=selection.with_children):
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


def _read(work: Work, selection: Selection, spool: IO[bytes]) -> list[int]:
    """Ids, packed; how many each run of them has. In a run they are in their order.

    Of an undo: what the other operation has changed.
    """
    many, after = MANY[selection.kind], ""
    verb, runs = Verb(selection.verb), list[int]()
    wanted = undone = None
    if selection.undoes is not None:
        undone = store.find_operation(work, selection.undoes)
        assert undone is not None
    else:
        wanted = stored_reader(many.filter)(selection.wanted or "{}")
    while True:
        if undone is not None:
            ids = store.list_done(work, undone.selection_id, after, _READ_AT_ONCE)
        else:
            ids = many.matching(work, wanted, after, _READ_AT_ONCE)
        if not ids:
            return runs
        after = ids[-1]
        if selection.with_children:
            ids = sorted({*ids, *along_with(work, verb, ids)})
        spool.write(bytes.fromhex("".join(ids)))
        runs.append(len(ids))


def _portions(spool: IO[bytes], counts: Sequence[int], *, overlap: bool) -> Iterator[list[str]]:
    """All ids in their order, each once. `overlap`: families of one run may be in another, else
    each run begins behind the last."""
    starts = itertools.accumulate(counts, initial=0)
    runs = [_run(spool, start, count) for start, count in zip(starts, counts, strict=False)]
    ids: Iterator[str] = itertools.chain.from_iterable(runs)
    if overlap:
        ids = (each for each, _ in itertools.groupby(heapq.merge(*runs)))
    while portion := list(itertools.islice(ids, PORTION)):
        yield portion


def _run(spool: IO[bytes], start: int, count: int) -> Iterator[str]:
    for begin in range(start, start + count, _UNPACKED_AT_ONCE):
        wanted = min(_UNPACKED_AT_ONCE, start + count - begin)
        spool.seek(begin * _ID_BYTES)
        packed = spool.read(wanted * _ID_BYTES)
        for place in range(0, len(packed), _ID_BYTES):
            yield packed[place : place + _ID_BYTES].hex()


def _keep(work: Work, due: ToBuild, selection: Selection, portion: list[str], found: Found) -> bool:
    """False: it took too long, and is another worker's by now; or it is gone."""
    if not store.hold_on(work, due, work.now_for_all() + _LEASE):
        return False
    verb = Verb(selection.verb)
    if selection.undoes is not None:
        verdicts = [(each, TO_CHANGE) for each in portion]
    elif selection.with_children:
        verdicts = [*judge_together(work, verb, portion).items()]
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
