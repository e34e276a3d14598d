"""Handing a member's templates and steps to another."""

from collections.abc import Callable

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.templates.tables import template_steps, templates
from procession.domains.templates.types import StepAssignees
from procession.kit.db import Statement, like_pattern
from procession.kit.work import Work

_TEMPLATE_ID = sa.bindparam("template_id", type_=sa.String(32))
_OWNED = Statement(
    sa.select(templates.c.id, templates.c.title, templates.c.is_system)
    .where(
        templates.c.organization_id == ORGANIZATION_ID,
        templates.c.owner_id == sa.bindparam("owner_id", type_=sa.Integer),
        templates.c.archived_at.is_(None),
    )
    .order_by(templates.c.id)
    .with_for_update()
)
_SET_OWNER = Statement(
    templates.update()
    .where(templates.c.organization_id == ORGANIZATION_ID, templates.c.id == _TEMPLATE_ID)
    .values(
        owner_id=sa.bindparam("new_owner_id", type_=sa.Integer),
        updated_at=sa.bindparam("now", type_=sa.BigInteger),
    )
)
_STEPS_THAT_NAME = Statement(
    sa.select(
        template_steps.c.template_id,
        template_steps.c.version,
        template_steps.c.id,
        template_steps.c.assignees,
    )
    .select_from(
        template_steps.join(
            templates,
            sa.and_(
                templates.c.organization_id == template_steps.c.organization_id,
                templates.c.id == template_steps.c.template_id,
                templates.c.version == template_steps.c.version,
            ),
        )
    )
    .where(
        template_steps.c.organization_id == ORGANIZATION_ID,
        templates.c.archived_at.is_(None),
        sa.func.lower(template_steps.c.assignees).like(
            sa.bindparam("pattern", type_=sa.Text), escape="\\"
        ),
    )
    .order_by(template_steps.c.template_id, template_steps.c.id)
    .with_for_update(of=template_steps)
)
_SET_ASSIGNEES = Statement(
    template_steps.update()
    .where(
        template_steps.c.organization_id == ORGANIZATION_ID,
        template_steps.c.template_id == _TEMPLATE_ID,
        template_steps.c.version == sa.bindparam("of_version", type_=sa.Integer),
        template_steps.c.id == sa.bindparam("step_id", type_=sa.String(32)),
    )
    .values(
        assignees=sa.bindparam("new_assignees", type_=sa.Text),
        updated_at=sa.bindparam("now", type_=sa.BigInteger),
    )
)


class OwnedTemplate(msgspec.Struct, array_like=True, frozen=True):
    """A template that is about to have another owner."""

    id: str
    title: str
    is_system: bool


class _StepPeople(msgspec.Struct, array_like=True, frozen=True):
    template_id: str
    version: int
    id: str
    assignees: str


def lock_owned_templates(work: Work, owner_id: int) -> list[OwnedTemplate]:
    return work.all(_OWNED, OwnedTemplate, owner_id=owner_id)


def set_template_owner(work: Work, template_id: str, owner_id: int) -> None:
    work.run(_SET_OWNER, template_id=template_id, new_owner_id=owner_id)


def replace_step_assignee(work: Work, user_id: int, to: int | None) -> int:
    """In the steps of live templates as they are now; None only takes the user away.

    How many steps there were.
    """

    def replaced(named: StepAssignees) -> StepAssignees:
        users = [to if user == user_id else user for user in named.users]
        kept = list(dict.fromkeys(user for user in users if user is not None))
        return StepAssignees(users=kept, guests=named.guests, groups=named.groups)

    return _change_steps(work, str(user_id), replaced)


def make_step_assignee_guest(work: Work, user_id: int, email: str) -> None:
    """The member is the guest with this address from now on."""

    def replaced(named: StepAssignees) -> StepAssignees:
        if user_id not in named.users:
            return named
        return StepAssignees(
            users=[user for user in named.users if user != user_id],
            guests=[*_without(named.guests, email), email],
            groups=named.groups,
        )

    _change_steps(work, str(user_id), replaced)


def make_step_assignee_member(work: Work, email: str, user_id: int) -> None:
    """The guest with this address is this member from now on."""

    def replaced(named: StepAssignees) -> StepAssignees:
        guests = _without(named.guests, email)
        if len(guests) == len(named.guests):
            return named
        users = list(dict.fromkeys([*named.users, user_id]))
        return StepAssignees(users=users, guests=guests, groups=named.groups)

    _change_steps(work, email, replaced)


def _without(guests: list[str], email: str) -> list[str]:
    return [guest for guest in guests if guest.lower() != email.lower()]


def _change_steps(work: Work, name: str, replaced: Callable[[StepAssignees], StepAssignees]) -> int:
    """Of live templates as they are now, those whose people hold `name`; how many changed."""
    count = 0
    for step in work.all(_STEPS_THAT_NAME, _StepPeople, pattern=like_pattern(name)):
        before = msgspec.json.decode(step.assignees, type=StepAssignees)
        after = replaced(before)
        if after == before:
            continue
        work.run(
            _SET_ASSIGNEES,
            template_id=step.template_id,
            of_version=step.version,
            step_id=step.id,
            new_assignees=msgspec.json.encode(after).decode(),
        )
        count += 1
    return count
