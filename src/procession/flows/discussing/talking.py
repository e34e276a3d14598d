"""All that is said about a task or a process, with what it is said about, for who takes part."""

from dataclasses import dataclass

from procession.domains.comments import store as threads
from procession.domains.comments.types import Place, Thread
from procession.domains.tasks.policy import can_comment
from procession.flows.discussing.holding import look
from procession.flows.forms.rendering import texts_of
from procession.kit.caller import Caller
from procession.kit.errors import NotFound
from procession.kit.work import reading


@dataclass(frozen=True)
class Talk:
    """`title`: of the task or process, as it is shown. Threads are the oldest first."""

    title: str
    threads: list[Thread]
    #: It, or the process that it is in, is archived: nothing more can be said.
    is_archived: bool
    #: What is open to guests can be read by some: of a task that is not closed to them.
    has_guests: bool


def read_talk(caller: Caller, place: Place) -> Talk:
    """Of a task or a process; archived ones are read, too."""
    with reading(caller) as work:
        topic = look(work, place)
        if topic.task is not None:
            task = topic.task
            if not can_comment(caller, task):
                raise NotFound(kind="Task")
            said = threads.of_tasks(work, [task.id])[task.id]
            is_archived = task.shown_archived_at is not None
            title = texts_of(work, [task]).title(task)
            return Talk(title, said, is_archived, not task.prevent_guest_comment)
        process = topic.process
        assert process is not None, place
        said = threads.of_processes(work, [process.id])[process.id]
        return Talk(process.name, said, process.is_archived, has_guests=False)
