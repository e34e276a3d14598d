"""Folders that templates are put into, and those that their processes are to be put into."""

from collections.abc import Mapping
from typing import Any

from procession.domains.organizing import store as organizing
from procession.kit.work import Work

#: What kind of folder a column names.
_KINDS = {"folder_id": "checklist", "process_folder_id": "run"}


def check_folders(work: Work, columns: Mapping[str, Any], problems: dict[str, list[str]]) -> None:
    for column, kind in _KINDS.items():
        folder_id = columns.get(column)
        if folder_id is not None and not is_folder(work, folder_id, kind):
            name = "folder_id" if column == "folder_id" else "default_folder"
            problems[name] = [f"The selected {name.replace('_', ' ')} is invalid."]


def is_folder(work: Work, folder_id: str, kind: str) -> bool:
    """Held, so that it is still there when the template is stored."""
    return folder_id in organizing.folders_among(work, [folder_id], kind)
