"""Rules follow the options they compare with (contract 21, 5.2)."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from procession.core.times import Instant
from procession.domains.templates.content.choices import renamed_options
from procession.domains.templates.content.depending import rules_on_field
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.types import CHOICES, Condition, Content, Field, Rule, Source
from procession.kit.reading import NotJson, read_json


def with_followed_options(
    content: Content, was: Field, now: Field, at: str, found: Findings
) -> Content:
    """Statements say what a renamed option is called now; what is gone is reported."""
    if was.options == now.options and was.field_type == now.field_type:
        return content
    renamed = renamed_options(was.options, now.options) if now.field_type in CHOICES else {}
    texts = {option.text for option in now.options}
    gone = {option.text for option in was.options} - texts - set(renamed)
    rules = tuple(_followed(rule, was.id, renamed, now.updated_at) for rule in content.rules)
    content = msgspec.structs.replace(content, rules=rules)
    for rule in rules_on_field(content, was.id):
        for text in _mentioned(rule, was.id, gone):
            found.warn(f"{at}options", f'the rule "{rule.name}" mentions "{text}", which is gone.')
    return content


def _followed(rule: Rule, field_id: str, renamed: dict[str, str], now: Instant) -> Rule:
    conditions = tuple(
        _renamed_in(condition, renamed) if _is_about(condition, field_id) else condition
        for condition in rule.conditions
    )
    if conditions == rule.conditions:
        return rule
    return msgspec.structs.replace(rule, conditions=conditions, updated_at=now)


def _is_about(condition: Condition, field_id: str) -> bool:
    return condition.source != Source.STEP and condition.source_id == field_id


def _renamed_in(condition: Condition, renamed: dict[str, str]) -> Condition:
    """The statement is an option's text, or several: as a list, or as a list written in JSON."""
    statement = condition.statement
    listed = _listed(statement)
    if isinstance(statement, list):
        statement = [_renamed(entry, renamed) for entry in statement]
    elif listed is None and condition.operation == "equals_any" and isinstance(statement, str):
        statement = _renamed_words(statement, renamed)
    elif listed is not None and any(_renamed(each, renamed) != each for each in listed):
        statement = json.dumps([_renamed(each, renamed) for each in listed], ensure_ascii=False)
    else:
        statement = _renamed(statement, renamed)
    return msgspec.structs.replace(condition, statement=statement)


def _renamed(entry: Any, renamed: dict[str, str]) -> Any:
    return renamed.get(entry, entry) if isinstance(entry, str) else entry


def _renamed_words(statement: str, renamed: dict[str, str]) -> str:
    """Several texts separated by commas; one text that holds commas itself is looked at first."""
    if statement in renamed:
        return renamed[statement]
    words = [word.strip() for word in statement.split(",")]
    if not any(word in renamed for word in words):
        return statement
    return ",".join(renamed.get(word, word) for word in words)


def _listed(statement: Any) -> list[Any] | None:
    if not (isinstance(statement, str) and statement.startswith("[")):
        return None
    try:
        entries = read_json(statement)
    except NotJson:
        return None
    return entries if isinstance(entries, list) else None


def _mentioned(rule: Rule, field_id: str, gone: set[str]) -> Sequence[str]:
    mentioned = set()
    for condition in rule.conditions:
        if _is_about(condition, field_id):
            entries = condition.statement
            entries = _listed(entries) or (entries if isinstance(entries, list) else [entries])
            mentioned |= {entry for entry in entries if isinstance(entry, str)} & gone
    return sorted(mentioned)
