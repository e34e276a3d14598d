"""JSON shapes of rules that are explained, previewed and tried (contract 50, 13)."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from procession.domains.activity.wire import EntryOut
from procession.domains.templates.wire.rules import RuleOut


class ReasonOut(msgspec.Struct, kw_only=True):
    """What one condition saw, and whether that met it."""

    condition_id: str
    value: Any
    result: bool


class DoneOut(msgspec.Struct, kw_only=True):
    """What one action came to: `effect` or `skipped`, which says why it changed nothing."""

    action_id: str
    step_id: str
    effect: dict[str, Any] | UnsetType = UNSET
    skipped: str | UnsetType = UNSET


class FiredOut(msgspec.Struct, kw_only=True):
    """A rule that fired; `is_again`: some of its actions were worked out anew."""

    rule_id: str
    alias: str
    is_again: bool
    because: list[ReasonOut]
    actions: list[DoneOut]


class ExplainedRuleOut(RuleOut, kw_only=True):
    """A rule of a process's version, and how it stands there.

    Each condition has two keys more: `value`, as it is now, and whether it is met, `result`. Both
    are null for what the reader may not see, and for a rule that is not evaluated.
    """

    #: It is evaluated: not archived, of a process that evaluates rules, and it says something.
    is_active: bool
    last_result: bool
    fired_count: int
    last_fired_at: str | None
    #: Steps that are hidden now, and that it would show.
    hides: list[str]
    #: Entries of the feed that it caused, newest first.
    entries: list[EntryOut]


class PreviewIn(msgspec.Struct, kw_only=True):
    """One of the first three names a task of the process."""

    complete: str | None = None
    approve: str | None = None
    reject: str | None = None
    #: Answers by field, stored with it.
    taskdata: Any = UNSET


class PreviewOut(msgspec.Struct, kw_only=True):
    #: As a completion answers them.
    tasks_changed_by_rules: dict[str, Any]
    fired: list[FiredOut]


class FindingOut(msgspec.Struct, kw_only=True):
    """Something about rules that is so for certain; `text` says it to people."""

    kind: str
    rule_ids: list[str]
    step_id: str | UnsetType = UNSET
    text: str
