"""What happens to templates as a whole, and the shape of what happens to their parts."""

from typing import Any, ClassVar

from procession.domains.templates.types import Template
from procession.kit.facts import Fact, Subject


class TemplateFact(Fact, frozen=True, kw_only=True):
    category: ClassVar[str] = "Blueprint"
    organization_id: str
    template_id: str
    title: str

    @property
    def subject(self) -> Subject:
        return Subject("Checklist", self.template_id)

    @property
    def parent(self) -> Subject:
        return Subject("Organization", self.organization_id)


def about(template: Template, organization_id: str) -> dict[str, str]:
    """What every fact of a template begins with."""
    return {
        "organization_id": organization_id,
        "template_id": template.id,
        "title": template.title,
    }


class TemplateChanged(TemplateFact, frozen=True, kw_only=True):
    """One attribute, in the contract's word for it, and what it was."""

    event: ClassVar[str] = "template.changed"
    verb: ClassVar[str] = "updated"
    attribute: str
    before: Any

    @property
    def changed_field(self) -> str:
        return self.attribute

    @property
    def old_value(self) -> object:
        return self.before

    def sentence(self) -> str:
        name = self.attribute.replace("_", " ")
        return f'changed the {name} of the template "{self.title}"'


class PartFact(TemplateFact, frozen=True, kw_only=True):
    """Something about a step, field, milestone or rule; the template is what it belongs to."""

    #: The contract's word for such a part: Step, Capture...
    part: ClassVar[str]
    #: Ours, for sentences.
    word: ClassVar[str]
    part_id: str
    part_title: str

    @property
    def subject(self) -> Subject:
        return Subject(self.part, self.part_id)

    @property
    def parent(self) -> Subject:
        return Subject("Checklist", self.template_id)


class PartChanged(PartFact, frozen=True, kw_only=True):
    """One attribute of a part, and what it was. Each kind of part has its own subclass."""

    attribute: str
    before: Any

    @property
    def changed_field(self) -> str:
        return self.attribute

    @property
    def old_value(self) -> object:
        return self.before

    def sentence(self) -> str:
        name = self.attribute.replace("_", " ")
        return (
            f'changed the {name} of the {self.word} "{self.part_title}" '
            f'in the template "{self.title}"'
        )


class TemplateCreated(TemplateFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "template.created"
    verb: ClassVar[str] = "created"

    def sentence(self) -> str:
        return f'created the template "{self.title}"'


class TemplateArchived(TemplateFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "template.archived"
    verb: ClassVar[str] = "archived"

    def sentence(self) -> str:
        return f'archived the template "{self.title}"'


class TemplateUnarchived(TemplateFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "template.unarchived"
    verb: ClassVar[str] = "unarchived"

    def sentence(self) -> str:
        return f'restored the template "{self.title}"'


class TemplateDeleted(TemplateFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "template.deleted"
    verb: ClassVar[str] = "deleted"

    def sentence(self) -> str:
        return f'deleted the template "{self.title}" for ever'


class TemplatePermissionsChanged(TemplateFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "template.permissions_changed"
    verb: ClassVar[str] = "updated"
    before: dict[str, list[str]]

    @property
    def changed_field(self) -> str:
        return "permissions"

    @property
    def old_value(self) -> object:
        return self.before

    def sentence(self) -> str:
        return f'changed who may use the template "{self.title}"'


class TemplateOwnerChanged(TemplateFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "template.owner_changed"
    verb: ClassVar[str] = "owners-updated"
    before: int

    @property
    def changed_field(self) -> str:
        return "owner_id"

    @property
    def old_value(self) -> object:
        return self.before

    def sentence(self) -> str:
        return f'gave the template "{self.title}" another owner'
