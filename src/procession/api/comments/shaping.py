"""What the endpoints of comments share: reading a request, and a thread as they answer it."""

from typing import Annotated, ClassVar

from msgspec import Meta

from procession.core.sorting import Sorting
from procession.domains.comments.types import (
    THREAD_SORTING,
    Place,
    Thread,
    ThreadFilter,
    ThreadLabel,
    ThreadState,
)
from procession.domains.comments.wire import ThreadDeletedOut, thread_out
from procession.flows.discussing import editing, reacting, resolving, saying, showing
from procession.kit.errors import Invalid
from procession.kit.http import Answer, Request, item, listing, tagged
from procession.kit.paging import PageQuery, sort_keys
from procession.kit.querying import comma_list

ORGANIZATION = "/organizations/{org}"
TASK = f"{ORGANIZATION}/tasks/{{task}}"
GUESTS_TASK = f"{ORGANIZATION}/guests/{{guest}}/tasks/{{task}}"
PROCESS = f"{ORGANIZATION}/runs/{{run}}"
TEMPLATE = f"{ORGANIZATION}/checklists/{{checklist}}"
STEP = f"{TEMPLATE}/steps/{{step}}"


class ThreadsQuery(PageQuery, kw_only=True):
    SORTING: ClassVar[Sorting | None] = THREAD_SORTING

    label: Annotated[str | None, Meta(description="Only with one of these labels.")] = None
    state: Annotated[str | None, Meta(description="Only in one of these states.")] = None
    resolved: Annotated[
        bool | None,
        Meta(description="Only issues: those that are resolved, or those that are not."),
    ] = None


def place_of(request: Request) -> Place:
    """What the path names."""
    path = request.path
    if "task" in path:
        return Place(task_id=request.id("task"))
    if "run" in path:
        return Place(process_id=request.id("run"))
    step_id = request.id("step") if "step" in path else None
    return Place(template_id=request.id("checklist"), step_id=step_id)


def answer(request: Request, thread: Thread, status: int = 200) -> Answer:
    out = thread_out(thread, request.now, names_only=request.caller.is_guest)
    answered = item(out, status)
    if thread.reactions is None:
        return tagged(answered, thread.row_version)
    # Reactions are counted beside its own changes: they are in nobody's way.
    return tagged(answered, thread.row_version, thread.reacted.changes)


def say(request: Request, label: ThreadLabel | None = None) -> Answer:
    thread = saying.comment(request.caller, place_of(request), request.body, label)
    return answer(request, thread, 201)


def resolve(request: Request) -> Answer:
    thread, is_new = resolving.resolve_issue(request.caller, place_of(request), request.body)
    return answer(request, thread, 201 if is_new else 200)


def reopen(request: Request) -> Answer:
    place = place_of(request)
    return answer(request, resolving.reopen_issue(request.caller, place, request.id("thread")))


def read(request: Request) -> Answer:
    return answer(request, showing.get(request.caller, place_of(request), request.id("thread")))


def edit(request: Request) -> Answer:
    place, thread_id = place_of(request), request.id("thread")
    return answer(request, editing.edit(request.caller, place, thread_id, request.body))


def react(request: Request) -> Answer:
    place, thread_id = place_of(request), request.id("thread")
    wanted = request.body.reactions
    return answer(request, reacting.react(request.caller, place, thread_id, wanted))


def delete(request: Request) -> Answer:
    thread_id = request.id("thread")
    editing.delete(request.caller, place_of(request), thread_id)
    return item(ThreadDeletedOut(thread_id))


def list_all(request: Request) -> Answer:
    query: ThreadsQuery = request.query
    place = place_of(request)
    wanted = ThreadFilter(
        place=place,
        labels=_words(query.label, "label", tuple(ThreadLabel)),
        states=_words(query.state, "state", tuple(ThreadState)),
        is_resolved=query.resolved,
        sort=tuple(sort_keys(query)),
    )
    page = showing.list_threads(request.caller, request.page(query), wanted)
    names_only = request.caller.is_guest
    rows = [thread_out(thread, request.now, names_only=names_only) for thread in page.rows]
    return listing(request, page, rows)


def _words(text: str | None, name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    words = tuple(word.lower() for word in comma_list([text or ""]))
    if not set(words) <= set(known):
        raise Invalid({name: [f"The selected {name} is invalid."]})
    return words
