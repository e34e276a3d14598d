"""What the server itself says and does while somebody works: in the organization's bot's name."""

from dataclasses import replace

from procession.domains.comments.actions.writing import add_bot_comment
from procession.domains.people import store as people
from procession.domains.tasks.types import Task
from procession.kit.caller import Caller, CallerKind, Role
from procession.kit.errors import NotFound
from procession.kit.html import clean_html
from procession.kit.work import Work


def note(work: Work, task: Task, text: str) -> None:
    """A bot comment beside a task. `text` is HTML; what people wrote in it has been escaped."""
    add_bot_comment(work, task.process_id, task.id, clean_html(text) or "")


def bot_beside(work: Work) -> Caller:
    """The organization's bot, in the transaction of whoever is at work."""
    caller = work.caller
    if caller.kind is CallerKind.BOT and caller.role is Role.BOT:
        return caller
    bot = people.find_bot(work)
    if bot is None:
        raise NotFound
    return replace(caller, kind=CallerKind.BOT, person_id=bot.id, role=Role.BOT)
