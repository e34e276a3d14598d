"""Values of custom fields, by the records they are about."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.domains.custom_fields.tables import custom_keys, custom_values
from procession.domains.custom_fields.types import Record, Values
from procession.domains.people.access import ORGANIZATION_ID
from procession.kit.content import Exempt
from procession.kit.db import Statement, any_of
from procession.kit.reading import read_stored
from procession.kit.work import Work

_SHOWN = (
    sa.select(custom_values.c.record_id, custom_keys.c.key, custom_values.c.value)
    .select_from(
        custom_values.join(
            custom_keys,
            sa.and_(
                custom_keys.c.organization_id == custom_values.c.organization_id,
                custom_keys.c.id == custom_values.c.key_id,
            ),
        )
    )
    .where(custom_values.c.organization_id == ORGANIZATION_ID, custom_keys.c.is_active.is_(True))
    .order_by(custom_keys.c.position, custom_keys.c.id)
)
_OF_RECORDS = Statement(_SHOWN.where(any_of(custom_values.c.record_id, "record_ids")))
_OF_TEMPLATES = Statement(_SHOWN.where(any_of(custom_values.c.template_id, "template_ids")))


class _Row(msgspec.Struct, array_like=True):
    record_id: str
    key: str
    value: str


def values_of(work: Work, record_ids: Collection[str]) -> dict[str, Values]:
    """Of active keys, by record; records without any are left out. One statement for all."""
    if not record_ids:
        return {}
    return _by_record(work.all(_OF_RECORDS, _Row, record_ids=list(record_ids)))


def values_of_templates(work: Work, template_ids: Collection[str]) -> dict[str, Values]:
    """Those of templates, and of their steps and fields."""
    if not template_ids:
        return {}
    return _by_record(work.all(_OF_TEMPLATES, _Row, template_ids=list(template_ids)))


def shown_values_of(work: Work, record_ids: Collection[str]) -> dict[str, Values]:
    """As `values_of`, for an answer; nothing is asked in an organization that has none."""
    return values_of(work, record_ids) if work.caller.has_custom_values else {}


def _by_record(rows: Sequence[_Row]) -> dict[str, Values]:
    values: dict[str, Values] = {}
    for row in rows:
        values.setdefault(row.record_id, {})[row.key] = read_stored(row.value)
    return values


_STORED = Statement(
    sa.select(custom_values.c.record_id, custom_values.c.key_id, custom_values.c.value).where(
        custom_values.c.organization_id == ORGANIZATION_ID,
        custom_values.c.template_id == sa.bindparam("template_id", type_=sa.String(32)),
    )
)


def stored_of_template(work: Work, template_id: str) -> list[tuple[str, str, Any]]:
    """(record, key's id, value) of a template, its steps and fields; of inactive keys, too."""
    rows = work.all(_STORED, _Row, template_id=template_id)
    return [(row.record_id, row.key, read_stored(row.value)) for row in rows]


_INSERT = Statement(
    custom_values.insert().values(
        {column.name: sa.bindparam(column.name) for column in custom_values.c}
    )
)
_CLEAR = Statement(
    custom_values.delete().where(
        custom_values.c.organization_id == ORGANIZATION_ID,
        custom_values.c.key_id == sa.bindparam("key_id", type_=sa.String(32)),
        custom_values.c.record_id == sa.bindparam("record_id", type_=sa.Text),
    ),
    exempt=Exempt.VALUE_EDITED,
)
_OWNERS = ("template_id", "process_id", "task_id", "user_id", "guest_id", "folder_id", "tag_id")


def add_values(work: Work, wanted: Sequence[tuple[Record, str, Any]]) -> None:
    """Of records that have no value of that key: (record, key's id, value)."""
    work.run_many(
        _INSERT,
        [
            {
                "organization_id": work.caller.organization_id,
                "key_id": key_id,
                "record_id": record.id,
                "value": msgspec.json.encode(value).decode(),
                **{name: getattr(record, name) for name in _OWNERS},
            }
            for record, key_id, value in wanted
        ],
    )


def clear_value(work: Work, record_id: str, key_id: str) -> None:
    work.run(_CLEAR, record_id=record_id, key_id=key_id)
