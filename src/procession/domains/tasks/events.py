"""What happens to tasks."""

from typing import Any, ClassVar

from procession.domains.tasks.types import Task, TaskState
from procession.kit.facts import Fact, Subject


class TaskFact(Fact, frozen=True, kw_only=True):
    """Numbered in the sequence of the task's process, when it has one."""

    category: ClassVar[str] = "Task"
    organization_id: str
    id: str
    number: int
    title: str
    run_id: str | None

    @property
    def subject(self) -> Subject:
        return Subject("Task", self.id)

    @property
    def parent(self) -> Subject:
        if self.run_id is not None:
            return Subject("Run", self.run_id)
        return Subject("Organization", self.organization_id)

    @property
    def process_id(self) -> str | None:
        return self.run_id


def about(task: Task, organization_id: str) -> dict[str, Any]:
    """The fields every fact about a task carries."""
    return {
        "organization_id": organization_id,
        "id": task.id,
        "number": task.number,
        "title": task.title,
        "run_id": task.process_id,
    }


class TaskCreated(TaskFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "task.created"
    verb: ClassVar[str] = "created"

    def sentence(self) -> str:
        return f'created the task "{self.title}"'


class RuledTaskFact(TaskFact, frozen=True, kw_only=True, omit_defaults=True):
    """What a person may have done, or a rule; then the bot did it, and the rule is named."""

    rule_id: str | None = None
    rule_name: str | None = None

    @property
    def by_rule(self) -> str:
        """Ends its sentence."""
        return "" if self.rule_name is None else f' by the rule "{self.rule_name}"'


class TaskChanged(RuledTaskFact, frozen=True, kw_only=True):
    """One field of it has another value now."""

    event: ClassVar[str] = "task.changed"
    verb: ClassVar[str] = "updated"
    field: str
    #: As the wire writes it.
    before: object

    @property
    def changed_field(self) -> str:
        return self.field

    @property
    def old_value(self) -> object:
        return self.before

    @property
    def is_news(self) -> bool:
        """Another deadline or text; and that it is shown, which it is to whoever works on it."""
        if self.field == "status":
            return self.before == TaskState.HIDDEN.value
        return self.field in ("deadline", "title", "summary")

    def sentence(self) -> str:
        field = self.field.replace("_", " ")
        return f'changed the {field} of the task "{self.title}"{self.by_rule}'


class TaskCompleted(TaskFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "task.completed"
    verb: ClassVar[str] = "completed"
    #: completed, approved, rejected, acknowledged or expired.
    outcome: str

    @property
    def is_news(self) -> bool:
        return True

    def sentence(self) -> str:
        return f'{self.outcome} the task "{self.title}"'


class TaskPartDone(TaskFact, frozen=True, kw_only=True):
    """One of those who must all complete it has done their part."""

    event: ClassVar[str] = "task.part_done"
    verb: ClassVar[str] = "updated"
    #: Their name.
    person: str

    @property
    def changed_field(self) -> str:
        return "completed_by_assignees"

    def sentence(self) -> str:
        return f'recorded that {self.person} has finished their part of the task "{self.title}"'


class TaskPartDecidedAnew(TaskFact, frozen=True, kw_only=True):
    """One of those who must all decide has another mind than before."""

    event: ClassVar[str] = "task.part_decided_anew"
    verb: ClassVar[str] = "updated"
    #: Their name.
    person: str
    outcome: str

    @property
    def changed_field(self) -> str:
        return "completed_by_assignees"

    def sentence(self) -> str:
        return f'recorded that {self.person} has now {self.outcome} the task "{self.title}"'


class TaskMailed(TaskFact, frozen=True, kw_only=True):
    """An e-mail task was done: its mail is on its way to so many people."""

    event: ClassVar[str] = "task.mailed"
    verb: ClassVar[str] = "emitted"
    recipient_count: int

    def sentence(self) -> str:
        if self.recipient_count == 0:
            return f'sent the mail of the task "{self.title}" to nobody: it has no recipients'
        people = "person" if self.recipient_count == 1 else "people"
        return f'sent the mail of the task "{self.title}" to {self.recipient_count} {people}'


class TaskReopened(RuledTaskFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "task.reopened"
    verb: ClassVar[str] = "re-opened"

    @property
    def is_news(self) -> bool:
        return True

    def sentence(self) -> str:
        return f'reopened the task "{self.title}"{self.by_rule}'


class TaskWebhookEmitted(RuledTaskFact, frozen=True, kw_only=True):
    """A rule calls an address; it is called when this is delivered (contract 50, 4.8)."""

    event: ClassVar[str] = "task.webhook_emitted"
    verb: ClassVar[str] = "emitted"
    action_id: str
    webhook_url: str
    #: What the author called it.
    label: str

    def sentence(self) -> str:
        return f'called the webhook "{self.label}" for the task "{self.title}"{self.by_rule}'


class TaskArchived(TaskFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "task.archived"
    verb: ClassVar[str] = "archived"

    def sentence(self) -> str:
        return f'archived the task "{self.title}"'


class TaskUnarchived(TaskFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "task.unarchived"
    verb: ClassVar[str] = "unarchived"

    def sentence(self) -> str:
        return f'restored the task "{self.title}"'


class TaskDeleted(TaskFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "task.deleted"
    verb: ClassVar[str] = "deleted"

    def sentence(self) -> str:
        return f'deleted the task "{self.title}" for ever'


class TaskReassigned(TaskFact, frozen=True, kw_only=True):
    """Handed from a member who goes to another."""

    event: ClassVar[str] = "task.reassigned"
    verb: ClassVar[str] = "owners-updated"
    from_name: str
    to_name: str

    @property
    def changed_field(self) -> str:
        return "owners"

    @property
    def old_value(self) -> object:
        return self.from_name

    def sentence(self) -> str:
        return f'handed the task "{self.title}" from {self.from_name} to {self.to_name}'


class TaskAnswered(TaskFact, frozen=True, kw_only=True):
    """One field of its form has another answer now, or none."""

    event: ClassVar[str] = "task.answered"
    verb: ClassVar[str] = "updated"
    field_id: str
    alias: str
    label: str
    before: Any

    @property
    def changed_field(self) -> str:
        return f"taskdata.{self.alias}"

    @property
    def old_value(self) -> object:
        return self.before

    def sentence(self) -> str:
        return f'changed the answer to "{self.label}" in the task "{self.title}"'


class TaskOwnersChanged(TaskChanged, frozen=True, kw_only=True):
    """Who works on it."""

    event: ClassVar[str] = "task.owners_changed"
    verb: ClassVar[str] = "owners-updated"

    @property
    def is_news(self) -> bool:
        return True


class TaskMoved(TaskChanged, frozen=True, kw_only=True):
    """To another place in its process."""

    event: ClassVar[str] = "task.moved"
    verb: ClassVar[str] = "re-ordered"

    def sentence(self) -> str:
        return f'moved the task "{self.title}"'


class TaskLinked(TaskFact, frozen=True, kw_only=True):
    """Put into a process."""

    event: ClassVar[str] = "task.linked"
    verb: ClassVar[str] = "linked"

    @property
    def is_news(self) -> bool:
        return True

    def sentence(self) -> str:
        return f'put the task "{self.title}" into the process'


class TaskUnlinked(TaskFact, frozen=True, kw_only=True):
    """Taken out of its process."""

    event: ClassVar[str] = "task.unlinked"
    verb: ClassVar[str] = "unlinked"

    def sentence(self) -> str:
        return f'took the task "{self.title}" out of the process'
