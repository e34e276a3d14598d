"""Endpoints of comments and issues."""

from procession.domains.comments.types import Thread, ThreadLabel
from procession.domains.comments.wire import ResolveIn, ThreadIn, ThreadOut, thread_out
from procession.flows.telling import discussing
from procession.kit.http import GUEST, Answer, Request, Routes, item

routes = Routes("Comments")

_TASK = "/organizations/{org}/tasks/{task}"
_PROCESS = "/organizations/{org}/runs/{run}"
_GUEST_TASK = "/organizations/{org}/guests/{guest}/tasks/{task}"


@routes.post(
    f"{_TASK}/comment",
    policy="visible",
    answers=ThreadOut,
    status=201,
    body=ThreadIn,
    raises=(422,),
    lets_guests_in=True,
)
def comment_on_task(request: Request) -> Answer:
    """Comment on a task."""
    return _on_task(request)


@routes.post(
    f"{_TASK}/problem",
    policy="visible",
    answers=ThreadOut,
    status=201,
    body=ThreadIn,
    raises=(422,),
    lets_guests_in=True,
)
def report_on_task(request: Request) -> Answer:
    """Report an issue on a task; a completed task is reopened."""
    return _on_task(request, ThreadLabel.PROBLEM)


@routes.post(
    f"{_GUEST_TASK}/comment",
    door=GUEST,
    policy="visible",
    answers=ThreadOut,
    status=201,
    body=ThreadIn,
    raises=(403, 422),
)
def comment_as_guest(request: Request) -> Answer:
    """Comment on a task as a guest."""
    return _on_task(request)


@routes.post(
    f"{_GUEST_TASK}/problem",
    door=GUEST,
    policy="visible",
    answers=ThreadOut,
    status=201,
    body=ThreadIn,
    raises=(403, 422),
)
def report_as_guest(request: Request) -> Answer:
    """Report an issue on a task as a guest."""
    return _on_task(request, ThreadLabel.PROBLEM)


@routes.post(
    f"{_TASK}/resolved-threads",
    policy="visible",
    answers=ThreadOut,
    status=201,
    body=ResolveIn,
    also_status=200,
    raises=(403, 422),
)
def resolve_on_task(request: Request) -> Answer:
    """Resolve an issue of a task. Resolving it again is answered with 200."""
    thread, is_new = discussing.resolve_on_task(request.caller, request.id("task"), request.body)
    return _answer(request, thread, 201 if is_new else 200)


@routes.post(
    f"{_PROCESS}/comment",
    policy="visible",
    answers=ThreadOut,
    status=201,
    body=ThreadIn,
    raises=(422,),
)
def comment_on_process(request: Request) -> Answer:
    """Comment on a process."""
    return _on_process(request)


@routes.post(
    f"{_PROCESS}/problem",
    policy="visible",
    answers=ThreadOut,
    status=201,
    body=ThreadIn,
    raises=(422,),
)
def report_on_process(request: Request) -> Answer:
    """Report an issue on a process: its tasks are frozen until it is resolved."""
    return _on_process(request, ThreadLabel.PROBLEM)


@routes.post(
    f"{_PROCESS}/resolved-threads",
    policy="visible",
    answers=ThreadOut,
    status=201,
    body=ResolveIn,
    also_status=200,
    raises=(422,),
)
def resolve_on_process(request: Request) -> Answer:
    """Resolve an issue of a process. Resolving it again is answered with 200."""
    thread, is_new = discussing.resolve_on_process(request.caller, request.id("run"), request.body)
    return _answer(request, thread, 201 if is_new else 200)


def _on_task(request: Request, label: ThreadLabel | None = None) -> Answer:
    thread = discussing.comment_on_task(request.caller, request.id("task"), request.body, label)
    return _answer(request, thread)


def _on_process(request: Request, label: ThreadLabel | None = None) -> Answer:
    thread = discussing.comment_on_process(request.caller, request.id("run"), request.body, label)
    return _answer(request, thread)


def _answer(request: Request, thread: Thread, status: int = 201) -> Answer:
    out = thread_out(thread, request.now, names_only=request.caller.is_guest)
    return item(out, status)
