"""The rules of a template: adding, changing, ordering and deleting them (contract 50, 2)."""

from collections.abc import Sequence

import msgspec

from procession.domains.templates.actions import editing
from procession.domains.templates.content.arranging import (
    find,
    in_order,
    position_of,
    replaced,
    without,
)
from procession.domains.templates.content.changes import changed_attributes
from procession.domains.templates.events import (
    RuleChanged,
    RuleCreated,
    RuleDeleted,
    RulesReordered,
    about,
)
from procession.domains.templates.types import Content, Rule, Template
from procession.domains.templates.wire.rules import RuleOrderIn, rule_out
from procession.kit.caller import Caller
from procession.kit.errors import Invalid, NotFound
from procession.kit.work import Work, writing

#: Attributes of rules in the contract's words.
_WORDS = {
    "name": "automated_alias", "conditions": "conditions", "actions": "then_actions",
    "archived_at": "archived_at",
}  # fmt: skip


def delete_rule(caller: Caller, template_id: str, rule_id: str) -> tuple[Rule, int]:
    """The rule that is gone, and the position it had."""
    with writing(caller) as work:
        template, content, rule, position = get_rule_to_edit(work, template_id, rule_id)
        work.record(RuleDeleted(**_about_rule(work, template, rule)))
        save_rules(work, template, content, without(content.rules, rule.id))
        return rule, position


def reorder_rules(caller: Caller, template_id: str, sent: RuleOrderIn) -> tuple[Rule, ...]:
    """Rules that are not named follow in the order they had."""
    with writing(caller) as work:
        template = editing.get_editable(work, template_id)
        content = editing.get_content_to_edit(work, template)
        wanted = [rule_id.lower() for rule_id in sent.order]
        problems = {
            f"order.{place}": [f"The selected order.{place} is invalid."]
            for place, rule_id in enumerate(wanted)
            if find(content.rules, rule_id) is None
        }
        if problems:
            raise Invalid(problems)
        rules = in_order(content.rules, wanted)
        if rules != content.rules:
            work.record(RulesReordered(**about(template, work.caller.organization_id)))
            save_rules(work, template, content, rules)
        return rules


def add(work: Work, template: Template, content: Content, rule: Rule) -> int:
    """Evaluated after all others; its position."""
    work.record(RuleCreated(**_about_rule(work, template, rule)))
    save_rules(work, template, content, (*content.rules, rule))
    return len(content.rules) + 1


def change(work: Work, template: Template, content: Content, was: Rule, now: Rule) -> None:
    """One fact for each attribute that is different."""
    before = msgspec.to_builtins(rule_out(was, 1))
    for name in changed_attributes(was, now):
        word = _WORDS[name]
        fact = RuleChanged(**_about_rule(work, template, now), attribute=word, before=before[word])
        work.record(fact)
    save_rules(work, template, content, replaced(content.rules, now))


def get_rule_to_edit(
    work: Work, template_id: str, rule_id: str
) -> tuple[Template, Content, Rule, int]:
    """With its position. A rule that is not there is a 404 also for who may not edit."""
    template = editing.get_live(work, template_id)
    content = editing.get_content_to_edit(work, template)
    rule, position = find(content.rules, rule_id), position_of(content.rules, rule_id)
    if rule is None or position is None:
        raise NotFound(kind="Rule")
    editing.check_right(work, template)
    return template, content, rule, position


def save_rules(work: Work, template: Template, content: Content, rules: Sequence[Rule]) -> None:
    editing.save(work, template, content, msgspec.structs.replace(content, rules=tuple(rules)))


def _about_rule(work: Work, template: Template, rule: Rule) -> dict[str, str]:
    return {
        **about(template, work.caller.organization_id),
        "part_id": rule.id,
        "part_title": rule.name,
    }
