"""The caller's own account and profile."""

from procession.api.people.shaping import member_shown
from procession.domains.people.actions import including, reading
from procession.domains.people.types import Account
from procession.domains.people.wire import (
    MeOut,
    OwnAddressIn,
    PasswordIn,
    ProfileIn,
    UserOut,
    me_out,
)
from procession.flows.people import credentials, profiles
from procession.kit.http import HASHING, USER, Answer, Request, Routes, item

routes = Routes("Members")

ME = "/organizations/{org}/me"


@routes.get("/me", door=USER, policy="visible", answers=MeOut)
def get_me(request: Request) -> Answer:
    """Read the user a token belongs to."""
    return _account(request, reading.get_account(request.caller))


@routes.put("/me", door=USER, policy="visible", answers=MeOut, body=ProfileIn, raises=(403, 422))
def change_me(request: Request) -> Answer:
    """Change the caller's own profile: only the keys that are sent."""
    return _account(request, profiles.change_own_account(request.caller, request.body))


@routes.put(
    "/me/update-password",
    door=USER,
    place=HASHING,
    policy="visible",
    answers=MeOut,
    body=PasswordIn,
    raises=(422,),
)
def change_password(request: Request) -> Answer:
    """Change the caller's password; `revoke_tokens` ends every access, this one too."""
    return _account(request, credentials.change_password(request.caller, request.body))


@routes.put(
    "/me/update-email",
    door=USER,
    place=HASHING,
    policy="visible",
    answers=MeOut,
    body=OwnAddressIn,
    raises=(422,),
)
def change_own_address(request: Request) -> Answer:
    """Change the caller's address; needs the password."""
    return _account(request, credentials.change_own_address(request.caller, request.body))


@routes.put(
    f"{ME}/update-email",
    place=HASHING,
    policy="visible",
    answers=MeOut,
    body=OwnAddressIn,
    raises=(422,),
)
def change_own_address_here(request: Request) -> Answer:
    """Change the caller's address, told in this organization."""
    return change_own_address(request)


@routes.get(ME, policy="visible", answers=UserOut)
def get_self(request: Request) -> Answer:
    """Read the caller as a member of one organization."""
    return member_shown(request, reading.get_self(request.caller))


@routes.put(ME, policy="visible", answers=UserOut, body=ProfileIn, raises=(403, 422))
def change_self(request: Request) -> Answer:
    """Change the caller's own profile, told in this organization."""
    return member_shown(request, profiles.change_own_profile(request.caller, request.body))


def _account(request: Request, account: Account) -> Answer:
    view = including.view_account(request.caller, account, request.includes)
    return item(me_out(account, view, request.now))
