"""What the tracker is narrowed by: between its address, the filter of its list, and words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta

from procession.core.archive import ArchivedShown
from procession.domains.processes.types import ProcessFilter
from procession.flows.processes.narrowing import Called
from procession.kit.ids import find_id, find_number
from procession.pages.lists import Tab
from procession.pages.table_columns import field_order, order_of

#: Of a group, where else a member's number stands.
GROUP = "g:"


class TrackerQuery(msgspec.Struct, kw_only=True):
    """Everything that the page shows is in its address."""

    view: Annotated[str | None, Meta(description="`board` or `table`.")] = None
    tab: Annotated[str | None, Meta(description="Which processes.")] = None
    q: Annotated[str | None, Meta(description="Text in their names.")] = None
    template: Annotated[str | None, Meta(description="Id of the template launched from.")] = None
    tag: Annotated[list[str], Meta(description="Ids of tags, all of which they carry.")] = []
    assignee: Annotated[
        str | None, Meta(description="Number of a member, or `g:` and the id of a group.")
    ] = None
    status: Annotated[str | None, Meta(description="How they stand.")] = None
    folder: Annotated[str | None, Meta(description="Id of the folder they lie in.")] = None
    started_by: Annotated[str | None, Meta(description="Number of who started them.")] = None
    owner: Annotated[str | None, Meta(description="Number of who owns them.")] = None
    sort: Annotated[str | None, Meta(description="What comes first.")] = None
    columns: Annotated[list[str], Meta(description="Columns of the table, in their order.")] = []
    page: Annotated[int | None, Meta(description="Number of the page.")] = None


#: By their keys in the address: what a tab is called, what it holds, and what an empty one says.
TABS = {
    "all": Tab("All", ProcessFilter(), "Nothing is under way yet."),
    "mine": Tab("Mine", ProcessFilter(is_mine=True), "You have a part in nothing."),
    "overdue": Tab("Overdue", ProcessFilter(statuses=("delayed",)), "Nothing is overdue."),
    "problems": Tab(
        "With problems", ProcessFilter(statuses=("problem", "issue")), "No process has a problem."
    ),
    "favorites": Tab(
        "Favorites",
        ProcessFilter(is_starred=True),
        "You have no favorites. A process becomes one from its menu.",
    ),
    "untagged": Tab("Untagged", ProcessFilter(is_untagged=True), "Every process has a tag."),
    "completed": Tab("Completed", ProcessFilter(statuses=("complete",)), "Nothing is done yet."),
    "archived": Tab(
        "Archived",
        ProcessFilter(archived=ArchivedShown.ONLY, sort=(("archived_at", True),)),
        "Nothing is archived. Archiving takes a process out of every list and keeps all of it.",
    ),
}

#: How processes stand, where a tab does not say it already.
STATUSES = {
    "active": ("In progress", ("active", "problem", "issue")),
    "delayed": ("Overdue", ("delayed",)),
    "problem": ("With a problem", ("problem", "issue")),
    "complete": ("Completed", ("complete",)),
}

#: What comes first, by its key in the address; the first is the usual one.
SORTS = {
    "newest": ("Newest", (("created_at", True),)),
    "oldest": ("Oldest", (("created_at", False),)),
    "delayed": ("Most delayed", (("due_date", False),)),
    "name": ("Name, A to Z", (("name", False),)),
    "-name": ("Name, Z to A", (("name", True),)),
}
_LATELY = ("Archived last", (("archived_at", True),))


class Chip(NamedTuple):
    """One condition in force, and the list without it."""

    words: str
    without: str


class Narrowing:
    """What one address asks for. What cannot be read narrows nothing."""

    def __init__(self, query: TrackerQuery) -> None:
        self.tab = query.tab if query.tab in TABS else "all"
        self.text = (query.q or "").strip()
        self.template = find_id(query.template or "") or ""
        self.tags = [found for each in query.tag if (found := find_id(each))]
        self.assignee, self.group = _person_or_group(query.assignee)
        self.status = (query.status or "") if query.status in STATUSES and self.takes_status else ""
        self.folder = find_id(query.folder or "") or ""
        self.started_by = find_number(query.started_by or "")
        self.owner = find_number(query.owner or "")
        sort = query.sort or ""
        is_known = sort in self.sorts or order_of(sort) or field_order(sort)
        self.sort = sort if is_known else ""

    @property
    def takes_status(self) -> bool:
        return not TABS[self.tab].holds.statuses

    @property
    def sorts(self) -> Mapping[str, tuple[str, Any]]:
        return {"": _LATELY, **SORTS} if self.tab == "archived" else SORTS

    @property
    def sorted_by(self) -> str:
        """Its key; the usual one where the address says nothing."""
        return self.sort or next(iter(self.sorts))

    @property
    def _order(self) -> tuple[tuple[str, bool], ...]:
        """What the list itself can be sorted by; by an answer only a table is."""
        if self.sorted_by in self.sorts:
            order: tuple[tuple[str, bool], ...] = self.sorts[self.sorted_by][1]
            return order
        usual: tuple[tuple[str, bool], ...] = next(iter(self.sorts.values()))[1]
        return order_of(self.sort) or usual

    @property
    def wanted(self) -> ProcessFilter:
        holds: ProcessFilter = TABS[self.tab].holds
        return msgspec.structs.replace(
            holds,
            q=self.text,
            statuses=STATUSES[self.status][1] if self.status else holds.statuses,
            template_ids=(self.template,) if self.template else (),
            tags=tuple(self.tags),
            assignees=(self.assignee,) if self.assignee else (),
            groups=(self.group,) if self.group else (),
            folder_ids=(self.folder,) if self.folder else (),
            started_by=(self.started_by,) if self.started_by else (),
            owned_by=(self.owner,) if self.owner else (),
            sort=self._order,
        )

    @property
    def kept(self) -> dict[str, str]:
        """As it stands in the address; what narrows nothing is left out."""
        said = {
            "tab": self.tab if self.tab != "all" else "",
            "q": self.text,
            "template": self.template,
            "tag": ",".join(self.tags),
            "assignee": f"{GROUP}{self.group}" if self.group else str(self.assignee or ""),
            "status": self.status,
            "folder": self.folder,
            "started_by": str(self.started_by or ""),
            "owner": str(self.owner or ""),
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

    def chips(self, called: Called, address: Callable[..., str]) -> Sequence[Chip]:
        """`address`: of the list, with what is changed in it."""
        chips = []
        if self.text:
            chips.append(Chip(f"Name holds “{self.text}”", address(q="")))
        if self.template:
            title = called.templates.get(self.template, "gone")
            chips.append(Chip(f"Template: {title}", address(template="")))
        for tag in self.tags:
            rest = ",".join(each for each in self.tags if each != tag)
            chips.append(Chip(f"Tag: {called.tags.get(tag, 'gone')}", address(tag=rest)))
        if self.assignee:
            name = called.people.get(self.assignee, "somebody")
            chips.append(Chip(f"Assigned to {name}", address(assignee="")))
        if self.group:
            name = called.groups.get(self.group, "a group")
            chips.append(Chip(f"Assigned to {name}", address(assignee="")))
        if self.status:
            chips.append(Chip(STATUSES[self.status][0], address(status="")))
        if self.folder:
            name = called.folders.get(self.folder, "gone")
            chips.append(Chip(f"Folder: {name}", address(folder="")))
        if self.started_by:
            name = called.people.get(self.started_by, "somebody")
            chips.append(Chip(f"Started by {name}", address(started_by="")))
        if self.owner:
            name = called.people.get(self.owner, "somebody")
            chips.append(Chip(f"Owned by {name}", address(owner="")))
        return chips


def _person_or_group(text: str | None) -> tuple[int | None, str]:
    if text is not None and text.startswith(GROUP):
        return None, find_id(text.removeprefix(GROUP)) or ""
    return find_number(text or ""), ""
