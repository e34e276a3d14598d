"""From a document to the content of a new template (contract 20, 4).

Ids in a document are local names: everything gets a new id, and what refers to a name inside the
document follows. What refers to nothing in it is left out, and said.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET

from procession.core.times import Instant
from procession.domains.templates.content.aliases import UNNAMED
from procession.domains.templates.content.consequences import MOMENTS, KnownPeople
from procession.domains.templates.content.fields import MOST_FIELDS, Lists, new_field
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.content.rules import (
    MOST_RULES,
    Against,
    actions_sent,
    new_rule,
    people_in,
)
from procession.domains.templates.content.steps import LAUNCH, new_step
from procession.domains.templates.types import Content, Field, Rule, Source, Stage, Step
from procession.domains.templates.wire.fields import FieldIn
from procession.domains.templates.wire.importing import DocumentStageIn, DocumentStepIn
from procession.domains.templates.wire.rules import ActionIn, ConditionIn, RuleIn
from procession.kit.ids import find_id, new_id

MOST_STEPS = 1_000
_ALIAS = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)

Part = TypeVar("Part")
#: New ids by the names of the document.
Ids = Mapping[str, str]


@dataclass(frozen=True)
class Document:
    """The parts of a template as they were sent."""

    steps: Sequence[DocumentStepIn] = ()
    kickoff: Sequence[FieldIn] = ()
    stages: Sequence[DocumentStageIn] = ()
    rules: Sequence[RuleIn] = ()


@dataclass(frozen=True)
class _Names:
    """Each kind of part has its own names."""

    steps: Ids
    stages: Ids
    kickoff: Ids
    fields: Ids

    @property
    def all(self) -> Sequence[Ids]:
        return (self.steps, self.fields, self.kickoff)

    def of(self, source: str | None) -> Ids:
        """Names of what a rule calls `source`, in any case."""
        kinds = {
            Source.STEP.lower(): self.steps,
            Source.FIELD.lower(): self.fields,
            Source.KICKOFF_FIELD.lower(): self.kickoff,
        }
        return kinds.get((source or "").lower(), {})


@dataclass(frozen=True)
class _Reading:
    """What every part is read with."""

    names: _Names
    found: Findings
    now: Instant
    lists: Lists


def read_document(document: Document, found: Findings, now: Instant, lists: Lists) -> Content:
    """In the order of the document (`in_positions` sorts), with the aliases that it has.

    `found` gets every problem under its dot path, and a warning for whatever is left out. People,
    groups and other templates are left as they are named: `adopting` drops the unknown ones.
    """
    _check_sizes(document, found)
    if found.problems:
        return Content()
    names = _names(document, found)
    by = _Reading(names, found, now, lists)
    content = Content(
        steps=tuple(_step(sent, f"steps.{at}.", by) for at, sent in enumerate(document.steps)),
        kickoff=tuple(_fields(document.kickoff, "prerun", names.kickoff, by)),
        stages=new_stages(document.stages, now, names.stages),
    )
    content = _with_members_of_stages(content, document.stages, names)
    if found.problems:
        return content
    rules = tuple(_rules(document.rules, content, by))
    return msgspec.structs.replace(content, rules=rules)


def in_positions(content: Content, document: Document) -> Content:
    """Steps, fields and milestones by their positions; without one, and among equals, as they
    stand."""
    forms = {
        step.id: _by_position(step.fields, sent.captures or ())
        for step, sent in zip(content.steps, document.steps, strict=True)
    }
    steps = tuple(
        msgspec.structs.replace(step, fields=forms[step.id])
        for step in _by_position(content.steps, document.steps)
    )
    return msgspec.structs.replace(
        content,
        steps=steps,
        kickoff=_by_position(content.kickoff, document.kickoff),
        stages=_by_position(content.stages, document.stages),
    )


def _by_position(parts: Sequence[Part], sent: Sequence[Any]) -> tuple[Part, ...]:
    places = [
        each.position if isinstance(each.position, int) else place
        for place, each in enumerate(sent, start=1)
    ]
    in_order = sorted(zip(places, parts, strict=True), key=lambda pair: pair[0])
    return tuple(part for _, part in in_order)


def _check_sizes(document: Document, found: Findings) -> None:
    if len(document.steps) > MOST_STEPS:
        found.refuse("steps", f"A template may not have more than {MOST_STEPS} steps.")
    if len(document.rules) > MOST_RULES:
        found.refuse("automated_actions", f"A template may not have more than {MOST_RULES} rules.")
    forms = {f"steps.{at}.captures": step.captures for at, step in enumerate(document.steps)}
    for path, form in {**forms, "prerun": document.kickoff}.items():
        if len(form or ()) > MOST_FIELDS:
            found.refuse(path, f"A form may not have more than {MOST_FIELDS} fields.")


# --- Names ---


def _names(document: Document, found: Findings) -> _Names:
    captures = {
        f"steps.{at}.captures.{place}": field
        for at, step in enumerate(document.steps)
        for place, field in enumerate(step.captures or ())
    }
    return _Names(
        steps=_new_ids({f"steps.{at}": each for at, each in enumerate(document.steps)}, found),
        stages=_new_ids({f"stages.{at}": each for at, each in enumerate(document.stages)}, found),
        kickoff=_new_ids({f"prerun.{at}": each for at, each in enumerate(document.kickoff)}, found),
        fields=_new_ids(captures, found),
    )


def _new_ids(parts: Mapping[str, Any], found: Findings) -> Ids:
    ids: dict[str, str] = {}
    for path, part in parts.items():
        name = name_in_document(part)
        if name is None:
            continue
        if name in ids:
            found.refuse(f"{path}.id", "This id stands in the document twice.")
        ids[name] = new_id()
    return ids


def name_in_document(part: Any) -> str | None:
    """Ids are the same in either case."""
    sent = getattr(part, "id", UNSET)
    if sent is UNSET or sent in (None, ""):
        sent = getattr(part, "timeline_id", UNSET)
    return None if sent is UNSET or sent in (None, "") else str(sent).lower()


def _id_of(part: Any, ids: Ids) -> str:
    return ids.get(name_in_document(part) or "") or new_id()


def _alias_of(part: Any) -> str:
    alias = part.alias
    return alias if isinstance(alias, str) and _ALIAS.fullmatch(alias) else UNNAMED


# --- Parts ---


def _fields(sent: Sequence[FieldIn], at: str, ids: Ids, by: _Reading) -> Iterator[Field]:
    for place, each in enumerate(sent):
        path = f"{at}.{place}."
        if isinstance(each.list_id, str) and each.list_id not in by.lists:
            by.found.warn(f"{path}list", f"list {each.list_id} is not in this organization")
            each.list_id = None
        field = new_field(each, path, by.found, by.now, lists=by.lists)
        yield msgspec.structs.replace(field, id=_id_of(each, ids), alias=_alias_of(each))


def new_stages(
    sent: Sequence[DocumentStageIn], now: Instant, ids: Ids | None = None
) -> tuple[Stage, ...]:
    return tuple(
        Stage(id=_id_of(each, ids or {}), name=each.name, created_at=now, updated_at=now)
        for each in sent
    )


def _step(sent: DocumentStepIn, at: str, by: _Reading) -> Step:
    names, found = by.names, by.found
    fields = tuple(_fields(sent.captures or (), f"{at}captures", names.fields, by))
    resolved = msgspec.structs.replace(
        sent,
        captures=None,
        deadline=_deadline(sent, at, names, found),
        stage_id=_stage(sent, at, names, found),
        bp_to_launch=_launched(sent.bp_to_launch, at, found),
    )
    step = new_step(resolved, at, found.problems, by.now, found=found)
    return msgspec.structs.replace(
        step, id=_id_of(sent, names.steps), alias=_alias_of(sent), fields=fields
    )


def _deadline(sent: DocumentStepIn, at: str, names: _Names, found: Findings) -> Any:
    deadline = sent.deadline
    if deadline is UNSET or deadline is None or deadline.step in (None, *LAUNCH):
        return deadline
    anchor = names.steps.get(str(deadline.step).lower())
    if anchor is not None:
        return msgspec.structs.replace(deadline, step=anchor)
    found.refuse(f"{at}deadline.step", "The selected step is invalid.")
    return UNSET


def _stage(sent: DocumentStepIn, at: str, names: _Names, found: Findings) -> Any:
    if not isinstance(sent.stage_id, str):
        return sent.stage_id
    stage = names.stages.get(sent.stage_id.lower())
    if stage is None:
        found.warn(f"{at}stage_id", f"milestone {sent.stage_id} is not in the document")
    return stage


def _launched(sent: Any, at: str, found: Findings) -> Any:
    """What could not be a template here is one that is not here."""
    name = sent.get("id") if isinstance(sent, dict) else sent
    if name in (UNSET, None, "") or (isinstance(name, str) and find_id(name)):
        return sent
    found.warn(f"{at}bp_to_launch", f"template {name} is not in this organization")
    return UNSET


def _with_members_of_stages(
    content: Content, sent: Sequence[DocumentStageIn], names: _Names
) -> Content:
    """A milestone may name its steps, where these do not name it."""
    stage_of = {
        names.steps.get(str(name).lower()): stage.id
        for stage, each in zip(content.stages, sent, strict=True)
        for name in each.step_ids or ()
    }
    steps = tuple(
        step
        if step.stage_id is not None
        else msgspec.structs.replace(step, stage_id=stage_of.get(step.id))
        for step in content.steps
    )
    return msgspec.structs.replace(content, steps=steps)


# --- Rules ---


def _rules(sent: Sequence[RuleIn], content: Content, by: _Reading) -> Iterator[Rule]:
    found = by.found
    for place, each in enumerate(sent):
        path = f"automated_actions.{place}"
        resolved = _resolved(each, path, by.names, found)
        if resolved is None:
            continue
        inside = Findings()
        rule = new_rule(resolved, Against(content, _all_named(resolved), inside, by.now))
        for key, sentences in inside.problems.items():
            for sentence in sentences:
                found.refuse(f"{path}.{key}", sentence)
        found.warnings += [f"{path}.{warning}" for warning in inside.warnings]
        yield rule


def _resolved(sent: RuleIn, path: str, names: _Names, found: Findings) -> RuleIn | None:
    """Without what refers to nothing; None when that leaves no condition or no action."""
    key, actions = actions_sent(sent)
    if not isinstance(sent.conditions, list) or not isinstance(actions, list):
        return sent  # `new_rule` says what is missing.
    conditions = [
        condition
        for place, each in enumerate(sent.conditions)
        if (condition := _condition(each, f"{path}.conditions.{place}", names, found)) is not None
    ]
    acts = [
        action
        for place, each in enumerate(actions)
        if (action := _action(each, f"{path}.{key}.{place}", names, found)) is not None
    ]
    if (sent.conditions and not conditions) or (actions and not acts):
        found.warn(path, "the rule was left out: nothing of it refers to this document")
        return None
    return msgspec.structs.replace(sent, conditions=conditions, then_actions=acts, actions=UNSET)


def _condition(sent: ConditionIn, path: str, names: _Names, found: Findings) -> ConditionIn | None:
    if not sent.conditionable_id or not names.of(sent.conditionable_type):
        known = None
    else:
        known = names.of(sent.conditionable_type).get(sent.conditionable_id.lower())
    if known is None:
        found.warn(path, f"{sent.conditionable_id} is not in the document")
        return None
    return msgspec.structs.replace(sent, id=None, conditionable_id=known)


def _action(sent: ActionIn, path: str, names: _Names, found: Findings) -> ActionIn | None:
    step = names.steps.get((sent.target_step_id or "").lower())
    source = _source(sent, names)
    if step is None or (sent.actionable_id and source is None):
        missing = sent.target_step_id if step is None else sent.actionable_id
        found.warn(path, f"{missing} is not in the document")
        return None
    return msgspec.structs.replace(sent, id=None, target_step_id=step, actionable_id=source)


def _source(sent: ActionIn, names: _Names) -> str | None:
    """Its type may be left out, as in a single rule."""
    name = (sent.actionable_id or "").lower()
    if not name or name in MOMENTS:
        return name or None
    kinds = [names.of(sent.actionable_type)] if sent.actionable_type else names.all
    return next((ids[name] for ids in kinds if name in ids), None)


def _all_named(sent: RuleIn) -> KnownPeople:
    """People are dropped later, where they are unknown; the rule stays without them."""
    named = list(people_in(sent))
    return KnownPeople(
        users=frozenset(user for each in named for user in each.members),
        guests=frozenset(guest for each in named for guest in each.guests or ()),
        groups=frozenset(group.lower() for each in named for group in each.groups or ()),
    )
