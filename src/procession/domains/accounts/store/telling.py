"""What somebody did with their account, in the system log of each of their organizations."""

from typing import Any

import sqlalchemy as sa

from procession.domains.people.tables import memberships
from procession.kit.db import BigNumber, Statement
from procession.kit.system_log import Category, Severity, system_log
from procession.kit.work import Work

_USER = sa.bindparam("of_user", type_=BigNumber)


def _text(name: str) -> Any:
    return sa.bindparam(name, type_=sa.Text)


_VALUES: dict[str, Any] = {
    "organization_id": memberships.c.organization_id,
    "created_at": sa.bindparam("now", type_=sa.BigInteger),
    "event": _text("event"),
    "category": sa.literal(Category.SECURITY.value, sa.Text),
    "severity": _text("severity"),
    "message": _text("message"),
    # ASCII, which both databases fold alike.
    "message_folded": sa.null(),
    "actor": _text("actor"),
    "subject_kind": sa.literal("User", sa.Text),
    "subject_id": sa.cast(memberships.c.user_id, sa.Text),
    "detail": sa.literal("{}", sa.Text),
}
_TELL = Statement(
    system_log.insert().from_select(
        list(_VALUES),
        sa.select(*_VALUES.values()).where(
            memberships.c.user_id == _USER, memberships.c.accepted_at.is_not(None)
        ),
    )
)


def tell_of_account(
    work: Work, user_id: int, event: str, message: str, *, is_trouble: bool = False
) -> None:
    """`is_trouble`: somebody tried, and it is not known who. No text of `message` is anybody's."""
    work.run(
        _TELL,
        of_user=user_id,
        event=event,
        message=message,
        severity=(Severity.WARNING if is_trouble else Severity.INFO).value,
        actor=None if is_trouble else f"u:{user_id}",
    )
