"""Reading organizations."""

from collections.abc import Sequence

from procession.domains.accounts import store
from procession.domains.accounts.types import Organization, OrganizationFace, OrganizationLine
from procession.kit.caller import Caller
from procession.kit.db import Database
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.work import looking, reading


def get_organization(caller: Caller) -> Organization:
    return store.get_organization(looking(caller))


def get_face(caller: Caller) -> OrganizationFace:
    """What guests are told of it."""
    return store.get_face(looking(caller))


def has_organizations(database: Database) -> bool:
    """For the operator: whether this database is in use."""
    return store.has_organizations(database.connection())


def list_all_organizations(database: Database) -> list[OrganizationLine]:
    """For the operator: every one of the server."""
    return store.list_all_organizations(database.connection())


def list_organizations(
    caller: Caller, request: PageRequest, q: str | None, sort: Sequence[tuple[str, bool]] = ()
) -> Page[Organization]:
    """Those the caller belongs to, disabled memberships included."""
    with reading(caller) as work:
        page = store.list_organizations(work, request, q or "", sort)
    check_everything_fits(page)
    return page
