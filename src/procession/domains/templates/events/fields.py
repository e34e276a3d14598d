"""What happens to form fields: of a step (Capture), or of the kick-off form (Prerun)."""

from typing import ClassVar

from procession.domains.templates.events.template import PartChanged, PartFact
from procession.kit.facts import Subject


class FieldFact(PartFact, frozen=True, kw_only=True):
    word: ClassVar[str] = "form field"
    #: None: the kick-off form.
    step_id: str | None

    @property
    def subject(self) -> Subject:
        return subject_of(self.step_id, self.part_id)


def subject_of(step_id: str | None, field_id: str) -> Subject:
    return Subject("Prerun" if step_id is None else "Capture", field_id)


class FieldAdded(FieldFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "template.field_created"
    verb: ClassVar[str] = "created"

    def sentence(self) -> str:
        return f'added the form field "{self.part_title}" to the template "{self.title}"'


class FieldChanged(PartChanged, frozen=True, kw_only=True):
    event: ClassVar[str] = "template.field_changed"
    verb: ClassVar[str] = "updated"
    word: ClassVar[str] = "form field"
    step_id: str | None

    @property
    def subject(self) -> Subject:
        return subject_of(self.step_id, self.part_id)


class FieldDeleted(FieldFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "template.field_deleted"
    verb: ClassVar[str] = "deleted"

    def sentence(self) -> str:
        return f'deleted the form field "{self.part_title}" of the template "{self.title}"'


class FieldMoved(FieldFact, frozen=True, kw_only=True):
    """To another place in its form, or to the form of another step."""

    event: ClassVar[str] = "template.field_moved"
    verb: ClassVar[str] = "re-ordered"

    def sentence(self) -> str:
        return f'moved the form field "{self.part_title}" in the template "{self.title}"'
