"""What happens to custom fields: to the keys, and to the values of records."""

from typing import Any, ClassVar

from procession.domains.custom_fields.types import KeyRow, Record
from procession.kit.facts import Fact, Subject


class _KeyFact(Fact, frozen=True, kw_only=True):
    category: ClassVar[str] = "Organization"
    organization_id: str
    id: str
    key: str
    applies_to: str

    @property
    def subject(self) -> Subject:
        return Subject("CustomFieldKey", self.id)

    @property
    def parent(self) -> Subject:
        return Subject("Organization", self.organization_id)

    @property
    def what(self) -> str:
        return f'the custom field "{self.key}" ({self.applies_to})'


def about_key(key: KeyRow, organization_id: str) -> dict[str, str]:
    """The fields every fact about a key carries."""
    return {
        "organization_id": organization_id,
        "id": key.id,
        "key": key.key,
        "applies_to": key.applies_to,
    }


class KeyCreated(_KeyFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "customfield.created"
    verb: ClassVar[str] = "created"

    def sentence(self) -> str:
        return f"created {self.what}"


class KeyChanged(_KeyFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "customfield.changed"
    verb: ClassVar[str] = "updated"
    field: str
    before: Any

    @property
    def changed_field(self) -> str:
        return self.field

    @property
    def old_value(self) -> object:
        return self.before

    def sentence(self) -> str:
        return f"changed the {self.field.replace('_', ' ')} of {self.what}"


class KeyDeleted(_KeyFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "customfield.deleted"
    verb: ClassVar[str] = "deleted"

    def sentence(self) -> str:
        return f"deleted {self.what}"


class _ValueChanged(Fact, frozen=True, kw_only=True):
    verb: ClassVar[str] = "updated"
    organization_id: str
    record_kind: str
    record_id: str
    title: str
    key: str
    before: Any
    #: The template or process it belongs to.
    within: str | None = None
    run_id: str | None = None

    @property
    def subject(self) -> Subject:
        return Subject(_WORDS.get(self.record_kind, self.record_kind), self.record_id)

    @property
    def parent(self) -> Subject:
        if self.within is not None and self.within != self.record_id:
            return Subject("Run" if self.run_id == self.within else "Checklist", self.within)
        return Subject("Organization", self.organization_id)

    @property
    def process_id(self) -> str | None:
        return self.run_id

    @property
    def changed_field(self) -> str:
        return f"custom_fields.{self.key}"

    @property
    def old_value(self) -> object:
        return self.before

    def sentence(self) -> str:
        name = f' "{self.title}"' if self.title else ""
        kind = self.record_kind.replace("_", " ")
        return f'changed the custom field "{self.key}" of the {kind}{name}'


#: The contract's words for the kinds.
_WORDS = {
    "process": "Run", "task": "Task", "member": "User", "guest": "Guest", "folder": "Folder",
    "tag": "Tag", "template": "Checklist", "step": "Step", "form_field": "Capture",
    "kickoff_field": "Prerun",
}  # fmt: skip


class TaskValueChanged(_ValueChanged, frozen=True, kw_only=True):
    event: ClassVar[str] = "task.custom_field_changed"
    category: ClassVar[str] = "Task"


class ProcessValueChanged(_ValueChanged, frozen=True, kw_only=True):
    event: ClassVar[str] = "process.custom_field_changed"
    category: ClassVar[str] = "Process"


class TemplateValueChanged(_ValueChanged, frozen=True, kw_only=True):
    """Of a template, a step or a field."""

    event: ClassVar[str] = "template.custom_field_changed"
    category: ClassVar[str] = "Blueprint"


class PersonValueChanged(_ValueChanged, frozen=True, kw_only=True):
    event: ClassVar[str] = "person.custom_field_changed"
    category: ClassVar[str] = "User"


class TagValueChanged(_ValueChanged, frozen=True, kw_only=True):
    event: ClassVar[str] = "tag.custom_field_changed"
    category: ClassVar[str] = "Tag"


class FolderValueChanged(_ValueChanged, frozen=True, kw_only=True):
    event: ClassVar[str] = "folder.custom_field_changed"
    category: ClassVar[str] = "Process"


_OF_KIND: dict[str, type[_ValueChanged]] = {
    "task": TaskValueChanged,
    "process": ProcessValueChanged,
    "member": PersonValueChanged,
    "guest": PersonValueChanged,
    "tag": TagValueChanged,
    "folder": FolderValueChanged,
}


def value_changed(record: Record, organization_id: str, key: str, before: Any) -> Fact:
    return _OF_KIND.get(record.kind, TemplateValueChanged)(
        organization_id=organization_id,
        record_kind=record.kind,
        record_id=record.id.partition(":")[2] or record.id,
        title=record.title,
        key=key,
        before=before,
        within=record.told_in or record.template_id,
        run_id=record.told_in,
    )
