"""What completing a task would set off now (contract 50, 13)."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import UNSET

from procession.domains.processes import store as processes
from procession.domains.tasks.wire import TaskChangesIn
from procession.domains.templates.wire.firings import FiredOut, PreviewIn
from procession.flows.rules.witnessing import fired_out
from procession.flows.tasks import showing
from procession.flows.tasks.completing import Completion, complete_task
from procession.flows.tasks.updating import update_task
from procession.flows.trying.rehearsing import Rehearsal, rehearsing
from procession.kit.caller import Caller
from procession.kit.errors import NotFound, invalid
from procession.kit.ids import find_id
from procession.kit.work import looking

#: How each word decides.
DECISIONS = {"complete": None, "approve": True, "reject": False}


@dataclass(frozen=True)
class Preview:
    others: Sequence[showing.TaskView]
    fired: list[FiredOut]


def preview_completion(caller: Caller, process_id: str, sent: PreviewIn) -> Preview:
    """Refused like the completion itself, and to the same people."""
    processes.get_visible(looking(caller), process_id)
    words = [word for word in DECISIONS if getattr(sent, word) is not None]
    if len(words) != 1:
        raise invalid("complete", "Send one of complete, approve and reject, and only that one.")
    task_id = find_id(getattr(sent, words[0]))
    if task_id is None:
        raise NotFound(kind="Task")
    with rehearsing(caller) as rehearsal:
        return _previewed(rehearsal, process_id, task_id, DECISIONS[words[0]], sent)
    raise AssertionError("a rehearsal ends by itself")


def _previewed(
    rehearsal: Rehearsal, process_id: str, task_id: str, decision: bool | None, sent: PreviewIn
) -> Preview:
    caller = rehearsal.caller
    if sent.taskdata is UNSET or sent.taskdata is None:
        change = complete_task(caller, Completion(task_id, is_approved=decision), process_id)
    else:
        changes = TaskChangesIn(taskdata=sent.taskdata, status="completed", is_approved=decision)
        change = update_task(caller, task_id, changes, process_id)
    others = showing.view_tasks(caller, change.others or [])
    heard = rehearsal.take_heard()
    own = [each for each in heard if each.process_id == process_id]
    return Preview(others, [fired for each in own for fired in fired_out(each)])
