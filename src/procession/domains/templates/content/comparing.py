"""What is other in one version of a template than in another: for people who compare the two."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from procession.domains.templates.content.changes import changed_attributes
from procession.domains.templates.content.comparing_forms import form_changes
from procession.domains.templates.types import (
    Content,
    Difference,
    DifferenceKind,
    Face,
    Rule,
    Stage,
    Step,
)

#: What a step consists of that is told by itself.
_TOLD_ELSEWHERE = ("fields",)
_WITHOUT_VALUES = ("conditions", "actions")


def compare(was: tuple[Face, Content], now: tuple[Face, Content]) -> list[Difference]:
    """In the order in which people read a template. Nothing where they are the same."""
    (old_face, old), (face, new) = was, now
    found = [
        Difference(
            kind="changed",
            part="template",
            title=face.title,
            attribute=name,
            before=before,
            after=getattr(face, name),
        )
        for name, before in changed_attributes(old_face, face).items()
    ]
    found += _parts("milestone", old.stages, new.stages, lambda each: each.name)
    found += _parts("step", old.steps, new.steps, lambda each: each.title)
    found += _fields(old, new)
    found += _parts("rule", old.rules, new.rules, lambda each: each.name)
    return found


def _parts(
    part: Any, was: Sequence[Stage | Step | Rule], now: Sequence[Stage | Step | Rule], title: Any
) -> Iterator[Difference]:
    before = {each.id: each for each in was}
    after = {each.id: each for each in now}
    stayed = _stayed([each.id for each in was if each.id in after],
                     [each.id for each in now if each.id in before])  # fmt: skip
    for each in was:
        if each.id not in after:
            yield Difference(kind="deleted", part=part, part_id=each.id, title=title(each))
    for each in now:
        if each.id not in before:
            yield Difference(kind="added", part=part, part_id=each.id, title=title(each))
            continue
        if each.id not in stayed:
            yield Difference(kind="moved", part=part, part_id=each.id, title=title(each))
        yield from _changed(part, before[each.id], each, title(each))


def _changed(part: Any, was: Any, now: Any, title: str) -> Iterator[Difference]:
    for name, before in changed_attributes(was, now).items():
        if name not in _TOLD_ELSEWHERE:
            is_short = name not in _WITHOUT_VALUES
            yield Difference(
                kind="changed",
                part=part,
                part_id=now.id,
                title=title,
                attribute=name,
                before=before if is_short else None,
                after=getattr(now, name) if is_short else None,
            )


def _fields(was: Content, now: Content) -> Iterator[Difference]:
    changes = form_changes(was, now)
    kinds: list[tuple[DifferenceKind, Any]] = [
        ("deleted", changes.deleted), ("added", changes.added), ("moved", changes.moved),
    ]  # fmt: skip
    for kind, fields in kinds:
        for _, field in fields:
            yield Difference(kind=kind, part="field", part_id=field.id, title=field.label)
    for _, before, after in changes.changed:
        yield from _changed("field", before, after, after.label)


def _stayed(was: Sequence[str], now: Sequence[str]) -> set[str]:
    """Those that need not have been moved to come from one order to the other."""
    blocks = SequenceMatcher(a=was, b=now, autojunk=False).get_matching_blocks()
    return {each for block in blocks for each in was[block.a : block.a + block.size]}
