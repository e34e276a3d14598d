"""What happens to operations."""

from typing import ClassVar

from procession.kit.facts import Fact, Subject


class OperationFact(Fact, frozen=True, kw_only=True):
    category: ClassVar[str] = "Organization"
    organization_id: str
    number: int
    #: archive, activate or delete; and what: run, checklist or task.
    action: str
    object: str
    total: int

    @property
    def subject(self) -> Subject:
        return Subject("Operation", str(self.number))

    @property
    def parent(self) -> Subject:
        return Subject("Organization", self.organization_id)


_VERBS = {"activate": "restore", "delete": "delete for ever"}
_OBJECTS = {"run": "processes", "checklist": "templates", "task": "tasks"}


def _what(fact: OperationFact) -> str:
    verb, objects = (
        words.get(word, word) for words, word in ((_VERBS, fact.action), (_OBJECTS, fact.object))
    )
    return f"operation #{fact.number} ({verb} {objects})"


class OperationStarted(OperationFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "operation.started"
    verb: ClassVar[str] = "operation-started"

    def sentence(self) -> str:
        return f"started {_what(self)} of {self.total}"


class OperationFinished(OperationFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "operation.finished"
    verb: ClassVar[str] = "operation-finished"
    done: int
    skipped: dict[str, int]
    is_cancelled: bool
    #: Of a sweep that nobody approved of.
    is_refused: bool = False
    is_lapsed: bool = False

    @property
    def is_news(self) -> bool:
        """Who watches processes hears of all that an operation did to them when it ends."""
        return self.object == "run" and self.action != "delete" and self.done > 0

    def sentence(self) -> str:
        end = "cancelled" if self.is_cancelled else "finished"
        end = "refused" if self.is_refused else end
        if self.is_lapsed:
            return f"let {_what(self)} lapse: nobody approved of it"
        return f"{end} {_what(self)}: {self.done} of {self.total} changed"
