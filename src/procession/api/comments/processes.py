"""Comments and issues on processes."""

from procession.api.comments.shaping import (
    PROCESS,
    ThreadsQuery,
    delete,
    edit,
    list_all,
    react,
    read,
    reopen,
    resolve,
    say,
)
from procession.domains.comments.types import ThreadLabel
from procession.domains.comments.wire import (
    ReactionsIn,
    ResolveIn,
    ThreadDeletedOut,
    ThreadIn,
    ThreadOut,
)
from procession.kit.http import Answer, Request, Routes

routes = Routes("Comments")


@routes.post(
    f"{PROCESS}/comment",
    policy="visible",
    answers=ThreadOut,
    status=201,
    body=ThreadIn,
    raises=(422,),
)
def comment_on_process(request: Request) -> Answer:
    """Comment on a process."""
    return say(request)


@routes.post(
    f"{PROCESS}/problem",
    policy="visible",
    answers=ThreadOut,
    status=201,
    body=ThreadIn,
    raises=(422,),
)
def report_on_process(request: Request) -> Answer:
    """Report an issue on a process: its tasks are frozen until it is resolved."""
    return say(request, ThreadLabel.PROBLEM)


@routes.post(
    f"{PROCESS}/resolved-threads",
    policy="can_resolve",
    answers=ThreadOut,
    status=201,
    body=ResolveIn,
    also_status=200,
    raises=(403, 422),
)
def resolve_on_process(request: Request) -> Answer:
    """Resolve an issue of a process. Resolving it again is answered with 200."""
    return resolve(request)


@routes.delete(
    f"{PROCESS}/resolved-threads/{{thread}}",
    policy="can_resolve",
    answers=ThreadOut,
    reads_body=False,
    raises=(403, 422),
)
def reopen_on_process(request: Request) -> Answer:
    """Reopen an issue of a process, named by itself or by what resolved it."""
    return reopen(request)


def list_of_process(request: Request) -> Answer:
    """List the comments and issues of a process, without those of its parts."""
    return list_all(request)


for _word in ("comments", "threads"):
    routes.get(
        f"{PROCESS}/{_word}",
        policy="visible",
        answers=ThreadOut,
        query=ThreadsQuery,
        is_list=True,
        raises=(422,),
        is_alias=_word == "threads",
    )(list_of_process)


@routes.get(
    f"{PROCESS}/comment/{{thread}}",
    policy="visible",
    answers=ThreadOut,
)
def get_of_process(request: Request) -> Answer:
    """Read a comment or an issue of a process."""
    return read(request)


@routes.put(
    f"{PROCESS}/comment/{{thread}}",
    policy="can_edit",
    answers=ThreadOut,
    body=ThreadIn,
    raises=(403, 422),
)
def edit_on_process(request: Request) -> Answer:
    """Change a comment or an issue of a process."""
    return edit(request)


@routes.put(
    f"{PROCESS}/comment/{{thread}}/reactions",
    policy="visible",
    answers=ThreadOut,
    body=ReactionsIn,
    raises=(422,),
)
def react_on_process(request: Request) -> Answer:
    """React to a comment of a process: all of the caller's reactions; none takes them back."""
    return react(request)


@routes.delete(
    f"{PROCESS}/comment/{{thread}}",
    policy="can_edit",
    answers=ThreadDeletedOut,
    reads_body=False,
    raises=(403, 409, 422),
)
def delete_on_process(request: Request) -> Answer:
    """Delete a comment or an issue of a process for ever."""
    return delete(request)
