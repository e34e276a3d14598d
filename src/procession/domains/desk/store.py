"""All SQL about presets and preferences."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.domains.desk.tables import preferences, presets
from procession.domains.desk.types import PRESET_SORTING, Preference, Preset
from procession.domains.people.access import CALLER_ID, ORGANIZATION_ID
from procession.domains.people.tables import memberships
from procession.kit.db import Statement
from procession.kit.folding import sort_key, with_folds
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_PRESET_ID = sa.bindparam("preset_id", type_=sa.String(32))
_THIS = (presets.c.organization_id == ORGANIZATION_ID, presets.c.id == _PRESET_ID)
#: Their own, and those that are shared.
_SEEN = sa.select(*[presets.c[name] for name in Preset.__struct_fields__]).where(
    presets.c.organization_id == ORGANIZATION_ID,
    sa.or_(presets.c.user_id == CALLER_ID, presets.c.is_shared.is_(True)),
)
_ONE = Statement(_SEEN.where(presets.c.id == _PRESET_ID).with_for_update())
_SORTS: dict[str, sa.ColumnElement[Any]] = {
    "name": sort_key(presets.c.name_folded),
    "created_at": presets.c.created_at,
    "updated_at": presets.c.updated_at,
    "id": presets.c.id,
}


def find_preset(work: Work, preset_id: str) -> Preset | None:
    """Held against others who change it."""
    return work.first(_ONE, Preset, preset_id=preset_id)


@cache
def _narrowed(*, of_one_list: bool) -> sa.Select[Any]:
    return _SEEN.where(presets.c.object == sa.bindparam("object")) if of_one_list else _SEEN


@cache
def _page(of_one_list: bool, sort: tuple[tuple[str, bool], ...]) -> Statement:
    order = [(_SORTS[key].desc() if falls else _SORTS[key].asc()) for key, falls in sort]
    return Statement(
        _narrowed(of_one_list=of_one_list)
        .order_by(*order, presets.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )


@cache
def _count(*, of_one_list: bool) -> Statement:
    chosen = _narrowed(of_one_list=of_one_list).subquery()
    return Statement(sa.select(sa.func.count()).select_from(chosen))


def list_presets(
    work: Work, request: PageRequest, of: str | None, sort: tuple[tuple[str, bool], ...]
) -> Page[Preset]:
    """`of`: only of this list."""
    is_one = of is not None
    page = _page(is_one, PRESET_SORTING.known(sort, usual=("name", False)))
    rows = work.all(page, Preset, object=of, limit=request.size, offset=request.offset)
    return Page(rows, work.value(_count(of_one_list=is_one), object=of), request)


_INSERT = Statement(
    presets.insert().values({column.name: sa.bindparam(column.name) for column in presets.c})
)
_DELETE = Statement(presets.delete().where(*_THIS))
_COUNT_OWN = Statement(
    sa.select(sa.func.count())
    .select_from(presets)
    .where(presets.c.organization_id == ORGANIZATION_ID, presets.c.user_id == CALLER_ID)
)


def count_own_presets(work: Work) -> int:
    count: int = work.value(_COUNT_OWN)
    return count


def add_preset(work: Work, preset: Preset) -> None:
    values = with_folds(presets, msgspec.structs.asdict(preset))
    work.run(_INSERT, organization_id=work.caller.organization_id, **values)


@cache
def _setting(names: tuple[str, ...]) -> Statement:
    new = {name: sa.bindparam(f"new_{name}", type_=presets.c[name].type) for name in names}
    return Statement(presets.update().where(*_THIS).values(new))


def set_preset_columns(work: Work, preset_id: str, changes: Mapping[str, Any]) -> None:
    columns = with_folds(presets, changes)
    new = {f"new_{name}": value for name, value in columns.items()}
    work.run(_setting(tuple(sorted(columns))), preset_id=preset_id, **new)


def delete_preset(work: Work, preset_id: str) -> None:
    work.run(_DELETE, preset_id=preset_id)


# --- Preferences ---

_OWN = (preferences.c.organization_id == ORGANIZATION_ID, preferences.c.user_id == CALLER_ID)
_KEY = preferences.c.key == sa.bindparam("key", type_=sa.Text)
_PREFERENCE = Statement(
    sa.select(preferences.c.key, preferences.c.value, preferences.c.updated_at).where(*_OWN, _KEY)
)
_COUNT_OTHERS = Statement(
    sa.select(sa.func.count()).select_from(preferences).where(*_OWN, sa.not_(_KEY))
)
_CLEAR = Statement(preferences.delete().where(*_OWN, _KEY))
_ADD = Statement(
    preferences.insert().values(
        {
            "organization_id": ORGANIZATION_ID,
            "user_id": CALLER_ID,
            "key": sa.bindparam("key", type_=sa.Text),
            "value": sa.bindparam("value", type_=sa.Text),
            "updated_at": sa.bindparam("now", type_=sa.BigInteger),
        }
    )
)
#: Two that write at once for one member wait for each other, so that neither is one too many.
_HOLD_MEMBER = Statement(
    sa.select(memberships.c.user_id)
    .where(memberships.c.organization_id == ORGANIZATION_ID, memberships.c.user_id == CALLER_ID)
    .with_for_update(key_share=True)
)


def find_preference(work: Work, key: str) -> Preference | None:
    return work.first(_PREFERENCE, Preference, key=key)


def hold_member(work: Work) -> None:
    work.value(_HOLD_MEMBER)
    work.read_clock()


def count_other_preferences(work: Work, key: str) -> int:
    count: int = work.value(_COUNT_OTHERS, key=key)
    return count


def set_preference(work: Work, key: str, value: str) -> None:
    work.run(_CLEAR, key=key)
    work.run(_ADD, key=key, value=value)


def clear_preference(work: Work, key: str) -> None:
    work.run(_CLEAR, key=key)
