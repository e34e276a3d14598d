"""Steps of a template's versions."""

from collections.abc import Collection

import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.templates.store.selecting import OWN_COLUMNS
from procession.domains.templates.tables import (
    template_steps,
    templates,
)
from procession.domains.templates.types import (
    Step,
    Template,
)
from procession.kit.db import Statement, any_of
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
