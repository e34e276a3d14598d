"""What is said about a process or a task: comments, issues, and what resolves them (95, 3.3, 3.6).

It is a part of the page of what it is about, which includes it by `remarks_on` and the component
`discussion`; and it is a page of its own, where a comment that was refused is not lost.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

import msgspec
from msgspec import Meta

from procession.core.mentions import with_marks
from procession.core.typed_text import as_html, as_text
from procession.domains.comments import policy
from procession.domains.comments.types import Place, Thread, ThreadLabel, ThreadState
from procession.domains.comments.wire import ResolveIn, ThreadIn
from procession.flows.discussing import attaching, editing, naming, resolving, saying, showing
from procession.flows.discussing.talking import Talk, read_talk
from procession.flows.telling import addresses
from procession.kit.caller import Caller, Expected
from procession.kit.errors import (
    ChangedSince,
    Forbidden,
    Invalid,
    NotFound,
    TooLarge,
    invalid,
)
from procession.kit.html import linked_html
from procession.kit.http import HTML, PAGE, TAKING, Answer, Handler, Routes
from procession.pages.forms import ActionForm, CommentForm, NextQuery
from procession.pages.framing import Here, app_page, back_to, for_members
from procession.pages.targets import safe_target
from procession.pages.toasts import Toast

routes = Routes("Pages")

#: More are shown only to who asks for all of them.
_MOST_SHOWN = 50
_SHOWN = ("", "issues", "all")
_HIDDEN, _OPEN = ThreadState.HIDDEN_FROM_GUESTS.value, ThreadState.OPEN.value


class TalkQuery(msgspec.Struct, kw_only=True):
    """Which comments a page shows."""

    comments: Annotated[
        str | None, Meta(description="`issues`: those alone; `all`: the oldest, too.")
    ] = None


@dataclass(frozen=True)
class Remark:
    """One comment, and what the caller may do with it."""

    thread: Thread
    may_edit: bool
    may_resolve: bool
    may_reopen: bool


@dataclass(frozen=True)
class Discussion:
    """What is said in one place, to be shown and gone on with."""

    #: Of the process or task; what is done here is below it.
    base: str
    #: Of this page: with all comments, with issues alone, with the oldest, too.
    filters: Mapping[str, str]
    remarks: Sequence[Remark]
    #: `issues`, `all` or empty.
    shown: str
    #: How many there are in all, and how many of them are open issues.
    count: int
    open_count: int
    may_speak: bool
    #: Guests may be let see a comment.
    has_guests: bool

    #: Any was ever reported.
    has_issues: bool

    @property
    def hidden_count(self) -> int:
        return 0 if self.shown == "issues" else self.count - len(self.remarks)

    def address(self, verb: str, thread: Thread) -> str:
        """Of one comment. `verb`: a name of `addresses`."""
        below: str = getattr(addresses, verb)
        return self.base + below.format(thread=thread.id)


def remarks_on(
    here: Here,
    place: Place,
    threads: Sequence[Thread],
    *,
    shown: str | None = None,
    is_archived: bool = False,
    has_guests: bool = False,
) -> Discussion:
    """For the page of a process or a task. `shown`: as its address says; `has_guests`: of a task
    that guests may comment on."""
    known = shown if shown in _SHOWN else ""
    chosen = [each for each in threads if known != "issues" or _is_of_issue(each)]
    if not known:
        chosen = chosen[-_MOST_SHOWN:]
    may_resolve = policy.can_resolve(here.caller) and not is_archived
    return Discussion(
        base=_base(place),
        filters={word: _filtered(here, word) for word in _SHOWN},
        remarks=[_remark(here.caller, each, may_resolve, is_archived) for each in chosen],
        shown=known,
        count=len(threads),
        open_count=sum(each.is_open_issue for each in threads),
        may_speak=not is_archived,
        has_guests=has_guests,
        has_issues=any(map(_is_of_issue, threads)),
    )


def comments_wanted(here: Here) -> str | None:
    """As the address of a page says; a form that was refused says nothing."""
    query = here.request.query
    return query.comments if isinstance(query, TalkQuery) else None


def _filtered(here: Here, word: str) -> str:
    """This page with other comments, and everything else as it is."""
    sent = parse_qsl(here.request.query_text, keep_blank_values=True)
    kept = [(name, value) for name, value in sent if name != "comments"]
    query = urlencode([*kept, ("comments", word)] if word else kept)
    return f"{here.request.path_text}{'?' if query else ''}{query}"


def _is_of_issue(thread: Thread) -> bool:
    is_answer = thread.label == ThreadLabel.RESOLVE and thread.resolves_thread is not None
    return thread.label == ThreadLabel.PROBLEM or is_answer


def _remark(caller: Caller, thread: Thread, may_resolve: bool, is_archived: bool) -> Remark:
    return Remark(
        thread=thread,
        may_edit=not is_archived and policy.can_edit(caller, thread),
        may_resolve=may_resolve and thread.is_open_issue,
        may_reopen=may_resolve and thread.resolved_by_thread is not None,
    )


# --- Where it is ---

_Declare = Callable[[Handler], Handler]


def _at(method: str, below: str, **declared: Any) -> _Declare:
    """Of a process and of a task."""

    def declare(act: Handler) -> Handler:
        for above in (addresses.PROCESS, addresses.TASK):
            declaring = getattr(routes, method)
            act = declaring(above + below, door=PAGE, policy="visible", **declared)(act)
        return act

    return declare


def _place(here: Here) -> Place:
    if "process" in here.request.path:
        return Place(process_id=here.request.id("process"))
    return Place(task_id=here.request.id("task"))


def _base(place: Place) -> str:
    if place.task_id is not None:
        return addresses.TASK.format(task=place.task_id)
    return addresses.PROCESS.format(process=place.process_id)


def _toast(kind: str, place: Place, talk_title: str, by: str = "") -> Toast:
    if place.task_id is not None:
        return Toast(kind, "tasks", place.task_id, talk_title, by)
    return Toast(kind, "processes", place.process_id or "", talk_title, by)


# --- Reading ---


@_at("get", addresses.COMMENTS, query=TalkQuery, content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show what is said about a process or a task."""
    return _page(here, read_talk(here.caller, _place(here)))


