"""What the archive is narrowed by: between its address, the filters of its lists, and words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from procession.core.archive import ArchivedShown
from procession.core.since import WHOEVER, ArchivedBy, Since, Until
from procession.core.times import Instant, day_range
from procession.domains.processes.types import ProcessFilter
from procession.domains.tasks.types import TaskFilter
from procession.domains.templates.types import TemplateFilter
from procession.flows.processes.narrowing import Called
from procession.kit.ids import find_id, find_number
from procession.kit.paging import AUTOMATIC
from procession.pages.tracker_filters import Chip

TABS = {"processes": "Processes", "templates": "Templates", "tasks": "Tasks"}
#: For administrators besides.
FILES = "files"

#: What comes first, by its key in the address; the first is the usual one.
_SORTS: Mapping[str, tuple[str, tuple[tuple[str, bool], ...]]] = {
    "newest": ("Archived last", (("archived_at", True),)),
    "oldest": ("Archived first", (("archived_at", False),)),
    "name": ("Name, A to Z", (("name", False),)),
    "-name": ("Name, Z to A", (("name", True),)),
}
#: What a name is called where others are sorted.
_NAMES = {"templates": "title"}


class ArchiveQuery(msgspec.Struct, kw_only=True):
    """Everything that the page shows is in its address."""

    tab: Annotated[str | None, Meta(description="processes, templates, tasks or files.")] = None
    q: Annotated[str | None, Meta(description="Text in their names.")] = None
    template: Annotated[str | None, Meta(description="Id of the template launched from.")] = None
    by: Annotated[
        str | None, Meta(description="Number of who archived them; `automatic`: the clock.")
    ] = None
    from_: Annotated[str | None, Meta(description="Day that they were archived on, or later.")] = (
        msgspec.field(default=None, name="from")
    )
    to: Annotated[str | None, Meta(description="Day that they were archived on, or before.")] = None
    owner: Annotated[str | None, Meta(description="Number of who owns them.")] = None
    folder: Annotated[str | None, Meta(description="Id of the folder they lie in.")] = None
    sort: Annotated[str | None, Meta(description="What comes first.")] = None
    page: Annotated[int | None, Meta(description="Number of the page.")] = None


class Shelf:
    """What one address asks for. What cannot be read narrows nothing."""

    def __init__(self, query: ArchiveQuery, zone: str, *, has_files: bool) -> None:
        known = {**TABS, FILES: "Files"} if has_files else TABS
        self.tabs = known
        self.tab = query.tab if query.tab in known else "processes"
        self.text = (query.q or "").strip() if self.tab != FILES else ""
        is_of_processes = self.tab == "processes"
        self.template = (find_id(query.template or "") or "") if is_of_processes else ""
        self.has_owner = self.tab in ("processes", "templates")
        self.owner = find_number(query.owner or "") if self.has_owner else None
        self.folder = (find_id(query.folder or "") or "") if is_of_processes else ""
        self.is_automatic = query.by == AUTOMATIC and self.tab != FILES
        self.by = find_number(query.by or "") if self.tab != FILES else None
        self.first, self.last = _day(query.from_, zone), _day(query.to, zone)
        self.sort = query.sort if query.sort in self.sorts and query.sort != "newest" else ""
        self._days = ((query.from_ or "").strip(), (query.to or "").strip())

    @property
    def sorts(self) -> Mapping[str, tuple[str, Any]]:
        """Files come as they were uploaded, newest first."""
        return _SORTS if self.tab != FILES else {"newest": ("Uploaded last", ())}

    @property
    def sorted_by(self) -> str:
        return self.sort or "newest"

    @property
    def _order(self) -> tuple[tuple[str, bool], ...]:
        named = _NAMES.get(self.tab, "name")
        return tuple(
            (named if key == "name" else key, falls) for key, falls in _SORTS[self.sorted_by][1]
        )

    @property
    def _archived(self) -> dict[str, Any]:
        return {
            "archived": ArchivedShown.ONLY,
            "since": Since(archived=self.first[0] if self.first else None),
            "until": Until(archived=self.last[1] if self.last else None),
            "archived_by": (
                ArchivedBy(self.by, self.is_automatic) if self.by or self.is_automatic else WHOEVER
            ),
        }

    @property
    def processes(self) -> ProcessFilter:
        return ProcessFilter(
            q=self.text,
            template_ids=(self.template,) if self.template else (),
            owned_by=(self.owner,) if self.owner else (),
            folder_ids=(self.folder,) if self.folder else (),
            sort=self._order,
            **self._archived,
        )

    @property
    def templates(self) -> TemplateFilter:
        owners = (self.owner,) if self.owner else ()
        return TemplateFilter(q=self.text, owner_ids=owners, sort=self._order, **self._archived)

    @property
    def tasks(self) -> TaskFilter:
        """One-off tasks: those of processes are archived with them."""
        return TaskFilter(
            q=self.text, is_by_own_mark=True, is_oneoff=True, sort=self._order, **self._archived
        )

    @property
    def kept(self) -> dict[str, str]:
        """As it stands in the address; what narrows nothing is left out."""
        said = {
            "tab": self.tab if self.tab != "processes" else "",
            "q": self.text,
            "template": self.template,
            "by": AUTOMATIC if self.is_automatic else str(self.by or ""),
            "from": self._days[0] if self.first else "",
            "to": self._days[1] if self.last else "",
            "owner": str(self.owner or ""),
            "folder": self.folder,
            "sort": self.sort or "",
        }
        return {name: value for name, value in said.items() if value}

    @property
    def is_narrowed(self) -> bool:
        return bool(set(self.kept) - {"tab", "sort"})

    @property
    def nothing(self) -> dict[str, str]:
        """Changes of the address that clear all filters."""
        return {name: "" for name in self.kept if name not in ("tab", "sort")}

    @property
    def named(self) -> ProcessFilter:
        """Everything that its chips have to call by a name."""
        people = tuple(each for each in (self.owner, self.by) if each)
        return msgspec.structs.replace(self.processes, owned_by=people)

    def chips(self, called: Called, address: Callable[..., str]) -> Sequence[Chip]:
        """`address`: of the list, with what is changed in it."""
        said = {
            "q": f"Name holds “{self.text}”" if self.text else "",
            "template": f"Template: {called.templates.get(self.template, 'gone')}"
            if self.template
            else "",
            "by": "Archived automatically" if self.is_automatic else "",
            "from": f"Archived on {self._days[0]} or later" if self.first else "",
            "to": f"Archived on {self._days[1]} or before" if self.last else "",
            "owner": f"Owned by {called.people.get(self.owner, 'somebody')}" if self.owner else "",
            "folder": f"Folder: {called.folders.get(self.folder, 'gone')}" if self.folder else "",
        }
        if self.by:
            said["by"] = f"Archived by {called.people.get(self.by, 'somebody')}"
        return [Chip(words, address(**{name: ""})) for name, words in said.items() if words]


def _day(text: str | None, zone: str) -> tuple[Instant, Instant] | None:
    try:
        return day_range((text or "").strip(), zone)
    except (ValueError, OverflowError):
        return None
