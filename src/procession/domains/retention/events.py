"""What happens to rules of retention."""

from typing import Any, ClassVar

from procession.kit.facts import Fact, Subject


class RetentionChanged(Fact, frozen=True, kw_only=True):
    """An organization's rule, a template's, or whether rules may delete."""

    event: ClassVar[str] = "retention.changed"
    verb: ClassVar[str] = "updated"
    category: ClassVar[str] = "Organization"
    organization_id: str
    #: None: the default.
    template_id: str | None
    template_title: str | None
    #: What was said before of what says something else now.
    before: dict[str, Any]

    @property
    def subject(self) -> Subject:
        if self.template_id is None:
            return Subject("Organization", self.organization_id)
        return Subject("Checklist", self.template_id)

    @property
    def changed_field(self) -> str:
        return "retention"

    @property
    def old_value(self) -> object:
        return self.before

    def sentence(self) -> str:
        if self.template_id is None:
            return "changed the retention of the organization"
        return f'changed the retention of "{self.template_title}"'
