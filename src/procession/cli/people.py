"""The commands `procession bootstrap` and `procession member`."""

from procession.cli.migrating import migrate_first
from procession.domains.people.actions.finding import find_user
from procession.flows.access import founding
from procession.flows.access.founding import Founded
from procession.flows.access.opening import open_server
from procession.flows.demo.story import INES
from procession.flows.reaching.bots import operator
from procession.kit.caller import Role
from procession.kit.database_address import shown_address
from procession.kit.errors import Refusal
from procession.kit.settings import Settings
from procession.kit.work import looking


def bootstrap(
    settings: Settings,
    *,
    name: str,
    email: str,
    token: str | None,
    timezone: str,
    admin_name: str = "",
    password: str | None = None,
    is_forced: bool = False,
) -> Founded:
    """Migrates first: bootstrapping is the first thing a newcomer does. Refuses the demo's database
    unless forced: an organization of one's own, made there by mistake, would go with the demo."""
    migrate_first(settings)
    server = open_server(settings)
    if not is_forced and find_user(looking(operator(server, "")), INES.email) is not None:
        raise Refusal(
            f"This database ({shown_address(settings.database_url)}) is the demo's. Name another "
            "one by PROCESSION_DATABASE_URL, or say --force."
        )
    first_name, _, last_name = admin_name.strip().partition(" ")
    return founding.found_organization(
        server,
        name=name,
        email=email,
        first_name=first_name,
        last_name=last_name.strip(),
        token=token,
        timezone=timezone,
        password=password,
    )


def add_member(
    settings: Settings, *, organization_id: str, email: str, role: str, token: str | None
) -> Founded:
    return founding.add_member(
        open_server(settings), organization_id, email=email, role=Role(role), token=token
    )
