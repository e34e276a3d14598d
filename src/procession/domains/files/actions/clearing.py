"""Clear away bytes: of files that are gone, at once; that no file was ever made of, after a day.

The worker does it, outside of any transaction. Removing twice does no harm, so nothing is claimed:
two workers that meet here only do the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

import structlog

from procession.core.times import DAY
from procession.domains.files import store
from procession.kit.content import Removable
from procession.kit.file_store import store_of
from procession.kit.object_store import Kept, ObjectStore, StoreAway, key_of, read_key
from procession.kit.server import Server

_log = structlog.get_logger("procession.files")

_MOST_AT_ONCE = 100
#: As long as any upload may take between its bytes and its record, and any copy of the database
#: and the files after it.
_PATIENCE = DAY


def remove_some(server: Server) -> bool:
    """Bytes whose files were deleted; False when there are none. What the store does not let go
    now is tried again later, and keeps nothing else waiting."""
    connection = server.database.connection()
    due = store.list_due_removals(connection, server.now_for_all(connection), _MOST_AT_ONCE)
    if not due:
        return False
    objects = store_of(server.settings)
    done, left = [], []
    for removal in due:
        key = key_of(removal.organization_id, removal.file_id)
        try:
            objects.remove(key, Removable.FILE_DELETED)
        except StoreAway as away:
            _log.warning("bytes not removed", file=removal.file_id, reason=str(away.__cause__))
            left.append(removal)
            break  # The others would wait for the same store.
        done.append(removal)
    with server.database.writing(survives_power_cut=False) as connection:
        now = server.now_for_all(connection)
        if done:
            store.forget_removals(connection, done)
        for removal in left:
            store.postpone_removal(connection, removal, now)
    return bool(done)


def sweep(server: Server) -> bool:
    """Bytes that no record names and that are a day old; always "nothing more". Where the whole
    organization is on hold they stay."""
    objects = store_of(server.settings)
    oldest = server.clock() - _PATIENCE
    for kept in strays(server, objects):
        if kept.written_at < oldest and not _is_all_held(server, kept.key):
            objects.remove(kept.key, Removable.NEVER_A_FILE)
            _log.info("stray bytes removed", key=kept.key, size=kept.size)
    return False


def _is_all_held(server: Server, key: str) -> bool:
    named = read_key(key)
    return named is not None and store.is_on_hold(server.database.connection(), named[0])


def strays(server: Server, objects: ObjectStore) -> Iterator[Kept]:
    """What the store has and no record names. It may belong to an upload that goes on just now."""
    everything = objects.walk()
    while some := list(islice(everything, 1000)):
        yield from _strays_among(server, some)


def _strays_among(server: Server, some: Iterable[Kept]) -> Iterator[Kept]:
    by_organization: dict[str, dict[str, Kept]] = defaultdict(dict)
    for kept in some:
        named = read_key(kept.key)
        if named is None:
            yield kept
        else:
            by_organization[named[0]][named[1]] = kept
    connection = server.database.connection()
    for organization_id, found in by_organization.items():
        known = store.known_among(connection, organization_id, found)
        yield from (kept for file_id, kept in found.items() if file_id not in known)


def missing(server: Server, objects: ObjectStore) -> Iterator[store.KeptFile]:
    """Records whose bytes are not there, or not all of them."""
    connection = server.database.connection()
    after = ("", "")
    while some := store.list_kept(connection, after, 1000):
        for file in some:
            if objects.size_of(key_of(file.organization_id, file.id)) != file.size:
                yield file
        after = (some[-1].organization_id, some[-1].id)
