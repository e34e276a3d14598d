"""Somebody forgot their password: a link by mail, good once (contract 10, 2).

Nobody is told whether an address has an account here.
"""

from dataclasses import replace

from procession.domains.accounts import store as accounts
from procession.domains.people import store as people
from procession.domains.people.events import MemberChanged, about
from procession.domains.people.types import Account
from procession.domains.people.wire import ForgottenIn, NewPasswordIn
from procession.flows.people.accepting import own_words, password_problems
from procession.flows.telling import addresses, letters
from procession.kit.caller import Caller, CallerKind
from procession.kit.errors import Invalid, TooMany, invalid
from procession.kit.mail import post
from procession.kit.passwords import hash_password
from procession.kit.work import Work, looking, writing

#: Mails to one address within a minute, whether it has an account or not.
_MOST_MAILS = 3


def send_password_link(visitor: Caller, sent: ForgottenIn, public_url: str) -> None:
    """Only to who has used their account; whoever was just invited has a link of another kind."""
    _check_attempts(visitor, sent.email)
    with writing(visitor) as work:
        user = people.find_user(work, sent.email)
        account = people.get_account(work, user.id) if user is not None else None
        if account is None or account.is_bot or account.activated_at is None:
            return
        code = people.renew_password_reset(work, account.id)
        accounts.tell_of_account(
            work, account.id, "password_reset_initiated", "asked for another password",
            is_trouble=True,
        )  # fmt: skip
        _act_as(work, account)
        link = addresses.new_password_link(public_url, code, account.email)
        post(work, letters.password_link(account, link))


def reset_password(visitor: Caller, sent: NewPasswordIn) -> None:
    """Ends all sessions of browsers. The link is not used up by a password that is refused."""
    user_id = people.find_password_reset(looking(visitor), sent.token, sent.email)
    if user_id is None:
        raise _no_longer_good()
    account = people.get_account(looking(visitor), user_id)
    problems = password_problems(
        sent.password,
        sent.password_confirmation,
        visitor.server.settings.password_minimum,
        own_words(account.email, account.first_name, account.last_name),
    )
    if problems:
        raise Invalid(problems)
    password_hash = hash_password(sent.password)
    with writing(visitor) as work:
        if not people.use_password_reset(work, user_id, sent.token, sent.email):
            raise _no_longer_good()
        account = people.get_account(work, user_id)
        _act_as(work, account)
        people.set_user(work, user_id, {"password_hash": password_hash})
        accounts.delete_sessions_of(work, user_id)
        accounts.tell_of_account(
            work, user_id, "password_reset_completed", "chose another password by a link"
        )
        if sent.revoke_tokens:
            accounts.revoke_tokens_of(work, user_id, only_here=False)
        if account.default_organization_id is not None:
            told = about(account, account.default_organization_id)
            work.record(MemberChanged(**told, field="password", before=None))
        post(work, letters.password_changed(account))


def _check_attempts(visitor: Caller, email: str) -> None:
    """So that nobody fills a stranger's mailbox. Unknown addresses count alike."""
    failures, key = visitor.server.failures, f"forgotten {email.lower()}"
    wait = failures.wait_s(key, _MOST_MAILS - 1)
    if wait:
        raise TooMany(wait, _MOST_MAILS)
    failures.count(key)


def _act_as(work: Work, account: Account) -> None:
    """Who has the link is the account's owner; what they do is told in their organization."""
    work.act_as(
        replace(
            work.caller,
            kind=CallerKind.MEMBER,
            person_id=account.id,
            organization_id=account.default_organization_id or "",
        )
    )


def _no_longer_good() -> Invalid:
    """The same for a wrong, used or expired link and for another address."""
    return invalid("token", "This link is not good, or no longer. Ask for another one.")
