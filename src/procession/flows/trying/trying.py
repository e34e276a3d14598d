"""Trying the rules of a template's draft before anybody is affected (contract 50, 13)."""

import time
from typing import Any

import msgspec

from procession.core.rules.model import Effect
from procession.core.times import SECOND, Instant, wire_time
from procession.domains.processes import store as processes
from procession.domains.processes.wire import ProgressOut
from procession.domains.tasks import store as tasks
from procession.domains.tasks.wire import task_out
from procession.domains.templates.types import Content
from procession.flows.rules.witnessing import Witnessed, fired_out
from procession.flows.tasks import showing
from procession.flows.trying.drafts import drafted, launch_draft, rows_to_try
from procession.flows.trying.playing import OF_STEPS, Playing, check_events, words_of
from procession.flows.trying.rehearsing import Rehearsal, rehearsing
from procession.flows.trying.wire import (
    HappenedOut,
    TriedLaunchOut,
    TriedOut,
    TriedProcessOut,
    TriedStepOut,
    TriedWebhookOut,
    TryEventIn,
    TryIn,
)
from procession.kit.caller import Caller
from procession.kit.errors import Refusal, sentences_of
from procession.kit.ids import find_id
from procession.kit.work import looking

MOST_EVENTS = 200
MOST_SECONDS = 2.0

_IS_PAST = "It would be before what happened before it."
_NO_EXPIRY = "It does not expire then: its deadline does not count yet, or it cannot expire."


def try_rules(caller: Caller, template_id: str, sent: TryIn) -> TriedOut:
    """A launch that is refused refuses the whole; an event that is refused says so, and the rest
    goes on."""
    began = time.monotonic()
    rows = rows_to_try(caller, template_id)
    with rehearsing(caller, rows) as rehearsal, drafted(rehearsal, template_id) as draft:
        check_events(sent.events, draft.content)
        if sent.started_at is not None:
            rehearsal.now = sent.started_at
        process_id = launch_draft(rehearsal, draft, sent).id
        trial = _Trial(rehearsal, process_id, draft.content)
        for event in sent.events[:MOST_EVENTS]:
            if time.monotonic() - began > MOST_SECONDS:
                trial.truncated = True
                break
            trial.take(event)
        trial.truncated |= len(sent.events) > MOST_EVENTS
        return trial.ended()
    raise AssertionError("a rehearsal ends by itself")


