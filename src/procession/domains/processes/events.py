"""What happens to processes."""

from typing import Any, ClassVar

from procession.domains.processes.types import Process, ShelvedProcess
from procession.kit.facts import Fact, Subject


class ProcessFact(Fact, frozen=True, kw_only=True):
    """Numbered in the process's own sequence."""

    category: ClassVar[str] = "Process"
    id: str
    number: int
    name: str
    template_id: str

    @property
    def subject(self) -> Subject:
        return Subject("Run", self.id)

    @property
    def parent(self) -> Subject:
        return Subject("Checklist", self.template_id)

    @property
    def process_id(self) -> str:
        return self.id


def about(process: Process | ShelvedProcess) -> dict[str, Any]:
    """The fields every fact about a process carries."""
    return {
        "id": process.id,
        "number": process.number,
        "name": process.name,
        "template_id": process.template_id,
    }


class ProcessLaunched(ProcessFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "process.launched"
    verb: ClassVar[str] = "created"
    launched_via: str
    task_count: int

    @property
    def is_news(self) -> bool:
        return True

    def sentence(self) -> str:
        return f'launched the process "{self.name}"'


class ProcessLinked(ProcessFact, frozen=True, kw_only=True):
    """Launched by the completion of another process's task."""

    event: ClassVar[str] = "process.linked"
    verb: ClassVar[str] = "linked"
    parent_id: str
    task_id: str
    task_title: str

    @property
    def parent(self) -> Subject:
        return Subject("Run", self.parent_id)

    def sentence(self) -> str:
        return f'linked the process "{self.name}" to the task "{self.task_title}" that launched it'


class ProcessExtended(ProcessFact, frozen=True, kw_only=True):
    """The completion of a task has added the tasks of another template to it."""

    event: ClassVar[str] = "process.extended"
    verb: ClassVar[str] = "linked"
    task_id: str
    task_title: str
    added_template_id: str
    added_title: str
    #: The new tasks are numbered from this one on.
    first_task_number: int
    task_count: int

    @property
    def is_news(self) -> bool:
        return True

    def sentence(self) -> str:
        return (
            f'added the tasks of "{self.added_title}" to the process "{self.name}" after the task '
            f'"{self.task_title}"'
        )


class ProcessCompleted(ProcessFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "process.completed"
    verb: ClassVar[str] = "completed"

    @property
    def is_news(self) -> bool:
        return True

    def sentence(self) -> str:
        return f'completed the process "{self.name}"'


class ProcessReopened(ProcessFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "process.reopened"
    verb: ClassVar[str] = "uncompleted"

    def sentence(self) -> str:
        return f'reopened the process "{self.name}"'


class ProcessChanged(ProcessFact, frozen=True, kw_only=True):
    """One field of it has another value now."""

    event: ClassVar[str] = "process.changed"
    verb: ClassVar[str] = "updated"
    field: str
    before: object

    @property
    def changed_field(self) -> str:
        return self.field

    @property
    def old_value(self) -> object:
        return self.before

    @property
    def is_news(self) -> bool:
        return True

    def sentence(self) -> str:
        return f'changed the {self.field.replace("_", " ")} of the process "{self.name}"'


class ProcessPeopleChanged(ProcessChanged, frozen=True, kw_only=True):
    """Its owner or the people attached to it."""

    event: ClassVar[str] = "process.people_changed"
    verb: ClassVar[str] = "owners-updated"


class ProcessReadersChanged(ProcessFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "process.readers_changed"
    verb: ClassVar[str] = "updated"
    before: dict[str, Any]

    @property
    def changed_field(self) -> str:
        return "permissions"

    @property
    def old_value(self) -> object:
        return self.before

    def sentence(self) -> str:
        return f'changed who may read the process "{self.name}"'


class ProcessRulesWoken(ProcessFact, frozen=True, kw_only=True):
    """It was launched before the server evaluated rules, and does from now on."""

    event: ClassVar[str] = "process.rules_woken"
    verb: ClassVar[str] = "updated"

    @property
    def changed_field(self) -> str:
        return "rules_active"

    @property
    def old_value(self) -> object:
        return False

    def sentence(self) -> str:
        return f'woke the rules of the process "{self.name}"'


class ProcessArchived(ProcessFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "process.archived"
    verb: ClassVar[str] = "archived"
    status_before: str

    @property
    def old_value(self) -> object:
        return self.status_before

    def sentence(self) -> str:
        return f'archived the process "{self.name}"'


class ProcessUnarchived(ProcessFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "process.unarchived"
    verb: ClassVar[str] = "unarchived"

    def sentence(self) -> str:
        return f'restored the process "{self.name}"'


class ProcessDeleted(ProcessFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "process.deleted"
    verb: ClassVar[str] = "deleted"

    def sentence(self) -> str:
        return f'deleted the process "{self.name}" (#{self.number}) for ever'


class KickoffAnswered(ProcessFact, frozen=True, kw_only=True):
    """One field of its kick-off form has another answer now, or none."""

    event: ClassVar[str] = "process.answered"
    verb: ClassVar[str] = "updated"
    field_id: str
    alias: str
    label: str
    before: Any

    @property
    def changed_field(self) -> str:
        return f"prerun.{self.alias}"

    @property
    def old_value(self) -> object:
        return self.before

    def sentence(self) -> str:
        return f'changed the kick-off answer to "{self.label}" of the process "{self.name}"'


class KickoffCompleted(ProcessFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "process.kickoff_completed"
    verb: ClassVar[str] = "completed"

    @property
    def changed_field(self) -> str:
        return "prerun"

    def sentence(self) -> str:
        return f'completed the kick-off form of the process "{self.name}"'


class KickoffReopened(ProcessFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "process.kickoff_reopened"
    verb: ClassVar[str] = "re-opened"

    @property
    def changed_field(self) -> str:
        return "prerun"

    def sentence(self) -> str:
        return f'reopened the kick-off form of the process "{self.name}"'
