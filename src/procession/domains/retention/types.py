"""Rules as they are kept, and what is told of them (contract 70, 3)."""

from collections.abc import Mapping

import msgspec

from procession.core.retention import Rule
from procession.core.times import HOUR, Instant
from procession.kit.reading import stored_reader

read_rule = stored_reader(Rule)
_encode = msgspec.json.Encoder().encode
#: After deletion was allowed nothing is deleted for so long.
DELETION_RESTS = 24 * HOUR


def rule_text(rule: Rule) -> str:
    return _encode(rule).decode()


class Backlog(msgspec.Struct, frozen=True, kw_only=True):
    """What the last pass found: what was due by rules that are switched on."""

    due: int = 0
    oldest_due_at: Instant | None = None
    #: Reasons with how often each was given.
    skipped: dict[str, int] = {}


read_backlog = stored_reader(Backlog)


class Retention(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """An organization's default rule and its state; field order is the store's column order."""

    rule_text: str
    written_by: int | None
    written_at: Instant | None
    deletion_allowed_at: Instant | None
    offered_at: Instant | None
    passed_at: Instant | None
    backlog_text: str | None

    @property
    def rule(self) -> Rule:
        return read_rule(self.rule_text)

    @property
    def backlog(self) -> Backlog:
        return Backlog() if self.backlog_text is None else read_backlog(self.backlog_text)

    def deletes_at(self, now: Instant) -> bool:
        """Whether sweeps may delete."""
        allowed = self.deletion_allowed_at
        return allowed is not None and allowed + DELETION_RESTS <= now


USUAL = Retention(
    rule_text=rule_text(Rule()),
    written_by=None,
    written_at=None,
    deletion_allowed_at=None,
    offered_at=None,
    passed_at=None,
    backlog_text=None,
)


class OwnRule(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """A template's; field order is the store's column order."""

    template_id: str
    rule_text: str
    written_by: int
    written_at: Instant

    @property
    def rule(self) -> Rule:
        return read_rule(self.rule_text)


class Began(msgspec.Struct, array_like=True, frozen=True):
    """Of a template's processes: what was completed, or archived, at an instant or before."""

    template_id: str
    at: Instant


class Keeping(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """What retention asks of a process (core.retention.Facts), and what it is known by; field order
    is the store's column order."""

    id: str
    number: int
    template_id: str
    template_title: str
    name: str
    lifecycle: str
    parent_id: str | None
    updated_at: Instant
    completed_at: Instant | None
    archived_at: Instant | None
    activated_at: Instant | None
    #: Not stored with it (flows.archive.judging.with_holds).
    is_held: bool = False
    released_at: Instant | None = None


class Rules(msgspec.Struct, frozen=True):
    """All rules of an organization."""

    default: Rule
    #: By template.
    own: Mapping[str, Rule]

    def of(self, template_id: str) -> Rule:
        return self.own.get(template_id, self.default)

    def with_default(self, rule: Rule) -> "Rules":
        return Rules(rule, self.own)

    def with_own(self, template_id: str, rule: Rule | None) -> "Rules":
        """None: it follows the default."""
        others = {name: each for name, each in self.own.items() if name != template_id}
        return Rules(self.default, others if rule is None else {**others, template_id: rule})


class Dormant(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """A template that nobody launched for long; field order is the store's column order."""

    id: str
    title: str
    owner_id: int
    created_at: Instant
    #: When the newest of its processes was launched; None: it has none.
    launched_at: Instant | None


class LaunchingSchedule(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """A schedule of a template; field order is the store's column order."""

    template_id: str
    id: int
    is_active: bool
    next_run_at: Instant | None


class LaunchingTemplate(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """A template with a step that launches another; field order is the store's column order."""

    launched_id: str
    id: str
    title: str
