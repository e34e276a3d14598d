"""Sign in through the provider of one's organization (contract 00, 5.9).

A provider is believed about addresses in the domains of its organization, and only when it says
that they are verified. Its calls come first, and the unit of work after them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec

from procession.core.addresses import is_address
from procession.core.mail_domains import domain_of
from procession.core.times import MINUTE
from procession.domains.accounts import store as accounts
from procession.domains.accounts.actions.sessions import NewSession, open_session
from procession.domains.accounts.types import IdentityProvider
from procession.domains.people import store as people
from procession.domains.people.actions.seats import check_seat
from procession.domains.people.types import Member
from procession.flows.access.connecting import registration_of
from procession.flows.people import onboarding
from procession.flows.people.accepting import accept
from procession.flows.people.entering import enter
from procession.flows.people.inviting import ROLES, name_problems
from procession.flows.reaching.bots import as_bot
from procession.flows.telling import addresses
from procession.kit import openid
from procession.kit.caller import Caller, CallerKind, Role
from procession.kit.errors import BadRequest, Forbidden, NotFound
from procession.kit.openid import Departure, Identity
from procession.kit.signing import derived, find_unsealed, seal
from procession.kit.work import Work, looking, writing

_PATIENCE = 10 * MINUTE
_LONGEST_NAME = 32
#: Browsers drop cookies of more than 4096 bytes, and sealing makes what goes in twice as long.
_LONGEST_TARGET = 1200
_EXPIRED = "Signing in took too long, or began in another browser. Start again."


class Journey(msgspec.Struct, frozen=True, kw_only=True):
    """What a browser keeps, sealed, while its user is at the provider."""

    organization_id: str
    issuer: str
    redirect_uri: str
    state: str
    nonce: str
    verifier: str
    target: str
    ends_at: int


@dataclass(frozen=True)
class Arrival:
    session: NewSession
    #: The page that was wanted before.
    target: str


def is_offered(visitor: Caller) -> bool:
    """Whether anybody here can sign in that way."""
    return accounts.has_any_provider(looking(visitor))


def find_organization_for(visitor: Caller, email: str) -> str | None:
    """Whose provider speaks for this address."""
    holder = accounts.find_holder_of_domain(looking(visitor), domain_of(email))
    if holder is None:
        return None
    has_provider = accounts.find_provider(looking(replace(visitor, organization_id=holder)))
    return holder if has_provider else None


def depart(
    visitor: Caller, organization_id: str, redirect_uri: str, target: str
) -> tuple[str, str]:
    """(address of the provider, what the browser is to keep meanwhile)."""
    provider = _get_provider(visitor, organization_id)
    server = visitor.server
    departure = openid.depart(registration_of(server, provider), redirect_uri)
    journey = Journey(
        organization_id=organization_id,
        issuer=provider.issuer,
        redirect_uri=redirect_uri,
        state=departure.state,
        nonce=departure.nonce,
        verifier=departure.verifier,
        target=target if len(target) <= _LONGEST_TARGET else addresses.HOME,
        ends_at=server.clock() + _PATIENCE,
    )
    return departure.address, seal(_key(visitor), msgspec.to_builtins(journey))


def arrive(
    visitor: Caller, sealed: str | None, answer: Mapping[str, str], *, instead_of: str | None
) -> Arrival:
    journey = _journey(visitor, sealed)
    provider = _get_provider(visitor, journey.organization_id)
    if provider.issuer != journey.issuer:
        raise BadRequest(_EXPIRED)
    departure = Departure("", journey.state, journey.nonce, journey.verifier)
    registration = registration_of(visitor.server, provider)
    identity = openid.arrive(registration, journey.redirect_uri, departure, answer)
    _check_domain(visitor, provider, identity)
    user_id = _enter(visitor, provider, identity)
    login = accounts.find_login_of(looking(visitor), user_id)
    assert login is not None
    session = open_session(visitor, login, instead_of=instead_of, is_by_provider=True)
    return Arrival(session, journey.target)


def _journey(visitor: Caller, sealed: str | None) -> Journey:
    found = find_unsealed(_key(visitor), sealed) if sealed else None
    if found is None:
        raise BadRequest(_EXPIRED)
    journey = msgspec.convert(found, Journey)
    if visitor.server.clock() >= journey.ends_at:
        raise BadRequest(_EXPIRED)
    return journey


def _key(visitor: Caller) -> str:
    return derived(visitor.server.secret_key, "single sign-on").hex()


def _get_provider(visitor: Caller, organization_id: str) -> IdentityProvider:
    inside = replace(visitor, organization_id=organization_id)
    provider = accounts.find_provider(looking(inside))
    if provider is None:
        raise NotFound("This organization has no sign-in provider. Sign in with your password.")
    return provider


def _check_domain(visitor: Caller, provider: IdentityProvider, identity: Identity) -> None:
    """Otherwise whoever administers one provider could be anybody on this server."""
    holder = find_organization_for(visitor, identity.email)
    if not is_address(identity.email) or holder != provider.organization_id:
        raise Forbidden(
            f"Your provider calls you {identity.email}, which is no address of your organization. "
            "Sign in there with another account."
        )


def _enter(visitor: Caller, provider: IdentityProvider, identity: Identity) -> int:
    """The account, which is a member from now on if it was not yet."""
    bot = replace(as_bot(visitor.server, provider.organization_id), request_id=visitor.request_id)
    with writing(bot) as work:
        # Of two who arrive at once for the first time, the second finds what the first made.
        people.lock_member(work, work.caller.person_id)
        user = people.find_user(work, identity.email)
        member = people.lock_member(work, user.id) if user is not None else None
        if member is None:
            member = _let_in(work, identity)
        if member.disabled_at is not None:
            raise Forbidden("Your account is disabled in this organization.")
        if member.is_bot or member.approved_at is None:
            raise Forbidden("Your membership has not been approved yet.")
        if member.accepted_at is None:
            work.act_as(replace(work.caller, kind=CallerKind.MEMBER, person_id=member.id))
            member = accept(work, member, {})
        template_id = onboarding.welcome(work, member)
    onboarding.start(bot, member, template_id)
    return member.id


def _let_in(work: Work, identity: Identity) -> Member:
    """At the first time, in the role that the organization has chosen for it."""
    role = accounts.get_settings(work)["sso_default_role"]
    if role not in ROLES:
        raise Forbidden(
            "You are no member of this organization, and it takes nobody in by itself. Ask an "
            "administrator to choose a default role for single sign-on."
        )
    check_seat(work, role)
    names = [identity.first_name.strip(), identity.last_name.strip()]
    if name_problems(first_name=names[0], last_name=names[1]):
        names = ["", ""]
    return enter(
        work,
        email=identity.email,
        first_name=names[0][:_LONGEST_NAME],
        last_name=names[1][:_LONGEST_NAME],
        role=Role(role),
        timezone=work.caller.timezone,
    )
