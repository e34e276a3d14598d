"""Endpoints for who has forgotten their password; anybody may ask."""

from procession.domains.people.wire import ForgottenIn, NewPasswordIn
from procession.flows.people import passwords
from procession.kit.http import HASHING, PUBLIC, Answer, Request, Routes, nothing

routes = Routes("Members")


@routes.post(
    "/password/email", door=PUBLIC, policy="visible", status=202, body=ForgottenIn, raises=(422,)
)
def forget(request: Request) -> Answer:
    """Ask for a link by mail to choose another password.

    The answer is the same whether or not the address has an account. The link is good once, for
    60 minutes, until another is asked for.
    """
    passwords.send_password_link(request.caller, request.body, request.mailed_url)
    return nothing(202)


@routes.post(
    "/password/reset",
    door=PUBLIC,
    place=HASHING,
    policy="visible",
    status=204,
    body=NewPasswordIn,
    raises=(422,),
)
def reset(request: Request) -> Answer:
    """Choose another password by the link in the mail; `revoke_tokens` ends every access."""
    passwords.reset_password(request.caller, request.body)
    return nothing()
