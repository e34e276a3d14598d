"""JSON shapes of retention (contract 70, 3)."""

from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.core.retention import Period, Rule
from procession.core.times import optional_wire_time
from procession.domains.archive.wire import ReasonOut
from procession.domains.retention.types import Retention


class PeriodIn(msgspec.Struct, kw_only=True):
    """Days and weeks are 24 and 168 hours; months are those of the calendar."""

    #: days, weeks or months.
    unit: str
    value: Annotated[int, Meta(ge=1, le=1200)]


class SwitchesIn(msgspec.Struct, kw_only=True):
    """Which verbs the clock acts by; those that are left out stay as they are."""

    IS_NEVER_A_LIST: ClassVar[bool] = True

    archive: bool | UnsetType = UNSET
    cool: bool | UnsetType = UNSET
    delete: bool | UnsetType = UNSET


class ApprovalsIn(msgspec.Struct, kw_only=True):
    """`none` or `required`, by verb."""

    IS_NEVER_A_LIST: ClassVar[bool] = True

    archive: str | UnsetType = UNSET
    cool: str | UnsetType = UNSET
    delete: str | UnsetType = UNSET


class ConfirmIn(msgspec.Struct, kw_only=True):
    """How many processes more the next pass may archive, and delete for ever."""

    IS_NEVER_A_LIST: ClassVar[bool] = True

    archive: Annotated[int, Meta(ge=0)] = 0
    delete: Annotated[int, Meta(ge=0)] = 0


class RuleChangesIn(msgspec.Struct, kw_only=True):
    """What changes of a rule; keys that are left out stay as they are."""

    ECHOED: ClassVar[frozenset[str]] = frozenset(
        ("inherited", "checklist_id", "deletion_allowed", "written_by", "written_at", "backlog")
    )

    #: Null: never.
    archive_after: PeriodIn | UnsetType | None = UNSET
    #: completed or last_activity.
    archive_from: str | UnsetType = UNSET
    #: Null: nothing is cooled in this version.
    cold_after: PeriodIn | UnsetType | None = UNSET
    #: Null: never.
    delete_after: PeriodIn | UnsetType | None = UNSET
    delete_unfinished: bool | UnsetType = UNSET
    enabled: SwitchesIn | UnsetType = UNSET
    approval: ApprovalsIn | UnsetType = UNSET
    four_eyes: bool | UnsetType = UNSET
    ceiling_per_pass: Annotated[int, Meta(ge=1, le=100_000)] | UnsetType = UNSET
    #: single or together.
    families: str | UnsetType = UNSET
    confirm: ConfirmIn | None = None


class ConfirmedIn(msgspec.Struct, kw_only=True):
    """Needed where the next pass would do more."""

    confirm: ConfirmIn | None = None


class DeletionIn(ConfirmedIn, kw_only=True):
    """Whether rules may delete."""

    FIRST: ClassVar[tuple[str, ...]] = ("allowed",)

    allowed: bool


class PeriodOut(msgspec.Struct, kw_only=True):
    unit: str
    value: int


class SwitchesOut(msgspec.Struct, kw_only=True):
    """Which verbs the clock acts by."""

    archive: bool
    cool: bool
    delete: bool


class ApprovalsOut(msgspec.Struct, kw_only=True):
    """`none` or `required`, by verb."""

    archive: str
    cool: str
    delete: str


class RuleOut(msgspec.Struct, kw_only=True):
    """A rule of retention."""

    archive_after: PeriodOut | None
    archive_from: str
    cold_after: None = None
    delete_after: PeriodOut | None
    delete_unfinished: bool
    enabled: SwitchesOut
    approval: ApprovalsOut
    four_eyes: bool
    ceiling_per_pass: int
    families: str


class TemplateRuleOut(RuleOut, kw_only=True):
    """The rule that the processes of a template follow."""

    checklist_id: str
    #: It is the organization's: the template has none of its own.
    inherited: bool
    written_by: int | None
    written_at: str | None


