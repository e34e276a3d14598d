"""Contract 70, 3, read naively: what is due, sentence by sentence, and histories to try it on.

Nothing of `core.retention` is used here but the names of what a rule says: this is what it is
compared with.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from procession.core.retention import Approvals, Period, Rule, Switches

DAY = timedelta(days=1)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")
TEMPLATES = ("a" * 32, "b" * 32, "c" * 32)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Kept:
    """A process; times are of UTC."""

    id: str
    template_id: str
    parent_id: str | None
    updated: datetime
    lifecycle: str = "active"
    completed: datetime | None = None
    archived: datetime | None = None
    activated: datetime | None = None
    is_held: bool = False
    released: datetime | None = None
    is_gone: bool = False

    # As `core.retention.Facts` has it.
    @property
    def updated_at(self) -> int:
        return micros(self.updated)

    @property
    def completed_at(self) -> int | None:
        return None if self.completed is None else micros(self.completed)

    @property
    def archived_at(self) -> int | None:
        return None if self.archived is None else micros(self.archived)

    @property
    def activated_at(self) -> int | None:
        return None if self.activated is None else micros(self.activated)

    @property
    def released_at(self) -> int | None:
        return None if self.released is None else micros(self.released)


def micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


@dataclass
class World:
    zone: str
    default: Rule
    own: dict[str, Rule]
    processes: list[Kept] = field(default_factory=list)
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def rule_of(self, process: Kept) -> Rule:
        return self.own.get(process.template_id, self.default)

    @property
    def there(self) -> list[Kept]:
        return [each for each in self.processes if not each.is_gone]


# --- The sentences ---


def has_passed(period: Period, start: datetime, world: World) -> bool:
    """Days and weeks are 24 and 168 hours; n months: due when the start is not later than the same
    clock time n calendar months before now in the organization's timezone, the last day where the
    day is missing."""
    if period.unit != "months":
        hours = {"days": 24, "weeks": 168}[period.unit]
        return start <= world.now - timedelta(hours=period.value * hours)
    there = world.now.astimezone(ZoneInfo(world.zone))
    year, month = there.year, there.month
    for _ in range(period.value):
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    for day in (there.day, 30, 29, 28):
        try:
            before = there.replace(year=year, month=month, day=min(day, there.day), fold=0)
        except ValueError:
            continue
        return start <= before.astimezone(UTC)
    raise AssertionError("every month has 28 days")


def verdict(world: World, verb: str, process: Kept) -> str | None:
    """`yes`, a reason, or None: not due. Without its family."""
    rule = world.rule_of(process)
    if process.is_gone or not getattr(rule.enabled, verb):
        return None
    if verb == "archive":
        if rule.archive_after is None or process.archived or not process.completed:
            return None
        start = process.completed if rule.archive_from == "completed" else process.updated
        if not has_passed(rule.archive_after, start, world):
            return None
        # Never swept: status problem or issue; restored less than archive_after ago.
        if process.lifecycle in ("problem", "issue"):
            return "open_issue"
        if process.activated and not has_passed(rule.archive_after, process.activated, world):
            return "restored_recently"
        return "yes"
    if rule.delete_after is None or not process.archived:
        return None
    times = (process.archived, process.completed, process.activated)
    if not has_passed(rule.delete_after, max(each for each in times if each), world):
        return None
    if process.is_held:
        return "held"
    if process.released and not has_passed(rule.delete_after, process.released, world):
        return None
    if process.lifecycle in ("problem", "issue"):
        return "open_issue"
    if process.lifecycle != "complete" and not rule.delete_unfinished:
        return "not_complete"
    return "yes"


def relatives(world: World, process: Kept) -> list[Kept]:
    """All that its topmost parent leads to, but for itself."""
    by_id = {each.id: each for each in world.there}
    top = process
    while top.parent_id in by_id:
        top = by_id[top.parent_id]
    family, waiting = [], [top]
    while waiting:
        one = waiting.pop()
        family.append(one)
        waiting += [each for each in world.there if each.parent_id == one.id]
    return [each for each in family if each is not process]


def with_family(world: World, verb: str, process: Kept) -> str | None:
    alone = verdict(world, verb, process)
    if alone != "yes":
        return alone
    others = relatives(world, process)
    if verb == "archive":
        if world.rule_of(process).families == "single":
            return "yes"
        live = [each for each in others if not each.archived]
        undue = [each for each in live if verdict(world, verb, each) != "yes"]
        return "open_children" if undue else "yes"
    if any(each.is_held for each in others):
        return "family_held"
    if any(not each.archived or verdict(world, verb, each) != "yes" for each in others):
        return "open_children"
    return "yes"


# --- Histories ---


def _period(chance: random.Random, longest: int) -> Period | None:
    if chance.random() < 0.1:
        return None
    unit = chance.choice(("days", "weeks", "months"))
    most = {"days": longest, "weeks": longest // 7, "months": longest // 30}[unit]
    return Period(unit, chance.randint(1, most))


def random_rule(chance: random.Random) -> Rule:
    return Rule(
        archive_after=_period(chance, 200),
        archive_from=chance.choice(("completed", "completed", "last_activity")),
        delete_after=_period(chance, 300),
        delete_unfinished=chance.random() < 0.3,
        enabled=Switches(archive=chance.random() < 0.8, delete=chance.random() < 0.8),
        approval=Approvals(delete="none"),
        ceiling_per_pass=chance.choice((1, 2, 3, 1000)),
        families=chance.choice(("single", "together")),
    )


def random_world(chance: random.Random) -> World:
    own = {each: random_rule(chance) for each in TEMPLATES if chance.random() < 0.4}
    return World(chance.choice(ZONES), random_rule(chance), own)


def something_happens(world: World, chance: random.Random) -> None:
    """To one process, or to the rules: as people would do it through the server."""
    what = chance.random()
    if len(world.processes) < 3 or (what < 0.2 and len(world.processes) < 14):
        _launch(world, chance)
    elif what < 0.25:
        _change_rules(world, chance)
    elif world.there:
        _touch(world, chance.choice(world.there), chance)


def _launch(world: World, chance: random.Random) -> None:
    live = [each for each in world.there if not each.archived]
    parent = chance.choice(live).id if live and chance.random() < 0.4 else None
    number = f"{len(world.processes):032x}"
    world.processes.append(Kept(number, chance.choice(TEMPLATES), parent, world.now))


def _change_rules(world: World, chance: random.Random) -> None:
    template = chance.choice((None, *TEMPLATES))
    if template is None:
        world.default = random_rule(chance)
    elif template in world.own and chance.random() < 0.5:
        del world.own[template]
    else:
        world.own[template] = random_rule(chance)


def _touch(world: World, process: Kept, chance: random.Random) -> None:
    now = world.now
    if chance.random() < 0.2:
        process.is_held = not process.is_held
        if not process.is_held:
            process.released = now
        return
    if process.archived:
        if chance.random() < 0.5:
            process.archived, process.activated, process.updated = None, now, now
        return
    process.updated = now
    deed = chance.random()
    if deed < 0.5:
        process.lifecycle, process.completed = "complete", now
    elif deed < 0.6:
        process.lifecycle, process.completed = "active", None
    elif deed < 0.7:
        process.lifecycle = chance.choice(("issue", "problem"))
    elif deed < 0.85 and process.lifecycle in ("issue", "problem"):
        process.lifecycle = "complete" if process.completed else "active"
    else:
        process.archived = now


def archive(world: World, process: Kept) -> None:
    process.archived = process.updated = world.now


def move_on(world: World, chance: random.Random) -> None:
    days = chance.choice((0, 1, 1, 7, 30))
    world.now += timedelta(days=days, hours=chance.randint(1, 23), minutes=chance.randint(0, 59))
