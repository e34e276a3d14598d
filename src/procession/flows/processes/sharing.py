"""Who may read a process besides those who work on it (contract 30, 13.2)."""

from procession.core.launching import People
from procession.domains.people.types import group_key, user_key
from procession.domains.processes import policy
from procession.domains.processes import store as processes
from procession.domains.processes.actions.guarding import require_live
from procession.domains.processes.events import ProcessReadersChanged, about
from procession.domains.processes.types import Process
from procession.domains.processes.wire import ProcessPermissionsIn
from procession.flows.reaching.people import check_people
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden
from procession.kit.work import writing


def set_readers(caller: Caller, process_id: str, sent: ProcessPermissionsIn) -> Process:
    """Replaces the list; owner, starter and the people of its tasks can always read."""
    with writing(caller) as work:
        process = processes.get_visible(work, process_id, lock=True)
        if not policy.can_publish(caller, process):
            raise Forbidden
        require_live(process)
        wanted = sent.process_read
        users, groups = wanted.users or [], wanted.groups or []
        check_people(work, {"process_read": People(users=tuple(users), groups=tuple(groups))})
        readers = [*map(user_key, users), *map(group_key, groups)]
        before = {"all_members": process.everyone_may_read, "readers": sorted(process.readers)}
        after = {"all_members": bool(wanted.all_members), "readers": sorted(readers)}
        if after == before:
            return process
        everyone = bool(wanted.all_members)
        processes.set_columns(work, process.id, {"everyone_may_read": everyone})
        processes.set_people(work, process.id, "reader", readers)
        work.record(ProcessReadersChanged(**about(process), before=before))
        return processes.get_visible(work, process_id)