def _page(here: Here, said: Talk, **draft: Any) -> Answer:
    """`draft`: what was typed, and why it was not taken."""
    place = _place(here)
    return app_page(
        here,
        "discussing/talk.html",
        422 if draft else 200,
        title=f"Comments on {said.title}",
        about=said.title,
        back=_base(place),
        talk=remarks_on(
            here,
            place,
            said.threads,
            shown=comments_wanted(here),
            is_archived=said.is_archived,
            has_guests=said.has_guests,
        ),
        draft=draft or None,
    )


class NamableQuery(msgspec.Struct, kw_only=True):
    """Whom somebody is about to name."""

    q: Annotated[str | None, Meta(description="How their name or address begins.")] = None


@_at("get", addresses.NAMABLE, query=NamableQuery, content_type=HTML)
@for_members
def list_namable(here: Here) -> Answer:
    """Show whom a comment can name, and who is let read by it."""
    place = _place(here)
    return app_page(
        here,
        "discussing/namable.html",
        title="People and groups",
        back=_base(place),
        people=naming.list_namable(here.caller, place, here.request.query.q or ""),
    )


# --- Saying something ---


@_at(
    "post", addresses.ATTACH_COMMENT, body=CommentForm, status=303, takes_upload=True, place=TAKING
)
@_at("post", addresses.COMMENTS, body=CommentForm, status=303)
@for_members
def say(here: Here) -> Answer:
    """Post a comment, or report an issue; with a file, where one is sent."""
    sent: CommentForm = here.request.body
    place = _place(here)
    content = _content(here, sent)
    let_in = naming.list_let_in(here.caller, place, content)
    label = ThreadLabel.PROBLEM if sent.is_issue else ThreadLabel.COMMENT
    new = ThreadIn(content=content, label=label.value, state=_OPEN if sent.is_open else _HIDDEN)
    try:
        _say(here, place, new)
    except Invalid as wrong:
        talk = read_talk(here.caller, place)
        return _page(here, talk, problem=_told(wrong), **_draft(sent))
    toast = None
    if let_in:
        title = read_talk(here.caller, place).title
        toast = _toast("let-in", place, title, ", ".join(let_in))
    return back_to(here, sent.next, toast)


def _say(here: Here, place: Place, new: ThreadIn) -> None:
    file = here.request.file
    if file is None:
        saying.comment(here.caller, place, new)
        return
    try:
        attaching.comment_with_file(here.caller, place, new, file)
    except TooLarge as refusal:
        raise invalid("file", refusal.message) from None


def _content(here: Here, sent: CommentForm) -> str:
    text = sent.text or ""
    if sent.is_html:
        return text
    return linked_html(as_html(naming.with_marks(here.caller, text))) or ""


def _draft(sent: CommentForm) -> dict[str, Any]:
    return {
        "text": sent.text or "",
        "is_issue": bool(sent.is_issue),
        "is_open": bool(sent.is_open),
    }


def _told(wrong: Invalid) -> str:
    return " ".join(text for texts in wrong.problems.values() for text in texts)


# --- One's own words ---


@_at("get", addresses.COMMENT, query=NextQuery, content_type=HTML)
@for_members
def ask_to_edit(here: Here) -> Answer:
    """Show a comment to be changed."""
    thread = _own(here)
    return _editing(here, thread, here.request.query.next, *_typed(here, thread))


def _own(here: Here) -> Thread:
    thread = showing.get(here.caller, _place(here), here.request.id("thread"))
    if not policy.can_edit(here.caller, thread):
        raise Forbidden("Only who wrote a comment can change it, and administrators.")
    return thread


