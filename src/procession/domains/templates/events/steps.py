"""What happens to the steps of a template (contract 60, 1.3)."""

from typing import Any, ClassVar

from procession.domains.templates.events.template import PartChanged, PartFact, about
from procession.domains.templates.types import Step, Template


def about_step(template: Template, organization_id: str, step: Step) -> dict[str, str]:
    """What every fact of a step begins with."""
    return about(template, organization_id) | {"part_id": step.id, "part_title": step.title}


class _StepFact(PartFact, frozen=True, kw_only=True):
    category: ClassVar[str] = "Step"
    part: ClassVar[str] = "Step"
    word: ClassVar[str] = "step"

    def _named(self) -> str:
        return f'the step "{self.part_title}"'


class StepAdded(_StepFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "step.added"
    verb: ClassVar[str] = "created"

    def sentence(self) -> str:
        return f'added {self._named()} to the template "{self.title}"'


class StepDeleted(_StepFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "step.deleted"
    verb: ClassVar[str] = "deleted"

    def sentence(self) -> str:
        return f'deleted {self._named()} of the template "{self.title}"'


class StepMoved(_StepFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "step.moved"
    verb: ClassVar[str] = "re-ordered"
    #: Its position until then.
    before: int

    @property
    def changed_field(self) -> str:
        return "position"

    @property
    def old_value(self) -> object:
        return self.before

    def sentence(self) -> str:
        return f'moved {self._named()} of the template "{self.title}"'


class StepChanged(PartChanged, frozen=True, kw_only=True):
    event: ClassVar[str] = "step.changed"
    verb: ClassVar[str] = "updated"
    category: ClassVar[str] = "Step"
    part: ClassVar[str] = "Step"
    word: ClassVar[str] = "step"


class StepAssigneesChanged(_StepFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "step.assignees_changed"
    verb: ClassVar[str] = "owners-updated"
    #: The three lists as they were.
    before: dict[str, Any]

    @property
    def changed_field(self) -> str:
        return "owners"

    @property
    def old_value(self) -> object:
        return self.before

    def sentence(self) -> str:
        return f'changed who does {self._named()} of the template "{self.title}"'
