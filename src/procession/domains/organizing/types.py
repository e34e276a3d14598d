"""Tags, folders and what they hold, as frozen values (contract 60, 5 and 6)."""

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from procession.core.sorting import Sorting
from procession.core.times import Instant


class SubjectKind(StrEnum):
    """What can be tagged or filed, in the contract's words."""

    TEMPLATE = "Checklist"
    STEP = "Step"
    PROCESS = "Run"
    TASK = "Task"


class FolderKind(StrEnum):
    """What a folder holds: templates, or processes and tasks. Chosen when it is made."""

    TEMPLATES = "checklist"
    PROCESSES = "run"


#: Other words that clients use for the two kinds.
FOLDER_KINDS = {
    "checklist": FolderKind.TEMPLATES,
    "template": FolderKind.TEMPLATES,
    "blueprint": FolderKind.TEMPLATES,
    "run": FolderKind.PROCESSES,
    "process": FolderKind.PROCESSES,
}

#: Titles that other programs make up begin with one of these.
MACHINE_PREFIXES = ("from:", "task:", "step:")


def is_machine_made(title: str) -> bool:
    return title.startswith(MACHINE_PREFIXES)


class Tag(msgspec.Struct, array_like=True, frozen=True):
    """A word to mark things with; field order is the store's column order."""

    id: str
    title: str
    color: str | None
    created_at: Instant

    @property
    def is_machine_made(self) -> bool:
        return is_machine_made(self.title)


TAG_SORTING = Sorting("title", "created_at", "id")


class TagFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of tags is narrowed to."""

    q: str = ""
    #: None: those that machines made are shown, too.
    is_machine_made: bool | None = False
    sort: tuple[tuple[str, bool], ...] = ()


class TagUse(msgspec.Struct, array_like=True, frozen=True):
    """How many templates and processes carry a tag."""

    tag_id: str
    active_template: int = 0
    archived_template: int = 0
    active_process: int = 0
    archived_process: int = 0


class Subject(msgspec.Struct, frozen=True):
    """What is tagged or filed. `template_id` is also that of the template a step is part of."""

    kind: str
    id: str
    template_id: str | None = None
    process_id: str | None = None
    task_id: str | None = None


def subject_of_template(template_id: str) -> Subject:
    return Subject(SubjectKind.TEMPLATE.value, template_id, template_id=template_id)


def subject_of_step(template_id: str, step_id: str) -> Subject:
    return Subject(SubjectKind.STEP.value, step_id, template_id=template_id)


def subject_of_process(process_id: str) -> Subject:
    return Subject(SubjectKind.PROCESS.value, process_id, process_id=process_id)


def subject_of_task(task_id: str) -> Subject:
    return Subject(SubjectKind.TASK.value, task_id, task_id=task_id)


class TagLink(msgspec.Struct, array_like=True, frozen=True):
    """A tag on something. Its number is what it is taken off by."""

    id: int
    tag_id: str
    subject_kind: str
    subject_id: str
    template_id: str | None
    created_at: Instant
    title: str
    color: str | None


class Folder(msgspec.Struct, array_like=True, frozen=True):
    """A folder; its position counts from 1 among those in the same folder."""

    id: str
    kind: str
    name: str
    parent_id: str | None
    position: int
    created_at: Instant
    updated_at: Instant


class FolderObject(msgspec.Struct, array_like=True, frozen=True):
    """A process or task in a folder. Its number is what it is taken out by."""

    id: int
    folder_id: str
    subject_kind: str
    subject_id: str
    created_at: Instant


FOLDER_SORTING = Sorting("position", "name", "created_at", "updated_at", "id")


class FolderFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of folders is narrowed to."""

    kind: str
    q: str = ""
    #: Nested: only folders at the top, each with what is inside.
    as_tree: bool = False
    sort: tuple[tuple[str, bool], ...] = ()


class FolderView(msgspec.Struct, frozen=True):
    """A folder as it is shown: where it is, how much lies in it, and what is inside if asked."""

    folder: Folder
    parent_name: str | None
    total: int
    children: tuple["FolderView", ...] | None = None

    def ids(self) -> Iterator[str]:
        """Its own, and those of all that is inside."""
        yield self.folder.id
        for child in self.children or ():
            yield from child.ids()
