"""Endpoints of the caller's own account, and of organizations."""

from typing import Any

from procession.domains.accounts.actions import changing, reading
from procession.domains.accounts.wire import OrganizationChangesIn, organization_out
from procession.kit.http import USER, Answer, Request, Routes, item, listing
from procession.kit.paging import PageQuery, Search

routes = Routes("Organizations")


class OrganizationsQuery(PageQuery, kw_only=True):
    q: Search = None


@routes.get(
    "/me/organizations",
    door=USER,
    policy="visible",
    answers=dict[str, Any],
    query=OrganizationsQuery,
    is_list=True,
)
def list_own(request: Request) -> Answer:
    """List the organizations the caller belongs to."""
    wanted = request.page(request.query, cap=100)
    page = reading.list_organizations(request.caller, wanted, request.query.q)
    return listing(request, page, [organization_out(organization) for organization in page.rows])


@routes.get("/organizations/{org}", policy="visible", answers=dict[str, Any])
def get(request: Request) -> Answer:
    """Read an organization and its settings."""
    return item(organization_out(reading.get_organization(request.caller)))


@routes.put(
    "/organizations/{org}",
    policy="can_change_settings",
    answers=dict[str, Any],
    body=OrganizationChangesIn,
    raises=(403, 422),
)
def change(request: Request) -> Answer:
    """Change settings of an organization: only the keys that are sent."""
    return item(organization_out(changing.change_organization(request.caller, request.body)))
