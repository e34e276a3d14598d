"""Domains of mail addresses."""

import sqlalchemy as sa

from procession.domains.accounts.tables import organization_domains, verified_domains
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
#: Only one organization can have proved that a domain is its own.
_CLAIM = Statement(
    verified_domains.insert().from_select(
        ["domain", "organization_id"],
        sa.select(sa.bindparam("name", type_=sa.Text), ORGANIZATION_ID)
        .where(sa.true())
        .suffix_with("ON CONFLICT DO NOTHING"),
    )
)
_HOLDER = Statement(
    sa.select(verified_domains.c.organization_id).where(
        verified_domains.c.domain == sa.bindparam("name", type_=sa.Text)
    )
)
_GIVE_UP = Statement(
    verified_domains.delete().where(
        verified_domains.c.domain == sa.bindparam("name", type_=sa.Text),
        verified_domains.c.organization_id == ORGANIZATION_ID,
    )
)
_LOCK = Statement(sa.select(organization_domains.c.id).where(_ITS_OWN, _THIS).with_for_update())
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


def lock_domain(work: Work, domain_id: str) -> None:
    """Whoever proves or deletes it meanwhile comes before or after this unit of work."""
    work.value(_LOCK, domain_id=domain_id)
    work.read_clock()


def find_holder_of_domain(work: Work, name: str) -> str | None:
    """The organization that has proved, anywhere on the server, that the domain is its own."""
    found: str | None = work.value(_HOLDER, name=name)
    return found


def add_domain(work: Work, domain: Domain) -> None:
    work.run(_INSERT, **{name: getattr(domain, name) for name in Domain.__struct_fields__})


def claim_domain(work: Work, domain: Domain) -> bool:
    """For the organization, from now on; False when another one has it.

    Of several that prove a domain at once, one comes first: the others wait for it here.
    """
    if not work.run(_CLAIM, name=domain.domain):
        return find_holder_of_domain(work, domain.domain) == work.caller.organization_id
    return True


def set_domain_verified(work: Work, domain_id: str) -> bool:
    """The domain is claimed."""
    return work.run(_VERIFY, domain_id=domain_id) > 0


def delete_domain(work: Work, domain: Domain) -> None:
    """Then another organization can prove that it is theirs."""
    work.run(_DELETE, domain_id=domain.id)
    work.run(_GIVE_UP, name=domain.domain)
