"""What every completion of a task comes to, whoever completes it: a person or the clock.

In one transaction: the task with the defaults of its form (contract 31, 5.5), its mail (40, 7.6),
the process it launches (50, 4.12), and the deadlines that count from it (40, 7.3). `settle`
follows, by who calls.
"""

from collections.abc import Sequence
from dataclasses import replace

from procession.core.rules.model import Completed, Event
from procession.domains.answers.types import Answers
from procession.domains.tasks.actions.completing import Completer, Outcome, complete
from procession.domains.tasks.types import MAIL_TYPES
from procession.domains.templates.types import Field
from procession.flows.forms.answering import form_of_task, missing_answers, with_defaults
from procession.flows.forms.rendering import variables_in
from procession.flows.launching.following import launch_following
from procession.flows.reaching.tasks import Reached
from procession.flows.rules.cascading import about_task, follow
from procession.flows.tasks.mailing import mail_task
from procession.kit.errors import Invalid
from procession.kit.work import Work


def conclude(
    work: Work,
    reached: Reached,
    completer: Completer,
    outcome: Outcome,
    answers: Answers,
    *,
    events: Sequence[Event] = (),
) -> list[str]:
    """Of an open task, checked before. Returns ids of the other tasks that changed.

    `events`: what rules hear of first, because it was changed along with it.
    """
    task = complete(work, reached.task, completer, outcome, answers)
    done = Reached(task, reached.process)
    if task.task_type in MAIL_TYPES:
        mail_task(work, done)
    launch_following(work, done, completer)
    heard = [*events, *about_task(Completed, task)]
    return follow(work, reached.process, heard, [task.id])


def answers_to_keep(work: Work, reached: Reached) -> Answers:
    """Those there are, and defaults where there are none."""
    return _filled_in(work, reached)[1]


def require_answers(work: Work, reached: Reached) -> Answers:
    """As `answers_to_keep`. Raises Invalid that names every required field without one."""
    fields, answers = _filled_in(work, reached)
    missing = missing_answers(fields, answers, "taskdata")
    if missing:
        raise Invalid(missing)
    return answers


def _filled_in(work: Work, reached: Reached) -> tuple[Sequence[Field], Answers]:
    task, process = reached.task, reached.process
    fields, answers = form_of_task(work, task, process), task.form_answers
    if all(field.id in answers for field in fields):
        return fields, answers
    defaults = [str(field.default_value) for field in fields if field.default_value_enabled]
    variables = variables_in(work, defaults, [task])
    return fields, with_defaults(
        fields,
        answers,
        work.now,
        known=replace(variables.known, zone=work.caller.timezone),
        template_title="" if process is None else process.template_title,
        others=variables.answered.get(task.process_id or ""),
    )
