"""Making templates: takes numbers and settings from accounts, checks names against people."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from procession.core.deadlines import plural_unit
from procession.domains.accounts import store as accounts
from procession.domains.people import store as people
from procession.domains.people.actions.joining import is_address
from procession.domains.people.types import group_key, user_key
from procession.domains.templates import policy
from procession.domains.templates.actions import creating, permitting
from procession.domains.templates.types import (
    EVERYONE,
    STATUSES,
    Grant,
    Permission,
    StepAssignees,
    StepDeadline,
    StepType,
    Template,
    TemplateType,
)
from procession.domains.templates.wire import (
    DeadlineIn,
    PermissionListIn,
    PermissionsIn,
    StepIn,
    TemplateIn,
)
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid, NotFound
from procession.kit.work import Work, writing

_MOST_STEPS = 1_000
_LAUNCH = ("start_run", "start_process")


def create_template(caller: Caller, sent: TemplateIn) -> str:
    """The new template's id. Everything wrong with `sent` is reported at once."""
    if caller.is_light:
        raise Forbidden("Light members cannot create templates.")
    if not policy.can_create(caller):
        raise Forbidden
    with writing(caller) as work:
        problems: dict[str, list[str]] = {}
        draft = _checked_draft(work, sent, problems)
        if problems:
            raise Invalid(problems)
        is_restricted = bool(accounts.get_settings(work)["restrict_blueprint_permissions"])
        return create(work, draft, is_restricted=is_restricted)


def create(work: Work, draft: creating.NewTemplateDraft, *, is_restricted: bool) -> str:
    numbers = creating.Numbers(
        template=accounts.take_template_number(work),
        aliases=accounts.take_alias_numbers(work, len(draft.steps)),
    )
    return creating.create(work, draft, numbers, is_restricted=is_restricted)


def _checked_draft(
    work: Work, sent: TemplateIn, problems: dict[str, list[str]]
) -> creating.NewTemplateDraft:
    title = sent.title or sent.name
    if not title:
        problems["title"] = ["The title field is required."]
    if not sent.type:
        problems["type"] = ["The type field is required."]
    elif sent.type not in tuple(TemplateType):
        problems["type"] = ["The selected type is invalid."]
    status = (sent.status or "started").replace("_", "-").replace(" ", "-")
    if status not in STATUSES:
        problems["status"] = ["The selected status is invalid."]
    steps = [
        _checked_step(step, f"steps.{place}.", problems)
        for place, step in enumerate(sent.steps or [])
    ]
    if len(steps) > _MOST_STEPS:
        problems["steps"] = [f"A template may not have more than {_MOST_STEPS} steps."]
    _check_people(work, sent, steps, problems)
    check_url("webhook", sent.webhook, problems)
    return creating.NewTemplateDraft(
        title=title or "",
        type=sent.type or "",
        summary=sent.summary or sent.description,
        guidance=sent.guidance or sent.help_text,
        icon=sent.icon,
        webhook=sent.webhook,
        status=status,
        owner_id=sent.owner_id or work.caller.person_id,
        can_add_tasks=sent.can_add_oot is not False,
        is_starred=bool(sent.starred),
        users=sent.users or [],
        groups=sent.groups or [],
        steps=_in_order(steps, sent.steps or []),
    )


def _in_order(steps: Sequence[creating.NewStep], sent: Sequence[StepIn]) -> list[creating.NewStep]:
    """By the positions sent; without one, and among equals, in the order of the list."""
    places = [
        place + 1 if step.position is None else step.position for place, step in enumerate(sent)
    ]
    return [step for _, step in sorted(zip(places, steps, strict=True), key=lambda pair: pair[0])]


