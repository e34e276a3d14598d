"""Identity providers of organizations: each speaks for the domains that are verified there."""

import msgspec
import sqlalchemy as sa

from procession.domains.accounts.store.holders import bound
from procession.domains.accounts.tables import (
    identity_providers,
    organization_domains,
)
from procession.domains.accounts.types import IdentityProvider
from procession.domains.people.access import ORGANIZATION_ID
from procession.kit.db import Connection, Statement
from procession.kit.work import Work

_ITS_OWN = identity_providers.c.organization_id == ORGANIZATION_ID
_PROVIDER = Statement(
    sa.select(*(identity_providers.c[name] for name in IdentityProvider.__struct_fields__)).where(
        _ITS_OWN
    )
)
_EVERY = Statement(
    sa.select(identity_providers.c.organization_id, identity_providers.c.issuer).order_by(
        identity_providers.c.organization_id
    )
)
_ANY = Statement(sa.select(identity_providers.c.organization_id).limit(1))
_DELETE = Statement(identity_providers.delete().where(_ITS_OWN))
_INSERT = Statement(
    identity_providers.insert().values(
        {
            **bound("issuer", "client_id", "sealed_secret", "created_at", "updated_at"),
            "organization_id": ORGANIZATION_ID,
            "is_enforced": sa.bindparam("is_enforced", type_=sa.Boolean),
        }
    )
)
_SET_ENFORCED = Statement(
    identity_providers.update()
    .where(_ITS_OWN)
    .values(
        is_enforced=sa.bindparam("new_is_enforced", type_=sa.Boolean),
        updated_at=sa.bindparam("now"),
    )
)
_IS_ENFORCED = Statement(sa.select(identity_providers.c.is_enforced).where(_ITS_OWN))
_DOMAINS = Statement(
    sa.select(organization_domains.c.domain)
    .where(
        organization_domains.c.organization_id == ORGANIZATION_ID,
        organization_domains.c.verified_at.is_not(None),
    )
    .order_by(organization_domains.c.domain)
)


class _Domain(msgspec.Struct, array_like=True, frozen=True):
    domain: str


def find_provider(work: Work) -> IdentityProvider | None:
    return work.first(_PROVIDER, IdentityProvider)


def has_any_provider(work: Work) -> bool:
    """Of whatever organization."""
    return work.value(_ANY) is not None


def set_provider(work: Work, provider: IdentityProvider) -> None:
    """Instead of the one before, if there was any."""
    clear_provider(work)
    work.run(
        _INSERT,
        issuer=provider.issuer,
        client_id=provider.client_id,
        sealed_secret=provider.sealed_secret,
        is_enforced=provider.is_enforced,
        created_at=work.now,
        updated_at=work.now,
    )


def clear_provider(work: Work) -> None:
    work.run(_DELETE)


def set_enforced(work: Work, is_enforced: bool) -> None:
    work.run(_SET_ENFORCED, new_is_enforced=is_enforced)


def is_enforced(work: Work) -> bool:
    return bool(work.value(_IS_ENFORCED))


def list_verified_domains(work: Work) -> list[str]:
    return [row.domain for row in work.all(_DOMAINS, _Domain)]


def list_every_provider(connection: Connection) -> list[tuple[str, str]]:
    """Of the whole server: (organization, issuer)."""
    return [(row[0], row[1]) for row in connection.fetch(_EVERY, {})]
