"""Comments and issues on tasks, of members and of guests."""

from procession.api.comments.shaping import (
    GUESTS_TASK,
    TASK,
    ThreadsQuery,
    answer,
    delete,
    edit,
    list_all,
    place_of,
    react,
    read,
    reopen,
    resolve,
    say,
)
from procession.domains.comments.types import ThreadLabel
from procession.domains.comments.wire import (
    BotCommentIn,
    CommentMailOut,
    ReactionsIn,
    ResolveIn,
    ThreadDeletedOut,
    ThreadIn,
    ThreadOut,
    comment_mail_out,
)
from procession.flows.discussing import saying, showing
from procession.kit.http import GUEST, Answer, Request, Routes, item

routes = Routes("Comments")


@routes.post(
    f"{TASK}/comment",
    policy="visible",
    answers=ThreadOut,
    status=201,
    body=ThreadIn,
    raises=(403, 422),
    lets_guests_in=True,
)
def comment_on_task(request: Request) -> Answer:
    """Comment on a task."""
    return say(request)


@routes.post(
    f"{TASK}/problem",
    policy="visible",
    answers=ThreadOut,
    status=201,
    body=ThreadIn,
    raises=(403, 422),
    lets_guests_in=True,
)
def report_on_task(request: Request) -> Answer:
    """Report an issue on a task; a completed task is reopened."""
    return say(request, ThreadLabel.PROBLEM)


@routes.post(
    f"{GUESTS_TASK}/comment",
    door=GUEST,
    policy="visible",
    answers=ThreadOut,
    status=201,
    body=ThreadIn,
    raises=(403, 422),
)
def comment_as_guest(request: Request) -> Answer:
    """Comment on a task as a guest."""
    return say(request)


@routes.post(
    f"{GUESTS_TASK}/problem",
    door=GUEST,
    policy="visible",
    answers=ThreadOut,
    status=201,
    body=ThreadIn,
    raises=(403, 422),
)
def report_as_guest(request: Request) -> Answer:
    """Report an issue on a task as a guest."""
    return say(request, ThreadLabel.PROBLEM)


@routes.post(
    f"{TASK}/bot-comment",
    policy="visible",
    answers=ThreadOut,
    status=201,
    body=BotCommentIn,
    raises=(403, 422),
)
def comment_as_bot(request: Request) -> Answer:
    """Let the organization's bot comment on a task; nobody is told."""
    thread = saying.comment_as_bot(request.caller, request.id("task"), request.body)
    return answer(request, thread, 201)


@routes.post(
    f"{TASK}/resolved-threads",
    policy="can_resolve",
    answers=ThreadOut,
    status=201,
    body=ResolveIn,
    also_status=200,
    raises=(403, 422),
)
def resolve_on_task(request: Request) -> Answer:
    """Resolve an issue of a task. Resolving it again is answered with 200."""
    return resolve(request)


@routes.delete(
    f"{TASK}/resolved-threads/{{thread}}",
    policy="can_resolve",
    answers=ThreadOut,
    reads_body=False,
    raises=(403, 422),
)
def reopen_on_task(request: Request) -> Answer:
    """Reopen an issue of a task, named by itself or by what resolved it."""
    return reopen(request)


def list_of_task(request: Request) -> Answer:
    """List the comments and issues of a task, the oldest first."""
    return list_all(request)


for _word in ("comments", "threads"):
    routes.get(
        f"{TASK}/{_word}",
        policy="visible",
        answers=ThreadOut,
        query=ThreadsQuery,
        is_list=True,
        raises=(422,),
        is_alias=_word == "threads",
        lets_guests_in=True,
    )(list_of_task)


def list_as_guest(request: Request) -> Answer:
    """List the comments and issues of a task that a guest sees."""
    return list_all(request)


for _word in ("comments", "threads"):
    routes.get(
        f"{GUESTS_TASK}/{_word}",
        door=GUEST,
        policy="visible",
        answers=ThreadOut,
        query=ThreadsQuery,
        is_list=True,
        raises=(422,),
        is_alias=_word == "threads",
    )(list_as_guest)


@routes.get(
    f"{TASK}/comment/{{thread}}",
    policy="visible",
    answers=ThreadOut,
    lets_guests_in=True,
)
def get_of_task(request: Request) -> Answer:
    """Read a comment or an issue of a task."""
    return read(request)


@routes.get(
    f"{TASK}/comment/{{thread}}/mail",
    policy="visible",
    answers=CommentMailOut,
)
def get_mail_of_task(request: Request) -> Answer:
    """Read the whole mail that a comment came by: with what it answered to, and its signature."""
    thread_id = request.id("thread")
    mail = showing.get_mail(request.caller, place_of(request), thread_id)
    return item(comment_mail_out(thread_id, mail))


@routes.put(
    f"{TASK}/comment/{{thread}}",
    policy="can_edit",
    answers=ThreadOut,
    body=ThreadIn,
    raises=(403, 422),
    lets_guests_in=True,
)
def edit_on_task(request: Request) -> Answer:
    """Change a comment or an issue of a task; its label and state stay unless they are sent."""
    return edit(request)


@routes.put(
    f"{TASK}/comment/{{thread}}/reactions",
    policy="visible",
    answers=ThreadOut,
    body=ReactionsIn,
    raises=(403, 422),
    lets_guests_in=True,
)
def react_on_task(request: Request) -> Answer:
    """React to a comment of a task: all of the caller's reactions; none takes them back."""
    return react(request)


@routes.put(
    f"{GUESTS_TASK}/comment/{{thread}}/reactions",
    door=GUEST,
    policy="visible",
    answers=ThreadOut,
    body=ReactionsIn,
    raises=(403, 422),
)
def react_as_guest(request: Request) -> Answer:
    """React to a comment of a task as a guest."""
    return react(request)


@routes.delete(
    f"{TASK}/comment/{{thread}}",
    policy="can_edit",
    answers=ThreadDeletedOut,
    reads_body=False,
    raises=(403, 409, 422),
    lets_guests_in=True,
)
def delete_on_task(request: Request) -> Answer:
    """Delete a comment or an issue of a task for ever."""
    return delete(request)


@routes.get(
    f"{GUESTS_TASK}/comment/{{thread}}",
    door=GUEST,
    policy="visible",
    answers=ThreadOut,
)
def get_as_guest(request: Request) -> Answer:
    """Read a comment or an issue of a task as a guest."""
    return read(request)


@routes.put(
    f"{GUESTS_TASK}/comment/{{thread}}",
    door=GUEST,
    policy="can_edit",
    answers=ThreadOut,
    body=ThreadIn,
    raises=(403, 422),
)
def edit_as_guest(request: Request) -> Answer:
    """Change a comment of one's own as a guest."""
    return edit(request)


@routes.delete(
    f"{GUESTS_TASK}/comment/{{thread}}",
    door=GUEST,
    policy="can_edit",
    answers=ThreadDeletedOut,
    reads_body=False,
    raises=(403, 409, 422),
)
def delete_as_guest(request: Request) -> Answer:
    """Delete a comment of one's own as a guest, for ever."""
    return delete(request)