class _Trial:
    """Of one process: what happens in it, written down as it happens."""

    def __init__(self, rehearsal: Rehearsal, process_id: str, content: Content) -> None:
        work = looking(rehearsal.caller)
        found = tasks.list_ruled(work, process_id, [step.id for step in content.steps])
        task_ids = {task.step_id: task.id for task in found}
        self._rehearsal, self._process_id, self._content = rehearsal, process_id, content
        self._playing = Playing(rehearsal, process_id, task_ids, content)
        self._timeline: list[HappenedOut] = []
        self._webhooks: list[TriedWebhookOut] = []
        self.truncated = False
        # Rules of the launch were evaluated before the process had its id.
        self._note({"launch": True}, rehearsal.take_heard())

    def take(self, event: TryEventIn) -> None:
        (word,) = words_of(event)
        step_id = (find_id(getattr(event, word)) or "") if word in OF_STEPS else ""
        at = event.clock if word == "clock" else event.at
        if at is None:
            # No two events without a time are at the very same one.
            self._rehearsal.now += 1
        if at is not None and at < self._rehearsal.now // SECOND * SECOND:
            self._note(_shown(event, word), [], [_IS_PAST])
        elif word == "expire":
            self._expire(event, step_id, at)
        else:
            if at is not None:
                self._pass(at)
            self._play(event, word, step_id)

    def _play(self, event: TryEventIn, word: str, step_id: str) -> None:
        """All of it or nothing."""
        try:
            with self._rehearsal.caller.server.database.writing():
                self._playing.play(event, word, step_id)
        except Refusal as refusal:
            self._rehearsal.take_heard()
            self._note(_shown(event, word), [], sentences_of(refusal))
        else:
            self._note(_shown(event, word), self._own_heard())

    def _expire(self, event: TryEventIn, step_id: str, at: Instant | None) -> None:
        deadline_at = self._playing.task(step_id).deadline_at or 0
        until = max(self._rehearsal.now, deadline_at + 1) if at is None else at
        known = len(self._timeline)
        self._pass(until)
        if {"expire": step_id} not in [each.event for each in self._timeline[known:]]:
            self._note(_shown(event, "expire"), [], [_NO_EXPIRY])

    def _pass(self, until: Instant) -> None:
        """What the clock does until then, in the order of the deadlines."""
        looked_at: set[str] = set()
        while (task := self._playing.next_expiry(until, looked_at)) is not None:
            looked_at.add(task.id)
            if self._playing.expire(task):
                # What this has completed may let others count from it.
                looked_at.clear()
                self._note({"expire": task.step_id}, self._own_heard())
        self._rehearsal.now = max(self._rehearsal.now, until)

    # --- Writing down ---

    def _own_heard(self) -> list[Witnessed]:
        """Not those of processes that it has launched."""
        heard = self._rehearsal.take_heard()
        return [each for each in heard if each.process_id == self._process_id]

    def _note(
        self, event: dict[str, Any], heard: list[Witnessed], refused: list[str] | None = None
    ) -> None:
        at = wire_time(self._rehearsal.now)
        fired = [fired for each in heard for fired in fired_out(each)]
        entry = HappenedOut(at=at, event=event, fired=fired)
        if refused is not None:
            entry.refused = refused
        self._timeline.append(entry)
        effects = [effect for each in heard for effect in each.outcome.effects]
        self._webhooks += [
            _webhook(at, each) for each in effects if each.action.verb == "emit_webhook"
        ]

    def ended(self) -> TriedOut:
        work = looking(self._rehearsal.caller)
        process = processes.get_visible(work, self._process_id)
        return TriedOut(
            process=TriedProcessOut(
                name=process.name, status=process.status, progress=ProgressOut(*process.progress)
            ),
            steps=self._steps(),
            timeline=self._timeline,
            webhooks=self._webhooks,
            launches=self._launches(),
            truncated=self.truncated,
        )

    def _steps(self) -> list[TriedStepOut]:
        """In the order of the tasks."""
        caller = self._rehearsal.caller
        found = tasks.visible_among(looking(caller), list(self._playing.task_ids.values()))
        ordered = sorted(found.values(), key=lambda task: (task.position, task.number))
        shown = [
            task_out(view.task, self._rehearsal.now, view.texts)
            for view in showing.view_tasks(caller, ordered)
        ]
        return [
            TriedStepOut(
                step_id=task.step_id or "",
                title=task.title,
                status=task.status,
                owners={
                    "users": task.owners.users,
                    "guests": task.owners.guests,
                    "groups": task.owners.groups,
                },
                deadline=task.deadline,
            )
            for task in shown
        ]

    def _launches(self) -> list[TriedLaunchOut]:
        """What added its tasks to this process launched none."""
        work = looking(self._rehearsal.caller)
        found = []
        for step in self._content.steps:
            if step.sub_process is None or step.sub_process.tasks_within_process:
                continue
            launched_id = tasks.find_launched(work, self._playing.task_ids[step.id])
            if launched_id is not None:
                process = processes.get_visible(work, launched_id)
                found.append(
                    TriedLaunchOut(
                        step_id=step.id, checklist_id=process.template_id, name=process.name
                    )
                )
        return found


def _shown(event: TryEventIn, word: str) -> dict[str, Any]:
    """As it was sent; its answers are what the process then shows."""
    value = getattr(event, word)
    return {word: wire_time(value) if word == "clock" else msgspec.to_builtins(value)}


def _webhook(at: str, effect: Effect) -> TriedWebhookOut:
    action = effect.action
    return TriedWebhookOut(
        at=at,
        rule_id=effect.rule.id,
        action_id=action.id,
        step_id=action.step_id,
        webhook_url=action.webhook_url,
        alias_name=action.webhook_label,
    )
