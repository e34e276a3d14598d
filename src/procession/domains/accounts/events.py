"""What happens to organizations."""

from typing import ClassVar

from procession.kit.facts import Fact, Subject


class OrganizationChanged(Fact, frozen=True, kw_only=True):
    """One setting of it has another value now."""

    event: ClassVar[str] = "organization.changed"
    verb: ClassVar[str] = "updated"
    category: ClassVar[str] = "Organization"
    organization_id: str
    field: str
    before: object

    @property
    def subject(self) -> Subject:
        return Subject("Organization", self.organization_id)

    @property
    def changed_field(self) -> str:
        return self.field

    @property
    def old_value(self) -> object:
        return self.before

    def sentence(self) -> str:
        return f"changed the {self.field.replace('_', ' ')} of the organization"
