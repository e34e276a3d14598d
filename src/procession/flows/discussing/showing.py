"""Reading what was said about one thing (contract 45, 2)."""

from procession.domains.comments import store as threads
from procession.domains.comments.types import CommentMail, Place, Thread, ThreadFilter
from procession.domains.tasks.policy import can_comment
from procession.flows.discussing.holding import get_thread, look
from procession.kit.caller import Caller
from procession.kit.errors import NotFound
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.work import reading


def get(caller: Caller, place: Place, thread_id: str) -> Thread:
    with reading(caller) as work:
        topic = look(work, place)
        if topic.task is not None and not can_comment(caller, topic.task):
            raise NotFound(kind="Comment")
        return get_thread(work, topic, thread_id, kind="Comment")


def get_mail(caller: Caller, place: Place, thread_id: str) -> CommentMail | None:
    """The whole mail that a comment came by; None where it was typed here. For members alone: what
    the mail answers to may be nothing for guests."""
    with reading(caller) as work:
        topic = look(work, place)
        thread = get_thread(work, topic, thread_id, kind="Comment")
        return threads.find_mail(work, thread.id)


def list_threads(caller: Caller, request: PageRequest, wanted: ThreadFilter) -> Page[Thread]:
    with reading(caller) as work:
        topic = look(work, wanted.place)
        if topic.task is not None and not can_comment(caller, topic.task):
            # Guests may be kept out of the talk on a task, their own words included (45, 2.1).
            return Page([], 0, request)
        page = threads.list_threads(work, request, wanted)
        check_everything_fits(page)
        return page


def of_templates(caller: Caller, template_ids: list[str]) -> dict[str, list[Thread]]:
    """Of templates that the caller sees."""
    with reading(caller, by_key=True) as work:
        return threads.of_templates(work, template_ids)


def of_steps(caller: Caller, template_id: str) -> dict[str, list[Thread]]:
    """Of the steps of a template that the caller sees, by step."""
    with reading(caller, by_key=True) as work:
        return threads.of_steps(work, template_id)
