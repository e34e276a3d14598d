"""From a token or a guest code to a caller (contract 00, 5)."""

import hashlib

from procession.core.times import Instant, is_stale
from procession.domains.accounts import store
from procession.domains.accounts.types import ApplicationHolder, TokenHolder
from procession.kit.caller import Caller, CallerKind, Role
from procession.kit.errors import Forbidden, NotFound, Unauthenticated
from procession.kit.server import Server


class UnknownToken(Unauthenticated):
    """It never was one, or is forgotten: perhaps somebody guesses. One that has ended is no guess,
    and looks the same."""


def token_digest(token: str) -> str:
    """What is stored of a token. It is random and long, so a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


def authenticate_member(
    server: Server, token: str, organization_id: str | None, request_id: str
) -> Caller:
    """The order of checks is that of contract 00, 5.7: token, membership, membership's state.

    `organization_id` is None when the path names something that cannot be an organization.
    """
    holder = _valid_holder(server, token, organization_id or "")
    role = holder.role
    if holder.organization_id is None or role is None or role == Role.BOT:
        raise NotFound
    if holder.token_organization_id not in (None, holder.organization_id):
        raise NotFound
    if holder.disabled_at is not None:
        raise Forbidden("Your account is disabled in this organization.", code="MEMBER_DISABLED")
    if holder.approved_at is None:
        raise Forbidden("Your membership has not been approved yet.", code="MEMBER_NOT_APPROVED")
    if holder.accepted_at is None:
        raise Forbidden("Accept your invitation first.", code="MEMBER_NOT_APPROVED")
    now = server.clock()
    return Caller(
        server=server,
        kind=CallerKind.MEMBER,
        person_id=holder.user_id,
        organization_id=holder.organization_id,
        timezone=holder.organization_timezone or "UTC",
        role=Role(role),
        can_create_templates=bool(holder.can_create_templates),
        can_archive_processes=bool(holder.can_archive_processes),
        request_id=request_id,
        scopes=holder.scopes,
        token_organization_id=holder.token_organization_id,
        client_id=holder.client_id,
        has_custom_values=holder.has_custom_values,
        has_holds=holder.has_holds,
        is_heard=holder.is_heard,
        is_noticed=not (
            is_stale(holder.last_used_at, now) or is_stale(holder.last_accessed_at, now)
        ),
    )


def authenticate_user(server: Server, token: str, request_id: str) -> Caller:
    """A user outside of any organization (`/me`)."""
    holder = _valid_holder(server, token, "")
    return Caller(
        server=server,
        kind=CallerKind.MEMBER,
        person_id=holder.user_id,
        organization_id="",
        timezone=holder.user_timezone,
        role=None,
        request_id=request_id,
        scopes=holder.scopes,
        token_organization_id=holder.token_organization_id,
        is_noticed=not is_stale(holder.last_used_at, server.clock()),
    )


def authenticate_application(
    server: Server, token: str, organization_id: str | None, request_id: str
) -> Caller:
    """A client with a token of its own (contract 00, 5.3). It acts as the organization's bot."""
    connection = server.database.connection()
    holder = store.find_application(connection, token_digest(token))
    if holder is None:
        raise UnknownToken
    if not _is_good(holder, server.clock()):
        raise Unauthenticated
    is_own = holder.user_id is None and holder.organization_id == organization_id
    if not is_own or holder.organization_id is None or holder.bot_id is None:
        raise Forbidden("You don't have application's permissions for this organization!")
    return Caller(
        server=server,
        kind=CallerKind.BOT,
        person_id=holder.bot_id,
        organization_id=holder.organization_id,
        timezone=holder.timezone or "UTC",
        role=Role.BOT,
        request_id=request_id,
        client_id=holder.client_id,
        is_noticed=not is_stale(holder.last_used_at, server.clock()),
    )


def _valid_holder(server: Server, token: str, organization_id: str) -> TokenHolder:
    connection = server.database.connection()
    holder = store.find_holder(connection, token_digest(token), organization_id)
    if holder is None:
        raise UnknownToken
    if not _is_good(holder, server.clock()):
        raise Unauthenticated
    return holder


def _is_good(holder: TokenHolder | ApplicationHolder, now: Instant) -> bool:
    return holder.revoked_at is None and (holder.expires_at is None or now < holder.expires_at)
