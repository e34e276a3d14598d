"""Endpoints of an organization's OAuth clients."""

from procession.domains.accounts.actions import clients
from procession.domains.accounts.wire import (
    ClientChangesIn,
    ClientIn,
    ClientOut,
    NewClientOut,
    client_out,
    new_client_out,
)
from procession.kit.http import Answer, Request, Routes, item, nothing

routes = Routes("Clients")

_CLIENTS = "/organizations/{org}/oauth-clients"
_CLIENT = f"{_CLIENTS}/{{client}}"


@routes.get(_CLIENTS, policy="can_administer_clients", answers=list[ClientOut], raises=(403,))
def list_all(request: Request) -> Answer:
    """List the OAuth clients of an organization."""
    return item([client_out(client) for client in clients.list_clients(request.caller)])


@routes.post(
    _CLIENTS,
    policy="can_administer_clients",
    answers=NewClientOut,
    body=ClientIn,
    status=201,
    raises=(403, 422),
    is_secret=True,
)
def register(request: Request) -> Answer:
    """Register an OAuth client; its secret is shown this once."""
    client, secret = clients.register_client(request.caller, request.body)
    return item(new_client_out(client, secret), 201)


@routes.put(
    _CLIENT,
    policy="can_administer_clients",
    answers=ClientOut,
    body=ClientChangesIn,
    raises=(403, 422),
)
def change(request: Request) -> Answer:
    """Change an OAuth client: only the keys that are sent."""
    changed = clients.change_client(request.caller, request.number("client"), request.body)
    return item(client_out(changed))


@routes.post(
    f"{_CLIENT}/secret",
    policy="can_administer_clients",
    answers=NewClientOut,
    reads_body=False,
    raises=(403, 422),
    is_secret=True,
)
def replace_secret(request: Request) -> Answer:
    """Give an OAuth client a new secret, shown this once; the old one is good no longer."""
    client, secret = clients.replace_secret(request.caller, request.number("client"))
    return item(new_client_out(client, secret))


@routes.delete(
    _CLIENT,
    policy="can_administer_clients",
    status=204,
    reads_body=False,
    raises=(403,),
)
def delete(request: Request) -> Answer:
    """Delete an OAuth client and its tokens."""
    clients.delete_client(request.caller, request.number("client"))
    return nothing()
