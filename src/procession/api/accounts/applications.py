"""Endpoints for applications: clients that hold a token of their own (contract 00, 5.3)."""

from procession.domains.accounts.wire import GrantOut, ProvisionIn
from procession.domains.people.wire import UserOut, view_out
from procession.flows.people import provisioning
from procession.kit.http import APPLICATION, Answer, Request, Routes, item, plain

routes = Routes("Applications")


@routes.post(
    "/applications/{org}/users",
    door=APPLICATION,
    policy="visible",
    answers=UserOut,
    body=ProvisionIn,
    status=201,
    raises=(409, 422),
)
def provision_member(request: Request) -> Answer:
    """Bring a person into the organization: they are an active member at once."""
    view = provisioning.provision_member(request.caller, request.body, request.includes)
    return item(view_out(view, request.now), 201)


@routes.post(
    "/applications/{org}/users/{email}/token",
    door=APPLICATION,
    policy="visible",
    answers=GrantOut,
    reads_body=False,
    raises=(422,),
    is_plain=True,
    is_secret=True,
)
def get_member_token(request: Request) -> Answer:
    """Get a token to act as a member, in this organization alone."""
    return plain(provisioning.issue_member_token(request.caller, request.path["email"]))
