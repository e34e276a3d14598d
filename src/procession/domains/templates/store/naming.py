"""People, groups and job titles named in templates: replacing and removing them everywhere.

Versions that can still be launched hold live names: the one being edited and the published one,
frozen or not, of archived templates too. A person who goes goes from all of them; processes
launched before keep their own assignments.
"""

from collections.abc import Callable, Iterable

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.templates.store.versions import contents_of, set_content
from procession.domains.templates.tables import template_versions, templates
from procession.domains.templates.types import Content, Rule, Step, StepAssignees
from procession.kit.db import Statement, like_pattern, lower_ascii
from procession.kit.work import Work

Replaced = Callable[[StepAssignees], StepAssignees]

_NAMING = (
    sa.select(template_versions.c.template_id, template_versions.c.version)
    .select_from(
        template_versions.join(
            templates,
            sa.and_(
                templates.c.organization_id == template_versions.c.organization_id,
                templates.c.id == template_versions.c.template_id,
                sa.or_(
                    templates.c.version == template_versions.c.version,
                    templates.c.published_version == template_versions.c.version,
                ),
            ),
        )
    )
    .where(
        template_versions.c.organization_id == ORGANIZATION_ID,
        sa.or_(
            *[
                lower_ascii(column).like(sa.bindparam("pattern", type_=sa.Text), escape="\\")
                for column in (template_versions.c.steps, template_versions.c.rules)
            ]
        ),
    )
    .order_by(template_versions.c.template_id, template_versions.c.version)
)
_THAT_NAME = Statement(_NAMING.with_for_update())
_THAT_MAY_NAME = Statement(_NAMING)


_HOLDING = Statement(
    sa.select(template_versions.c.template_id)
    .select_from(
        template_versions.join(
            templates,
            sa.and_(
                templates.c.organization_id == template_versions.c.organization_id,
                templates.c.id == template_versions.c.template_id,
                templates.c.version == template_versions.c.version,
            ),
        )
    )
    .where(
        template_versions.c.organization_id == ORGANIZATION_ID,
        template_versions.c.steps.like(sa.bindparam("pattern", type_=sa.Text), escape="\\"),
    )
    .order_by(template_versions.c.template_id)
)


class _TemplateId(msgspec.Struct, array_like=True, frozen=True):
    template_id: str


def templates_holding(work: Work, step_id: str) -> list[str]:
    """Templates whose steps, as they are edited now, name this id at all."""
    rows = work.all(_HOLDING, _TemplateId, pattern=like_pattern(step_id))
    return [row.template_id for row in rows]


class _VersionKey(msgspec.Struct, array_like=True, frozen=True):
    template_id: str
    version: int


def replace_step_assignee(work: Work, user_id: int, to: int | None) -> int:
    """None only takes the user away. How many steps there were."""

    def replaced(named: StepAssignees) -> StepAssignees:
        users = [to if user == user_id else user for user in named.users]
        kept = tuple(dict.fromkeys(user for user in users if user is not None))
        return msgspec.structs.replace(named, users=kept)

    return _change_people(work, str(user_id), replaced)


def count_steps_naming(work: Work, user_id: int) -> int:
    """Steps that `replace_step_assignee` would change, each once; nothing is held for it."""
    return len(_steps_naming(work, str(user_id), lambda named: user_id in named.users))


def count_templates_naming_group(work: Work, group_id: str) -> int:
    """Templates of which a step is assigned to the group."""
    found = _steps_naming(work, group_id, lambda named: group_id in named.groups)
    return len({template_id for template_id, _ in found})


def _steps_naming(
    work: Work, name: str, is_named: Callable[[StepAssignees], bool]
) -> set[tuple[str, str]]:
    """(template, step): in the version that is edited, or in the published one."""
    pattern = like_pattern(name)
    keys = [
        (row.template_id, row.version)
        for row in work.all(_THAT_MAY_NAME, _VersionKey, pattern=pattern)
    ]
    return {
        (template_id, step.id)
        for batch in _in_batches(keys)
        for (template_id, _), content in contents_of(work, batch).items()
        for step in content.steps
        if is_named(step.assignees)
    }


def make_step_assignee_guest(work: Work, user_id: int, email: str) -> None:
    """The member is the guest with this address from now on."""

    def replaced(named: StepAssignees) -> StepAssignees:
        if user_id not in named.users:
            return named
        return StepAssignees(
            users=tuple(user for user in named.users if user != user_id),
            guests=(*_without(named.guests, email), email),
            groups=named.groups,
        )

    _change_people(work, str(user_id), replaced)


def make_step_assignee_member(work: Work, email: str, user_id: int) -> None:
    """The guest with this address is this member from now on."""

    def replaced(named: StepAssignees) -> StepAssignees:
        guests = _without(named.guests, email)
        if len(guests) == len(named.guests):
            return named
        users = tuple(dict.fromkeys((*named.users, user_id)))
        return StepAssignees(users=users, guests=guests, groups=named.groups)

    _change_people(work, email, replaced)


def remove_assignee(work: Work, name: str) -> None:
    """Take a guest's address or a group's id away."""

    def replaced(named: StepAssignees) -> StepAssignees:
        return StepAssignees(
            users=named.users,
            guests=_without(named.guests, name),
            groups=_without(named.groups, name),
        )

    _change_people(work, name, replaced)


def remove_job_title(work: Work, role_id: str) -> None:
    def changed(content: Content) -> Content:
        steps = tuple(
            msgspec.structs.replace(step, roles=_without(step.roles, role_id))
            for step in content.steps
        )
        return msgspec.structs.replace(content, steps=steps)

    _change_contents(work, role_id, changed)


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(other for other in names if other.lower() != name.lower())


def _change_people(work: Work, name: str, replaced: Replaced) -> int:
    """How many steps named somebody else before."""
    count = 0

    def changed(content: Content) -> Content:
        nonlocal count
        steps = tuple(_step_with(step, replaced) for step in content.steps)
        count += sum(now != was for now, was in zip(steps, content.steps, strict=True))
        rules = tuple(_rule_with(rule, replaced) for rule in content.rules)
        return msgspec.structs.replace(content, steps=steps, rules=rules)

    _change_contents(work, name, changed)
    return count


def _step_with(step: Step, replaced: Replaced) -> Step:
    return msgspec.structs.replace(step, assignees=replaced(step.assignees))


def _rule_with(rule: Rule, replaced: Replaced) -> Rule:
    actions = tuple(
        action
        if action.assignees is None
        else msgspec.structs.replace(action, assignees=replaced(action.assignees))
        for action in rule.actions
    )
    return msgspec.structs.replace(rule, actions=actions)


def _change_contents(work: Work, name: str, changed: Callable[[Content], Content]) -> None:
    """In those versions whose text holds `name` at all; only what differs is written."""
    # Beyond ASCII no database knows of case: then all of them are looked at.
    pattern = like_pattern(name) if name.isascii() else "%"
    keys = [
        (row.template_id, row.version) for row in work.all(_THAT_NAME, _VersionKey, pattern=pattern)
    ]
    for batch in _in_batches(keys):
        for (template_id, version), content in contents_of(work, batch).items():
            now = changed(content)
            if now != content:
                set_content(work, template_id, version, content, now)


def _in_batches(keys: list[tuple[str, int]], size: int = 100) -> Iterable[list[tuple[str, int]]]:
    """Contents can be large; an organization may have thousands."""
    return (keys[start : start + size] for start in range(0, len(keys), size))
