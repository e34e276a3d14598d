"""Operations with the names of who asked for them, for people to look through."""

from collections.abc import Mapping

from procession.domains.archive import policy, store
from procession.domains.archive.store import OperationFilter
from procession.domains.archive.types import Operation
from procession.domains.people import store as people
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden
from procession.kit.paging import Page, PageRequest
from procession.kit.work import reading


def look_through(
    caller: Caller, request: PageRequest, wanted: OperationFilter
) -> tuple[Page[Operation], Mapping[int, str]]:
    """Newest first: all to administrators, to others those that they asked for."""
    if not policy.can_select(caller):
        raise Forbidden("Your role cannot archive or restore many things at once.")
    with reading(caller) as work:
        page = store.list_operations(work, request, wanted, only_own=not caller.is_admin)
        asked = {each.requested_by for each in page.rows if not each.is_requested_by_bot}
        return page, people.names_of_users(work, asked)
