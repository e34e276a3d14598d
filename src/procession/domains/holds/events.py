"""What happens to holds, and what they prevent."""

from typing import Any, ClassVar

from procession.domains.holds.types import Hold, Scope
from procession.kit.facts import Fact, Subject

_KINDS: dict[str, str] = {
    Scope.RUN: "Run",
    Scope.CHECKLIST: "Checklist",
    Scope.TASK: "Task",
    Scope.ORGANIZATION: "Organization",
}
_WORDS: dict[str, str] = {
    Scope.RUN: "process",
    Scope.CHECKLIST: "template",
    Scope.TASK: "task",
    Scope.ORGANIZATION: "organization",
}


class HoldFact(Fact, frozen=True, kw_only=True):
    """Told among what concerns the organization: why something is on hold is for administrators."""

    category: ClassVar[str] = "Organization"
    id: str
    scope_type: str
    scope_id: str
    reason: str
    reference: str | None

    @property
    def subject(self) -> Subject:
        return Subject("Hold", self.id)

    @property
    def parent(self) -> Subject:
        return Subject(_KINDS.get(self.scope_type, self.scope_type), self.scope_id)

    @property
    def _covered(self) -> str:
        word = _WORDS.get(self.scope_type, self.scope_type)
        is_all = self.scope_type == Scope.ORGANIZATION
        return f"the whole {word}" if is_all else f"the {word} {self.scope_id}"


def about(hold: Hold) -> dict[str, Any]:
    """The fields every fact about a hold carries."""
    return {
        "id": hold.id,
        "scope_type": hold.scope_type,
        "scope_id": hold.scope_id,
        "reason": hold.reason,
        "reference": hold.reference,
    }


class HoldPlaced(HoldFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "hold.placed"
    verb: ClassVar[str] = "held"

    def sentence(self) -> str:
        return f"put {self._covered} on hold"

    @property
    def text(self) -> str:
        return self.reason


class HoldChanged(HoldFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "hold.changed"
    verb: ClassVar[str] = "hold-changed"
    field: str
    before: Any

    def sentence(self) -> str:
        return f"changed the {self.field} of a hold on {self._covered}"

    @property
    def changed_field(self) -> str:
        return self.field

    @property
    def old_value(self) -> object:
        return self.before


class HoldReleased(HoldFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "hold.released"
    verb: ClassVar[str] = "hold-released"
    release_reason: str

    def sentence(self) -> str:
        return f"released a hold on {self._covered}"

    @property
    def text(self) -> str:
        return self.release_reason


class HoldRefused(Fact, frozen=True, kw_only=True):
    """Somebody would have destroyed what is on hold, or something in it."""

    event: ClassVar[str] = "hold.refused"
    verb: ClassVar[str] = "hold-refused"
    category: ClassVar[str] = "Organization"
    organization_id: str
    kind: str
    id: str

    @property
    def subject(self) -> Subject:
        return Subject(self.kind, self.id)

    @property
    def parent(self) -> Subject:
        return Subject("Organization", self.organization_id)

    def sentence(self) -> str:
        return f"was refused to delete what is on hold: {self.kind} {self.id}"
