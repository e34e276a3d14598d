"""Rules of retention: read, written, taken away; and whether rules may delete (contract 70, 3).

Whoever makes the next pass do more is asked whether that is meant. Who makes it do less never is.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from procession.core.archive import Verb
from procession.core.retention import Rule, counts_sooner, is_shorter
from procession.domains.retention import policy, store
from procession.domains.retention.content import changed_rule, fields_changed
from procession.domains.retention.events import RetentionChanged
from procession.domains.retention.types import OwnRule, Retention, Rules
from procession.domains.retention.wire import ConfirmIn, RuleChangesIn
from procession.domains.templates import policy as template_policy
from procession.domains.templates import store as templates
from procession.flows.archive.judging import Judge
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid, NotFound, invalid
from procession.kit.work import Work, reading, writing


class TemplateRule(NamedTuple):
    """What the processes of a template follow: `own`, or the default."""

    template_id: str
    default: Retention
    own: OwnRule | None

    @property
    def rule(self) -> Rule:
        return self.default.rule if self.own is None else self.own.rule


# --- The organization's ---


def require_may_rule(caller: Caller) -> None:
    if not policy.can_rule(caller):
        raise Forbidden


def set_default(caller: Caller, sent: RuleChangesIn) -> None:
    with writing(caller) as work:
        require_may_rule(caller)
        before = store.lock_retention(work)
        rule = changed_rule(before.rule, sent)
        rules = store.get_rules(work)
        _require_confirmed(work, rules, rules.with_default(rule), sent.confirm)
        replace_default(work, before.rule, rule)


def replace_default(work: Work, before: Rule, rule: Rule) -> None:
    """What says the same is no change."""
    if rule == before:
        return
    store.set_default(work, rule)
    _record(work, None, None, before, rule)


def set_deletion(caller: Caller, *, is_allowed: bool, confirm: ConfirmIn | None) -> None:
    """Whether rules may delete. Allowed, they begin to a day later."""
    with writing(caller) as work:
        require_may_rule(caller)
        before = store.lock_retention(work)
        was_allowed = before.deletion_allowed_at is not None
        if is_allowed is was_allowed:
            return
        if is_allowed:
            rules = store.get_rules(work)
            _require_confirmed(work, rules, rules, confirm, turns_deletion_on=True)
        allowed_at = work.now if is_allowed else None
        store.set_columns(work, {"deletion_allowed_at": allowed_at})
        organization_id = work.caller.organization_id
        work.record(
            RetentionChanged(
                organization_id=organization_id,
                template_id=None,
                template_title=None,
                before={"deletion_allowed": was_allowed},
            )
        )


# --- A template's ---


def get_of_template(caller: Caller, template_id: str) -> TemplateRule:
    with reading(caller) as work:
        _require_may_see(work, template_id)
        return _of_template(work, template_id)


def set_of_template(caller: Caller, template_id: str, sent: RuleChangesIn) -> TemplateRule:
    """What is left out is as it was: as the default says, where the template had no rule."""
    with writing(caller) as work:
        title = _require_may_see(work, template_id)
        return _set_own(work, template_id, title, sent)


def clear_of_template(caller: Caller, template_id: str, confirm: ConfirmIn | None) -> TemplateRule:
    """It follows the default again."""
    with writing(caller) as work:
        title = _require_may_see(work, template_id)
        store.lock_retention(work)
        before = _of_template(work, template_id)
        if before.own is None:
            return before
        if not work.caller.is_admin:
            _check_editors(before, before.default.rule)
        rules = store.get_rules(work)
        _require_confirmed(work, rules, rules.with_own(template_id, None), confirm)
        store.remove_own(work, template_id)
        _record(work, template_id, title, before.rule, before.default.rule)
        return _of_template(work, template_id)


def get_left(caller: Caller, template_id: str) -> TemplateRule:
    """Also of a template that is gone, as long as a rule or a process knows it."""
    with reading(caller) as work:
        require_may_rule(caller)
        _require_known(work, template_id)
        return _of_template(work, template_id)


def set_left(caller: Caller, template_id: str, sent: RuleChangesIn) -> TemplateRule:
    with writing(caller) as work:
        require_may_rule(caller)
        title = _require_known(work, template_id)
        return _set_own(work, template_id, title, sent)


def _set_own(work: Work, template_id: str, title: str, sent: RuleChangesIn) -> TemplateRule:
    store.lock_retention(work)
    before = _of_template(work, template_id)
    rule = changed_rule(before.rule, sent)
    if not work.caller.is_admin:
        _check_editors(before, rule)
    rules = store.get_rules(work)
    _require_confirmed(work, rules, rules.with_own(template_id, rule), sent.confirm)
    if before.own is None or rule != before.rule:
        store.set_own(work, template_id, rule)
        _record(work, template_id, title, before.rule, rule)
    return _of_template(work, template_id)


def _of_template(work: Work, template_id: str) -> TemplateRule:
    own = store.find_own(work, template_id)
    return TemplateRule(template_id, store.get_retention(work), own)


def _require_may_see(work: Work, template_id: str) -> str:
    """What it is called. Light members see no rule of any template."""
    if work.caller.is_light or work.caller.is_guest:
        raise Forbidden
    template = templates.get_visible(work, template_id)
    can_edit = template_policy.can_edit(work.caller, template)
    if not policy.can_rule_template(work.caller, can_edit=can_edit):
        raise Forbidden
    return template.title


def _require_known(work: Work, template_id: str) -> str:
    template = templates.find_visible(work, template_id)
    if template is not None:
        return template.title
    title = store.title_left(work, template_id)
    if title is None and store.find_own(work, template_id) is None:
        raise NotFound(kind="Template")
    return title or template_id


def _check_editors(before: TemplateRule, rule: Rule) -> None:
    """They lengthen what the default has, and change nothing else."""
    changed = fields_changed(before.rule, rule)
    if not set(changed) <= set(policy.OF_EDITORS):
        raise Forbidden("Only administrators change this of a rule of retention.")
    default = before.default.rule
    problems: dict[str, list[str]] = {}
    if "archive_after" in changed and is_shorter(rule.archive_after, default.archive_after):
        problems["archive_after"] = ["The archive after must not be less than the default has."]
    if "archive_from" in changed and counts_sooner(rule.archive_from, default.archive_from):
        problems["archive_from"] = ["The archive from must not be sooner than the default has."]
    if problems:
        raise Invalid(problems)


def _record(
    work: Work, template_id: str | None, title: str | None, before: Rule, after: Rule
) -> None:
    said: Mapping[str, Any] = msgspec.to_builtins(before)
    work.record(
        RetentionChanged(
            organization_id=work.caller.organization_id,
            template_id=template_id,
            template_title=title,
            before={name: said[name] for name in fields_changed(before, after)},
        )
    )


# --- What a change adds ---


def _require_confirmed(
    work: Work,
    before: Rules,
    after: Rules,
    confirm: ConfirmIn | None,
    *,
    turns_deletion_on: bool = False,
) -> None:
    """Counted without ceilings and approvals: all of it will be done by one pass or another."""
    is_allowed = store.get_retention(work).deletion_allowed_at is not None
    will_be_due = _due_by(work, after, may_delete=is_allowed or turns_deletion_on)
    if any(will_be_due.values()):
        was_due = _due_by(work, before, may_delete=is_allowed)
        added = {verb: len(will_be_due[verb] - was_due[verb]) for verb in will_be_due}
        archive, delete = added[Verb.ARCHIVE], added[Verb.DELETE]
        sent = confirm or ConfirmIn()
        if archive > sent.archive or delete > sent.delete:
            raise invalid(
                "confirm",
                f"The next passes would archive {archive:,} and delete {delete:,} more processes. "
                f'Send confirm: {{"archive": {archive}, "delete": {delete}}} if that is meant.',
            )


def _due_by(work: Work, rules: Rules, *, may_delete: bool) -> dict[Verb, set[str]]:
    found: dict[Verb, set[str]] = {Verb.ARCHIVE: set(), Verb.DELETE: set()}
    for each in Judge(work, rules, work.now, only_on=True, may_delete=may_delete).find_due():
        if each.due.reason is None:
            found[each.verb].add(each.facts.id)
    return found
