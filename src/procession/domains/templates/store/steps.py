"""Steps of a template's versions."""

from collections.abc import Collection

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.templates.store.selecting import OWN_COLUMNS
from procession.domains.templates.tables import (
    template_steps,
    templates,
)
from procession.domains.templates.types import (
    Step,
    StepAssignees,
    Template,
)
from procession.kit.db import Statement, any_of, like_pattern
from procession.kit.work import Work

_SYSTEM_TEMPLATE = Statement(
    sa.select(*OWN_COLUMNS, sa.literal(0), sa.false(), sa.null()).where(
        templates.c.organization_id == ORGANIZATION_ID, templates.c.is_system.is_(True)
    )
)


class _StepRow(Step, array_like=True, frozen=True, kw_only=True):
    version: int


_STEPS = Statement(
    sa.select(*[template_steps.c[name] for name in _StepRow.__struct_fields__])
    .where(
        template_steps.c.organization_id == ORGANIZATION_ID,
        any_of(template_steps.c.template_id, "template_ids"),
        any_of(template_steps.c.version, "versions"),
    )
    .order_by(template_steps.c.template_id, template_steps.c.position)
)


def get_system_template(work: Work) -> Template:
    """The hidden template of processes launched without one."""
    return work.all(_SYSTEM_TEMPLATE, Template)[0]


def list_steps(work: Work, template_id: str, version: int) -> list[Step]:
    return steps_of(work, [(template_id, version)])[template_id, version]


def steps_of(
    work: Work, versions: Collection[tuple[str, int]]
) -> dict[tuple[str, int], list[Step]]:
    """Steps by (template, version), in order; one statement for all of them."""
    steps: dict[tuple[str, int], list[Step]] = {version: [] for version in versions}
    if not steps:
        return steps
    template_ids = list({template_id for template_id, _ in steps})
    numbers = list({number for _, number in steps})
    for row in work.all(_STEPS, _StepRow, template_ids=template_ids, versions=numbers):
        # The statement also finds combinations of the two lists that nobody asked for.
        if (row.template_id, row.version) in steps:
            steps[row.template_id, row.version].append(row)
    return steps


_STEPS_NAMING = Statement(
    sa.select(
        template_steps.c.template_id,
        template_steps.c.version,
        template_steps.c.id,
        template_steps.c.assignees,
    ).where(
        template_steps.c.organization_id == ORGANIZATION_ID,
        sa.func.lower(template_steps.c.assignees).like(
            sa.bindparam("pattern", type_=sa.Text), escape="\\"
        ),
    )
)
_SET_ASSIGNEES = Statement(
    template_steps.update()
    .where(
        template_steps.c.organization_id == ORGANIZATION_ID,
        template_steps.c.template_id == sa.bindparam("template_id"),
        template_steps.c.version == sa.bindparam("version"),
        template_steps.c.id == sa.bindparam("step_id"),
    )
    .values(assignees=sa.bindparam("new_assignees"))
)


class _StepNaming(msgspec.Struct, array_like=True, frozen=True):
    template_id: str
    version: int
    id: str
    assignees: str


def remove_assignee(work: Work, name: str) -> None:
    """Take a guest's address or a group's id out of the assignees of every version's steps."""
    for row in work.all(_STEPS_NAMING, _StepNaming, pattern=like_pattern(name)):
        named = msgspec.json.decode(row.assignees, type=StepAssignees)
        left = StepAssignees(
            users=named.users,
            guests=[guest for guest in named.guests if guest.lower() != name.lower()],
            groups=[group for group in named.groups if group != name],
        )
        if left != named:
            work.run(
                _SET_ASSIGNEES,
                template_id=row.template_id,
                version=row.version,
                step_id=row.id,
                new_assignees=msgspec.json.encode(left).decode(),
            )


_TEMPLATE_OF_STEP = Statement(
    sa.select(template_steps.c.template_id)
    .where(
        template_steps.c.organization_id == ORGANIZATION_ID,
        template_steps.c.id == sa.bindparam("step_id", type_=sa.String(32)),
    )
    .limit(1)
)


def find_template_of_step(work: Work, step_id: str) -> str | None:
    """Id of the template that has this step, in whatever version."""
    found: str | None = work.value(_TEMPLATE_OF_STEP, step_id=step_id)
    return found
