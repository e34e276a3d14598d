"""What a launch wants differently from the template, step by step (contract 30, 3.4)."""

from collections.abc import Sequence

from procession.core.launching import Override, People
from procession.domains.processes.wire import LaunchIn
from procession.domains.templates.types import Step
from procession.flows.assigning import people_of
from procession.kit.errors import Invalid


def read_overrides(sent: LaunchIn, steps: Sequence[Step]) -> dict[str, Override]:
    known = {step.id for step in steps}
    unknown = [key for key in sent.tasks or {} if key not in known]
    if unknown:
        valid = ", ".join(sorted(known)) or "none, the template has no steps"
        sentence = f"The template has no such step. Its steps: {valid}."
        raise Invalid({f"tasks.{key}": [sentence] for key in unknown})
    return {
        step_id: Override(
            people=people_of(override.owners),
            deadline_at=override.deadline,
            started_at=override.started_at,
        )
        for step_id, override in (sent.tasks or {}).items()
    }


def named_people(sent: LaunchIn) -> dict[str, People]:
    named = {
        f"tasks.{step_id}.owners": people_of(override.owners) or People()
        for step_id, override in (sent.tasks or {}).items()
    }
    for field in ("users", "groups"):
        if getattr(sent, field):
            named[""] = People(users=tuple(sent.users or ()), groups=tuple(sent.groups or ()))
    return named
