"""When the tasks of a process would be due if it were launched now (contract 50, 6.8)."""

from procession.core.launching import Launch, PlannedTask, plan_tasks
from procession.domains.templates import policy
from procession.domains.templates import store as templates
from procession.domains.templates.types import Step
from procession.flows.launching.choosing import NO_LAUNCH
from procession.flows.launching.planning import calendar_of, to_launch
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, NotFound
from procession.kit.work import reading


def foresee_deadlines(caller: Caller, template_id: str) -> list[tuple[Step, PlannedTask]]:
    """Of the version that launches use; of the draft while nothing is published."""
    with reading(caller) as work:
        template = templates.get_visible(work, template_id)
        if template.archived_at is not None:
            raise NotFound(kind="Template")
        if not policy.can_launch(caller, template):
            raise Forbidden(NO_LAUNCH)
        version = policy.version_launched(template) or template.version
        steps = templates.get_content(work, template.id, version).steps
        person = caller.person_id
        launch = Launch(starter_id=person, owner_id=person, at=work.now, **calendar_of(work))
        return list(zip(steps, plan_tasks(to_launch(steps), launch), strict=True))
