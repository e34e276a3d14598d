"""Found an organization: its settings, bot, first administrator and hidden template."""

from dataclasses import dataclass, replace

from procession.core.zones import is_zone
from procession.domains.accounts import store as accounts
from procession.domains.accounts.actions.signing import Signer, get_signer
from procession.domains.accounts.actions.tokens import issue_signed, keep_token
from procession.domains.people import store as people
from procession.domains.people.actions.joining import join
from procession.domains.templates.actions.creating import create_system_template
from procession.flows.people import onboarding
from procession.flows.people.accepting import own_words, password_problems
from procession.flows.people.entering import enter
from procession.flows.reaching.bots import as_bot, operator
from procession.kit.caller import Role
from procession.kit.errors import invalid, raise_if_any
from procession.kit.ids import new_id
from procession.kit.passwords import hash_password
from procession.kit.server import Server
from procession.kit.work import Work, writing


@dataclass(frozen=True)
class Founded:
    """What a newcomer needs to make the first call."""

    organization_id: str
    user_id: int
    access_token: str


def found_organization(
    server: Server,
    *,
    name: str,
    email: str,
    first_name: str = "",
    last_name: str = "",
    timezone: str = "UTC",
    token: str | None = None,
    password: str | None = None,
) -> Founded:
    """`token`: instead of one that is made (`_give_token`). Raises Invalid for a name, an address
    or a password that cannot be."""
    if not 1 <= len(name.strip()) <= 50:
        raise invalid("name", "The name must have 1 to 50 characters.")
    if not is_zone(timezone):
        raise invalid("timezone", f"{timezone} is not a time zone, such as Europe/London or UTC.")
    if password is not None:
        own = own_words(email, first_name, last_name)
        shortest = server.settings.password_minimum
        raise_if_any(password_problems(password, None, shortest, own))
    organization_id = new_id()
    signer = get_signer(server)
    with writing(operator(server, organization_id, timezone)) as work:
        accounts.add_organization(work, name.strip(), timezone)
        _add_bot(work, organization_id, timezone)
        admin = join(
            work,
            email=email,
            first_name=first_name or email.partition("@")[0],
            last_name=last_name,
            role=Role.ADMIN,
            timezone=timezone,
            is_default_admin=True,
        )
        people.set_welcomed(work, admin.id)
        _give_password(work, admin.id, password)
        create_system_template(work, accounts.take_template_number(work), admin.id)
        access_token = _give_token(work, signer, admin.id, "bootstrap", token)
    return Founded(organization_id, admin.id, access_token)


def add_member(
    server: Server,
    organization_id: str,
    *,
    email: str,
    role: Role,
    first_name: str = "",
    last_name: str = "",
    token: str | None = None,
    password: str | None = None,
) -> Founded:
    """For the operator: a member who is active at once, with a token (`_give_token`)."""
    caller = as_bot(server, organization_id)
    signer = get_signer(server)
    with writing(caller) as work:
        member = enter(
            work,
            email=email,
            first_name=first_name,
            last_name=last_name,
            role=role,
            timezone=caller.timezone,
        )
        _give_password(work, member.id, password)
        access_token = _give_token(work, signer, member.id, "operator", token)
        template_id = onboarding.welcome(work, member)
    onboarding.start(caller, member, template_id)
    return Founded(organization_id, member.id, access_token)


def _give_token(work: Work, signer: Signer, user_id: int, name: str, text: str | None) -> str:
    """A signed one, good for as long as every other, as long as the operator brings none."""
    if text is not None:
        keep_token(work, user_id, name, text)
        return text
    lifetime_s = work.caller.server.settings.token_lifetime
    return issue_signed(work, signer, user_id=user_id, name=name, lifetime_s=lifetime_s).text


def _give_password(work: Work, user_id: int, password: str | None) -> None:
    """Nobody has one as long as nobody chose it for them."""
    if password is not None:
        people.set_user(work, user_id, {"password_hash": hash_password(password)})


def _add_bot(work: Work, organization_id: str, timezone: str) -> None:
    """From here on the bot is who acts."""
    bot_id = people.add_user(
        work,
        email=f"bot+{organization_id}@procession.invalid",
        first_name="Procession",
        last_name="Bot",
        timezone=timezone,
        is_bot=True,
    )
    people.add_membership(work, bot_id, Role.BOT.value)
    work.act_as(replace(work.caller, person_id=bot_id))
