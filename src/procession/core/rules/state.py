"""The state that one cascade moves on: the only thing in here that changes."""

from dataclasses import replace

from procession.core.rules import fields, steps
from procession.core.rules.model import (
    Condition,
    Firing,
    Memory,
    Outcome,
    Rule,
    Situation,
    StepTask,
)

_NOTHING = Memory()


class State:
    """A situation, with what the rules of this cascade did so far."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        #: By step: those that rules have changed.
        self._tasks: dict[str, StepTask] = {}
        self.memories = dict(situation.memories)
        self.firings: list[Firing] = []
        self.fired: set[str] = set()
        self.stopped: list[str] = []

    def is_met(self, condition: Condition) -> bool:
        if condition.is_about_step:
            return steps.is_met(condition, self.task(condition.about))
        return fields.is_met(condition, self.situation.value_of(condition.about))

    def memory(self, rule: Rule) -> Memory:
        return self.memories.get(rule.id, _NOTHING)

    def set_last_result(self, rule: Rule, result: bool) -> None:
        memory = self.memory(rule)
        if memory.last_result != result:
            self.memories[rule.id] = replace(memory, last_result=result)

    def task(self, step_id: str) -> StepTask | None:
        """As it is by now. Tasks that nobody asks for are never looked at."""
        changed = self._tasks.get(step_id)
        return self.situation.tasks.get(step_id) if changed is None else changed

    def put(self, task: StepTask) -> None:
        self._tasks[task.step_id] = task

    def outcome(self, *, was_all_hidden: bool = False) -> Outcome:
        was = self.situation
        return Outcome(
            firings=tuple(self.firings),
            tasks={key: task for key, task in self._tasks.items() if task != was.tasks.get(key)},
            memories={
                key: memory
                for key, memory in self.memories.items()
                if memory != was.memories.get(key)
            },
            stopped=tuple(self.stopped),
            was_all_hidden=was_all_hidden,
        )
