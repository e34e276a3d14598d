"""Complete and reopen tasks, with what follows for their process (contract 40, 6)."""

from collections.abc import Sequence
from dataclasses import dataclass

from procession.core.rules.model import Event, Reopened
from procession.domains.people import store as people
from procession.domains.tasks import policy
from procession.domains.tasks.actions.completing import (
    Completer,
    check_completable,
    check_decision,
    check_same_decision,
    decided,
    reopen,
)
from procession.flows.reaching.tasks import (
    Change,
    Reached,
    changed,
    reach,
    require_open_to_change,
    settle,
)
from procession.flows.rules.cascading import about_task, follow
from procession.flows.tasks.concluding import conclude, require_answers
from procession.flows.tasks.partaking import needs_everyone, take_part
from procession.flows.telling.commenting import add_comment
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
        return changed(work, reached, complete_reached(work, reached, wanted))


def complete_reached(
    work: Work, reached: Reached, wanted: Completion, events: Sequence[Event] = ()
) -> list[str]:
    """Complete a task that is held, with everything that follows, `settle` included.

    Checks in the contract's order (40, 6.1), all before anything is written. Returns the ids of the
    other tasks that changed. Completing what is completed changes nothing. `events`: what rules
    hear of first, because it was changed along with it.
    """
    caller, task = work.caller, reached.task
    if not policy.can_complete(caller, task):
        raise Forbidden
    comment = (wanted.comment or "").strip()
    if comment and not policy.can_comment(caller, task):
        raise Forbidden
    require_open_to_change(reached)
    if task.is_completed:
        check_same_decision(task, wanted.is_approved)
        return []
    check_completable(task)
    answers = require_answers(work, reached)
    check_decision(task, wanted.is_approved)
    completer = _completer(work, wanted.override_user)
    is_approved, is_last, is_new = wanted.is_approved, True, True
    if needs_everyone(task):
        part = take_part(work, reached, completer, is_approved=is_approved)
        is_approved, is_last, is_new = part.is_approved, part.is_last, part.is_new
    if comment and is_new:
        add_comment(work, reached, comment)
    outcome = decided(task, is_approved)
    if is_last:
        also = conclude(work, reached, completer, outcome, answers, events=events)
    else:
        also = follow(work, reached.process, events)
    if is_new or also:
        settle(work, reached)
    return also


def reopen_task(caller: Caller, task_id: str, process_id: str | None = None) -> Change:
    with writing(caller) as work:
        reached = reach(work, task_id, process_id)
        if not policy.can_reopen(caller, reached.task):
            raise Forbidden
        require_open_to_change(reached)
        also: list[str] = []
        if reached.task.is_completed:
            reopen(work, reached.task)
            also = follow(work, reached.process, about_task(Reopened, reached.task))
            settle(work, reached)
        return changed(work, reached, also)


def _completer(work: Work, override_user: int | None) -> Completer:
    """Who counts as having completed it: the caller, or for administrators another member."""
    caller = work.caller
    if caller.is_guest and override_user is None:
        return Completer(guest_id=caller.person_id)
    if override_user is None or (override_user == caller.person_id and not caller.is_guest):
        return Completer(user_id=caller.person_id)
    if not policy.can_complete_for_another(caller):
        raise Forbidden
    if override_user not in people.active_users_among(work, [override_user]):
        raise invalid("override_user", "The selected override user is invalid.")
    return Completer(user_id=override_user)
