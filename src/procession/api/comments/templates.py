"""Comments and issues on templates, and comments on their steps."""

from procession.api.comments.shaping import (
    STEP,
    TEMPLATE,
    ThreadsQuery,
    delete,
    edit,
    list_all,
    read,
    reopen,
    resolve,
    say,
)
from procession.domains.comments.types import ThreadLabel
from procession.domains.comments.wire import ResolveIn, ThreadDeletedOut, ThreadIn, ThreadOut
from procession.kit.http import Answer, Request, Routes

routes = Routes("Comments")


@routes.post(
    f"{TEMPLATE}/comment",
    policy="visible",
    answers=ThreadOut,
    status=201,
    body=ThreadIn,
    raises=(422,),
)
def comment_on_template(request: Request) -> Answer:
    """Comment on a template."""
    return say(request)


@routes.post(
    f"{TEMPLATE}/problem",
    policy="visible",
    answers=ThreadOut,
    status=201,
    body=ThreadIn,
    raises=(422,),
)
def report_on_template(request: Request) -> Answer:
    """Report an issue on a template; it changes nothing else."""
    return say(request, ThreadLabel.PROBLEM)


@routes.post(
    f"{TEMPLATE}/resolved-threads",
    policy="can_resolve",
    answers=ThreadOut,
    status=201,
    body=ResolveIn,
    also_status=200,
    raises=(403, 422),
)
def resolve_on_template(request: Request) -> Answer:
    """Resolve an issue of a template. Resolving it again is answered with 200."""
    return resolve(request)


@routes.delete(
    f"{TEMPLATE}/resolved-threads/{{thread}}",
    policy="can_resolve",
    answers=ThreadOut,
    reads_body=False,
    raises=(403, 422),
)
def reopen_on_template(request: Request) -> Answer:
    """Reopen an issue of a template, named by itself or by what resolved it."""
    return reopen(request)


def list_of_template(request: Request) -> Answer:
    """List the comments and issues of a template, without those of its parts."""
    return list_all(request)


for _word in ("comments", "threads"):
    routes.get(
        f"{TEMPLATE}/{_word}",
        policy="visible",
        answers=ThreadOut,
        query=ThreadsQuery,
        is_list=True,
        raises=(422,),
        is_alias=_word == "threads",
    )(list_of_template)


@routes.get(
    f"{TEMPLATE}/comment/{{thread}}",
    policy="visible",
    answers=ThreadOut,
)
def get_of_template(request: Request) -> Answer:
    """Read a comment or an issue of a template."""
    return read(request)


@routes.put(
    f"{TEMPLATE}/comment/{{thread}}",
    policy="can_edit",
    answers=ThreadOut,
    body=ThreadIn,
    raises=(403, 422),
)
def edit_on_template(request: Request) -> Answer:
    """Change a comment or an issue of a template."""
    return edit(request)


@routes.delete(
    f"{TEMPLATE}/comment/{{thread}}",
    policy="can_edit",
    answers=ThreadDeletedOut,
    reads_body=False,
    raises=(403, 409, 422),
)
def delete_on_template(request: Request) -> Answer:
    """Delete a comment or an issue of a template for ever."""
    return delete(request)


@routes.post(
    f"{STEP}/comment",
    policy="visible",
    answers=ThreadOut,
    status=201,
    body=ThreadIn,
    raises=(422,),
)
def comment_on_step(request: Request) -> Answer:
    """Comment on a step of a template."""
    return say(request)


@routes.get(
    f"{STEP}/comment/{{thread}}",
    policy="visible",
    answers=ThreadOut,
)
def get_of_step(request: Request) -> Answer:
    """Read a comment on a step of a template."""
    return read(request)


@routes.put(
    f"{STEP}/comment/{{thread}}",
    policy="can_edit",
    answers=ThreadOut,
    body=ThreadIn,
    raises=(403, 422),
)
def edit_on_step(request: Request) -> Answer:
    """Change a comment on a step of a template."""
    return edit(request)


@routes.delete(
    f"{STEP}/comment/{{thread}}",
    policy="can_edit",
    answers=ThreadDeletedOut,
    reads_body=False,
    raises=(403, 409, 422),
)
def delete_on_step(request: Request) -> Answer:
    """Delete a comment on a step of a template for ever."""
    return delete(request)


def list_of_step(request: Request) -> Answer:
    """List the comments on a step of a template, the oldest first."""
    return list_all(request)


for _word in ("comments", "threads"):
    routes.get(
        f"{STEP}/{_word}",
        policy="visible",
        answers=ThreadOut,
        query=ThreadsQuery,
        is_list=True,
        raises=(422,),
        is_alias=_word == "threads",
    )(list_of_step)
