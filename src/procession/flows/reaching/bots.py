"""The organization's bot, in whose name the server itself acts."""

from dataclasses import replace

from procession.domains.accounts import store as accounts
from procession.domains.people import store as people
from procession.kit.caller import Caller, CallerKind, Role
from procession.kit.errors import NotFound
from procession.kit.server import Server
from procession.kit.work import Work


def operator(server: Server, organization_id: str, timezone: str = "UTC") -> Caller:
    """The command line, before the organization has a bot."""
    return Caller(
        server=server,
        kind=CallerKind.BOT,
        person_id=0,
        organization_id=organization_id,
        timezone=timezone,
        role=Role.BOT,
        request_id="command-line",
    )


def as_bot(server: Server, organization_id: str) -> Caller:
    """When nobody is at work: the clock, a mail, the operator. Raises NotFound."""
    caller = operator(server, organization_id)
    work = Work(server.database.connection(), caller)
    bot = people.find_bot(work)
    if bot is None:
        raise NotFound("There is no organization with this id.")
    return replace(caller, person_id=bot.id, timezone=accounts.get_timezone(work))


def as_operator(server: Server, organization_id: str) -> Caller:
    """Who runs the server may do what an administrator may; what they did, the bot did. Raises
    NotFound."""
    return replace(as_bot(server, organization_id), role=Role.ADMIN)


def bot_beside(work: Work) -> Caller:
    """The organization's bot, in the transaction of whoever is at work."""
    caller = work.caller
    if caller.kind is CallerKind.BOT and caller.role is Role.BOT:
        return caller
    return replace(caller, kind=CallerKind.BOT, person_id=_bot_id(work), role=Role.BOT)


#: By organization. Each has one for as long as it is there, and neither id comes back.
_known: dict[str, int] = {}
_MOST_KNOWN = 10_000


def _bot_id(work: Work) -> int:
    """Remembered: whatever rules change is done in its name."""
    organization_id = work.caller.organization_id
    known = _known.get(organization_id)
    if known is None:
        bot = people.find_bot(work)
        if bot is None:
            raise NotFound
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        known = _known[organization_id] = bot.id
    return known
