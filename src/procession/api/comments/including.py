"""Threads beside what they are about (contract 45, 2): `with=threads`, `comments`, `issues`..."""

from collections.abc import Sequence
from typing import Any

from procession.domains.comments.types import Thread
from procession.domains.comments.wire import thread_out
from procession.kit.http import Request

#: The names that `with` takes for them.
INCLUDES = frozenset(("threads", "comments", "issues", "threads_count"))


def include_threads(request: Request, threads: Sequence[Thread], out: Any) -> None:
    """Into what is answered, as far as it was asked for. `threads`: the oldest first."""
    includes = request.includes
    names_only = request.caller.is_guest
    shown = [thread_out(thread, request.now, names_only=names_only) for thread in threads]
    issues = [thread for thread in shown if thread.label == "problem" and not thread.resolve_id]
    if includes & {"threads", "comments"}:
        out.threads = {"data": shown}
    if "issues" in includes:
        out.issues = {"data": issues}
    if "threads_count" in includes:
        out.threads_count = {"data": {"total": len(shown), "problems": len(issues)}}
