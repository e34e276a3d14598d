"""Changes to what an organization knows of a guest, and to how the guest gets in."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.domains.comments.tables import threads
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.people.guest_codes import code_digest, guest_code
from procession.domains.people.tables import group_guests, guest_links, guests
from procession.domains.people.types import GuestDetails
from procession.domains.tasks.tables import tasks
from procession.kit.db import BigNumber, Statement, like_pattern
from procession.kit.folding import with_folds
from procession.kit.reading import stored_reader
from procession.kit.work import Work

_GUEST_ID = sa.bindparam("guest_id", type_=BigNumber)
_NOW = sa.bindparam("now", type_=sa.BigInteger)
_BY = sa.bindparam("by", type_=BigNumber)
_THIS = (guest_links.c.organization_id == ORGANIZATION_ID, guest_links.c.guest_id == _GUEST_ID)
_LOCK = Statement(sa.select(guest_links.c.code_version).where(*_THIS).with_for_update())

_LOCK_PERSON = Statement(sa.select(guests.c.id).where(guests.c.id == _GUEST_ID).with_for_update())


def lock_person(work: Work, guest_id: int) -> None:
    """Waits for every organization that is letting the guest in just now (`hold_guests`).

    Always before `lock_guest`, never after: two requests would wait for each other.
    """
    work.value(_LOCK_PERSON, guest_id=guest_id)


def lock_guest(work: Work, guest_id: int) -> None:
    """Keeps other writers of the guest waiting."""
    work.value(_LOCK, guest_id=guest_id)
    work.read_clock()


@cache
def _setting(names: tuple[str, ...]) -> Statement:
    new = {name: sa.bindparam(f"new_{name}", type_=guest_links.c[name].type) for name in names}
    return Statement(guest_links.update().where(*_THIS).values(new | {"updated_at": _NOW}))


def set_guest_columns(work: Work, guest_id: int, changes: Mapping[str, Any]) -> None:
    """Of the names both or none, since they are folded together."""
    columns = with_folds(guest_links, changes)
    new = {f"new_{name}": value for name, value in columns.items()}
    work.run(_setting(tuple(sorted(columns))), guest_id=guest_id, **new)


def set_guest_details(work: Work, guest_id: int, details: GuestDetails) -> None:
    set_guest_columns(work, guest_id, {"details": msgspec.json.encode(details).decode()})


_ASSOCIATED = Statement(
    sa.select(guest_links.c.guest_id, guest_links.c.details)
    .where(
        guest_links.c.organization_id == ORGANIZATION_ID,
        guest_links.c.details.like(sa.bindparam("pattern", type_=sa.Text), escape="\\"),
    )
    .order_by(guest_links.c.guest_id)
    .with_for_update()
)
_read_details = stored_reader(GuestDetails)


class _Details(msgspec.Struct, array_like=True, frozen=True):
    guest_id: int
    details: str


def forget_associate(work: Work, user_id: int) -> None:
    """The member stands beside no guest any more."""
    for row in work.all(_ASSOCIATED, _Details, pattern=like_pattern(str(user_id))):
        details = _read_details(row.details)
        named = details.associated_members or []
        if user_id in named:
            kept = [user for user in named if user != user_id]
            now = msgspec.structs.replace(details, associated_members=kept)
            set_guest_details(work, row.guest_id, now)


def set_new_code(work: Work, guest_id: int) -> None:
    """Lets nobody in by the old one any more."""
    version = work.value(_LOCK, guest_id=guest_id) + 1
    caller = work.caller
    code = guest_code(caller.server.secret_key, caller.organization_id, guest_id, version)
    changes = {"code_version": version, "code_digest": code_digest(code)}
    set_guest_columns(work, guest_id, changes)


_SET_DISABLED = Statement(
    guest_links.update()
    .where(*_THIS, guest_links.c.disabled_at.is_(None))
    .values(disabled_at=_NOW, disabled_by=_BY, updated_at=_NOW)
)
_CLEAR_DISABLED = Statement(
    guest_links.update()
    .where(*_THIS, guest_links.c.disabled_at.is_not(None))
    .values(
        disabled_at=None,
        disabled_by=None,
        reactivated_at=_NOW,
        reactivated_by=_BY,
        updated_at=_NOW,
    )
)


def set_guest_disabled(work: Work, guest_id: int) -> bool:
    return work.run(_SET_DISABLED, guest_id=guest_id, by=work.caller.person_id) > 0


def clear_guest_disabled(work: Work, guest_id: int) -> bool:
    return work.run(_CLEAR_DISABLED, guest_id=guest_id, by=work.caller.person_id) > 0


_LEAVE_GROUPS = Statement(
    group_guests.delete().where(
        group_guests.c.organization_id == ORGANIZATION_ID, group_guests.c.guest_id == _GUEST_ID
    )
)
_DELETE_LINK = Statement(guest_links.delete().where(*_THIS))
#: What was completed and written keeps the name of who did it (contract 10, 5.6).
_DELETE_FORGOTTEN = Statement(
    guests.delete().where(
        guests.c.id == _GUEST_ID,
        ~sa.exists().where(guest_links.c.guest_id == guests.c.id),
        ~sa.exists().where(tasks.c.completed_by_guest == guests.c.id),
        ~sa.exists().where(threads.c.author_kind == "guest", threads.c.author_id == guests.c.id),
    )
)


_DELETE_UNNAMED = Statement(
    guests.delete().where(
        ~sa.exists().where(guest_links.c.guest_id == guests.c.id),
        ~sa.exists().where(tasks.c.completed_by_guest == guests.c.id),
        ~sa.exists().where(threads.c.author_kind == "guest", threads.c.author_id == guests.c.id),
    )
)


def delete_unnamed_guests(work: Work) -> int:
    """Those whom no organization knows any more, and nothing anywhere names."""
    return work.run(_DELETE_UNNAMED)


def delete_guest(work: Work, guest_id: int) -> None:
    """Out of the organization and its groups; for good when nothing anywhere names them.

    The person is locked (`lock_person`).
    """
    work.run(_LEAVE_GROUPS, guest_id=guest_id)
    work.run(_DELETE_LINK, guest_id=guest_id)
    work.run(_DELETE_FORGOTTEN, guest_id=guest_id)
