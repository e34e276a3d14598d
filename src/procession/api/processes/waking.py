"""Waking the rules of a process that was launched before the server evaluated any."""

from procession.api.processes.shaping import PROCESS, changed_out
from procession.api.tasks import shaping as tasks
from procession.domains.processes.wire import ProcessOut, WakingIn
from procession.flows.processes import waking
from procession.flows.tasks.showing import view_tasks
from procession.kit.http import Answer, Request, Routes, item

routes = Routes("Processes")


@routes.post(
    f"{PROCESS}/rules/wake",
    policy="can_arrange",
    answers=ProcessOut,
    body=WakingIn,
    raises=(403, 422),
)
def wake(request: Request) -> Answer:
    """Wake the rules of a process (extension).

    For one whose `rules_active` is false because it was launched by a release that stored rules and
    did not evaluate them. Its rules begin as at a launch, with what has happened since: tasks that
    some rule shows are hidden unless somebody has begun them, and every rule is evaluated. What is
    completed stays completed, and no webhook is called for what is past. With `preview` true the
    answer is the same, and nothing is kept: look at `tasks_changed_by_rules` first.
    """
    sent: WakingIn = request.body
    woken = waking.wake_rules(request.caller, request.id("run"), is_preview=sent.preview)
    out = changed_out(request, woken.process)
    views = view_tasks(request.caller, woken.changed)
    shown = [tasks.view_out(request, each, with_summary=True) for each in views]
    out.tasks_changed_by_rules = {"data": shown}
    return item(out)
