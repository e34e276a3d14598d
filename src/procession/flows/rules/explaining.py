"""Why a process is as it is: its rules, what they see now, and what they did (contract 50, 13)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from procession.core.rules import model
from procession.core.rules.model import Memory
from procession.core.rules.state import State
from procession.core.times import optional_wire_time
from procession.domains.activity import store as activity
from procession.domains.activity.wire import EntryOut, entry_out
from procession.domains.processes import store as processes
from procession.domains.processes.types import Process
from procession.domains.tasks import store as tasks
from procession.domains.templates import store as templates
from procession.domains.templates.types import Rule
from procession.domains.templates.wire.firings import ExplainedRuleOut
from procession.domains.templates.wire.rules import rule_out
from procession.flows.rules.books import VersionBook, launched_book
from procession.flows.rules.cascading import answers_in, situation_of
from procession.flows.rules.witnessing import value_seen
from procession.kit.caller import Caller
from procession.kit.reading import stored_reader
from procession.kit.work import Work, reading

#: Of a process, the newest ones.
_MOST_ENTRIES = 500


def explain_rules(caller: Caller, process_id: str) -> list[ExplainedRuleOut]:
    """In the order of their evaluation. Answers, tasks and entries that the caller may not see are
    left out."""
    with reading(caller) as work:
        process = processes.get_visible(work, process_id)
        content = templates.launched_content(work, process.template_id, process.template_version)
        if not content.rules:
            return []
        known = launched_book(work, process.template_id, process.template_version)
        look = _look(work, process, known, [step.id for step in content.steps])
        entries = _entries(work, process)
        return [
            _explained(rule, position, look, entries[rule.id])
            for position, rule in enumerate(content.rules, start=1)
        ]


@dataclass(frozen=True)
class _Look:
    """A process as its rules find it now, and as much of it as the caller may see."""

    state: State
    known: VersionBook
    sound: Mapping[str, model.Rule]
    values: Mapping[str, Any]
    results: Mapping[str, bool]
    #: Steps whose tasks the caller may see.
    seen_steps: frozenset[str]
    is_active: bool


def _look(work: Work, process: Process, known: VersionBook, step_ids: list[str]) -> _Look:
    stored = {task.step_id: task for task in tasks.list_ruled(work, process.id, step_ids)}
    visible = tasks.visible_among(work, [task.id for task in stored.values()])
    seen_steps = frozenset(step for step, task in stored.items() if task.id in visible)
    state = State(situation_of(work, process, known, stored, process.kickoff_answers))
    answers_of = answers_in(known, stored, process.kickoff_answers)
    values, results = {}, {}
    for rule in known.book.rules:
        for condition in rule.conditions:
            if _step_of(known, condition) not in {None, *seen_steps}:
                continue
            task = state.task(condition.about) if condition.is_about_step else None
            values[condition.id] = value_seen(condition, task, answers_of)
            results[condition.id] = state.is_met(condition)
    return _Look(
        state=state,
        known=known,
        sound={rule.id: rule for rule in known.book.rules},
        values=values,
        results=results,
        seen_steps=seen_steps,
        is_active=process.rules_active and not process.is_archived,
    )


def _step_of(known: VersionBook, condition: model.Condition) -> str | None:
    """The step whose task tells it; None: the kick-off form, which readers see."""
    if condition.is_about_step:
        return condition.about
    return known.book.steps_of_fields.get(condition.about)


def _explained(rule: Rule, position: int, look: _Look, entries: list[EntryOut]) -> ExplainedRuleOut:
    memory = look.state.situation.memories.get(rule.id, Memory())
    shown = rule_out(rule, position)
    for condition in shown.conditions:
        condition["value"] = look.values.get(condition["id"])
        condition["result"] = look.results.get(condition["id"])
    return ExplainedRuleOut(
        **msgspec.structs.asdict(shown),
        is_active=look.is_active and rule.id in look.sound,
        last_result=memory.last_result,
        fired_count=memory.fired_count,
        last_fired_at=optional_wire_time(memory.last_fired_at),
        hides=_hidden_by(look, rule.id),
        entries=entries,
    )


def _hidden_by(look: _Look, rule_id: str) -> list[str]:
    rule = look.sound.get(rule_id)
    shows = [each.step_id for each in rule.actions if each.verb == "show"] if rule else []
    found = []
    for step_id in shows:
        task = look.state.task(step_id)
        if step_id in look.seen_steps and task is not None and task.is_hidden:
            found.append(step_id)
    return found


class _State(msgspec.Struct):
    rule_id: str | None = None


_read_state = stored_reader(_State)


def _entries(work: Work, process: Process) -> dict[str, list[EntryOut]]:
    """By rule."""
    found = activity.list_by_rules(work, process.id, _MOST_ENTRIES)
    names = activity.names_now(work, found) if found else {}
    by_rule: dict[str, list[EntryOut]] = defaultdict(list)
    for entry in found:
        rule_id = _read_state(entry.subject_state or "{}").rule_id
        if rule_id is not None:
            shown = entry_out(entry, work.caller.organization_id, names)
            by_rule[rule_id].append(shown)
    return by_rule
