"""When a rule fires, and what it does then (contract 50, 4.2): at the rising edge alone."""

from dataclasses import replace

from procession.core.rules.acting import Done, act, follows
from procession.core.rules.combining import combined
from procession.core.rules.model import Action, Effect, Event, Firing, Rule, Skip
from procession.core.rules.recalculating import recalculate
from procession.core.rules.state import State

#: Firings in one cascade (4.4).
MOST_FIRINGS = 200


def evaluate(state: State, rule: Rule, event: Event) -> list[Event]:
    """What its actions have made happen in turn. A result that became false undoes nothing."""
    results = tuple(state.is_met(condition) for condition in rule.conditions)
    if not combined(rule.conditions, results):
        state.set_last_result(rule, False)
        return []
    if state.memory(rule).last_result:
        return recalculate(state, rule, event, results)
    state.set_last_result(rule, True)
    if rule.id in state.fired or len(state.fired) >= MOST_FIRINGS:
        # Dropped, not put off: it fires again when its conditions have been false in between.
        state.stopped.append(rule.id)
        return []
    return _fire(state, rule, event, results)


def _fire(state: State, rule: Rule, event: Event, results: tuple[bool, ...]) -> list[Event]:
    state.fired.add(rule.id)
    done = [(action, *_do(state, rule, action)) for action in rule.actions]
    following = [each for each in done if follows(each[0])]
    memory = state.memory(rule)
    state.memories[rule.id] = replace(
        memory,
        fired_count=memory.fired_count + 1,
        last_fired_at=state.situation.now,
        seen={action.id: each.seen for action, each, _ in following},
        brought={action.id: each.brought for action, each, _ in following if each.brought},
    )
    state.firings.append(Firing(rule, event, results, tuple(told for _, _, told in done)))
    return [each.event for _, each, _ in done if each.event is not None]


def _do(state: State, rule: Rule, action: Action) -> tuple[Done, Effect | Skip]:
    before = state.task(action.step_id)
    done = act(state, action)
    if done.after is None or before is None:
        return done, Skip(rule, action, done.why)
    state.put(done.after)
    return done, Effect(rule, action, before, done.after)
