"""Endpoints of comments and issues."""

from procession.domains.comments.types import Thread, ThreadLabel
from procession.domains.comments.wire import ResolveIn, ThreadIn, ThreadOut, thread_out
from procession.flows import discussing
from procession.kit.errors import NotFound, invalid
from procession.kit.http import GUEST, Answer, Request, Routes, item
from procession.kit.ids import find_id

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
)
def comment_on_task(request: Request) -> Answer:
    """Comment on a task."""
    return _on_task(request, _label(request.body))


@routes.post(
    f"{_TASK}/problem",
    policy="visible",
    answers=ThreadOut,
    status=201,
    body=ThreadIn,
    raises=(422,),
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
    return _on_task(request, _label(request.body))


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
    sent: ResolveIn = request.body
    thread, is_new = discussing.resolve_on_task(
        request.caller, request.id("task"), _thread_id(sent), sent.content, sent.state
    )
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
    return _on_process(request, _label(request.body))


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
    sent: ResolveIn = request.body
    thread, is_new = discussing.resolve_on_process(
        request.caller, request.id("run"), _thread_id(sent), sent.content, sent.state
    )
    return _answer(request, thread, 201 if is_new else 200)


def _on_task(request: Request, label: ThreadLabel) -> Answer:
    sent: ThreadIn = request.body
    thread = discussing.comment_on_task(
        request.caller, request.id("task"), label, sent.content, sent.state
    )
    return _answer(request, thread)


def _on_process(request: Request, label: ThreadLabel) -> Answer:
    sent: ThreadIn = request.body
    thread = discussing.comment_on_process(
        request.caller, request.id("run"), label, sent.content, sent.state
    )
    return _answer(request, thread)


def _label(sent: ThreadIn) -> ThreadLabel:
    word = sent.label or ThreadLabel.COMMENT
    if word not in tuple(ThreadLabel):
        raise invalid("label", "The selected label is invalid.")
    return ThreadLabel(word)


def _thread_id(sent: ResolveIn) -> str:
    thread_id = find_id(sent.thread_id)
    if thread_id is None:
        raise NotFound
    return thread_id


def _answer(request: Request, thread: Thread, status: int = 201) -> Answer:
    out = thread_out(thread, request.now, names_only=request.caller.is_guest)
    return item(out, status)
