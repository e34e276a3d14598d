"""Endpoints of the caller's own account, and of organizations."""

from typing import Any, ClassVar

from procession.core.sorting import Sorting
from procession.domains.accounts import policy
from procession.domains.accounts.actions import reading
from procession.domains.accounts.types import ORGANIZATION_SORTING
from procession.domains.accounts.wire import (
    OrganizationChangesIn,
    guest_organization_out,
    organization_out,
)
from procession.flows.archive.settings import change_organization
from procession.kit.errors import Forbidden
from procession.kit.http import USER, Answer, Request, Routes, item, listing
from procession.kit.paging import PageQuery, Search, sort_keys

routes = Routes("Organizations")


_INCLUDES = ("billing_info", "subscription")


class OrganizationsQuery(PageQuery, kw_only=True):
    SORTING: ClassVar[Sorting | None] = ORGANIZATION_SORTING

    q: Search = None


@routes.get(
    "/me/organizations",
    door=USER,
    policy="visible",
    answers=dict[str, Any],
    with_names=_INCLUDES,
    query=OrganizationsQuery,
    is_list=True,
)
def list_own(request: Request) -> Answer:
    """List the organizations the caller belongs to."""
    wanted = request.page(request.query, cap=100)
    query: OrganizationsQuery = request.query
    page = reading.list_organizations(request.caller, wanted, query.q, sort_keys(query))
    return listing(
        request,
        page,
        [organization_out(organization, request.includes) for organization in page.rows],
    )


@routes.get(
    "/current-user/{user}/organizations",
    door=USER,
    policy="can_list_organizations_of",
    answers=dict[str, Any],
    with_names=_INCLUDES,
    query=OrganizationsQuery,
    is_list=True,
    raises=(403,),
)
def list_own_by_id(request: Request) -> Answer:
    """List the organizations the caller belongs to, by the caller's own id."""
    if not policy.can_list_organizations_of(request.caller, request.path["user"]):
        raise Forbidden
    return list_own(request)


@routes.get(
    "/organizations/{org}",
    policy="visible",
    answers=dict[str, Any],
    with_names=_INCLUDES,
    lets_guests_in=True,
)
def get(request: Request) -> Answer:
    """Read an organization and its settings. Guests are told its name and logo."""
    if request.caller.is_guest:
        return item(guest_organization_out(reading.get_face(request.caller)))
    return item(organization_out(reading.get_organization(request.caller), request.includes))


@routes.put(
    "/organizations/{org}",
    policy="can_change_settings",
    answers=dict[str, Any],
    with_names=_INCLUDES,
    body=OrganizationChangesIn,
    raises=(403, 422),
)
def change(request: Request) -> Answer:
    """Change settings of an organization: only the keys that are sent."""
    changed = change_organization(request.caller, request.body)
    return item(organization_out(changed, request.includes))