def _typed(here: Here, thread: Thread) -> tuple[str, bool]:
    """What stands in the box; and whether it is HTML, because typing it would lose some of it."""
    kept = with_marks(thread.content)
    text = as_text(kept)
    if _bare(linked_html(as_html(text)) or "") == _bare(kept):
        return naming.with_names(here.caller, text), False
    return thread.content, True


def _bare(html: str) -> str:
    """One paragraph alone is the same without being one."""
    inside = html.removeprefix("<p>").removesuffix("</p>")
    return html if "<p>" in inside else inside


def _editing(
    here: Here,
    thread: Thread,
    wanted: str | None,
    text: str,
    is_html: bool,
    *,
    problem: str | None = None,
    newer: Thread | None = None,
) -> Answer:
    place = _place(here)
    return app_page(
        here,
        "discussing/edit.html",
        200 if problem is None and newer is None else 422,
        title="Change a comment",
        next=_back(here, wanted),
        base=_base(place),
        thread=thread,
        text=text,
        is_html=is_html,
        is_of_task=place.task_id is not None,
        problem=problem,
        newer=newer,
    )


def _back(here: Here, wanted: str | None) -> str:
    return safe_target(wanted or _base(_place(here)))


@_at("post", addresses.COMMENT, body=CommentForm, status=303)
@for_members
def edit(here: Here) -> Answer:
    """Change a comment; whom it names anew is told."""
    sent: CommentForm = here.request.body
    thread = _own(here)
    place = _place(here)
    content = _content(here, sent)
    changed = ThreadIn(content=content, state=_state(thread, sent) if place.task_id else None)
    expected = Expected("thread", thread.id, frozenset((sent.version or "*",)))
    try:
        editing.edit(replace(here.caller, expected=expected), place, thread.id, changed)
    except Invalid as wrong:
        return _editing(
            here, thread, sent.next, sent.text or "", bool(sent.is_html), problem=_told(wrong)
        )
    except ChangedSince:
        return _editing(here, thread, sent.next, sent.text or "", bool(sent.is_html), newer=thread)
    return back_to(here, sent.next)


def _state(thread: Thread, sent: CommentForm) -> str:
    """There are two that guests see: one that is ticked already stays what it is."""
    if not sent.is_open:
        return _HIDDEN
    return _OPEN if thread.state == _HIDDEN else thread.state


@_at("get", addresses.DELETE_COMMENT, query=NextQuery, content_type=HTML)
@for_members
def ask_to_delete(here: Here) -> Answer:
    """Say what deleting a comment destroys."""
    thread = _own(here)
    return app_page(
        here,
        "discussing/delete.html",
        title="Delete a comment",
        next=_back(here, here.request.query.next),
        base=_base(_place(here)),
        thread=thread,
    )


@_at("post", addresses.DELETE_COMMENT, body=ActionForm, status=303)
@for_members
def delete(here: Here) -> Answer:
    """Delete a comment for ever."""
    sent: ActionForm = here.request.body
    place = _place(here)
    editing.delete(here.caller, place, here.request.id("thread"))
    title = read_talk(here.caller, place).title
    return back_to(here, sent.next, _toast("comment-deleted", place, title))


# --- Issues ---


@_at("get", addresses.RESOLVE_ISSUE, query=NextQuery, content_type=HTML)
@for_members
def ask_to_resolve(here: Here) -> Answer:
    """Ask what was done about an issue."""
    return _resolving(here, here.request.query.next)


def _resolving(
    here: Here, wanted: str | None, text: str = "", problem: str | None = None
) -> Answer:
    place = _place(here)
    thread = showing.get(here.caller, place, here.request.id("thread"))
    if thread.label != ThreadLabel.PROBLEM:
        raise NotFound("This is no issue.")
    return app_page(
        here,
        "discussing/resolve.html",
        200 if problem is None else 422,
        title="Resolve an issue",
        next=_back(here, wanted),
        base=_base(place),
        thread=thread,
        text=text,
        problem=problem,
    )


@_at("post", addresses.RESOLVE_ISSUE, body=CommentForm, status=303)
@for_members
def resolve(here: Here) -> Answer:
    """Resolve an issue with a comment. As many see it as see the issue."""
    sent: CommentForm = here.request.body
    place, thread_id = _place(here), here.request.id("thread")
    issue = showing.get(here.caller, place, thread_id)
    said = ResolveIn(thread_id=thread_id, content=_content(here, sent), state=issue.state)
    try:
        resolving.resolve_issue(here.caller, place, said)
    except Invalid as wrong:
        return _resolving(here, sent.next, sent.text or "", _told(wrong))
    title = read_talk(here.caller, place).title
    return back_to(here, sent.next, _toast("issue-resolved", place, title))


@_at("post", addresses.REOPEN_ISSUE, body=ActionForm, status=303)
@for_members
def reopen(here: Here) -> Answer:
    """Open an issue again, as if it had not been resolved."""
    sent: ActionForm = here.request.body
    place = _place(here)
    resolving.reopen_issue(here.caller, place, here.request.id("thread"))
    title = read_talk(here.caller, place).title
    return back_to(here, sent.next, _toast("issue-reopened", place, title))
