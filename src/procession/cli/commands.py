"""What the command line does, as functions."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from procession import __version__
from procession.cli.demo_story import INES
from procession.cli.serving import free_listener
from procession.core.texts import NO_NUL, is_storable
from procession.core.times import optional_wire_time
from procession.domains.accounts.actions import tokens
from procession.domains.accounts.actions.signing import get_signer
from procession.domains.people.actions.finding import find_user
from procession.flows.access import connecting, founding
from procession.flows.access.founding import Founded
from procession.flows.access.opening import open_server
from procession.flows.launching import by_mail
from procession.flows.reaching.bots import operator
from procession.flows.telling import addresses
from procession.kit.caller import Role
from procession.kit.counting import counting_folder
from procession.kit.database_address import shown_address
from procession.kit.errors import Refusal, invalid
from procession.kit.migrating import migrate
from procession.kit.postgres import OF_WORKERS
from procession.kit.schema import current_revision, newest_revision, refuse_newer
from procession.kit.settings import Settings
from procession.kit.work import looking, writing
from procession.worker.loop import run as run_worker
from procession.worker.measuring import serve_beside

#: Bytes; what comes after them is attachments, which nobody reads yet.
_LARGEST_MAIL = 25 * 1024 * 1024
#: Of an access token: a hundred years.
_MOST_DAYS = 36_500


def migrate_database(settings: Settings, _: object = None) -> int:
    """Says from where to where it goes, what runs and how far it is; or that nothing is to do."""
    before, newest = current_revision(settings.database_url), newest_revision()
    if before == newest:
        print(f"The database is already at the newest schema, {newest}.")
        return 0
    refuse_newer(before, newest)
    print(f"Migrating the database from schema {before or 'none'} to {newest}.", flush=True)
    migrate(settings.database_url, tell=_say)
    print(f"The database is at schema {newest}.")
    return 0


def migrate_first(settings: Settings) -> None:
    """For commands that a newcomer begins with: they make the schema; an older one they tell of.

    On standard error: what they print themselves may be read by a program.
    """
    before, newest = current_revision(settings.database_url), newest_revision()
    if before is None or before >= newest:
        migrate(settings.database_url)
        return
    _say_aside(f"Migrating the database from schema {before} to {newest}.")
    migrate(settings.database_url, tell=_say_aside)


def _say(line: str) -> None:
    print(f"  {line}", flush=True)


def _say_aside(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def work(settings: Settings, _: object = None) -> int:
    with ExitStack() as around:
        if settings.metrics_address:
            listener = free_listener(settings.metrics_address)
            around.enter_context(counting_folder())
            serve_beside(open_server(settings), listener, version=__version__)
        run_worker(open_server(settings, OF_WORKERS))
    return 0


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


def create_token(settings: Settings, email: str, name: str, days: int | None) -> str:
    """`days`: how long it is good; None: for as long as tokens that users make."""
    if days is not None and not 1 <= days <= _MOST_DAYS:
        raise invalid("days", f"The days must be 1 to {_MOST_DAYS}.")
    server = open_server(settings)
    signer = get_signer(server)
    with writing(operator(server, "")) as work:
        user = find_user(work, email)
        if user is None:
            raise invalid("email", f"There is no user with the address {email}.")
        lifetime_s = settings.token_lifetime if days is None else days * 86_400
        made = tokens.issue_signed(work, signer, user_id=user.id, name=name, lifetime_s=lifetime_s)
        return made.text


TOKEN_COLUMNS = ("id", "user", "name", "created", "expires", "revoked")


def token_rows(settings: Settings) -> Iterator[dict[str, Any]]:
    """None where there is no such time."""
    for token in tokens.list_tokens(operator(open_server(settings), "")):
        yield {
            "id": token.id,
            "user": token.email,
            "name": token.name,
            "created": optional_wire_time(token.created_at),
            "expires": optional_wire_time(token.expires_at),
            "revoked": optional_wire_time(token.revoked_at),
        }


def revoke_token(settings: Settings, token_id: int) -> bool:
    return tokens.revoke_token(operator(open_server(settings), ""), token_id)


def receive_mail(settings: Settings, recipient: str) -> str:
    """What became of the mail, for the mail server's log."""
    return by_mail.receive_mail(
        open_server(settings), sys.stdin.buffer.read(_LARGEST_MAIL), recipient
    )


def read_secret(name: str) -> str:
    """From a file, or from standard input: never from the command line, which others can see."""
    try:
        secret = (sys.stdin.read() if name == "-" else Path(name).read_text()).strip()
    except UnicodeDecodeError:
        raise invalid("client_secret", "The client secret is no text in UTF-8.") from None
    if not is_storable(secret):
        raise invalid("client_secret", f"The client secret {NO_NUL}")
    return secret


def connect_provider(
    settings: Settings,
    organization_id: str,
    *,
    issuer: str,
    client_id: str,
    client_secret: str,
    domains: Sequence[str],
) -> str:
    """The address that the provider must know to send people back to."""
    wanted = connecting.Wanted(issuer, client_id, client_secret, domains)
    connecting.connect(open_server(settings), organization_id, wanted)
    return f"{settings.public_url or settings.local_url}{addresses.PROVIDER_CALLBACK}"


def show_provider(settings: Settings, organization_id: str) -> connecting.Connection:
    return connecting.show(open_server(settings), organization_id)


def test_provider(settings: Settings, organization_id: str) -> str:
    """Where a person can try it."""
    return connecting.test(open_server(settings), organization_id)


def enforce_provider(settings: Settings, organization_id: str, *, is_untried: bool) -> None:
    connecting.enforce(open_server(settings), organization_id, is_untried=is_untried)


def change_provider(settings: Settings, organization_id: str, action: str) -> None:
    changes = {"disconnect": connecting.disconnect, "relax": connecting.relax}
    changes[action](open_server(settings), organization_id)
