"""What happens to templates."""

from typing import ClassVar

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
