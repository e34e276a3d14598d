"""Domains of mail addresses."""

import msgspec
import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.accounts.tables import organization_domains
from procession.domains.accounts.types import Domain
from procession.domains.people.access import ORGANIZATION_ID
from procession.kit.db import Statement
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_ITS_OWN = organization_domains.c.organization_id == ORGANIZATION_ID
_THIS = organization_domains.c.id == sa.bindparam("domain_id", type_=sa.String(32))
_NAMED = organization_domains.c.domain == sa.bindparam("name", type_=sa.Text)
_DOMAINS = sa.select(*[organization_domains.c[name] for name in Domain.__struct_fields__]).where(
    _ITS_OWN
)
_DOMAIN = Statement(_DOMAINS.where(_THIS))
_DOMAIN_NAMED = Statement(_DOMAINS.where(_NAMED))
_PAGE = Statement(
    _DOMAINS.order_by(organization_domains.c.domain)
    .limit(sa.bindparam("limit", type_=sa.Integer))
    .offset(sa.bindparam("offset", type_=sa.Integer))
)
_COUNT = Statement(sa.select(sa.func.count()).select_from(_DOMAINS.subquery()))
_OWN_NAMED = Statement(sa.select(organization_domains.c.id).where(_ITS_OWN, _NAMED))
#: Of whatever organization: only one of them can prove that the domain is its own.
_LOCK_NAMED = Statement(
    sa.select(organization_domains.c.organization_id, organization_domains.c.verified_at)
    .where(_NAMED)
    .order_by(organization_domains.c.organization_id)
    .with_for_update()
)
_ANY_VERIFIED = Statement(
    sa.select(organization_domains.c.id)
    .where(_ITS_OWN, organization_domains.c.verified_at.is_not(None))
    .limit(1)
)
_INSERT = Statement(
    organization_domains.insert().values(
        {column.name: sa.bindparam(column.name) for column in organization_domains.c}
    )
)
_VERIFY = Statement(
    organization_domains.update()
    .where(_ITS_OWN, _THIS, organization_domains.c.verified_at.is_(None))
    .values(verified_at=sa.bindparam("now", type_=sa.BigInteger))
)
_DELETE = Statement(organization_domains.delete().where(_ITS_OWN, _THIS))


class Holder(msgspec.Struct, array_like=True, frozen=True):
    """An organization that names the domain as its own."""

    organization_id: str
    verified_at: Instant | None


def list_domains(work: Work, request: PageRequest) -> Page[Domain]:
    """By name."""
    rows = work.all(_PAGE, Domain, limit=request.size, offset=request.offset)
    return Page(rows, count_domains(work), request)


def count_domains(work: Work) -> int:
    count: int = work.value(_COUNT)
    return count


def find_domain(work: Work, domain_id: str) -> Domain | None:
    return work.first(_DOMAIN, Domain, domain_id=domain_id)


def find_domain_named(work: Work, name: str) -> Domain | None:
    return work.first(_DOMAIN_NAMED, Domain, name=name)


def has_domain(work: Work, name: str) -> bool:
    """The organization names it already."""
    return work.value(_OWN_NAMED, name=name) is not None


def has_verified_domain(work: Work) -> bool:
    return work.value(_ANY_VERIFIED) is not None


def lock_domain(work: Work, name: str) -> list[Holder]:
    """Of several organizations that prove a domain at once, one comes first."""
    holders = work.all(_LOCK_NAMED, Holder, name=name)
    work.read_clock()
    return holders


def add_domain(work: Work, domain: Domain) -> None:
    work.run(_INSERT, **{name: getattr(domain, name) for name in Domain.__struct_fields__})


def set_domain_verified(work: Work, domain_id: str) -> bool:
    return work.run(_VERIFY, domain_id=domain_id) > 0


def delete_domain(work: Work, domain_id: str) -> None:
    work.run(_DELETE, domain_id=domain_id)
