"""What guests do by the pages behind their link: what waits for them, and one task of theirs
(contract 00, 5.8; ruling 30)."""

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
    id: str
    title: str
    due_at: Instant | None
    process: str | None


@dataclass(frozen=True)
class GuestsWork:
    """Tasks of one guest: open ones, those that are due first at the top, and the newest done."""

    organization: str
    #: Whose clocks times are told by.
    zone: str
    tasks: list[WaitingTask]
    total: int
    done: list[WaitingTask]


def admit(visitor: Caller, organization: str, code: str, client: str) -> Caller:
    """Who has the link. `client`: the address that codes are guessed from.

    Raises Unauthenticated for a code that is nobody's, Forbidden for a guest who was shut out.
    """
    return admit_guest(
        visitor.server, code, find_id(organization) or "", visitor.request_id, client=client
    )


def name_of_organization(guest: Caller) -> str:
    with reading(guest) as work:
        return accounts.get_face(work).name


def look_at_guests_work(guest: Caller) -> GuestsWork:
    with reading(guest) as work:
        known = people.find_linked_guest(work, str(guest.person_id))
        face, zone = accounts.get_face(work), accounts.get_timezone(work)
    if known is None:
        raise Unauthenticated
    open_ones = TaskFilter(
        status="active", assigned_to_guest=known.email, sort=(("deadline", False),)
    )
    waiting, total = _list(guest, open_ones, _MOST_SHOWN)
    done_ones = TaskFilter(
        status="completed", assigned_to_guest=known.email, sort=(("completed_at", True),)
    )
    done, _ = _list(guest, done_ones, 10)
    return GuestsWork(face.name, zone, waiting, total, done)


def _list(guest: Caller, wanted: TaskFilter, most: int) -> tuple[list[WaitingTask], int]:
    page, views = list_tasks(guest, PageRequest(1, most), wanted, frozenset({"run"}))
    tasks = [
        WaitingTask(
            view.task.id,
            view.texts.title(view.task),
            None if view.task.waits_for_anchor else view.task.deadline_at,
            None if view.process is None else view.process.process.name,
        )
        for view in views
    ]
    return tasks, page.total
