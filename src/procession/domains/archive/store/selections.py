"""Selections: made, claimed while they are built, found by their tokens, forgotten."""

from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.archive.tables import selections
from procession.domains.archive.types import Selection
from procession.domains.people.access import CALLER_ID, ORGANIZATION_ID
from procession.kit.db import Connection, Statement, decode
from procession.kit.work import Work

_NOW = sa.bindparam("now", type_=sa.BigInteger)
_ID = sa.bindparam("selection_id", type_=sa.String(32))
_THIS = (selections.c.organization_id == ORGANIZATION_ID, selections.c.id == _ID)
_STORED = [selections.c[name] for name in Selection.__struct_fields__]
_ALL = sa.select(*_STORED).where(selections.c.organization_id == ORGANIZATION_ID)
_BY_ID = Statement(_ALL.where(selections.c.id == _ID))
_BY_DIGEST = _ALL.where(selections.c.token_digest == sa.bindparam("token_digest", type_=sa.Text))
_BY_TOKEN = Statement(_BY_DIGEST)
_LOCKED_BY_TOKEN = Statement(_BY_DIGEST.with_for_update())
_INSERT = Statement(
    selections.insert().values({column.name: sa.bindparam(column.name) for column in selections.c})
)


def add_selection(work: Work, row: Mapping[str, Any]) -> None:
    """`row`: every column but the organization's, and the claim's where nothing is to be built."""
    work.run(_INSERT, **{"due_at": None, "claim_count": 0, **row})


def get_selection(work: Work, selection_id: str) -> Selection:
    return work.all(_BY_ID, Selection, selection_id=selection_id)[0]


def find_by_token(work: Work, token_digest: str, *, lock: bool = False) -> Selection | None:
    """`lock` keeps others who would use it waiting."""
    statement = _LOCKED_BY_TOKEN if lock else _BY_TOKEN
    found = work.first(statement, Selection, token_digest=token_digest)
    if lock:
        work.read_clock()
    return found


_SET_OPERATION = Statement(
    selections.update().where(*_THIS).values(operation=sa.bindparam("number", type_=sa.Integer))
)


def set_operation(work: Work, selection_id: str, number: int) -> None:
    work.run(_SET_OPERATION, selection_id=selection_id, number=number)


_UNUSED_OF_CALLER = Statement(
    sa.select(sa.func.count()).where(
        selections.c.organization_id == ORGANIZATION_ID,
        selections.c.made_by == CALLER_ID,
        selections.c.operation.is_(None),
        sa.or_(selections.c.expires_at.is_(None), selections.c.expires_at > _NOW),
    )
)
_ITEMS_HERE = Statement(
    sa.select(
        sa.cast(sa.func.coalesce(sa.func.sum(selections.c.matching), 0), sa.BigInteger)
    ).where(
        selections.c.organization_id == ORGANIZATION_ID,
        selections.c.operation.is_(None),
    )
)


def count_unused(work: Work) -> int:
    """The caller's."""
    return int(work.value(_UNUSED_OF_CALLER))


def count_unused_items(work: Work) -> int:
    """Of everybody in the organization."""
    return int(work.value(_ITEMS_HERE))


# --- Building ---

#: By the clock of leases: a worker that dies while it builds one is followed by another.
_DUE = Statement(
    sa.select(selections.c.organization_id, selections.c.id, selections.c.claim_count)
    .where(selections.c.due_at.is_not(None), selections.c.due_at <= _NOW)
    .order_by(selections.c.due_at)
    .limit(1)
)
_COUNT = sa.bindparam("claims", type_=sa.Integer)
_CLAIM = Statement(
    selections.update()
    .where(*_THIS, selections.c.claim_count == _COUNT, selections.c.due_at.is_not(None))
    .values(due_at=sa.bindparam("leased_until", type_=sa.BigInteger), claim_count=_COUNT + 1)
)
_HOLD = Statement(
    selections.update()
    .where(*_THIS, selections.c.claim_count == _COUNT, selections.c.due_at.is_not(None))
    .values(due_at=sa.bindparam("leased_until", type_=sa.BigInteger))
)


class ToBuild(msgspec.Struct, array_like=True, frozen=True):
    """A selection whose set is to be built, and how often that was begun."""

    organization_id: str
    id: str
    claims: int


def find_to_build(connection: Connection, now: Instant) -> ToBuild | None:
    found = decode(connection.fetch(_DUE, {"now": now}), ToBuild)
    return found[0] if found else None


def claim(connection: Connection, due: ToBuild, until: Instant) -> bool:
    """False when another worker was faster, or it is gone."""
    values = {
        "organization_id": due.organization_id,
        "selection_id": due.id,
        "claims": due.claims,
        "leased_until": until,
    }
    return bool(connection.execute(_CLAIM, values))


def hold_on(work: Work, due: ToBuild, until: Instant) -> bool:
    """While it is being built; False when it is no longer ours. `due`: as after the claim."""
    values = {"selection_id": due.id, "claims": due.claims, "leased_until": until}
    return bool(work.run(_HOLD, **values))


_SET_READY = Statement(
    selections.update()
    .where(*_THIS, selections.c.claim_count == _COUNT)
    .values(
        {
            name: sa.bindparam(f"new_{name}", type_=selections.c[name].type)
            for name in (
                "status", "matching", "will_change", "skipped", "also", "sample", "digest",
                "expires_at",
            )
        }
        | {"due_at": None}
    )
)  # fmt: skip


def set_ready(work: Work, due: ToBuild, built: Mapping[str, Any]) -> bool:
    """What was found; False when the claim has run out."""
    new = {f"new_{name}": value for name, value in built.items()}
    return bool(work.run(_SET_READY, selection_id=due.id, claims=due.claims, **new))


# --- Forgetting ---

_ENDED = Statement(
    sa.select(selections.c.organization_id, selections.c.id)
    .where(selections.c.operation.is_(None), selections.c.expires_at <= _NOW)
    .order_by(selections.c.expires_at)
    .limit(1)
)
_FORGET = Statement(selections.delete().where(*_THIS, selections.c.operation.is_(None)))


class Ended(msgspec.Struct, array_like=True, frozen=True):
    organization_id: str
    id: str


def find_ended(connection: Connection, before: Instant) -> Ended | None:
    """One that nobody has used before it expired."""
    found = decode(connection.fetch(_ENDED, {"now": before}), Ended)
    return found[0] if found else None


def forget(connection: Connection, ended: Ended) -> None:
    values = {"organization_id": ended.organization_id, "selection_id": ended.id}
    connection.execute(_FORGET, values)
