"""Which fields an edit added, deleted, moved and changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from procession.domains.templates.types import Content, Field


@dataclass(frozen=True)
class FormChanges:
    """Each field with the step whose form it stands in, or stood in when it is deleted."""

    added: tuple[tuple[str | None, Field], ...]
    deleted: tuple[tuple[str | None, Field], ...]
    moved: tuple[tuple[str | None, Field], ...]
    #: As they were, and as they are.
    changed: tuple[tuple[str | None, Field, Field], ...]


def form_changes(was: Content, now: Content, mover: str | None = None) -> FormChanges:
    """`mover`: the field that was asked to move; two that change places look alike."""
    before, after = _by_id(was), _by_id(now)
    stayed = _stayed(was, now, mover)
    return FormChanges(
        added=tuple(each for key, each in after.items() if key not in before),
        deleted=tuple(each for key, each in before.items() if key not in after),
        moved=tuple(each for key, each in after.items() if key in before and key not in stayed),
        changed=tuple(
            (step_id, before[key][1], field)
            for key, (step_id, field) in after.items()
            if key in before and before[key][1] != field
        ),
    )


def _forms(content: Content) -> dict[str | None, Sequence[Field]]:
    return {None: content.kickoff, **{step.id: step.fields for step in content.steps}}


def _by_id(content: Content) -> dict[str, tuple[str | None, Field]]:
    return {
        field.id: (step_id, field)
        for step_id, fields in _forms(content).items()
        for field in fields
    }


def _stayed(was: Content, now: Content, mover: str | None) -> set[str]:
    """Fields that need not have been moved to come from one order to the other."""
    after = _forms(now)
    stayed: set[str] = set()
    for step_id, fields in _forms(was).items():
        old = [field.id for field in fields]
        new = [field.id for field in after.get(step_id, ())]
        others = [field_id for field_id in old if field_id != mover]
        if old == new or others == [field_id for field_id in new if field_id != mover]:
            stayed.update(old if old == new else others)
            continue
        matching = SequenceMatcher(a=old, b=new, autojunk=False).get_matching_blocks()
        for block in matching:
            stayed.update(old[block.a : block.a + block.size])
    return stayed