def _checked_step(sent: StepIn, at: str, problems: dict[str, list[str]]) -> creating.NewStep:
    step_type = sent.step_type or StepType.TASK
    if step_type not in tuple(StepType):
        problems[f"{at}step_type"] = ["The selected step type is invalid."]
    check_url(f"{at}webhook", sent.webhook, problems)
    if sent.max_assignable and len(sent.assignees or []) + len(sent.guests or []) > (
        sent.max_assignable
    ):
        problems[f"{at}assignees"] = [f"At most {sent.max_assignable} people can be assigned."]
    return creating.NewStep(
        title=sent.title,
        summary=sent.summary or sent.description,
        step_type=step_type,
        assignees=StepAssignees(sent.assignees or [], sent.guests or [], sent.groups or []),
        deadline=_checked_deadline(sent.deadline, f"{at}deadline.", problems),
        max_assignable=sent.max_assignable or None,
        allow_guest_owners=sent.allow_guest_owners is not False,
        assign_run_starter=sent.assign_run_starter is not False,
        can_complete_only_assignees=bool(sent.can_complete_only_assignees),
        everyone_must_complete=bool(sent.everyone_must_complete),
        prevent_guest_comment=bool(sent.prevent_guest_comment),
        top_secret=bool(sent.top_secret),
        webhook=sent.webhook,
    )


def _checked_deadline(
    sent: DeadlineIn | None, at: str, problems: dict[str, list[str]]
) -> StepDeadline | None:
    """Deadlines counted from the launch; anchors on other steps come with the template's editor."""
    if sent is None:
        return None
    unit = plural_unit(sent.unit)
    if unit is None:
        problems[f"{at}unit"] = ["The selected unit is invalid."]
    if sent.option not in (None, "from", "after"):
        problems[f"{at}option"] = ["The selected option is invalid."]
    if sent.step not in (None, *_LAUNCH):
        problems[f"{at}step"] = ["The selected step is invalid."]
    return StepDeadline(sent.value, unit or "days", step=_LAUNCH[0] if sent.step else None)


def check_url(path: str, url: str | None, problems: dict[str, list[str]]) -> None:
    if url is not None and not _is_url(url):
        problems[path] = [f"The {path} must be a valid URL."]


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        has_host = bool(parts.hostname)
    except ValueError:
        return False
    is_one_word = text.isprintable() and not any(sign.isspace() for sign in text)
    return parts.scheme in ("http", "https") and has_host and is_one_word


def _check_people(
    work: Work,
    sent: TemplateIn,
    steps: Sequence[creating.NewStep],
    problems: dict[str, list[str]],
) -> None:
    """Members and groups named anywhere, each kind looked up in one statement."""
    users = {f"users.{place}": user for place, user in enumerate(sent.users or [])}
    groups = {f"groups.{place}": group for place, group in enumerate(sent.groups or [])}
    if sent.owner_id is not None and sent.owner_id not in people.authors_among(
        work, [sent.owner_id]
    ):
        problems["owner_id"] = ["The selected owner id is invalid."]
    for at, step in enumerate(steps):
        for place, user in enumerate(step.assignees.users):
            users[f"steps.{at}.assignees.{place}"] = user
        for place, group in enumerate(step.assignees.groups):
            groups[f"steps.{at}.groups.{place}"] = group
        for place, guest in enumerate(step.assignees.guests):
            if not is_address(guest):
                problems[f"steps.{at}.guests.{place}"] = ["The selected guest is invalid."]
    active = people.active_users_among(work, list(users.values()))
    known = people.groups_among(work, list(groups.values()))
    for path, user in users.items():
        if user not in active:
            problems[path] = ["The selected user is invalid."]
    for path, group in groups.items():
        if group not in known:
            problems[path] = ["The selected group is invalid."]


def set_template_permissions(
    caller: Caller, template_id: str, sent: PermissionsIn
) -> tuple[Template, list[Grant]]:
    with writing(caller) as work:
        template = permitting.get_editable(work, template_id)
        if template.archived_at is not None:
            raise NotFound
        wanted = {
            permission.value: _checked_list(work, permission.value, getattr(sent, permission.value))
            for permission in Permission
            if getattr(sent, permission.value) is not None
        }
        return template, permitting.set_permissions(work, template, wanted)


def _checked_list(work: Work, name: str, sent: PermissionListIn) -> list[str]:
    users, groups = sent.users or [], sent.groups or []
    problems = {}
    active, known = people.active_users_among(work, users), people.groups_among(work, groups)
    for place, user in enumerate(users):
        if user not in active:
            problems[f"{name}.users.{place}"] = ["The selected user is invalid."]
    for place, group in enumerate(groups):
        if group not in known:
            problems[f"{name}.groups.{place}"] = ["The selected group is invalid."]
    if problems:
        raise Invalid(problems)
    everyone = [EVERYONE] if sent.all_members else []
    return [*everyone, *map(user_key, users), *map(group_key, groups)]