class LastSweepOut(msgspec.Struct, kw_only=True):
    number: int
    at: str
    done: int
    skipped: list[ReasonOut]


class BacklogOut(msgspec.Struct, kw_only=True):
    """What is due now by rules that are switched on."""

    due: int
    oldest_due_at: str | None
    skipped: list[ReasonOut]
    last_sweep: LastSweepOut | None


class RetentionOut(RuleOut, kw_only=True):
    """The organization's default rule."""

    deletion_allowed: bool
    written_by: int | None
    written_at: str | None
    backlog: BacklogOut


class CountsOut(msgspec.Struct, kw_only=True):
    """What one pass would do, without ceiling and approval."""

    would_archive: int
    would_cool: int = 0
    would_delete: int
    skipped: list[ReasonOut]
    oldest_due_at: str | None


class PreviewLineOut(CountsOut, kw_only=True):
    """Of the processes of one template."""

    checklist_id: str
    checklist_title: str
    #: Its rule is the organization's.
    inherited: bool
    #: Which verbs the clock acts by.
    enabled: SwitchesOut


class PreviewOut(CountsOut, kw_only=True):
    """Totals, and what they are made of."""

    at: str
    deletion_allowed: bool
    checklists: list[PreviewLineOut]


class CandidateOut(msgspec.Struct, kw_only=True):
    """A process that a pass would change, or passes over."""

    #: archive or delete.
    verb: str
    id: str
    increment_id: int
    name: str
    checklist_id: str
    checklist_title: str
    status: str
    completed_at: str | None
    archived_at: str | None
    due_at: str
    #: Why it is passed over; null: it is not.
    reason: str | None


def period_out(period: Period | None) -> PeriodOut | None:
    return None if period is None else PeriodOut(unit=period.unit, value=period.value)


def rule_fields(rule: Rule) -> dict[str, Any]:
    """As JSON has them."""
    return {
        "archive_after": period_out(rule.archive_after),
        "archive_from": rule.archive_from,
        "delete_after": period_out(rule.delete_after),
        "delete_unfinished": rule.delete_unfinished,
        "enabled": enabled_out(rule),
        "approval": ApprovalsOut(
            archive=rule.approval.archive,
            cool=rule.approval.cool,
            delete=rule.approval.delete,
        ),
        "four_eyes": rule.four_eyes,
        "ceiling_per_pass": rule.ceiling_per_pass,
        "families": rule.families,
    }


def enabled_out(rule: Rule) -> SwitchesOut:
    on = rule.enabled
    return SwitchesOut(archive=on.archive, cool=on.cool, delete=on.delete)


def template_rule_out(
    template_id: str, rule: Rule, written_by: int | None, written_at: int | None, *, is_own: bool
) -> TemplateRuleOut:
    return TemplateRuleOut(
        **rule_fields(rule),
        checklist_id=template_id,
        inherited=not is_own,
        written_by=written_by,
        written_at=optional_wire_time(written_at),
    )


def retention_out(retention: Retention, backlog: BacklogOut) -> RetentionOut:
    return RetentionOut(
        **rule_fields(retention.rule),
        deletion_allowed=retention.deletion_allowed_at is not None,
        written_by=retention.written_by,
        written_at=optional_wire_time(retention.written_at),
        backlog=backlog,
    )


class LaunchingScheduleOut(msgspec.Struct, kw_only=True):
    """A schedule that launches a template."""

    id: int
    is_active: bool
    next_run_at: str | None


class LaunchingTemplateOut(msgspec.Struct, kw_only=True):
    """A template of which a step launches another."""

    id: str
    title: str


class DormantTemplateOut(msgspec.Struct, kw_only=True):
    """A template that nobody launched for the chosen time, and what still may launch it."""

    id: str
    title: str
    owner_id: int
    created_at: str
    #: When the newest of its processes was launched; null: it has none.
    last_launched_at: str | None
    schedules: list[LaunchingScheduleOut]
    launched_by: list[LaunchingTemplateOut]
