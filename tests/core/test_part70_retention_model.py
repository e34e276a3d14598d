"""Part 70, 3: two simulated years, again and again, against a naive reading of the contract.

Random rules, zones, holds, restores, families, ceilings. 200 histories; 5,000 were run by hand:
`python -c "import test_part70_retention_model as t; [t.check(seed) for seed in range(5000)]"`.
"""

import random
from datetime import timedelta
from typing import Any

from naive_retention import (
    Kept,
    World,
    archive,
    micros,
    move_on,
    random_world,
    relatives,
    something_happens,
    with_family,
)
from procession.core.archive import Verb
from procession.core.retention import (
    VERBS,
    Due,
    Relative,
    Wanted,
    asks_family,
    due,
    within_ceilings,
)
from procession.core.retention import with_family as judged_with_family

HISTORIES = 200
LENGTH = timedelta(days=730)


def alone(world: World, verb: Verb, process: Kept) -> Due | None:
    rule = world.rule_of(process)
    if not rule.enabled.has(verb):
        return None
    return due(rule, verb, process, micros(world.now), world.zone)


def judged(world: World, verb: Verb, process: Kept) -> Due | None:
    """As `flows.archive.judging` puts it together."""
    found = alone(world, verb, process)
    if found is None or found.reason is not None:
        return found
    if not asks_family(world.rule_of(process), verb):
        return found
    members = []
    for each in relatives(world, process):
        other = alone(world, verb, each)
        is_due = other is not None and other.reason is None
        members.append(Relative(each.archived is not None, each.is_held, is_due))
    return judged_with_family(verb, found, members)


def one_pass(world: World, seen: Any) -> None:
    """What is chosen is done, and nothing else; never more than the ceilings."""
    wanted = []
    for verb in VERBS:
        for process in world.there:
            found = judged(world, verb, process)
            said = None if found is None else found.reason or "yes"
            assert said == with_family(world, verb.value, process), (seen, verb, process)
            if found is not None and found.reason is None:
                wanted.append(Wanted(found.due_at, verb, process.id, process.template_id))
    own = {template: rule.ceiling_per_pass for template, rule in world.own.items()}
    chosen = within_ceilings(wanted, world.default.ceiling_per_pass, own)
    assert len(chosen) <= world.default.ceiling_per_pass
    for template, most in own.items():
        assert sum(each.template_id == template for each in chosen) <= most
    # Nothing was left that is due longer, unless its template had had enough.
    full = {t for t, most in own.items() if sum(each.template_id == t for each in chosen) == most}
    left = [each for each in wanted if each not in chosen and each.template_id not in full]
    if left and chosen:
        assert len(chosen) == world.default.ceiling_per_pass
        assert min(left) > max(chosen)
    by_id = {process.id: process for process in world.there}
    for each in chosen:
        if each.verb is Verb.ARCHIVE:
            archive(world, by_id[each.id])
        else:
            by_id[each.id].is_gone = True


def check(seed: int) -> tuple[int, int]:
    """How many were archived and deleted."""
    chance = random.Random(seed)
    world = random_world(chance)
    end = world.now + LENGTH
    while world.now < end:
        for _ in range(chance.randint(0, 3)):
            something_happens(world, chance)
        move_on(world, chance)
        one_pass(world, (seed, world.now))
    gone = sum(each.is_gone for each in world.processes)
    return sum(each.archived is not None for each in world.processes), gone


def test_part70_3_two_years_of_rules_read_naively() -> None:
    first = random.SystemRandom().randrange(10**9)
    print(f"first seed: {first}")  # noqa: T201
    counts = [check(first + each) for each in range(HISTORIES)]
    archived, gone = (sum(each) for each in zip(*counts, strict=True))
    # Something happened in them.
    assert archived > HISTORIES
    assert gone > HISTORIES // 4
