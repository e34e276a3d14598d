"""What happens to the option lists of an organization."""

from typing import Any, ClassVar

from procession.domains.templates.types import OptionList
from procession.kit.facts import Fact, Subject


class OptionListFact(Fact, frozen=True, kw_only=True):
    category: ClassVar[str] = "Organization"
    organization_id: str
    list_id: str
    list_title: str

    @property
    def subject(self) -> Subject:
        return Subject("List", self.list_id)

    @property
    def parent(self) -> Subject:
        return Subject("Organization", self.organization_id)


def about_list(kept: OptionList, organization_id: str) -> dict[str, Any]:
    """What every fact of a list begins with."""
    return {"organization_id": organization_id, "list_id": kept.id, "list_title": kept.title}


class OptionListCreated(OptionListFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "list.created"
    verb: ClassVar[str] = "created"

    def sentence(self) -> str:
        return f'created the list "{self.list_title}"'


class OptionListChanged(OptionListFact, frozen=True, kw_only=True):
    """One attribute. Of rows only how many there were: there may be thousands."""

    event: ClassVar[str] = "list.changed"
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
        return f'changed the {self.attribute.replace("_", " ")} of the list "{self.list_title}"'


class OptionListDeleted(OptionListFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "list.deleted"
    verb: ClassVar[str] = "deleted"

    def sentence(self) -> str:
        return f'deleted the list "{self.list_title}"'
