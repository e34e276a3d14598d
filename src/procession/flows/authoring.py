"""Making templates: takes numbers and settings from accounts, checks names against people."""

from collections.abc import Iterator, Sequence

import msgspec

from procession.domains.accounts import store as accounts
from procession.domains.people import store as people
from procession.domains.people.types import group_key, user_key
from procession.domains.templates import policy
from procession.domains.templates.actions import creating, permitting
from procession.domains.templates.actions.editing import get_editable
from procession.domains.templates.actions.holding_lists import hold_lists
from procession.domains.templates.actions.steps import MOST_STEPS
from procession.domains.templates.content import aliases
from procession.domains.templates.content.fields import new_fields
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.content.steps import check_url, new_step
from procession.domains.templates.types import (
    EVERYONE,
    STATUSES,
    Content,
    Grant,
    Permission,
    Step,
    Template,
    TemplateType,
)
from procession.domains.templates.wire.fields import FieldIn
from procession.domains.templates.wire.steps import StepIn
from procession.domains.templates.wire.templates import (
    PermissionListIn,
    PermissionsIn,
    TemplateIn,
)
from procession.flows.checking_steps import Checked, check_steps, check_tags
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid
from procession.kit.work import Work, writing


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
    """Steps and fields of the draft that have no alias yet get one."""
    number = accounts.take_template_number(work)
    numbers = iter(accounts.take_alias_numbers(work, aliases.count_unnamed(draft.content)))
    whole = msgspec.structs.replace(draft, content=aliases.named(draft.content, numbers))
    return creating.create(work, whole, number, is_restricted=is_restricted)


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
    lists = hold_lists(work, lambda: _fields_in(sent))
    steps = [
        new_step(step, f"steps.{place}.", problems, work.now, lists=lists)
        for place, step in enumerate(sent.steps or [])
    ]
    if len(steps) > MOST_STEPS:
        problems["steps"] = [f"A template may not have more than {MOST_STEPS} steps."]
    kickoff = new_fields(sent.prerun or (), "prerun", Findings(problems), work.now, lists=lists)
    content = Content(steps=_in_order(steps, sent.steps or []), kickoff=kickoff)
    _check_people(work, sent, problems)
    checked = [Checked(f"steps.{place}.", step) for place, step in enumerate(steps)]
    check_steps(work, content, checked, problems)
    for place, step in enumerate(sent.steps or []):
        check_tags(step.tags, f"steps.{place}.", problems)
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
        content=content,
    )


def _fields_in(sent: TemplateIn) -> Iterator[FieldIn]:
    yield from sent.prerun or ()
    for step in sent.steps or ():
        yield from step.captures or ()


def _in_order(steps: Sequence[Step], sent: Sequence[StepIn]) -> tuple[Step, ...]:
    """By the positions sent; without one, and among equals, in the order of the list."""
    places = [
        step.position if isinstance(step.position, int) else place + 1
        for place, step in enumerate(sent)
    ]
    in_order = sorted(zip(places, steps, strict=True), key=lambda pair: pair[0])
    return tuple(step for _, step in in_order)


def _check_people(
    work: Work,
    sent: TemplateIn,
    problems: dict[str, list[str]],
) -> None:
    """Members and groups with default access, and the owner."""
    users = {f"users.{place}": user for place, user in enumerate(sent.users or [])}
    groups = {f"groups.{place}": group for place, group in enumerate(sent.groups or [])}
    if sent.owner_id is not None and sent.owner_id not in people.authors_among(
        work, [sent.owner_id]
    ):
        problems["owner_id"] = ["The selected owner id is invalid."]
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
        template = get_editable(work, template_id)
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
