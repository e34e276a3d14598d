"""JSON shapes of folders, and of what lies in them (contract 60, 6)."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.core.times import wire_time
from procession.domains.organizing.types import Folder, FolderObject, FolderView

_Name = Annotated[str, Meta(min_length=1, max_length=32)]


class FolderChangesIn(msgspec.Struct, kw_only=True):
    """Keys of a folder; what is left out stays as it is. `parent_id` null moves it to the top."""

    ECHOED: ClassVar[frozenset[str]] = frozenset(
        (
            "id", "parent", "total", "custom_fields", "created_at", "last_updated", "children",
            "folder_object_id",
        )
    )  # fmt: skip

    name: _Name | UnsetType = UNSET
    parent_id: str | UnsetType | None = UNSET
    #: From 1 among the folders in the same folder.
    position: Annotated[int, Meta(ge=1)] | UnsetType = UNSET
    #: Chosen when it is made; another one is refused.
    folder_type: str | UnsetType = UNSET


class FolderIn(FolderChangesIn, kw_only=True):
    """A new folder."""

    name: _Name


class FolderObjectIn(msgspec.Struct, kw_only=True):
    """Which process or task goes into which folder."""

    folder_id: str
    subject_id: str
    #: Run or Task.
    subject_type: str


class FolderOut(msgspec.Struct, kw_only=True):
    """The Folder object (contract 60, 6)."""

    #: The names that `with` takes.
    INCLUDES: ClassVar[tuple[str, ...]] = ("children",)

    id: str
    name: str
    parent_id: str | None
    #: Name of the folder it is in.
    parent: str | None
    folder_type: str
    position: int
    #: Objects directly inside that the caller may see.
    total: int | UnsetType
    custom_fields: dict[str, Any] | None = {}
    created_at: str
    last_updated: str
    children: Any = UNSET
    ancestors: Any = UNSET
    #: On what lies in it: the number that takes it out.
    folder_object_id: int | UnsetType = UNSET


class FolderObjectOut(msgspec.Struct, kw_only=True):
    """A process or task in a folder; `id` is the number that takes it out."""

    id: int
    folder_id: str
    subject_id: str
    subject_type: str
    created_at: str
    subject: Any = UNSET


def folder_out(view: FolderView, values: Mapping[str, dict[str, Any]] | None = None) -> FolderOut:
    """`values`: custom fields by folder."""
    folder: Folder = view.folder
    out = FolderOut(
        id=folder.id,
        name=folder.name,
        parent_id=folder.parent_id,
        parent=view.parent_name,
        folder_type=folder.kind,
        position=folder.position,
        total=view.total,
        custom_fields=(values or {}).get(folder.id, {}),
        created_at=wire_time(folder.created_at),
        last_updated=wire_time(folder.updated_at),
    )
    if view.children is not None:
        out.children = {"data": [folder_out(child, values) for child in view.children]}
    return out


def folder_object_out(filed: FolderObject, subject: Any = UNSET) -> FolderObjectOut:
    return FolderObjectOut(
        id=filed.id,
        folder_id=filed.folder_id,
        subject_id=filed.subject_id,
        subject_type=filed.subject_kind,
        created_at=wire_time(filed.created_at),
        subject=subject,
    )
