"""Telling what rules did: one fact for each change, in the bot's name, and the server's log."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import structlog

from procession.core.rules.model import Effect, Outcome, StepTask
from procession.core.times import optional_wire_time
from procession.domains.tasks.events import (
    TaskChanged,
    TaskFact,
    TaskOwnersChanged,
    TaskReopened,
    TaskWebhookEmitted,
)
from procession.kit.system_log import Category, Severity, log
from procession.kit.work import Work

_log = structlog.get_logger("procession.rules")


class Told(NamedTuple):
    """What facts say of a task."""

    id: str
    number: int
    title: str


def tell(work: Work, process_id: str, outcome: Outcome, tasks: Mapping[str, Told]) -> None:
    """The bot is at work. `tasks`: by step."""
    for effect in outcome.effects:
        for fact in _facts(work, process_id, effect, tasks[effect.before.step_id]):
            work.record(fact)


def _facts(work: Work, process_id: str, effect: Effect, task: Told) -> Sequence[TaskFact]:
    about: dict[str, Any] = {
        "organization_id": work.caller.organization_id,
        "id": task.id,
        "number": task.number,
        "title": task.title,
        "run_id": process_id,
        "rule_id": effect.rule.id,
        "rule_name": effect.rule.name,
    }
    action, before = effect.action, effect.before
    if action.verb in ("show", "hide"):
        return [TaskChanged(**about, field="status", before=before.state)]
    if action.verb == "reopen":
        return [TaskReopened(**about)]
    if action.verb == "deadline":
        if before.deadline_at == effect.after.deadline_at:  # It was only pinned.
            return []
        was = optional_wire_time(before.deadline_at)
        return [TaskChanged(**about, field="deadline", before=was)]
    if action.verb == "emit_webhook":
        return [
            TaskWebhookEmitted(
                **about,
                action_id=action.id,
                webhook_url=action.webhook_url,
                label=action.webhook_label,
            )
        ]
    return [TaskOwnersChanged(**about, field="owners", before=_owners(before))]


def _owners(task: StepTask) -> dict[str, list[Any]]:
    """As the wire writes them."""
    owners = task.owners
    return {
        "users": sorted(owners.users),
        "guests": sorted(owners.guests),
        "groups": sorted(owners.groups),
    }


def log_stops(work: Work, process_id: str, outcome: Outcome) -> None:
    """What was stopped or left out, for who runs the server."""
    where = {"org": work.caller.organization_id, "run_id": process_id}
    for rule_id in outcome.stopped:
        _log.warning("automation_loop_stopped", **where, rule_id=rule_id)
        _tell(
            work,
            process_id,
            "automation_loop_stopped",
            "a rule that set itself off was stopped",
            rule_id=rule_id,
        )
    if outcome.was_all_hidden:
        _log.warning("all_tasks_hidden_reset", **where)
        _tell(work, process_id, "all_tasks_hidden_reset", "rules had hidden every task; all show")
    for skip in outcome.skips:
        if skip.why.startswith("at most"):
            _log.warning(
                "automation_action_skipped", **where, rule_id=skip.rule.id,
                action_id=skip.action.id, why=skip.why,
            )  # fmt: skip
            _tell(
                work,
                process_id,
                "automation_action_skipped",
                f"left out: {skip.why}",
                rule_id=skip.rule.id,
                action_id=skip.action.id,
            )


def _tell(work: Work, process_id: str, event: str, message: str, **detail: str) -> None:
    """Administrators, too."""
    log(
        work,
        event,
        Category.PROCESS,
        message,
        severity=Severity.WARNING,
        subject=("Run", process_id),
        **detail,
    )


def log_broken(work: Work, process_id: str, rule_ids: Sequence[str]) -> None:
    """Rules that are left out of a process that is launched."""
    for rule_id in rule_ids:
        _log.warning(
            "automation_rule_skipped", org=work.caller.organization_id, run_id=process_id,
            rule_id=rule_id,
        )  # fmt: skip
