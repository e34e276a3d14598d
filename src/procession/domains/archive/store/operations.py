"""Operations: begun, taking turns, counted along, ended."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.accounts.tables import organizations
from procession.domains.archive.tables import operations, selections
from procession.domains.archive.types import (
    Operation,
    OperationKind,
    OperationStatus,
    SelectionStatus,
    Turn,
)
from procession.domains.people.access import CALLER_ID, ORGANIZATION_ID
from procession.kit.db import Connection, Statement, decode
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_NUMBER = sa.bindparam("number", type_=sa.Integer)
_THIS = (operations.c.organization_id == ORGANIZATION_ID, operations.c.number == _NUMBER)
_STORED = [operations.c[name] for name in Operation.__struct_fields__]
_ALL = sa.select(*_STORED).where(operations.c.organization_id == ORGANIZATION_ID)
_ONE = Statement(_ALL.where(operations.c.number == _NUMBER))
_LOCKED = Statement(_ALL.where(operations.c.number == _NUMBER).with_for_update())
_FREE = Statement(_ALL.where(operations.c.number == _NUMBER).with_for_update(skip_locked=True))
_LAST_NUMBER = Statement(
    sa.select(sa.func.coalesce(sa.func.max(operations.c.number), 0)).where(
        operations.c.organization_id == ORGANIZATION_ID
    )
)
#: Numbers of an organization are given out one after the other.
_HOLD_NUMBERS = Statement(
    sa.select(organizations.c.id).where(organizations.c.id == ORGANIZATION_ID).with_for_update()
)
_INSERT = Statement(
    operations.insert().values({column.name: sa.bindparam(column.name) for column in operations.c})
)


def take_number(work: Work) -> int:
    """The next one: operations are never removed, so none comes twice."""
    work.value(_HOLD_NUMBERS)
    return int(work.value(_LAST_NUMBER)) + 1


def add_operation(work: Work, row: Mapping[str, Any]) -> None:
    """`row`: every column but the organization's."""
    work.run(_INSERT, **row)


def find_operation(work: Work, number: int) -> Operation | None:
    return work.first(_ONE, Operation, number=number)


def lock_operation(work: Work, number: int) -> Operation | None:
    """Held against its workers, and against who cancels it or takes it back."""
    found = work.first(_LOCKED, Operation, number=number)
    work.read_clock()
    return found


def lock_if_free(work: Work, number: int) -> Operation | None:
    """None when somebody else is at it just now."""
    return work.first(_FREE, Operation, number=number)


@cache
def _setting(names: tuple[str, ...]) -> Statement:
    new = {name: sa.bindparam(f"new_{name}", type_=operations.c[name].type) for name in names}
    return Statement(operations.update().where(*_THIS).values(new))


def set_columns(work: Work, number: int, changes: Mapping[str, Any]) -> None:
    new = {f"new_{name}": value for name, value in changes.items()}
    work.run(_setting(tuple(sorted(changes))), number=number, **new)


#: Those whose set is there. A worker asks for them every round, so they are read from their index.
_TURNS = Statement(
    sa.select(
        operations.c.organization_id,
        operations.c.number,
        operations.c.total,
        operations.c.worked_at,
    )
    .select_from(
        operations.join(
            selections,
            sa.and_(
                selections.c.organization_id == operations.c.organization_id,
                selections.c.id == operations.c.selection_id,
            ),
        )
    )
    .where(
        operations.c.finished_at.is_(None),
        operations.c.status != OperationStatus.AWAITING_APPROVAL.value,
        selections.c.status == SelectionStatus.READY.value,
    )
    .order_by(operations.c.worked_at)
    .limit(1000)
)


def list_turns(connection: Connection) -> list[Turn]:
    """Of every organization."""
    return decode(connection.fetch(_TURNS, {}), Turn)


# --- Sweeps ---

