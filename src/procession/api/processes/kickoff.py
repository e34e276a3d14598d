"""Completing and reopening the kick-off form of a process."""

from procession.api.processes.shaping import PROCESS, own_out
from procession.domains.processes.wire import ProcessOut
from procession.flows.forms import kickoff
from procession.kit.http import Answer, Request, Routes, item

routes = Routes("Processes")


@routes.post(
    f"{PROCESS}/complete-prerun",
    policy="can_answer_kickoff",
    answers=ProcessOut,
    reads_body=False,
    raises=(403, 422),
    lets_guests_in=True,
)
def complete_kickoff(request: Request) -> Answer:
    """Complete the kick-off form, once everything required in it is answered."""
    return item(own_out(request, kickoff.complete_kickoff(request.caller, request.id("run"))))


@routes.delete(
    f"{PROCESS}/complete-prerun",
    policy="can_answer_kickoff",
    answers=ProcessOut,
    reads_body=False,
    raises=(403, 422),
    lets_guests_in=True,
)
def reopen_kickoff(request: Request) -> Answer:
    """Reopen the kick-off form. A complete process becomes active by it."""
    return item(own_out(request, kickoff.reopen_kickoff(request.caller, request.id("run"))))
