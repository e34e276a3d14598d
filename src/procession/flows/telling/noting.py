"""What the server itself says and does while somebody works: in the organization's bot's name."""

from procession.domains.comments.actions.writing import add_bot_comment
from procession.domains.comments.types import Place
from procession.domains.tasks.types import Task
from procession.kit.html import clean_html
from procession.kit.work import Work


def note(work: Work, task: Task, text: str) -> None:
    """A bot comment beside a task. `text` is HTML; what people wrote in it has been escaped."""
    place = Place(process_id=task.process_id, task_id=task.id)
    add_bot_comment(work, place, clean_html(text) or "")
