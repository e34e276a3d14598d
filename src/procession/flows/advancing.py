"""Complete and reopen tasks, with what follows for their process (contract 40, 6)."""

from dataclasses import dataclass

from procession.domains.people import store as people
from procession.domains.tasks import policy
from procession.domains.tasks.actions.completing import Completer, complete, reopen
from procession.flows.discussing import add_comment
from procession.flows.reaching import Change, changed, reach, require_open_to_change, settle
from procession.flows.redating import redate
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, invalid
from procession.kit.work import Work, writing


@dataclass(frozen=True)
class Completion:
    """What a completion call asks for."""

    task_id: str
    is_approved: bool | None = None
    override_user: int | None = None
    comment: str | None = None


def complete_task(caller: Caller, wanted: Completion, process_id: str | None = None) -> Change:
    """`process_id`: the process named in the path; its tasks only."""
    with writing(caller) as work:
        reached = reach(work, wanted.task_id, process_id)
        if not policy.can_complete(caller, reached.task):
            raise Forbidden
        comment = (wanted.comment or "").strip()
        if comment and not policy.can_comment(caller, reached.task):
            raise Forbidden
        require_open_to_change(reached)
        completer = _completer(work, wanted.override_user)
        was_completed = reached.task.is_completed
        complete(work, reached.task, completer, wanted.is_approved)
        if was_completed:
            return changed(work, reached)
        if comment:
            add_comment(work, reached, comment)
        also = redate(work, reached.process, [reached.task.id])
        settle(work, reached)
        return changed(work, reached, also)


def reopen_task(caller: Caller, task_id: str, process_id: str | None = None) -> Change:
    with writing(caller) as work:
        reached = reach(work, task_id, process_id)
        if not policy.can_reopen(caller, reached.task):
            raise Forbidden
        require_open_to_change(reached)
        if reached.task.is_completed:
            reopen(work, reached.task)
            redate(work, reached.process)
            settle(work, reached)
        return changed(work, reached)


def _completer(work: Work, override_user: int | None) -> Completer:
    caller = work.caller
    if caller.is_guest:
        return Completer(guest_id=caller.person_id)
    if override_user is None or override_user == caller.person_id:
        return Completer(user_id=caller.person_id)
    if not policy.can_complete_for_another(caller):
        raise Forbidden
    if override_user not in people.active_users_among(work, [override_user]):
        raise invalid("override_user", "The selected override user is invalid.")
    return Completer(user_id=override_user)