_SWEEPS = _ALL.where(operations.c.operation_kind == OperationKind.SWEEP.value)
_OF_VERB = operations.c.verb == sa.bindparam("verb", type_=sa.Text)
_LAST_SWEEP = Statement(_SWEEPS.order_by(operations.c.number.desc()).limit(1))
_UNFINISHED_SWEEPS = Statement(_SWEEPS.where(operations.c.finished_at.is_(None)))
#: Nobody approved of them: nothing of them was begun.
_LAST_GIVEN_UP = Statement(
    _SWEEPS.where(
        _OF_VERB,
        operations.c.finished_at.is_not(None),
        operations.c.started_at.is_(None),
        operations.c.status != OperationStatus.FINISHED.value,
    )
    .order_by(operations.c.number.desc())
    .limit(1)
)
_LAPSING = Statement(
    sa.select(operations.c.organization_id, operations.c.number)
    .where(
        operations.c.finished_at.is_(None),
        operations.c.status == OperationStatus.AWAITING_APPROVAL.value,
        operations.c.requested_at <= sa.bindparam("before", type_=sa.BigInteger),
    )
    .order_by(operations.c.organization_id, operations.c.number)
)


class Named(msgspec.Struct, array_like=True, frozen=True):
    organization_id: str
    number: int


def find_last_sweep(work: Work) -> Operation | None:
    return work.first(_LAST_SWEEP, Operation)


def list_unfinished_sweeps(work: Work) -> list[Operation]:
    return work.all(_UNFINISHED_SWEEPS, Operation)


def find_last_given_up(work: Work, verb: str) -> Operation | None:
    """The last sweep of a verb that ended before anybody approved of it."""
    return work.first(_LAST_GIVEN_UP, Operation, verb=verb)


def list_lapsing(connection: Connection, before: Instant) -> list[Named]:
    """Of every organization: sweeps that have waited for approval since then."""
    return decode(connection.fetch(_LAPSING, {"before": before}), Named)


# --- Lists ---

_CONDITIONS: dict[str, sa.ColumnElement[bool]] = {
    "mine": operations.c.requested_by == CALLER_ID,
    "verb": operations.c.verb == sa.bindparam("verb", type_=sa.Text),
    "operation_kind": operations.c.operation_kind == sa.bindparam("operation_kind", type_=sa.Text),
    "status": operations.c.status == sa.bindparam("status", type_=sa.Text),
    "requested_by": operations.c.requested_by == sa.bindparam("requested_by", type_=sa.BigInteger),
    "created": sa.and_(
        operations.c.requested_at >= sa.bindparam("created_from", type_=sa.BigInteger),
        operations.c.requested_at < sa.bindparam("created_to", type_=sa.BigInteger),
    ),
}


class OperationFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of operations is narrowed to; None: no condition."""

    verb: str | None = None
    operation_kind: str | None = None
    status: str | None = None
    requested_by: int | None = None
    #: Instants: the first included, the last excluded.
    created: tuple[Instant, Instant] | None = None


@cache
def _page(names: tuple[str, ...]) -> tuple[Statement, Statement]:
    narrowed = [_CONDITIONS[name] for name in names]
    listed = _ALL.where(*narrowed).order_by(operations.c.number.desc())
    counted = sa.select(sa.func.count()).where(
        operations.c.organization_id == ORGANIZATION_ID, *narrowed
    )
    limit, offset = (sa.bindparam(name, type_=sa.Integer) for name in ("limit", "offset"))
    return Statement(listed.limit(limit).offset(offset)), Statement(counted)


def list_operations(
    work: Work, request: PageRequest, wanted: OperationFilter, *, only_own: bool
) -> Page[Operation]:
    """Newest first."""
    fields = OperationFilter.__struct_fields__
    names = [name for name in fields if getattr(wanted, name) is not None]
    listing, counting = _page((*names, "mine") if only_own else tuple(names))
    created_from, created_to = wanted.created or (0, 0)
    values = {
        **msgspec.structs.asdict(wanted),
        "created_from": created_from,
        "created_to": created_to,
    }
    window = {"limit": request.size, "offset": request.offset}
    rows = work.all(listing, Operation, **window, **values)
    return Page(rows, work.value(counting, **values), request)
