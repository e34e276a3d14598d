"""What a rule says after a change that was sent, if it may say so (contract 70, 3)."""

from dataclasses import fields, replace
from typing import Any

import msgspec
from msgspec import UNSET

from procession.core.archive import NO_COLD_STORAGE
from procession.core.retention import (
    Approval,
    CountedFrom,
    Families,
    Period,
    Rule,
    Unit,
    with_archive_after,
)
from procession.domains.retention.wire import RuleChangesIn
from procession.kit.errors import raise_if_any


def changed_rule(rule: Rule, sent: RuleChangesIn) -> Rule:
    """Partial. Raises Invalid, naming every key."""
    problems: dict[str, list[str]] = {}
    changes: dict[str, Any] = {}
    for name, words in (("archive_from", CountedFrom), ("families", Families)):
        value = getattr(sent, name)
        if value is not UNSET:
            _check_word(problems, name, value, [*words])
            changes[name] = value
    for name in ("delete_unfinished", "four_eyes", "ceiling_per_pass"):
        value = getattr(sent, name)
        if value is not UNSET:
            changes[name] = value
    changes |= _periods(sent, problems) | _by_verb(rule, sent, problems)
    raise_if_any(problems)
    if "archive_after" in changes:
        rule = with_archive_after(rule, changes.pop("archive_after"))
    return replace(rule, **changes)


def _periods(sent: RuleChangesIn, problems: dict[str, list[str]]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for name in ("archive_after", "delete_after"):
        period = getattr(sent, name)
        if period is not UNSET:
            changes[name] = None if period is None else Period(period.unit, period.value)
            if period is not None:
                _check_word(problems, f"{name}.unit", period.unit, [*Unit])
    if sent.cold_after is not UNSET and sent.cold_after is not None:
        problems["cold_after"] = [NO_COLD_STORAGE]
    return changes


def _by_verb(rule: Rule, sent: RuleChangesIn, problems: dict[str, list[str]]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if sent.enabled is not UNSET:
        changes["enabled"] = replace(rule.enabled, **_chosen(sent.enabled))
        if changes["enabled"].cool:
            problems["enabled.cool"] = [NO_COLD_STORAGE]
    if sent.approval is not UNSET:
        chosen = _chosen(sent.approval)
        for name, word in chosen.items():
            _check_word(problems, f"approval.{name}", word, [*Approval])
        changes["approval"] = replace(rule.approval, **chosen)
    return changes


def _chosen(sent: msgspec.Struct) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(sent)
    return found


def _check_word(problems: dict[str, list[str]], at: str, word: str, words: list[Any]) -> None:
    if word not in words:
        said = at.replace("_", " ")
        problems[at] = [f"The selected {said} is invalid. It can be: {', '.join(words)}."]


def fields_changed(before: Rule, after: Rule) -> list[str]:
    """Keys of the rule as people write it."""
    names = [field.name for field in fields(Rule) if field.name != "last_archive_after"]
    return [name for name in names if getattr(before, name) != getattr(after, name)]
