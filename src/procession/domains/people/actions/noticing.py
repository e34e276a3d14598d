"""When somebody was last here, to five minutes: one small write then, and none in between.

In a transaction of its own, which waits for nobody: a row that is being changed just now is left
for the next request. Nothing depends on these times.
"""

from procession.domains.people import store
from procession.kit.caller import Caller, CallerKind
from procession.kit.work import Work


def notice(caller: Caller) -> None:
    with caller.server.database.writing_if_free() as connection:
        work = Work(connection, caller)
        if caller.is_guest:
            store.set_guest_seen(work)
        elif caller.kind is CallerKind.MEMBER and caller.organization_id:
            store.set_member_seen(work)
