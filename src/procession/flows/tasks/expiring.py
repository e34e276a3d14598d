"""What the clock completes: tasks that expire at their deadlines, and tasks left for months.

Contract 40, 7.4 and 7.5; 50, 5. Nothing is marked beforehand: each step finds a task, holds its
process, looks again, changes it and commits. So two workers never both complete it, and a worker
that dies leaves it as it was, for the next one. That a task is late needs no job at all: it is
computed at the read.
"""

from procession.core.deadlines import Offset, before
from procession.core.times import Instant
from procession.domains.accounts import store as accounts
from procession.domains.tasks import store as tasks
from procession.domains.tasks.actions.completing import EXPIRED, Completer, Outcome
from procession.domains.tasks.store import DueTask
from procession.domains.tasks.types import TaskType
from procession.flows.reaching.bots import as_bot
from procession.flows.reaching.tasks import Reached, reach, settle
from procession.flows.tasks.concluding import answers_to_keep, conclude
from procession.flows.telling.noting import note
from procession.kit.errors import NotFound
from procession.kit.server import Server
from procession.kit.work import Work, looking, writing

__all__ = [
    "DueTask", "complete_left", "expire", "list_expired", "list_left", "organizations_completing",
]  # fmt: skip

#: Looked at in one go: more than could be set aside at a time.
_MOST = 50
_EXPIRED = "This task has expired: its deadline has passed, and nobody had completed it."
_SENT = "The deadline of this task has passed, so its mail is being sent."


def list_expired(server: Server) -> list[DueTask]:
    """Of every organization, in the order of their deadlines."""
    return tasks.list_expired(server.database.connection(), server.clock(), _MOST)


def expire(server: Server, due: DueTask) -> None:
    """Whatever its form lacks, and whatever issues it has. The mail of an e-mail task is sent."""
    with writing(as_bot(server, due.organization_id)) as work:
        reached = _find(work, due)
        if reached is None or not tasks.is_expired(work, due.id):
            return
        is_mail = reached.task.task_type == TaskType.EXPIRING_EMAIL
        note(work, reached.task, _SENT if is_mail else _EXPIRED)
        conclude(work, reached, Completer(), EXPIRED, answers_to_keep(work, reached))
        settle(work, reached)


def organizations_completing(server: Server) -> list[str]:
    return accounts.organizations_completing(server.database.connection())


def list_left(server: Server, organization_id: str) -> list[DueTask]:
    """Open tasks of an organization that have been late for longer than it wants to see."""
    work = looking(as_bot(server, organization_id))
    return tasks.list_left(work, _left_before(work), _MOST)


def complete_left(server: Server, due: DueTask) -> None:
    with writing(as_bot(server, due.organization_id)) as work:
        reached = _find(work, due)
        if reached is None or not _is_left(work, due):
            return
        conclude(work, reached, Completer(), Outcome("completed"), answers_to_keep(work, reached))
        settle(work, reached)


def _is_left(work: Work, due: DueTask) -> bool:
    """The organization may have switched it off a moment ago."""
    is_wanted = accounts.get_settings(work)["auto_complete_tasks"]
    return is_wanted and tasks.is_left(work, due.id, _left_before(work))


def _left_before(work: Work) -> Instant:
    months = accounts.get_settings(work)["auto_complete_task_months"]
    return before(work.now, Offset(months, "months"), work.caller.timezone)


def _find(work: Work, due: DueTask) -> Reached | None:
    """Held; None when it is gone."""
    try:
        return reach(work, due.id)
    except NotFound:
        return None
