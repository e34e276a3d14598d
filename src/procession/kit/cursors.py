"""Walking a list by the row where the last page ended (found F1).

Pages by number count rows from the beginning of the list. What leaves it meanwhile, as what is
archived does, lets the rest move up, and as many rows are passed over. A cursor holds what the last
row is sorted by, whatever becomes of it; the next page is what comes behind.
"""

import binascii
import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from procession.kit.db import Statement
from procession.kit.errors import invalid
from procession.kit.paging import PageRequest
from procession.kit.reading import stored_reader
from procession.kit.work import Work

#: The cursor of the first page.
START = "start"
_SIGNATURE = 16
_UNKNOWN = "The selected cursor is invalid. Walk the list anew, from `start`."
_OF_ANOTHER = "The cursor belongs to another list, or to another order of it."


class Order(msgspec.Struct, array_like=True, frozen=True):
    """A list by its name, and what it is sorted by: keys, and whether they fall."""

    name: str
    sort: tuple[tuple[str, bool], ...]


class _Place(msgspec.Struct, array_like=True, frozen=True):
    """Signed by the server, so it holds what the server has put there."""

    order: Order
    values: tuple[str | int | None, ...]
    number: int


_read = stored_reader(_Place)
_write = msgspec.json.Encoder().encode


class Key(NamedTuple):
    """What a list is sorted by; rows without a value come last."""

    column: sa.ColumnElement[Any]
    is_descending: bool
    is_nullable: bool


#: Which of the values at a cursor are null: it decides the text of the statement.
Empty = tuple[bool, ...]


def behind(
    keys: Sequence[Key], number: sa.ColumnElement[Any], empty: Empty, *, falls: bool
) -> sa.ColumnElement[bool]:
    """Rows behind the cursor; among equal ones the number rises, or `falls`."""
    found: list[sa.ColumnElement[bool]] = []
    equal: list[sa.ColumnElement[bool]] = []
    for place, (key, is_empty) in enumerate(zip(keys, empty, strict=True)):
        if is_empty:
            equal.append(key.column.is_(None))
            continue
        value = sa.bindparam(f"cursor_{place}", type_=key.column.type)
        beyond = key.column < value if key.is_descending else key.column > value
        if key.is_nullable:
            beyond = sa.or_(beyond, key.column.is_(None))
        found.append(sa.and_(*equal, beyond))
        equal.append(key.column == value)
    last = sa.bindparam("cursor_number", type_=sa.Integer)
    found.append(sa.and_(*equal, number < last if falls else number > last))
    first = keys[0]
    if first.is_nullable:
        return sa.or_(*found)
    # Says nothing new, but where an index is to be entered.
    start = sa.bindparam("cursor_0", type_=first.column.type)
    entry = first.column <= start if first.is_descending else first.column >= start
    return sa.and_(entry, sa.or_(*found))


@dataclass(frozen=True)
class Walked:
    """Ids of a page, and the cursor of the next one; None: this was the last."""

    ids: list[str]
    next_cursor: str | None


def walk(
    work: Work,
    request: PageRequest,
    order: Order,
    page: Callable[[Empty | None, int], Statement],
    values: Mapping[str, Any],
) -> Walked:
    """`page` makes the statement of ids, numbers and keys, in order, from what is empty at the
    cursor (None: from the beginning) and how far it has to reach.

    Raises Invalid for what is no cursor of this list in this order.
    """
    at = _place(work, request.cursor or START, order)
    # One more: whether there is another page.
    wanted = replace(request, number=1, size=request.size + 1)
    empty, bound = None, {}
    if at is not None:
        empty = tuple(value is None for value in at.values)
        bound = {f"cursor_{place}": value for place, value in enumerate(at.values)}
        bound["cursor_number"] = at.number
    rows: list[tuple[Any, ...]] = work.all(
        page(empty, wanted.reach), tuple, limit=wanted.size, offset=0, **values, **bound
    )
    shown = rows[: request.size]
    ids = [row[0] for row in shown]
    if len(rows) == len(shown):
        return Walked(ids, None)
    _, number, *keys = shown[-1]
    return Walked(ids, _text(work, _Place(order, tuple(keys), number)))


def _place(work: Work, cursor: str, order: Order) -> _Place | None:
    if cursor == START:
        return None
    try:
        raw = urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
    except (binascii.Error, UnicodeError):
        raise invalid("cursor", _UNKNOWN) from None
    signature, signed = raw[:_SIGNATURE], raw[_SIGNATURE:]
    if not hmac.compare_digest(signature, _signature(work, signed)):
        raise invalid("cursor", _UNKNOWN)
    found = _read(signed)
    if found.order != order:
        raise invalid("cursor", _OF_ANOTHER)
    return found


def _text(work: Work, place: _Place) -> str:
    signed = _write(place)
    return urlsafe_b64encode(_signature(work, signed) + signed).decode().rstrip("=")


def _signature(work: Work, signed: bytes) -> bytes:
    """Of one organization: nobody carries a cursor into another."""
    about = f"cursor {work.caller.organization_id} ".encode()
    key = work.caller.server.secret_key.encode()
    return hmac.digest(key, about + signed, hashlib.sha256)[:_SIGNATURE]
