"""Connect an organization with its sign-in provider, and let go of it again (contract 00, 5.9).

For the operator, who hands the secret over. A provider is believed about every address in the
organization's verified domains and no others; the operator may vouch for one instead of a proof.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from procession.domains.accounts import store as accounts
from procession.domains.accounts.actions.domains import read_domain, vouch
from procession.domains.accounts.events import (
    ProviderConnected,
    ProviderDisconnected,
    ProviderEnforced,
    ProviderRelaxed,
)
from procession.domains.accounts.types import IdentityProvider
from procession.domains.people import store as people
from procession.flows.reaching.bots import as_bot
from procession.flows.telling import addresses, letters
from procession.kit import openid
from procession.kit.errors import BadRequest, Invalid, NotFound, invalid
from procession.kit.mail import post
from procession.kit.reading import read_stored
from procession.kit.server import Server
from procession.kit.signing import derived, find_unsealed, seal
from procession.kit.work import Work, looking, writing

_NO_DOMAIN = (
    "The organization has no verified domain yet. Verify one, or vouch for one with --domain."
)
_NO_PROVIDER = "This organization has no sign-in provider. Connect one first."


@dataclass(frozen=True)
class Wanted:
    """A provider as the operator describes it."""

    issuer: str
    client_id: str
    client_secret: str
    #: Those that the operator vouches for, besides the verified ones.
    domains: Sequence[str] = ()


@dataclass(frozen=True)
class Connection:
    """What is connected, without its secret."""

    issuer: str
    client_id: str
    is_enforced: bool
    domains: Sequence[str]


def connect(server: Server, organization_id: str, wanted: Wanted) -> None:
    """The provider is asked first: one that does not answer is not connected."""
    bot = as_bot(server, organization_id)
    _check(wanted)
    names = [read_domain(name) for name in wanted.domains]
    openid.examine(wanted.issuer, server.settings.outside_timeout)
    with writing(bot) as work:
        before = accounts.find_provider(work)
        for name in names:
            vouch(work, name)
        domains = accounts.list_verified_domains(work)
        if not domains:
            raise invalid("domain", _NO_DOMAIN)
        provider = IdentityProvider(
            organization_id=organization_id,
            issuer=wanted.issuer,
            client_id=wanted.client_id,
            sealed_secret=seal(_key(server), wanted.client_secret),
            is_enforced=before is not None and before.is_enforced,
        )
        accounts.set_provider(work, provider)
        _show(work, is_connected=True)
        work.record(ProviderConnected(organization_id=organization_id, issuer=wanted.issuer))
        _tell(work, f"Members with addresses in {', '.join(domains)} can sign in at "
              f"{wanted.issuer} now.")  # fmt: skip


def disconnect(server: Server, organization_id: str) -> None:
    """Passwords are good again for all who have one; the others ask for one by mail."""
    with writing(as_bot(server, organization_id)) as work:
        provider = _get_provider(work)
        accounts.clear_provider(work)
        _show(work, is_connected=False)
        work.record(ProviderDisconnected(organization_id=organization_id, issuer=provider.issuer))
        _tell(work, f"Members do not sign in at {provider.issuer} any more.")


def test(server: Server, organization_id: str) -> str:
    """Ask the provider again; where a person can try it. Raises BadRequest with the cause."""
    work = looking(as_bot(server, organization_id))
    provider = _get_provider(work)
    openid.examine(provider.issuer, server.settings.outside_timeout)
    registration_of(server, provider)
    return _sign_in_page(work)


def _sign_in_page(work: Work) -> str:
    settings, organization_id = work.caller.server.settings, work.caller.organization_id
    at = settings.public_url or settings.local_url
    return f"{at}{addresses.provider_page(organization_id)}"


def list_providers(server: Server) -> list[tuple[str, str]]:
    """Of all organizations: (organization, issuer)."""
    return accounts.list_every_provider(server.database.connection())


def enforce(server: Server, organization_id: str, *, is_untried: bool = False) -> None:
    """Whoever is no administrator comes in through the provider alone; sessions that began with a
    password let nobody in meanwhile.

    Refused while nobody is signed in that way, because what does not work would shut out everybody
    else; `is_untried` does it all the same.
    """
    with writing(as_bot(server, organization_id)) as work:
        provider = _get_provider(work)
        if provider.is_enforced:
            return
        if not is_untried and not accounts.is_anybody_in_by_provider(work):
            raise BadRequest(
                f"Nobody is signed in through {provider.issuer} yet. Try it at "
                f"{_sign_in_page(work)} first; --force does without."
            )
        accounts.set_enforced(work, True)
        work.record(ProviderEnforced(organization_id=organization_id, issuer=provider.issuer))
        _tell(work, f"Members sign in at {provider.issuer} only; administrators may still use "
              "their password.")  # fmt: skip


def relax(server: Server, organization_id: str) -> None:
    with writing(as_bot(server, organization_id)) as work:
        provider = _get_provider(work)
        if not provider.is_enforced:
            return
        accounts.set_enforced(work, False)
        work.record(ProviderRelaxed(organization_id=organization_id, issuer=provider.issuer))
        _tell(work, f"Members may sign in with passwords again, beside {provider.issuer}.")


def show(server: Server, organization_id: str) -> Connection:
    work = looking(as_bot(server, organization_id))
    found = _get_provider(work)
    domains = accounts.list_verified_domains(work)
    return Connection(found.issuer, found.client_id, found.is_enforced, domains)


def registration_of(server: Server, provider: IdentityProvider) -> openid.Registration:
    """With the secret that was sealed; another server key cannot open it."""
    secret = find_unsealed(_key(server), provider.sealed_secret)
    if secret is None:
        raise openid.ProviderRefused(
            "The sign-in provider must be connected anew: the server's key is another one now."
        )
    timeout_s = server.settings.outside_timeout
    return openid.Registration(provider.issuer, provider.client_id, secret, timeout_s)


def _key(server: Server) -> str:
    return derived(server.secret_key, "provider secrets").hex()


def _get_provider(work: Work) -> IdentityProvider:
    provider = accounts.find_provider(work)
    if provider is None:
        raise NotFound(_NO_PROVIDER)
    return provider


def _check(wanted: Wanted) -> None:
    problems: dict[str, list[str]] = {}
    if not openid.is_safe_address(wanted.issuer) or urlsplit(wanted.issuer).query:
        problems["issuer"] = ["The issuer must be an address that begins with https://."]
    if not wanted.client_id or not wanted.client_secret:
        problems["client"] = ["The provider needs a client id and a client secret."]
    if problems:
        raise Invalid(problems)


def _show(work: Work, *, is_connected: bool) -> None:
    """In the fields that clients know it by (contract 10, 1.6)."""
    organization = accounts.get_organization(work)
    settings = read_stored(organization.settings)
    for name in ("saml_enabled", "saml_login_url"):
        settings.pop(name, None)
    if is_connected:
        settings |= {"saml_enabled": True, "saml_login_url": _sign_in_page(work)}
    accounts.set_organization(work, organization.name, organization.timezone, settings)


def _tell(work: Work, what: str) -> None:
    """All administrators."""
    name = accounts.get_organization(work).name
    for member in people.list_members(work):
        if member.role == "admin" and member.is_active:
            post(work, letters.single_sign_on_changed(member, name, what))
