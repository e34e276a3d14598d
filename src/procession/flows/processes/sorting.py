"""Replace the tags and folders of a process in an update of it (contract 30, 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET

from procession.domains.organizing import store as organizing
from procession.domains.organizing.types import FolderObject, TagLink, subject_of_process
from procession.domains.processes.types import Process
from procession.domains.processes.wire import ProcessChangesIn
from procession.flows.organizing.filing import folder_problems, set_folders
from procession.flows.organizing.tagging import set_tags, tag_problems
from procession.flows.reaching.subjects import Held
from procession.kit.work import Work


@dataclass(frozen=True)
class Sorting:
    """Where a process shall be; None: the body does not say, so it stays where it is."""

    held: Held
    on_it: Sequence[TagLink]
    lies_in: Sequence[FolderObject]
    tags: Sequence[str] | None
    folders: Sequence[str] | None
    #: Keys whose values are no lists of ids.
    wrong: Sequence[str] = ()

    @classmethod
    def read(cls, work: Work, process: Process, sent: ProcessChangesIn) -> "Sorting":
        """The process is locked."""
        tags, folders = _ids(sent.tags), _ids(sent.folders)
        on_it = organizing.links_of(work, [process.id] if tags is not None else [])
        lies_in = organizing.objects_of(work, [process.id] if folders is not None else [])
        return cls(
            held=Held(subject_of_process(process.id), process.name, process.id),
            on_it=on_it.get(process.id, []),
            lies_in=lies_in.get(process.id, []),
            tags=tags,
            folders=folders,
            wrong=[name for name in ("tags", "folders") if _is_wrong(getattr(sent, name))],
        )

    @property
    def is_change(self) -> bool:
        other_tags = self.tags is not None and set(self.tags) != {
            link.tag_id for link in self.on_it
        }
        other_folders = self.folders is not None and set(self.folders) != {
            filed.folder_id for filed in self.lies_in
        }
        return other_tags or other_folders

    def problems(self, work: Work) -> dict[str, list[str]]:
        wrong = {name: [f"The {name} must be an array."] for name in self.wrong}
        return (
            wrong | tag_problems(work, self.tags or []) | folder_problems(work, self.folders or [])
        )

    def apply(self, work: Work) -> None:
        if self.tags is not None:
            set_tags(work, self.held, self.on_it, self.tags)
        if self.folders is not None:
            set_folders(work, self.held, self.lies_in, self.folders)


def _is_wrong(sent: Any) -> bool:
    """An include that is sent back is an object."""
    return sent not in (UNSET, None) and not isinstance(sent, list | dict)


def _ids(sent: Any) -> list[str] | None:
    """Only a list of ids says something: includes that are sent back do not."""
    if not isinstance(sent, list):
        return None
    return [str(word).strip().lower() for word in sent if not isinstance(word, dict)]
