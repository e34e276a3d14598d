"""From what a client sent to a step: every problem at once, under its dot path (contract 20, 8)."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from procession.core.deadlines import plural_unit
from procession.core.markup import length_of
from procession.core.times import Instant
from procession.core.urls import is_web_address
from procession.domains.templates.content.aliases import UNNAMED
from procession.domains.templates.content.fields import NO_LISTS, Lists, new_fields
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.types import (
    Step,
    StepAssignees,
    StepDeadline,
    StepStart,
    StepType,
    SubProcess,
)
from procession.domains.templates.wire.steps import DeadlineIn, StartIn, StepChangesIn, StepIn
from procession.kit.html import clean_html
from procession.kit.ids import find_id, new_id

Problems = dict[str, list[str]]

#: What clients call the launch where another step could be named.
LAUNCH = ("start_run", "start_process")
#: Words for how a deadline counts from its anchor.
_OPTIONS = {"from": "from", "after": "from", "prior_to": "prior_to", "before": "prior_to"}
_LONGEST_TEXT = 65_535
_FLAGS = (
    "role_changes_every_time", "allow_guest_owners", "assign_run_starter",
    "can_complete_only_assignees", "everyone_must_complete", "skip_start_process",
    "prevent_guest_comment", "top_secret", "send_chromeless", "is_soft_start_date",
)  # fmt: skip


def new_step(
    sent: StepIn,
    at: str,
    problems: Problems,
    now: Instant,
    *,
    found: Findings | None = None,
    lists: Lists = NO_LISTS,
) -> Step:
    """It has no alias yet. Whom and what it names is looked up by who calls.

    `found`: for what its form says besides problems. `lists`: what fields of the form may follow.
    """
    if _title(sent) is UNSET:
        problems[f"{at}title"] = ["The title field is required."]
    found = found or Findings(problems)
    fields = new_fields(sent.captures or (), f"{at}captures", found, now, lists=lists)
    blank = Step(
        id=new_id(), alias=UNNAMED, title="", fields=fields, created_at=now, updated_at=now
    )
    return changed_step(blank, sent, at, problems, now)


def changed_step(
    step: Step, sent: StepChangesIn, at: str, problems: Problems, now: Instant
) -> Step:
    """The step with the keys that were sent; itself when they change nothing.

    Position, tags and fields of a form are not the step's own: others see to them.
    """
    wanted: dict[str, Any] = {name: getattr(sent, name) for name in _FLAGS}
    wanted |= {
        "title": _title(sent),
        "summary": _summary(sent, f"{at}summary", problems),
        "step_type": _step_type(sent, f"{at}step_type", problems),
        "assignees": _people(step.assignees, sent),
        "roles": _ids(sent.roles),
        # No limit is sent as 0, too.
        "max_assignable": None if sent.max_assignable == 0 else sent.max_assignable,
        "webhook": sent.webhook,
        "deadline": read_deadline(sent.deadline, f"{at}deadline.", problems),
        "start_date": _start(sent.start_date, f"{at}start_date.", problems),
        "sub_process": _sub_process(sent.bp_to_launch, f"{at}bp_to_launch", problems),
        "stage_id": sent.stage_id.lower() if isinstance(sent.stage_id, str) else sent.stage_id,
    }
    if sent.webhook is not UNSET:
        check_url(f"{at}webhook", sent.webhook, problems)
    changes = {
        name: value
        for name, value in wanted.items()
        if value is not UNSET and value != getattr(step, name)
    }
    if not changes:
        return step
    now_is = msgspec.structs.replace(step, updated_at=now, **changes)
    _check_room(now_is, f"{at}assignees", problems)
    return now_is


def _title(sent: StepChangesIn) -> str | UnsetType:
    return sent.name if sent.title is UNSET else sent.title


def _summary(sent: StepChangesIn, path: str, problems: Problems) -> str | UnsetType | None:
    """Other names count when there is no summary (contract 20, 8.4)."""
    words = (sent.summary, sent.description, sent.instructions, sent.body)
    text = next((word for word in words if word is not UNSET), UNSET)
    if not isinstance(text, str):
        return text
    if length_of(text) > _LONGEST_TEXT:
        problems[path] = [f"The summary may not be greater than {_LONGEST_TEXT} characters."]
        return None
    return clean_html(text)


def _step_type(sent: StepChangesIn, path: str, problems: Problems) -> str | UnsetType:
    if sent.step_type is not UNSET and sent.step_type not in tuple(StepType):
        problems[path] = ["The selected step type is invalid."]
    return sent.step_type


def _people(named: StepAssignees, sent: StepChangesIn) -> StepAssignees:
    users = sent.users if sent.assignees is UNSET else sent.assignees
    return StepAssignees(
        users=named.users if users is UNSET else tuple(users or ()),
        guests=named.guests if sent.guests is UNSET else _addresses(sent.guests or []),
        groups=named.groups if sent.groups is UNSET else _ids(sent.groups) or (),
    )


def _addresses(sent: list[str]) -> tuple[str, ...]:
    """One address only once, however it is written."""
    return tuple({address.lower(): address for address in reversed(sent)}.values())[::-1]


def _ids(sent: list[str] | UnsetType | None) -> Any:
    if isinstance(sent, UnsetType):
        return UNSET
    return tuple(dict.fromkeys(each.lower() for each in sent or ()))


def _check_room(step: Step, path: str, problems: Problems) -> None:
    count = len(step.assignees.users) + len(step.assignees.guests)
    if step.max_assignable and count > step.max_assignable:
        problems[path] = [f"At most {step.max_assignable} people can be assigned."]


def read_deadline(
    sent: DeadlineIn | UnsetType | None, at: str, problems: Problems
) -> StepDeadline | UnsetType | None:
    """Whether its anchor is a step of the template is for who knows all steps (`anchoring`)."""
    if sent is None or isinstance(sent, UnsetType):
        return sent
    option = _OPTIONS.get((sent.option or "from").lower())
    if option is None:
        problems[f"{at}option"] = ["The selected option is invalid."]
    anchor = None if sent.step is None else sent.step.lower()
    if anchor in LAUNCH:
        anchor = LAUNCH[0]
    if option == "prior_to" and anchor in (None, LAUNCH[0]):
        problems[f"{at}option"] = ["A deadline can only be prior to another step."]
    return StepDeadline(sent.value, _unit(sent.unit, at, problems), option or "from", anchor)


def _start(
    sent: StartIn | UnsetType | None, at: str, problems: Problems
) -> StepStart | UnsetType | None:
    if sent is None or isinstance(sent, UnsetType):
        return sent
    return StepStart(sent.value, _unit(sent.unit, at, problems))


def _unit(word: str, at: str, problems: Problems) -> str:
    unit = plural_unit(word.lower())
    if unit is None:
        problems[f"{at}unit"] = ["The selected unit is invalid."]
    return unit or "days"


def _sub_process(sent: Any, path: str, problems: Problems) -> SubProcess | UnsetType | None:
    """An object or a bare id; whether the template can be launched is looked up by who calls."""
    if sent is UNSET or sent in (None, "", [], {}):
        return UNSET if sent is UNSET else None
    parts = sent if isinstance(sent, dict) else {"id": sent}
    template_id = parts.get("id")
    found = find_id(template_id) if isinstance(template_id, str) else None
    if found is None:
        problems[path] = ["The selected bp to launch is invalid."]
    name_format = parts.get("default_name_format") or None
    if name_format is not None and not (isinstance(name_format, str) and len(name_format) <= 550):
        problems[f"{path}.default_name_format"] = [
            "The default name format must be a string of at most 550 characters."
        ]
        name_format = None
    inside = parts.get("tasks_within_process") in (True, 1, "1", "true")
    return SubProcess(found or "", name_format, inside)


def check_url(path: str, url: str | None, problems: Problems) -> None:
    if url is not None and not is_web_address(url):
        problems[path] = [f"The {path} must be a valid URL."]
