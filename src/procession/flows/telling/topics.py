"""What is talked about, as it is under its lock: a task, a process, a template or a step."""

from dataclasses import dataclass

from procession.domains.comments.types import Place
from procession.domains.processes.types import Process
from procession.domains.tasks.types import Task
from procession.domains.templates.types import Template


@dataclass(frozen=True)
class Topic:
    #: Of a task also with the process that it is in, as threads store it.
    place: Place
    task: Task | None = None
    #: The process itself, or the one that the task is in.
    process: Process | None = None
    template: Template | None = None


def topic_of_task(task: Task, process: Process | None) -> Topic:
    place = Place(process_id=task.process_id, task_id=task.id)
    return Topic(place, task=task, process=process)


def topic_of_process(process: Process) -> Topic:
    return Topic(Place(process_id=process.id), process=process)


def topic_of_template(template: Template, step_id: str | None = None) -> Topic:
    return Topic(Place(template_id=template.id, step_id=step_id), template=template)
