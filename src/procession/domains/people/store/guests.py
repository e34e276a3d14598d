"""Guests, and the codes that let them in."""

import secrets
from collections.abc import Collection, Sequence

import msgspec
import sqlalchemy as sa

from procession.core.mail_domains import domain_of
from procession.domains.accounts.tables import (
    identity_providers,
    organization_domains,
    organizations,
)
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.people.guest_codes import code_digest, guest_code
from procession.domains.people.store.members import inserting_once
from procession.domains.people.tables import guest_links, guests
from procession.domains.people.types import Guest, GuestAccess, OwnLink
from procession.kit.db import Connection, Statement, any_of, decode
from procession.kit.folding import sort_key, with_folds
from procession.kit.work import Work

_BY_EMAIL = (
    sa.select(guests.c.id, guests.c.email, guest_links.c.disabled_at)
    .select_from(
        guests.outerjoin(
            guest_links,
            sa.and_(
                guest_links.c.guest_id == guests.c.id,
                guest_links.c.organization_id == ORGANIZATION_ID,
            ),
        )
    )
    .where(any_of(guests.c.email_key, "email_keys"))
)
_GUESTS_BY_EMAIL = Statement(_BY_EMAIL)
_HOLD_GUESTS = Statement(_BY_EMAIL.with_for_update(read=True, key_share=True, of=guests))


_INSERT_GUEST = Statement(inserting_once(guests, "email", "email_key", "email_folded"))


_INSERT_GUEST_LINK = Statement(
    inserting_once(
        guest_links,
        "organization_id", "guest_id", "code_digest", "code_version", "details", "created_at",
        "updated_at",
    )
)  # fmt: skip


_GUEST_CODE_VERSIONS = Statement(
    sa.select(guests.c.email, guests.c.id, guest_links.c.code_version)
    .select_from(guests.join(guest_links, guest_links.c.guest_id == guests.c.id))
    .where(
        guest_links.c.organization_id == ORGANIZATION_ID, any_of(guests.c.email_key, "email_keys")
    )
)


_GUEST_BY_CODE = Statement(
    sa.select(
        guest_links.c.guest_id,
        guest_links.c.organization_id,
        organizations.c.timezone,
        guest_links.c.disabled_at,
        guest_links.c.last_accessed_at,
    )
    .select_from(
        guest_links.join(organizations, organizations.c.id == guest_links.c.organization_id)
    )
    .where(
        guest_links.c.organization_id == ORGANIZATION_ID,
        guest_links.c.code_digest == sa.bindparam("code_digest"),
    )
)


_PROVIDERS_DOMAIN = Statement(
    sa.select(organization_domains.c.domain).where(
        organization_domains.c.organization_id == ORGANIZATION_ID,
        organization_domains.c.domain == sa.bindparam("domain", type_=sa.Text),
        organization_domains.c.verified_at.is_not(None),
        organization_domains.c.organization_id == identity_providers.c.organization_id,
    )
)


_LARGEST_FIRST_VERSION = 2**30


class _CodeVersion(msgspec.Struct, array_like=True):
    email: str
    guest_id: int
    version: int


def guests_by_email(work: Work, emails: Sequence[str]) -> dict[str, Guest]:
    """Lower-cased address -> guest, for guests known to the server."""
    keys = [email.lower() for email in emails]
    rows = work.all(_GUESTS_BY_EMAIL, Guest, email_keys=keys)
    return {guest.email.lower(): guest for guest in rows}


def hold_guests(work: Work, emails: Sequence[str]) -> dict[str, Guest]:
    """The same, kept from being forgotten by another organization until this work ends."""
    keys = [email.lower() for email in emails]
    rows = work.all(_HOLD_GUESTS, Guest, email_keys=keys)
    return {guest.email.lower(): guest for guest in rows}


def guest_codes(work: Work, emails: Sequence[str]) -> dict[str, str]:
    """Lower-cased address -> guest code in this organization."""
    keys = [email.lower() for email in emails]
    secret_key = work.caller.server.secret_key
    organization_id = work.caller.organization_id
    return {
        row.email.lower(): guest_code(secret_key, organization_id, row.guest_id, row.version)
        for row in work.all(_GUEST_CODE_VERSIONS, _CodeVersion, email_keys=keys)
    }


def find_guest_by_code(
    connection: Connection, organization_id: str, code: str
) -> GuestAccess | None:
    """Before there is a caller: so this takes a connection, not a unit of work."""
    values = {"organization_id": organization_id, "code_digest": code_digest(code)}
    found = decode(connection.fetch(_GUEST_BY_CODE, values), GuestAccess)
    return found[0] if found else None


_LINKS_OF_ADDRESS = Statement(
    sa.select(
        guest_links.c.organization_id,
        organizations.c.name,
        guests.c.id,
        guests.c.email,
        guest_links.c.code_version,
    )
    .select_from(
        guests.join(guest_links, guest_links.c.guest_id == guests.c.id).join(
            organizations, organizations.c.id == guest_links.c.organization_id
        )
    )
    .where(
        guests.c.email_key == sa.bindparam("email_key", type_=sa.Text),
        guest_links.c.disabled_at.is_(None),
    )
    .order_by(sort_key(organizations.c.name_folded), organizations.c.id)
)


class _LinkRow(msgspec.Struct, array_like=True):
    organization_id: str
    organization_name: str
    guest_id: int
    email: str
    version: int


def list_links_of_address(work: Work, email: str) -> list[OwnLink]:
    """Wherever somebody with this address is a guest and may come in."""
    secret_key = work.caller.server.secret_key
    return [
        OwnLink(
            row.organization_id,
            row.organization_name,
            row.email,
            guest_code(secret_key, row.organization_id, row.guest_id, row.version),
        )
        for row in work.all(_LINKS_OF_ADDRESS, _LinkRow, email_key=email.lower())
    ]


def add_guest(work: Work, email: str) -> Guest:
    """Or the one that somebody else made just now; again, when it was forgotten meanwhile."""
    while True:
        work.run(_INSERT_GUEST, email_key=email.lower(), **with_folds(guests, {"email": email}))
        held = hold_guests(work, [email]).get(email.lower())
        if held is not None:
            return held


def is_in_domain_of_provider(work: Work, email: str) -> bool:
    """Whoever has such an address is expected to sign in as a member."""
    return work.value(_PROVIDERS_DOMAIN, domain=domain_of(email)) is not None


_LINKED = Statement(
    sa.select(guest_links.c.guest_id).where(
        guest_links.c.organization_id == ORGANIZATION_ID,
        any_of(guest_links.c.guest_id, "guest_ids"),
    )
)


class _GuestId(msgspec.Struct, array_like=True, frozen=True):
    guest_id: int


def linked_among(work: Work, guest_ids: Collection[int]) -> set[int]:
    """Those who are in the organization already."""
    found = work.all(_LINKED, _GuestId, guest_ids=list(guest_ids))
    return {row.guest_id for row in found}


def add_guest_link(work: Work, guest: Guest) -> bool:
    """Let the guest into the organization; False when they were in already."""
    # Not from 1: who is deleted and added again must not be let in by the old code.
    version = 1 + secrets.randbelow(_LARGEST_FIRST_VERSION)
    code = guest_code(work.caller.server.secret_key, work.caller.organization_id, guest.id, version)
    added = work.run(
        _INSERT_GUEST_LINK,
        guest_id=guest.id,
        code_digest=code_digest(code),
        code_version=version,
        details="{}",
        created_at=work.now,
        updated_at=work.now,
    )
    return added > 0
