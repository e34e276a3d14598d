"""Found an organization: its settings, bot, first administrator and hidden template."""

from dataclasses import dataclass, replace

from procession.core.zones import is_zone
from procession.domains.accounts import store as accounts
from procession.domains.accounts.actions.tokens import issue_token
from procession.domains.people import store as people
from procession.domains.people.actions.joining import join
from procession.domains.templates.actions.creating import create_system_template
from procession.flows.people import onboarding
from procession.flows.people.entering import enter
from procession.flows.reaching.bots import as_bot, operator
from procession.kit.caller import Role
from procession.kit.errors import invalid
from procession.kit.ids import new_id
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
) -> Founded:
    """The token does not expire. Raises Invalid for a name or address that cannot be."""
    if not 1 <= len(name.strip()) <= 50:
        raise invalid("name", "The name must have 1 to 50 characters.")
    if not is_zone(timezone):
        raise invalid("timezone", f"{timezone} is not a time zone, such as Europe/London or UTC.")
    organization_id = new_id()
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
        create_system_template(work, accounts.take_template_number(work), admin.id)
        access_token = issue_token(work, admin.id, "bootstrap", text=token)
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
) -> Founded:
    """For the operator: a member who is active at once, with a token that does not expire."""
    caller = as_bot(server, organization_id)
    with writing(caller) as work:
        member = enter(
            work,
            email=email,
            first_name=first_name,
            last_name=last_name,
            role=role,
            timezone=caller.timezone,
        )
        access_token = issue_token(work, member.id, "operator", text=token)
        template_id = onboarding.welcome(work, member)
    onboarding.start(caller, member, template_id)
    return Founded(organization_id, member.id, access_token)


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
