"""What waits for a guest, for the page behind their link (contract 00, 5.8; ruling 30)."""

from dataclasses import dataclass

from procession.core.times import Instant
from procession.domains.accounts import store as accounts
from procession.domains.people import store as people
from procession.domains.people.actions.admitting import admit_guest
from procession.domains.tasks.types import TaskFilter
from procession.flows.tasks.showing import list_tasks
from procession.kit.caller import Caller
from procession.kit.errors import Unauthenticated
from procession.kit.ids import find_id
from procession.kit.paging import PageRequest
from procession.kit.work import reading

#: Tasks on the page; how many there are in all is said.
_MOST_SHOWN = 100


@dataclass(frozen=True)
class WaitingTask:
    title: str
    due_at: Instant | None


@dataclass(frozen=True)
class GuestsWork:
    """Open tasks of one guest, those that are due first at the top."""

    organization: str
    #: Whose clocks times are told by.
    zone: str
    tasks: list[WaitingTask]
    total: int


def look_at_guests_work(visitor: Caller, organization: str, code: str, client: str) -> GuestsWork:
    """For who has the link. `client`: the address that codes are guessed from.

    Raises Unauthenticated for a code that is nobody's, Forbidden for a guest who was shut out.
    """
    guest = admit_guest(
        visitor.server, code, find_id(organization) or "", visitor.request_id, client=client
    )
    with reading(guest) as work:
        known = people.find_linked_guest(work, str(guest.person_id))
        face, zone = accounts.get_face(work), accounts.get_timezone(work)
    if known is None:
        raise Unauthenticated
    wanted = TaskFilter(status="active", assigned_to_guest=known.email, sort=(("deadline", False),))
    page, views = list_tasks(guest, PageRequest(1, _MOST_SHOWN), wanted, frozenset())
    waiting = [
        WaitingTask(
            view.texts.title(view.task),
            None if view.task.waits_for_anchor else view.task.deadline_at,
        )
        for view in views
    ]
    return GuestsWork(face.name, zone, waiting, page.total)
