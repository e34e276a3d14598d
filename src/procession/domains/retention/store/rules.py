"""Rules of retention, and what is kept beside the default one."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.core.retention import Rule
from procession.core.times import Instant
from procession.domains.accounts.tables import organizations
from procession.domains.people.access import CALLER_ID, ORGANIZATION_ID
from procession.domains.retention.tables import retention, retention_rules
from procession.domains.retention.types import (
    USUAL,
    Backlog,
    OwnRule,
    Retention,
    Rules,
    read_backlog,
    rule_text,
)
from procession.kit.db import Connection, Statement, decode
from procession.kit.work import Work

_NAMES = {"rule_text": "rule", "backlog_text": "backlog"}
_STORED = [retention.c[_NAMES.get(name, name)] for name in Retention.__struct_fields__]
_OWN = [retention_rules.c[_NAMES.get(name, name)] for name in OwnRule.__struct_fields__]
_HERE = retention.c.organization_id == ORGANIZATION_ID
_TEMPLATE = sa.bindparam("template_id", type_=sa.String(32))
_RULE = sa.bindparam("new_rule", type_=sa.Text)
_IS_ON = sa.bindparam("new_is_on", type_=sa.Boolean)
_NOW = sa.bindparam("now", type_=sa.BigInteger)

_GET = Statement(sa.select(*_STORED).where(_HERE))
#: Who changes rules waits for who does, and so do passes.
_LOCK = Statement(
    sa.select(organizations.c.id).where(organizations.c.id == ORGANIZATION_ID).with_for_update()
)
_ALL_OWN = Statement(
    sa.select(*_OWN)
    .where(retention_rules.c.organization_id == ORGANIZATION_ID)
    .order_by(retention_rules.c.template_id)
)
_THIS = (
    retention_rules.c.organization_id == ORGANIZATION_ID,
    retention_rules.c.template_id == _TEMPLATE,
)
_ONE_OWN = Statement(sa.select(*_OWN).where(*_THIS))


def get_retention(work: Work) -> Retention:
    return work.first(_GET, Retention) or USUAL


def lock_retention(work: Work) -> Retention:
    work.value(_LOCK)
    work.read_clock()
    return get_retention(work)


def get_rules(work: Work) -> Rules:
    own = {each.template_id: each.rule for each in work.all(_ALL_OWN, OwnRule)}
    return Rules(get_retention(work).rule, own)


def find_own(work: Work, template_id: str) -> OwnRule | None:
    return work.first(_ONE_OWN, OwnRule, template_id=template_id)


# --- Writing ---

_ADD = Statement(
    retention.insert().values(organization_id=ORGANIZATION_ID, rule=_RULE, is_on=sa.false())
)


@cache
def _setting(names: tuple[str, ...]) -> Statement:
    new = {name: sa.bindparam(f"new_{name}", type_=retention.c[name].type) for name in names}
    return Statement(retention.update().where(_HERE).values(new))


def set_columns(work: Work, changes: Mapping[str, Any]) -> None:
    """The organization is locked."""
    if work.first(_GET, Retention) is None:
        work.run(_ADD, new_rule=USUAL.rule_text)
    new = {f"new_{name}": value for name, value in changes.items()}
    work.run(_setting(tuple(sorted(changes))), **new)


def set_default(work: Work, rule: Rule) -> None:
    """By the caller, now."""
    set_columns(
        work,
        {
            "rule": rule_text(rule),
            "is_on": rule.is_on,
            "written_by": work.caller.person_id,
            "written_at": work.now,
        },
    )


_ADD_OWN = Statement(
    retention_rules.insert().values(
        organization_id=ORGANIZATION_ID, template_id=_TEMPLATE, rule=_RULE, is_on=_IS_ON,
        written_by=CALLER_ID, written_at=_NOW,
    )
)  # fmt: skip
_SET_OWN = Statement(
    retention_rules.update()
    .where(*_THIS)
    .values(rule=_RULE, is_on=_IS_ON, written_by=CALLER_ID, written_at=_NOW)
)
_REMOVE_OWN = Statement(retention_rules.delete().where(*_THIS))


def set_own(work: Work, template_id: str, rule: Rule) -> None:
    values = {"template_id": template_id, "new_rule": rule_text(rule), "new_is_on": rule.is_on}
    if not work.run(_SET_OWN, **values):
        work.run(_ADD_OWN, **values)


def remove_own(work: Work, template_id: str) -> None:
    work.run(_REMOVE_OWN, template_id=template_id)


# --- Passes ---


class _Id(msgspec.Struct, array_like=True, frozen=True):
    id: str


#: Of every organization: a rule of it is switched on, and the last pass is long ago; or ahead,
#: where a clock was set back.
_TO_PASS = Statement(
    sa.select(organizations.c.id)
    .select_from(
        organizations.outerjoin(retention, retention.c.organization_id == organizations.c.id)
    )
    .where(
        sa.or_(
            retention.c.is_on,
            sa.exists().where(
                retention_rules.c.organization_id == organizations.c.id, retention_rules.c.is_on
            ),
        ),
        sa.or_(
            retention.c.passed_at.is_(None),
            retention.c.passed_at <= sa.bindparam("before", type_=sa.BigInteger),
            retention.c.passed_at > _NOW,
        ),
    )
    .order_by(organizations.c.id)
)


def list_to_pass(connection: Connection, now: Instant, before: Instant) -> list[str]:
    found = decode(connection.fetch(_TO_PASS, {"now": now, "before": before}), _Id)
    return [each.id for each in found]


_BACKLOGS = Statement(sa.select(retention.c.backlog).where(retention.c.backlog.is_not(None)))


def list_backlogs(connection: Connection) -> list[Backlog]:
    """Of every organization that a pass went over."""
    return [read_backlog(row[0]) for row in connection.fetch(_BACKLOGS, {})]
