"""What happens to the rules of a template."""

from typing import ClassVar

from procession.domains.templates.events.template import PartChanged, PartFact, TemplateFact


class RuleFact(PartFact, frozen=True, kw_only=True):
    part: ClassVar[str] = "AutomatedAction"
    word: ClassVar[str] = "rule"


class RuleCreated(RuleFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "rule.created"
    verb: ClassVar[str] = "created"

    def sentence(self) -> str:
        return f'added the rule "{self.part_title}" to the template "{self.title}"'


class RuleChanged(PartChanged, frozen=True, kw_only=True):
    event: ClassVar[str] = "rule.changed"
    part: ClassVar[str] = RuleFact.part
    word: ClassVar[str] = RuleFact.word
    verb: ClassVar[str] = "updated"


class RuleDeleted(RuleFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "rule.deleted"
    verb: ClassVar[str] = "deleted"

    def sentence(self) -> str:
        return f'deleted the rule "{self.part_title}" of the template "{self.title}"'


class RulesReordered(TemplateFact, frozen=True, kw_only=True):
    """They are evaluated in their order."""

    event: ClassVar[str] = "rule.reordered"
    verb: ClassVar[str] = "re-ordered"

    def sentence(self) -> str:
        return f'changed the order of the rules of the template "{self.title}"'
