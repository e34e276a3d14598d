"""What the server itself says and does while somebody works: in the organization's bot's name."""

from procession.domains.comments.actions.writing import add_bot_comment
from procession.domains.tasks.types import Task
from procession.kit.html import clean_html
from procession.kit.work import Work


def note(work: Work, task: Task, text: str) -> None:
    """A bot comment beside a task. `text` is HTML; what people wrote in it has been escaped."""
    add_bot_comment(work, task.process_id, task.id, clean_html(text) or "")
