"""From what a client sent to a step: every problem at once, under its dot path (contract 20, 8)."""

from procession.core.deadlines import plural_unit
from procession.core.times import Instant
from procession.core.urls import is_web_address
from procession.domains.templates.content.aliases import UNNAMED
from procession.domains.templates.types import Step, StepAssignees, StepDeadline, StepType
from procession.domains.templates.wire.steps import DeadlineIn, StepIn
from procession.kit.html import clean_html
from procession.kit.ids import new_id

Problems = dict[str, list[str]]

#: What clients call the launch where another step could be named.
LAUNCH = ("start_run", "start_process")


def new_step(sent: StepIn, at: str, problems: Problems, now: Instant) -> Step:
    """People, groups and anchors are looked up by who calls; it has no alias yet."""
    step_type = sent.step_type or StepType.TASK.value
    if step_type not in tuple(StepType):
        problems[f"{at}step_type"] = ["The selected step type is invalid."]
    check_url(f"{at}webhook", sent.webhook, problems)
    named = StepAssignees(
        tuple(sent.assignees or ()), tuple(sent.guests or ()), tuple(sent.groups or ())
    )
    if sent.max_assignable and len(named.users) + len(named.guests) > sent.max_assignable:
        problems[f"{at}assignees"] = [f"At most {sent.max_assignable} people can be assigned."]
    return Step(
        id=new_id(),
        alias=UNNAMED,
        title=sent.title,
        summary=clean_html(sent.summary or sent.description),
        step_type=step_type,
        assignees=named,
        deadline=read_deadline(sent.deadline, f"{at}deadline.", problems),
        max_assignable=sent.max_assignable or None,
        allow_guest_owners=sent.allow_guest_owners is not False,
        assign_run_starter=sent.assign_run_starter is not False,
        can_complete_only_assignees=bool(sent.can_complete_only_assignees),
        everyone_must_complete=bool(sent.everyone_must_complete),
        prevent_guest_comment=bool(sent.prevent_guest_comment),
        top_secret=bool(sent.top_secret),
        webhook=sent.webhook,
        created_at=now,
        updated_at=now,
    )


def read_deadline(sent: DeadlineIn | None, at: str, problems: Problems) -> StepDeadline | None:
    """Deadlines counted from the launch; anchors on other steps come with the template's editor."""
    if sent is None:
        return None
    unit = plural_unit(sent.unit)
    if unit is None:
        problems[f"{at}unit"] = ["The selected unit is invalid."]
    if sent.option not in (None, "from", "after"):
        problems[f"{at}option"] = ["The selected option is invalid."]
    if sent.step not in (None, *LAUNCH):
        problems[f"{at}step"] = ["The selected step is invalid."]
    return StepDeadline(sent.value, unit or "days", step=LAUNCH[0] if sent.step else None)


def check_url(path: str, url: str | None, problems: Problems) -> None:
    if url is not None and not is_web_address(url):
        problems[path] = [f"The {path} must be a valid URL."]
