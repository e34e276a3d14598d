"""Keys of custom fields."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.domains.accounts.tables import organizations
from procession.domains.custom_fields.tables import custom_keys
from procession.domains.custom_fields.types import KEY_SORTING, KeyFilter, KeyRow
from procession.domains.people.access import ORGANIZATION_ID
from procession.kit.db import Statement, any_of, like_pattern, lower_ascii
from procession.kit.destroying import Clearance, Destroying
from procession.kit.folding import holds, sort_key, with_folds
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_KEY_ID = sa.bindparam("key_id", type_=sa.String(32))
_THIS = (custom_keys.c.organization_id == ORGANIZATION_ID, custom_keys.c.id == _KEY_ID)
_KEYS = sa.select(*[custom_keys.c[name] for name in KeyRow.__struct_fields__]).where(
    custom_keys.c.organization_id == ORGANIZATION_ID
)
_ONE = Statement(_KEYS.where(custom_keys.c.id == _KEY_ID))
_FOR = Statement(
    _KEYS.where(any_of(custom_keys.c.applies_to, "kinds")).order_by(
        custom_keys.c.position, custom_keys.c.id
    )
)
_PATTERN = sa.bindparam("pattern", type_=sa.Text)
_CONDITIONS: dict[str, sa.ColumnElement[bool]] = {
    "applies_to": custom_keys.c.applies_to == sa.bindparam("applies_to", type_=sa.Text),
    "field_type": custom_keys.c.field_type == sa.bindparam("field_type", type_=sa.Text),
    "is_system": custom_keys.c.is_system == sa.bindparam("is_system", type_=sa.Boolean),
    "is_required": custom_keys.c.is_required == sa.bindparam("is_required", type_=sa.Boolean),
    "is_active": custom_keys.c.is_active == sa.bindparam("is_active", type_=sa.Boolean),
    # Keys are lower-case ASCII.
    "q": sa.or_(custom_keys.c.key.like(_PATTERN, escape="\\"), holds(custom_keys.c.label_folded)),
}
_SORTS: dict[str, sa.ColumnElement[Any]] = {
    "position": custom_keys.c.position,
    "key": lower_ascii(custom_keys.c.key),
    "label": sort_key(custom_keys.c.label_folded),
    "created_at": custom_keys.c.created_at,
    "updated_at": custom_keys.c.updated_at,
    "id": custom_keys.c.id,
}


def find_key(work: Work, key_id: str) -> KeyRow | None:
    return work.first(_ONE, KeyRow, key_id=key_id)


def keys_for(work: Work, *kinds: str) -> list[KeyRow]:
    """Inactive ones, too; in their order."""
    return work.all(_FOR, KeyRow, kinds=list(kinds))


@cache
def _narrowed(names: tuple[str, ...]) -> sa.Select[Any]:
    return _KEYS.where(*[_CONDITIONS[name] for name in names])


@cache
def _page(names: tuple[str, ...], sort: tuple[tuple[str, bool], ...]) -> Statement:
    order = [
        (_SORTS[key].desc() if is_descending else _SORTS[key].asc()) for key, is_descending in sort
    ]
    return Statement(
        _narrowed(names)
        .order_by(*order, custom_keys.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )


@cache
def _count(names: tuple[str, ...]) -> Statement:
    return Statement(sa.select(sa.func.count()).select_from(_narrowed(names).subquery()))


def list_keys(work: Work, request: PageRequest, wanted: KeyFilter) -> Page[KeyRow]:
    names = tuple(name for name in _CONDITIONS if getattr(wanted, name) not in (None, ""))
    values = {name: getattr(wanted, name) for name in names}
    values["pattern"] = like_pattern(wanted.q)
    sort = KEY_SORTING.known(wanted.sort, usual=("position", False))
    statement = _page(names, sort)
    rows = work.all(statement, KeyRow, limit=request.size, offset=request.offset, **values)
    return Page(rows, work.value(_count(names), **values), request)


_LOCK = Statement(
    sa.select(organizations.c.id)
    .where(organizations.c.id == ORGANIZATION_ID)
    .with_for_update(key_share=True)
)
_INSERT = Statement(
    custom_keys.insert().values(
        {column.name: sa.bindparam(column.name) for column in custom_keys.c}
    )
)
_DELETE = Destroying(custom_keys.delete().where(*_THIS))


def lock_keys(work: Work) -> None:
    """Changes to the keys of an organization wait for each other, so that they stay unique."""
    work.value(_LOCK)
    work.read_clock()


def add_key(work: Work, key: KeyRow) -> None:
    work.run(_INSERT, **with_folds(custom_keys, msgspec.structs.asdict(key)))


@cache
def _setting(names: Sequence[str]) -> Statement:
    new = {name: sa.bindparam(f"new_{name}", type_=custom_keys.c[name].type) for name in names}
    return Statement(custom_keys.update().where(*_THIS).values(new))


def set_key_columns(work: Work, key_id: str, changes: Mapping[str, Any]) -> None:
    columns = with_folds(custom_keys, changes)
    new = {f"new_{name}": value for name, value in columns.items()}
    work.run(_setting(tuple(sorted(columns))), key_id=key_id, **new)


def delete_key(work: Work, clearance: Clearance, key_id: str) -> None:
    """All its values go with it by their foreign key."""
    work.destroy(clearance, key_id, _DELETE, key_id=key_id)
