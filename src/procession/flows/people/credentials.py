"""Change the address or password of an account (contract 10, 2 and 4.4)."""

from dataclasses import replace

from procession.domains.accounts import store as accounts
from procession.domains.people import policy
from procession.domains.people import store as people
from procession.domains.people.actions.joining import check_address
from procession.domains.people.actions.reading import find_member_named
from procession.domains.people.events import MemberChanged, about
from procession.domains.people.types import Account, Member
from procession.domains.people.wire import AddressIn, OwnAddressIn, PasswordIn
from procession.flows.people.accepting import own_words, password_problems
from procession.flows.reaching.bots import as_operator
from procession.flows.telling import letters
from procession.kit.caller import Caller
from procession.kit.db import not_unique_errors
from procession.kit.errors import BadRequest, Forbidden, NotFound, gathering, invalid, raise_if_any
from procession.kit.mail import post
from procession.kit.passwords import hash_password, verify_password
from procession.kit.work import Work, looking, writing


def change_password(caller: Caller, sent: PasswordIn) -> Account:
    """Ends all sessions of browsers; `revoke_tokens` every access, the caller's own too."""
    current = sent.current_password
    account = people.get_account(looking(caller), caller.person_id)
    problems: dict[str, list[str]] = {}
    with gathering(problems):
        _check_password(caller, "current_password", current)
    problems |= password_problems(
        sent.password,
        sent.password_confirmation,
        caller.server.settings.password_minimum,
        own_words(account.email, account.first_name, account.last_name),
    )
    raise_if_any(problems)
    password_hash = hash_password(sent.password)
    with writing(caller) as work:
        account = _account_in_default_organization(work)
        people.set_user(work, account.id, {"password_hash": password_hash})
        people.clear_password_reset(work, account.id)
        accounts.delete_sessions_of(work, account.id)
        if sent.revoke_tokens:
            accounts.revoke_tokens_of(work, account.id, only_here=False)
        _tell(work, account, "password", None)
        post(work, letters.password_changed(account))
        return people.get_account(work, account.id)


def set_password(operator: Caller, email: str, password: str) -> Account:
    """By who runs the server, for somebody who cannot get in. Ends all their sessions of browsers;
    they are told by mail, and not the password. Raises NotFound, or Invalid."""
    found = people.find_user(looking(operator), email)
    if found is None:
        raise NotFound(f"There is no user with the address {email}.")
    own = own_words(found.email, found.first_name, found.last_name)
    shortest = operator.server.settings.password_minimum
    raise_if_any(password_problems(password, None, shortest, own))
    account = people.get_account(looking(operator), found.id)
    if account.is_bot:
        raise BadRequest("Bot users cannot be edited.")
    caller, told_in = operator, account.default_organization_id
    if told_in is not None:
        caller = as_operator(operator.server, told_in)
    password_hash = hash_password(password)
    with writing(caller) as work:
        people.set_user(work, account.id, {"password_hash": password_hash})
        people.clear_password_reset(work, account.id)
        accounts.delete_sessions_of(work, account.id)
        _tell(work, account, "password", None)
        post(work, letters.password_changed(account))
        return account


def change_own_address(caller: Caller, sent: OwnAddressIn) -> Account:
    email, password = sent.email, sent.password
    problems: dict[str, list[str]] = {}
    with gathering(problems):
        _check_password(caller, "password", password)
    with gathering(problems):
        check_address(email)
    raise_if_any(problems)
    with writing(caller) as work:
        account = _account_in_default_organization(work)
        _set_address(work, account, email)
        return people.get_account(work, account.id)


def change_address(caller: Caller, name: str, sent: AddressIn) -> Member:
    """By an administrator, of somebody who belongs to no other organization."""
    with writing(caller) as work:
        named = find_member_named(work, name)
        member = people.lock_member(work, named.id) if named is not None else None
        if member is None:
            raise NotFound("User not found")
        if not policy.can_change_members(caller):
            raise Forbidden
        email = sent.email
        if member.is_bot:
            raise BadRequest("Bot users cannot be edited.")
        if people.belongs_elsewhere(work, member.id):
            raise Forbidden("This person belongs to other organizations too. Only they can do it.")
        _set_address(work, member, email)
        return people.find_member(work, member.id) or member


def _check_password(caller: Caller, field: str, password: str) -> None:
    """Outside of a transaction: it takes as long as it should."""
    stored = people.get_secrets(looking(caller), caller.person_id).password_hash
    if not verify_password(password, stored):
        raise invalid(field, f"The {field.replace('_', ' ')} is wrong.")


def _account_in_default_organization(work: Work) -> Account:
    """What follows is told there."""
    account = people.get_account(work, work.caller.person_id)
    if account.default_organization_id is not None and not work.caller.organization_id:
        work.act_as(replace(work.caller, organization_id=account.default_organization_id))
    return account


def _set_address(work: Work, member: Member, email: str) -> None:
    check_address(email)
    if email == member.email:
        return
    holder = people.find_user(work, email)
    taken = invalid("email", "The email has already been taken.")
    if holder is not None and holder.id != member.id:
        raise taken
    try:
        people.set_user(work, member.id, {"email": email, "email_key": email.lower()})
    except not_unique_errors():
        # Somebody else has taken it since; the work ends here and leaves nothing behind.
        raise taken from None
    people.clear_password_reset(work, member.id)
    _tell(work, member, "email", member.email)
    for mail in letters.address_changed(member, member.email, email):
        post(work, mail)


def _tell(work: Work, member: Member, field: str, before: str | None) -> None:
    if work.caller.organization_id:
        told = about(member, work.caller.organization_id)
        work.record(MemberChanged(**told, field=field, before=before))
