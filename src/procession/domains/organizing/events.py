"""What happens to tags and folders, and to what carries or holds them."""

from typing import Any, ClassVar

from procession.domains.organizing.types import Folder, FolderKind, Tag
from procession.kit.facts import Fact, Subject

#: What people call each kind of subject.
_WORDS = {"Checklist": "template", "Step": "step", "Run": "process", "Task": "task"}


class TagFact(Fact, frozen=True, kw_only=True):
    category: ClassVar[str] = "Tag"
    organization_id: str
    id: str
    title: str

    @property
    def subject(self) -> Subject:
        return Subject("Tag", self.id)

    @property
    def parent(self) -> Subject:
        return Subject("Organization", self.organization_id)


def about_tag(tag: Tag, organization_id: str) -> dict[str, str]:
    """The fields every fact about a tag carries."""
    return {"organization_id": organization_id, "id": tag.id, "title": tag.title}


class TagCreated(TagFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "tag.created"
    verb: ClassVar[str] = "created"

    def sentence(self) -> str:
        return f'created the tag "{self.title}"'


class TagChanged(TagFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "tag.changed"
    verb: ClassVar[str] = "updated"
    #: title or color.
    field: str
    before: str | None

    @property
    def changed_field(self) -> str:
        return self.field

    @property
    def old_value(self) -> object:
        return self.before

    def sentence(self) -> str:
        return f'changed the {self.field} of the tag "{self.title}"'


class TagDeleted(TagFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "tag.deleted"
    verb: ClassVar[str] = "deleted"

    def sentence(self) -> str:
        return f'deleted the tag "{self.title}"'


class _TagOnSubject(TagFact, frozen=True, kw_only=True):
    """About a tag and what carries it; told in the process that this is, or is a part of."""

    subject_kind: str
    subject_id: str
    subject_name: str
    run_id: str | None = None

    @property
    def parent(self) -> Subject:
        return Subject(self.subject_kind, self.subject_id)

    @property
    def process_id(self) -> str | None:
        return self.run_id

    @property
    def on_what(self) -> str:
        return f'the {_WORDS.get(self.subject_kind, self.subject_kind)} "{self.subject_name}"'


class TagLinked(_TagOnSubject, frozen=True, kw_only=True):
    event: ClassVar[str] = "tag.linked"
    verb: ClassVar[str] = "linked"

    def sentence(self) -> str:
        return f'put the tag "{self.title}" on {self.on_what}'


class TagUnlinked(_TagOnSubject, frozen=True, kw_only=True):
    event: ClassVar[str] = "tag.unlinked"
    verb: ClassVar[str] = "unlinked"

    def sentence(self) -> str:
        return f'took the tag "{self.title}" off {self.on_what}'


class _FolderFact(Fact, frozen=True, kw_only=True):
    organization_id: str
    id: str
    name: str

    @property
    def subject(self) -> Subject:
        return Subject("Folder", self.id)

    @property
    def parent(self) -> Subject:
        return Subject("Organization", self.organization_id)


def about_folder(folder: Folder, organization_id: str) -> dict[str, str]:
    """The fields every fact about a folder carries."""
    return {"organization_id": organization_id, "id": folder.id, "name": folder.name}


class FolderCreated(_FolderFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "folder.created"
    verb: ClassVar[str] = "created"
    category: ClassVar[str] = "Process"

    def sentence(self) -> str:
        return f'created the folder "{self.name}"'


class FolderChanged(_FolderFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "folder.changed"
    verb: ClassVar[str] = "updated"
    category: ClassVar[str] = "Process"
    #: name, parent_id or position.
    field: str
    before: Any

    @property
    def changed_field(self) -> str:
        return self.field

    @property
    def old_value(self) -> object:
        return self.before

    def sentence(self) -> str:
        if self.field == "name":
            return f'renamed the folder "{self.before}" to "{self.name}"'
        return f'moved the folder "{self.name}"'


class FolderDeleted(_FolderFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "folder.deleted"
    verb: ClassVar[str] = "deleted"
    category: ClassVar[str] = "Process"

    def sentence(self) -> str:
        return f'deleted the folder "{self.name}"'


# The category is a fact's own: those of template folders are told among the templates.


class TemplateFolderCreated(FolderCreated, frozen=True, kw_only=True):
    event: ClassVar[str] = "folder.created_for_templates"
    category: ClassVar[str] = "Blueprint"


class TemplateFolderChanged(FolderChanged, frozen=True, kw_only=True):
    event: ClassVar[str] = "folder.changed_for_templates"
    category: ClassVar[str] = "Blueprint"


class TemplateFolderDeleted(FolderDeleted, frozen=True, kw_only=True):
    event: ClassVar[str] = "folder.deleted_for_templates"
    category: ClassVar[str] = "Blueprint"


_OF_TEMPLATES: dict[type[_FolderFact], type[_FolderFact]] = {
    FolderCreated: TemplateFolderCreated,
    FolderChanged: TemplateFolderChanged,
    FolderDeleted: TemplateFolderDeleted,
}


def told(fact: type[_FolderFact], folder: Folder, organization_id: str, **more: Any) -> Fact:
    """A fact about the folder, in the category of what it holds."""
    if folder.kind == FolderKind.TEMPLATES:
        fact = _OF_TEMPLATES[fact]
    return fact(**about_folder(folder, organization_id), **more)


class _FiledFact(_FolderFact, frozen=True, kw_only=True):
    """About a folder and what lies in it; told in the process that this is, or is a part of."""

    category: ClassVar[str] = "Process"
    subject_kind: str
    subject_id: str
    subject_name: str
    run_id: str | None = None

    @property
    def process_id(self) -> str | None:
        return self.run_id

    @property
    def what(self) -> str:
        return f'the {_WORDS.get(self.subject_kind, self.subject_kind)} "{self.subject_name}"'


class ObjectFiled(_FiledFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "folder.filed"
    verb: ClassVar[str] = "linked"

    def sentence(self) -> str:
        return f'put {self.what} into the folder "{self.name}"'


class ObjectUnfiled(_FiledFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "folder.unfiled"
    verb: ClassVar[str] = "unlinked"

    def sentence(self) -> str:
        return f'took {self.what} out of the folder "{self.name}"'
