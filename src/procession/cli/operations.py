"""What the commands of `operating` do: each ends in the use case that the API ends in."""

import smtplib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from procession.core.addresses import is_address
from procession.core.times import optional_wire_time, wire_time
from procession.domains.accounts.actions import sessions
from procession.domains.accounts.actions.changing import change_organization
from procession.domains.accounts.actions.reading import list_all_organizations
from procession.domains.accounts.actions.signing import rotate_signer
from procession.domains.accounts.types import OrganizationLine
from procession.domains.accounts.wire import OrganizationChangesIn
from procession.domains.people.actions.finding import find_user
from procession.domains.people.actions.reading import list_members
from procession.flows.access import closing
from procession.flows.access.opening import open_server
from procession.flows.people import credentials, leaving
from procession.flows.reaching.bots import as_operator, operator
from procession.kit import searching
from procession.kit.binding import bind
from procession.kit.errors import BadRequest, NotFound, invalid, raise_if_any
from procession.kit.settings import Settings
from procession.kit.work import looking
from procession.worker.mail_check import mail_goes_to
from procession.worker.post import WaitingMail, carrier_of

_SUBJECT = "A mail from Procession"
_TEXT = (
    "Somebody who runs Procession has sent this with `procession mail test`, to see whether mails "
    "arrive. There is nothing to do.\n"
)


def send_test_mail(settings: Settings, address: str) -> str:
    """Where it went. It goes by no outbox: who asks shall see what the mail server says."""
    if not is_address(address):
        raise invalid("address", "The address must be a valid email address.")
    try:
        found = carrier_of(settings)(WaitingMail(0, "", address, _SUBJECT, _TEXT, 0))
    except (smtplib.SMTPException, OSError) as wrong:
        raise BadRequest(f"The mail was not sent {mail_goes_to(settings)}: {wrong}") from None
    if found:
        return f"There is no mail server; the mail is in {found['file']}"
    return f"Sent {mail_goes_to(settings)}. See whether it arrives at {address}."


def organization_rows(settings: Settings) -> Iterator[dict[str, Any]]:
    for each in list_all_organizations(open_server(settings).database):
        yield {
            "id": each.id,
            "name": each.name,
            "members": each.member_count,
            "created_at": wire_time(each.created_at),
        }


def get_organization(settings: Settings, organization_id: str) -> OrganizationLine:
    for each in list_all_organizations(open_server(settings).database):
        if each.id == organization_id:
            return each
    raise NotFound("There is no organization with this id.")


def rename_organization(settings: Settings, organization_id: str, name: str) -> str:
    bound = bind({"name": name}, OrganizationChangesIn)
    raise_if_any(dict(bound.problems))
    caller = as_operator(open_server(settings), organization_id)
    return change_organization(caller, bound.value).name


def delete_organization(
    settings: Settings, organization: OrganizationLine, typed: str, tell: Callable[[str, int], None]
) -> None:
    if typed != organization.name:
        raise BadRequest(f"That is not its name, {organization.name}. Nothing was deleted.")
    closing.delete_organization(open_server(settings), organization.id, tell)


def member_rows(settings: Settings, organization_id: str) -> Iterator[dict[str, Any]]:
    for member in list_members(as_operator(open_server(settings), organization_id)):
        if not member.is_bot:
            yield {
                "id": member.id,
                "email": member.email,
                "name": member.full_name,
                "role": member.role,
                "status": member.status,
                "last_login_at": optional_wire_time(member.last_login_at),
            }


def disable_member(settings: Settings, organization_id: str, email: str) -> None:
    caller = as_operator(open_server(settings), organization_id)
    leaving.disable_member(caller, email, leaving.Handover())


def set_password(settings: Settings, email: str, password: str) -> None:
    credentials.set_password(operator(open_server(settings), ""), email, password)


def end_sessions(settings: Settings, email: str | None) -> int:
    """None: everybody's. How many there were."""
    caller = operator(open_server(settings), "")
    if email is None:
        return sessions.sign_out_everybody(caller)
    user = find_user(looking(caller), email)
    if user is None:
        raise NotFound(f"There is no user with the address {email}.")
    return sessions.sign_out_everywhere(replace(caller, person_id=user.id))


def reindex(settings: Settings, tell: Callable[[str, int], None]) -> None:
    searching.reindex(open_server(settings).database, tell)


def rotate_keys(settings: Settings) -> str:
    return rotate_signer(open_server(settings))
