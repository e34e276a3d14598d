"""Delete an organization for ever: the inverse of founding it, for who runs the server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from procession.domains.accounts import store as accounts
from procession.domains.holds.actions.asking import HoldGate
from procession.domains.people import store as people
from procession.flows.reaching.bots import operator
from procession.kit.destroying import Clearance
from procession.kit.erasing import erase_rows
from procession.kit.server import Server
from procession.kit.work import Work, writing

_log = structlog.get_logger("procession.accounts")


def delete_organization(
    server: Server, organization_id: str, tell: Callable[[str, int], None]
) -> None:
    """First everybody is out, in one transaction; then all that was theirs goes, in many; then the
    organization. Who ends it half way finds it among the organizations still, and runs it again.

    Nothing is recorded: the record is deleted as well. `tell` hears of kinds of rows and how many.
    Raises Held while anything in it is on hold; one that is placed half way stops it.
    """
    caller = operator(server, organization_id)

    @contextmanager
    def begin() -> Iterator[tuple[Work, Clearance]]:
        with writing(caller) as work:
            yield work, HoldGate(work).clear_everything()

    with begin() as (work, _):
        count = _let_everybody_out(work)
    tell("accounts", count)
    erase_rows(begin, tell)
    with begin() as (work, clearance):
        accounts.delete_organization(work, clearance)
    # What had no place to refer to, and was written by requests that had begun before.
    erase_rows(begin, tell)
    with writing(caller) as work:
        tell("guests", people.delete_unnamed_guests(work))
    _log.info("organization deleted", organization=organization_id)


def _let_everybody_out(work: Work) -> int:
    """How many accounts go with it. One stays that is at home elsewhere, or has done something
    there: what was done keeps its name."""
    acted_elsewhere, deleted = people.acted_elsewhere(work), 0
    for member in people.list_members(work):
        if people.belongs_elsewhere(work, member.id) or member.id in acted_elsewhere:
            people.clear_invitation(work, member.id)
            people.delete_membership(work, member.id)
            accounts.revoke_tokens_of(work, member.id, only_here=True)
        else:
            people.delete_user(work, member.id)
            deleted += 1
    return deleted
