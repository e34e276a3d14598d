"""What the commands of `operating` do: each ends in the use case that the API ends in.

Each imports its own use case: who lists organizations does not wait for what hands work on.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from procession.core.times import moment_of, optional_wire_time, wire_time
from procession.flows.access.opening import open_server
from procession.flows.reaching.bots import as_operator, operator
from procession.kit.errors import BadRequest, NotFound, invalid, raise_if_any
from procession.kit.settings import Settings

if TYPE_CHECKING:
    from procession.domains.accounts.types import OrganizationLine

_SUBJECT = "A mail from Procession"
_TEXT = (
    "Somebody who runs Procession has sent this with `procession mail test`, to see whether mails "
    "arrive. There is nothing to do.\n"
)


def send_test_mail(settings: Settings, address: str) -> str:
    """Where it went. It goes by no outbox: who asks shall see what the mail server says."""
    import smtplib

    from procession.core.addresses import is_address
    from procession.worker.mail_check import mail_goes_to
    from procession.worker.post import WaitingMail, carrier_of

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
    from procession.domains.accounts.actions.reading import list_all_organizations

    for each in list_all_organizations(open_server(settings).database):
        yield {
            "id": each.id,
            "name": each.name,
            "members": each.member_count,
            "created_at": wire_time(each.created_at),
        }


def get_organization(settings: Settings, organization_id: str) -> "OrganizationLine":
    from procession.domains.accounts.actions.reading import list_all_organizations

    for each in list_all_organizations(open_server(settings).database):
        if each.id == organization_id:
            return each
    raise NotFound("There is no organization with this id.")


def rename_organization(settings: Settings, organization_id: str, name: str) -> str:
    from procession.domains.accounts.wire import OrganizationChangesIn
    from procession.flows.archive.settings import change_organization
    from procession.kit.binding import bind

    bound = bind({"name": name}, OrganizationChangesIn)
    raise_if_any(dict(bound.problems))
    caller = as_operator(open_server(settings), organization_id)
    return change_organization(caller, bound.value).name


def retention_preview(settings: Settings, organization_id: str, at: str | None) -> dict[str, Any]:
    """As the API answers it."""
    import msgspec

    from procession.flows.archive.previewing import preview, preview_out

    caller = as_operator(open_server(settings), organization_id)
    try:
        when = None if at is None else moment_of(at, caller.timezone)
    except (ValueError, OverflowError):
        raise BadRequest(f"This is no instant and no day: {at}") from None
    found: dict[str, Any] = msgspec.to_builtins(preview_out(preview(caller, when)))
    return found


def preview_rows(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A line for each template, as people read it."""
    for line in found["checklists"]:
        reasons = [f"{each['count']} {each['reason']}" for each in line["skipped"]]
        yield {
            "template": line["checklist_title"],
            "archive": line["would_archive"],
            "delete": line["would_delete"],
            "passed over": ", ".join(reasons) or None,
            "due since": line["oldest_due_at"],
            "rule": "default" if line["inherited"] else "own",
            "on": ", ".join(verb for verb, is_on in line["enabled"].items() if is_on) or None,
        }


def delete_organization(
    settings: Settings,
    organization: "OrganizationLine",
    typed: str,
    tell: Callable[[str, int], None],
) -> None:
    from procession.flows.access import closing

    if typed != organization.name:
        raise BadRequest(f"That is not its name, {organization.name}. Nothing was deleted.")
    closing.delete_organization(open_server(settings), organization.id, tell)


def member_rows(settings: Settings, organization_id: str) -> Iterator[dict[str, Any]]:
    from procession.domains.people.actions.reading import list_members

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
    from procession.flows.people import leaving

    caller = as_operator(open_server(settings), organization_id)
    leaving.disable_member(caller, email, leaving.Handover())


def set_password(settings: Settings, email: str, password: str) -> None:
    from procession.flows.people import credentials

    credentials.set_password(operator(open_server(settings), ""), email, password)


def end_sessions(settings: Settings, email: str | None) -> int:
    """None: everybody's. How many there were."""
    from procession.domains.accounts.actions import sessions
    from procession.domains.people.actions.finding import find_user
    from procession.kit.work import looking

    caller = operator(open_server(settings), "")
    if email is None:
        return sessions.sign_out_everybody(caller)
    user = find_user(looking(caller), email)
    if user is None:
        raise NotFound(f"There is no user with the address {email}.")
    return sessions.sign_out_everywhere(replace(caller, person_id=user.id))


def reindex(settings: Settings, tell: Callable[[str, int], None]) -> None:
    from procession.kit import searching

    searching.reindex(open_server(settings).database, tell)


def rotate_keys(settings: Settings) -> str:
    from procession.domains.accounts.actions.signing import rotate_signer

    return rotate_signer(open_server(settings))
