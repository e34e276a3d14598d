"""Copies of a version's content under new ids, every reference inside it following along.

A clone gives everything new aliases, too; an import keeps those that are unique (contract 20, 3.8
and 4).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import msgspec

from procession.core.times import Instant
from procession.core.variables import renamed
from procession.domains.templates.content.aliases import UNNAMED, named
from procession.domains.templates.content.texts import with_face_texts, with_texts
from procession.domains.templates.types import Content, Face, Field, Rule, Stage, Step
from procession.kit.ids import new_id


def with_new_ids(content: Content, now: Instant) -> Content:
    """The same under new ids. References to what is not inside are left to who calls."""
    ids = {old: new_id() for old in _ids_in(content)}
    return Content(
        steps=tuple(_step(step, ids, now) for step in content.steps),
        kickoff=tuple(_field(field, ids, now) for field in content.kickoff),
        stages=tuple(_stage(stage, ids, now) for stage in content.stages),
        rules=tuple(_rule(rule, ids, now) for rule in content.rules),
    )


def _ids_in(content: Content) -> Iterator[str]:
    yield from (field.id for field in content.all_fields())
    yield from (step.id for step in content.steps)
    yield from (stage.id for stage in content.stages)


def _field(field: Field, ids: Mapping[str, str], now: Instant) -> Field:
    return msgspec.structs.replace(field, id=ids[field.id], created_at=now, updated_at=now)


def _stage(stage: Stage, ids: Mapping[str, str], now: Instant) -> Stage:
    return msgspec.structs.replace(stage, id=ids[stage.id], created_at=now, updated_at=now)


def _step(step: Step, ids: Mapping[str, str], now: Instant) -> Step:
    deadline = step.deadline
    if deadline is not None and deadline.step is not None:
        anchor = ids.get(deadline.step, deadline.step)
        deadline = msgspec.structs.replace(deadline, step=anchor)
    return msgspec.structs.replace(
        step,
        id=ids[step.id],
        deadline=deadline,
        stage_id=None if step.stage_id is None else ids[step.stage_id],
        fields=tuple(_field(field, ids, now) for field in step.fields),
        created_at=now,
        updated_at=now,
    )


def _rule(rule: Rule, ids: Mapping[str, str], now: Instant) -> Rule:
    return msgspec.structs.replace(
        rule,
        id=new_id(),
        conditions=tuple(
            msgspec.structs.replace(condition, id=new_id(), source_id=ids[condition.source_id])
            for condition in rule.conditions
        ),
        actions=tuple(
            msgspec.structs.replace(
                action,
                id=new_id(),
                step_id=ids[action.step_id],
                source_id=ids.get(action.source_id or "", action.source_id),
            )
            for action in rule.actions
        ),
        created_at=now,
        updated_at=now,
    )


# --- Aliases ---


def without_aliases(content: Content) -> Content:
    """For a clone: all of them are made anew."""
    return _with_aliases(content, lambda _alias: UNNAMED)


def without_repeated_aliases(content: Content) -> Content:
    """For an import: what stands there twice, or not at all, is made anew."""
    seen = Counter(_aliases_in(content))
    return _with_aliases(content, lambda alias: alias if seen[alias] == 1 else UNNAMED)


def _aliases_in(content: Content) -> list[str]:
    return [field.alias for field in content.all_fields()] + [step.alias for step in content.steps]


def _with_aliases(content: Content, chosen: Callable[[str], str]) -> Content:
    def field_with(field: Field) -> Field:
        return msgspec.structs.replace(field, alias=chosen(field.alias))

    return msgspec.structs.replace(
        content,
        kickoff=tuple(map(field_with, content.kickoff)),
        steps=tuple(
            msgspec.structs.replace(
                step,
                alias=chosen(step.alias),
                fields=tuple(map(field_with, step.fields)),
            )
            for step in content.steps
        ),
    )


def renumbered(
    was: Content, unnamed: Content, face: Face, numbers: Iterator[int]
) -> tuple[Content, Face]:
    """Aliases for what has none, and texts that name the old ones naming the new ones.

    `was` has the same steps and fields in the same order, under the aliases the texts still use.
    """
    whole = named(unnamed, numbers)
    pairs = zip(_aliases_in(was), _aliases_in(whole), strict=True)
    others = {old: new for old, new in pairs if old not in ("", new)}
    return (
        with_texts(whole, lambda text: renamed(text, others)),
        with_face_texts(face, lambda text: renamed(text, others)),
    )
