"""What happens to schedules."""

from typing import ClassVar

from procession.kit.facts import Fact, Subject


class ScheduleFact(Fact, frozen=True, kw_only=True):
    category: ClassVar[str] = "Blueprint"
    organization_id: str
    #: The schedule's number.
    id: int
    template_id: str

    @property
    def subject(self) -> Subject:
        return Subject("Schedule", str(self.id))

    @property
    def parent(self) -> Subject:
        return Subject("Checklist", self.template_id)


class ScheduleCreated(ScheduleFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "schedule.created"
    verb: ClassVar[str] = "created"
    cron: str

    def sentence(self) -> str:
        return f'created the schedule {self.id} ("{self.cron}")'


class ScheduleChanged(ScheduleFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "schedule.changed"
    verb: ClassVar[str] = "updated"
    #: What of it is another now.
    fields: list[str]

    def sentence(self) -> str:
        return f"changed the schedule {self.id} ({', '.join(self.fields)})"


class ScheduleDeleted(ScheduleFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "schedule.deleted"
    verb: ClassVar[str] = "deleted"

    def sentence(self) -> str:
        return f"deleted the schedule {self.id}"


class ScheduleFailed(ScheduleFact, frozen=True, kw_only=True):
    """Its time came, and nothing was launched."""

    event: ClassVar[str] = "schedule.failed"
    verb: ClassVar[str] = "updated"
    reason: str

    def sentence(self) -> str:
        return f"could not launch by the schedule {self.id}: {self.reason}"
