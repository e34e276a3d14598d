"""Answers that a launch brings along: to the kick-off form, and to the forms of steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from procession.domains.answers.content.rendering import Known
from procession.domains.answers.content.submitting import with_submitter
from procession.domains.answers.types import Answers
from procession.domains.people.types import Guest
from procession.domains.processes.wire import LaunchIn
from procession.domains.templates.types import Content, Field
from procession.flows.forms.answering import SentForm, merge_forms, missing_answers, with_defaults
from procession.flows.forms.rendering import known_in
from procession.flows.launching.overriding import DEADLINE
from procession.kit.work import Work


@dataclass(frozen=True)
class LaunchAnswers:
    """What a process starts with. With problems it does not start at all."""

    kickoff: Answers
    by_step: Mapping[str, Answers]
    problems: Mapping[str, list[str]]


def read_launch_answers(
    work: Work, sent: LaunchIn, content: Content, template_title: str, guest: Guest | None = None
) -> LaunchAnswers:
    """Defaults of the kick-off form are answers from the start; those of a step's wait until its
    task is completed (contract 31, 5.5). So is everything required there (5.3).

    `guest`: who has filled in the public form.
    """
    prerun = sent.prerun if sent.prerun is not None else sent.prerun_data
    if guest is not None:
        prerun = with_submitter(prerun, content.kickoff, guest.email)
    forms = {"": SentForm(content.kickoff, prerun, "prerun", {}, None)}
    for key, override in (sent.tasks or {}).items():
        step = content.step(key.strip().lower())
        if step is not None and override.taskdata is not None:
            answers = _answers_in(override.taskdata)
            forms[step.id] = SentForm(step.fields, answers, f"tasks.{step.id}.taskdata", {}, None)
    merged = dict(zip(forms, merge_forms(work, list(forms.values())), strict=True))
    problems = {path: texts for each in merged.values() for path, texts in each.problems.items()}
    sent_kickoff = merged.pop("").answers
    kickoff = with_defaults(
        content.kickoff,
        sent_kickoff,
        work.now,
        known=_known(work, content.kickoff, sent_kickoff),
        template_title=template_title,
    )
    # What was sent for a field and is wrong is told, and not that it is missing, too.
    missing = missing_answers(content.kickoff, kickoff, "prerun")
    return LaunchAnswers(
        kickoff=kickoff,
        by_step={step_id: each.answers for step_id, each in merged.items()},
        problems=missing | problems,
    )


def _known(work: Work, fields: Sequence[Field], answers: Answers) -> Known:
    """Names of the people whom the variables of defaults may mean."""
    has_variables = any(
        field.default_value_enabled and "{" in str(field.default_value) for field in fields
    )
    if not has_variables:
        return Known(zone=work.caller.timezone)
    return known_in(
        work, [(field, answers[field.id].value) for field in fields if field.id in answers]
    )


def _answers_in(taskdata: Any) -> Any:
    """Without what clients put among them that is none."""
    if not isinstance(taskdata, dict):
        return taskdata
    return {key: value for key, value in taskdata.items() if key != DEADLINE}
