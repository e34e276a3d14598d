"""Readable names of steps and fields, frozen when they are made (contract 20, 1)."""

import re
from collections.abc import Iterator

import msgspec

from procession.domains.templates.types import Content, Field, Step
from procession.kit.slugs import slug

#: What a step or field is made with until it is numbered.
UNNAMED = ""
#: Larger numbers are in no counter's way.
_NUMBER = re.compile(r"-([0-9]{1,18})\Z", re.ASCII)


def count_unnamed(content: Content) -> int:
    """How many numbers `named` will take."""
    fields = sum(field.alias == UNNAMED for field in content.all_fields())
    return fields + sum(step.alias == UNNAMED for step in content.steps)


def last_number(content: Content) -> int:
    """The largest number that ends an alias there, 0 when none does: imported aliases stay."""
    taken = [field.alias for field in content.all_fields()]
    taken += [step.alias for step in content.steps]
    found = map(_NUMBER.search, taken)
    return max((int(number[1]) for number in found if number), default=0)


def named(content: Content, numbers: Iterator[int]) -> Content:
    """Every step and field that has no alias yet gets one; others keep theirs."""
    return msgspec.structs.replace(
        content,
        kickoff=tuple(named_field(field, numbers) for field in content.kickoff),
        steps=tuple(named_step(step, numbers) for step in content.steps),
    )


def named_step(step: Step, numbers: Iterator[int]) -> Step:
    alias = step.alias or f"{slug(step.title, empty='step')}-{next(numbers)}"
    fields = tuple(named_field(field, numbers) for field in step.fields)
    return msgspec.structs.replace(step, alias=alias, fields=fields)


def named_field(field: Field, numbers: Iterator[int]) -> Field:
    if field.alias != UNNAMED:
        return field
    return msgspec.structs.replace(
        field, alias=f"{slug(field.label, empty='field')}-{next(numbers)}"
    )
