"""Hears of what happened in a transaction, before it ends: what is to leave is written with it.

Where nobody listens this costs nothing: whoever finds out who asks finds that out in the same
statement (`Caller.is_heard`), and a rule's webhook is named by its fact.
"""

from collections.abc import Sequence

from procession.kit.caller import Caller
from procession.kit.facts import Fact
from procession.kit.work import Work

#: A rule calls an address of its own, whoever else listens.
BY_RULE = "task.webhook_emitted"
#: What somebody may be told of; everything else is told to nobody.
TOLD = frozenset(
    (
        "process.launched", "process.completed", "process.archived", "process.unarchived",
        "process.people_changed", "task.created", "task.completed", "task.reopened",
        "task.changed", "task.owners_changed", "task.reassigned", "comment.added",
        "issue.reported", "issue.resolved", "step.added", "step.deleted", "step.assignees_changed",
        "template.field_created", "template.field_deleted", "template.changed", "step.changed",
        "template.field_changed", BY_RULE,
    )
)  # fmt: skip


def hear(work: Work, facts: Sequence[tuple[Caller, Fact]]) -> None:
    """In the transaction; everything in it has been done."""
    if work.caller.server.witness is not None:  # A rehearsal keeps nothing.
        return
    told = [(actor, fact) for actor, fact in facts if fact.event in TOLD]
    if not told or not (work.caller.is_heard or any(fact.event == BY_RULE for _, fact in told)):
        return
    # Who never had anything to tell carries none of it.
    from procession.flows.webhooks.telling import tell  # noqa: PLC0415

    tell(work, told)
