"""What a rule that stays true does again (contract 50, 4.2): only what it takes has changed."""

from dataclasses import replace

from procession.core.rules.acting import act, follows, seen_by
from procession.core.rules.model import Effect, Event, Firing, Rule, Skip
from procession.core.rules.state import State


def recalculate(state: State, rule: Rule, event: Event, results: tuple[bool, ...]) -> list[Event]:
    """Deadlines that count from a date or another step's deadline, and people out of a field.

    Actions that never ran, because their rule was stopped, have nothing to be done again.
    """
    memory = state.memory(rule)
    told: list[Effect | Skip] = []
    events: list[Event] = []
    for action in rule.actions:
        if action.id not in memory.seen or not follows(action):
            continue
        if seen_by(state, action) == memory.seen[action.id]:
            continue
        before = state.task(action.step_id)
        done = act(state, action, memory.brought.get(action.id, ()))
        memory = replace(
            memory,
            seen={**memory.seen, action.id: done.seen},
            brought={**memory.brought, action.id: done.brought},
        )
        if done.after is None or before is None:
            told.append(Skip(rule, action, done.why))
            continue
        state.put(done.after)
        told.append(Effect(rule, action, before, done.after))
        if done.event is not None:
            events.append(done.event)
    if told:
        state.memories[rule.id] = memory
        state.firings.append(Firing(rule, event, results, tuple(told), is_again=True))
    return events
