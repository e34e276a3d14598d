"""Templates as pages show them: pure, from what the use cases gave."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from procession.domains.organizing.types import FolderView, TagLink
from procession.domains.templates import policy
from procession.domains.templates.types import FieldType, StepType, Template
from procession.flows.processes.surveying import Names
from procession.flows.templates.surveying import Row
from procession.kit.caller import Caller

TYPE_WORDS = {"procedure": "Procedure", "form": "Form", "document": "Document"}
STATUS_WORDS = {
    "started": "Started",
    "in-progress": "In progress",
    "finishing": "Finishing",
    "published": "Published",
}
STEP_WORDS = {
    StepType.TASK: "Task",
    StepType.APPROVAL: "Approval",
    StepType.EXPIRING: "Expiring",
    StepType.EMAIL: "E-mail",
    StepType.EXPIRING_EMAIL: "Automatic e-mail",
}
FIELD_WORDS = {
    FieldType.TEXT: "Short text",
    FieldType.TEXTAREA: "Long text",
    FieldType.EMAIL: "E-mail",
    FieldType.DATE: "Date",
    FieldType.RADIO: "Radio buttons",
    FieldType.DROPDOWN: "Dropdown",
    FieldType.MULTISELECT: "Checklist",
    FieldType.FILE: "File",
    FieldType.TABLE: "Table",
    FieldType.PEOPLE: "People",
}


@dataclass(frozen=True)
class MayDo:
    """What the caller may do with one template: the flags that the API gives."""

    edit: bool
    launch: bool
    duplicate: bool
    delete: bool


@dataclass(frozen=True)
class ShownTemplate:
    """A template in the library."""

    template: Template
    steps_count: int
    running_count: int
    tags: Sequence[TagLink]
    owner: str
    can: MayDo


def may_do(caller: Caller, template: Template) -> MayDo:
    """What is archived is only brought back or deleted; there is nothing to launch in a draft."""
    is_live = template.archived_at is None
    has_version = policy.version_launched(template) is not None
    return MayDo(
        edit=policy.can_edit(caller, template),
        launch=is_live and has_version and policy.can_launch(caller, template),
        duplicate=is_live
        and policy.can_create(caller)
        and (template.is_public or policy.can_duplicate(caller, template)),
        delete=not is_live and policy.can_purge(caller),
    )


def template_row(caller: Caller, row: Row, names: Names) -> ShownTemplate:
    template = row.template
    return ShownTemplate(
        template=template,
        steps_count=row.steps_count,
        running_count=row.running_count,
        tags=row.tags,
        owner=names.user(template.owner_id),
        can=may_do(caller, template),
    )


def flat(tree: Sequence[FolderView], depth: int = 0) -> Iterator[tuple[FolderView, int]]:
    """Every folder of a tree with how deep it lies, in the order that people read them."""
    for each in tree:
        yield each, depth
        yield from flat(each.children or (), depth + 1)
