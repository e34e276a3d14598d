"""Handing a member's templates and steps to another."""

import json

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.templates.tables import template_steps, templates
from procession.kit.db import Statement
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
        template_steps.c.assignees.like(sa.bindparam("pattern", type_=sa.Text)),
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
    count = 0
    for step in work.all(_STEPS_THAT_NAME, _StepPeople, pattern=f"%{user_id}%"):
        people = json.loads(step.assignees)
        if user_id not in people["users"]:
            continue
        users = [to if user == user_id else user for user in people["users"]]
        people["users"] = list(dict.fromkeys(user for user in users if user is not None))
        work.run(
            _SET_ASSIGNEES,
            template_id=step.template_id,
            of_version=step.version,
            step_id=step.id,
            new_assignees=json.dumps(people),
        )
        count += 1
    return count
