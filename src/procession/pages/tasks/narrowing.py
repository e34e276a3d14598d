"""What a list of tasks is narrowed to, sorted and grouped by, as its address says it (95, 3.2)."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode

import msgspec
from msgspec import Meta

from procession.core.archive import ArchivedShown
from procession.core.times import Instant, day_range, to_datetime
from procession.domains.organizing.actions import folders
from procession.domains.tasks.types import TaskFilter
from procession.domains.templates.actions.reading import get_template
from procession.flows.tasks.surveying import names_in
from procession.flows.telling import addresses
from procession.kit.caller import Caller
from procession.kit.errors import NotFound
from procession.kit.ids import find_id, find_number

ME, EVERYONE, NOBODY = "me", "everyone", "nobody"
TO_DO, COMPLETED, ALL, ARCHIVED = "to-do", "completed", "all", "archived"
#: By their words in addresses: how they are called, and what the list of tasks takes.
STATUSES = {
    TO_DO: ("To do", "active"),
    COMPLETED: ("Completed", "completed"),
    ALL: ("All", "all"),
    ARCHIVED: ("Archived", "all"),
}
STATES = {
    "overdue": ("Overdue", "overdue"),
    "due-soon": ("Due soon", "due_soon"),
    "on-time": ("On time", "on_time"),
    "issue": ("With an issue", "hasproblem"),
}
SORTS = {
    "newest": ("Most recent", ("created_at", True)),
    "delayed": ("Most delayed", ("deadline", False)),
    "completed": ("Recently completed", ("completed_at", True)),
}
GROUPS = {"none": "None", "process": "Process", "assignee": "Assignee", "deadline": "Deadline"}
SIZES = (25, 50, 100)
#: A job title, in the address: its id behind this.
TITLE = "title:"


class TasksQuery(msgspec.Struct, kw_only=True):
    """Everything that the page shows is in its address."""

    assignee: Annotated[
        str | None,
        Meta(
            description="`me`, `everyone`, `nobody`, a member's number, a guest's address, a "
            "group's id, or `title:` and a job title's id."
        ),
    ] = None
    status: Annotated[
        str | None, Meta(description="`to-do`, `completed`, `all` or `archived`.")
    ] = None
    guest: Annotated[
        str | None, Meta(description="A guest's address, in the stead of `assignee`.")
    ] = None
    state: Annotated[
        str | None, Meta(description="`overdue`, `due-soon`, `on-time` or `issue`.")
    ] = None
    tag: Annotated[str | None, Meta(description="Title or id of a tag.")] = None
    template: Annotated[str | None, Meta(description="Id of a template.")] = None
    folder: Annotated[str | None, Meta(description="Id of a folder.")] = None
    due_from: Annotated[str | None, Meta(description="Due on this day or later.")] = None
    due_to: Annotated[str | None, Meta(description="Due on this day or earlier.")] = None
    q: Annotated[str | None, Meta(description="Text in titles and names of processes.")] = None
    sort: Annotated[
        str | None, Meta(description="`newest`, `delayed`, or `completed` of what is completed.")
    ] = None
    group: Annotated[
        str | None, Meta(description="`process`, `assignee`, `deadline` or `none`.")
    ] = None
    size: Annotated[int | None, Meta(description="Rows on a page: 25, 50 or 100.")] = None
    page: Annotated[int | None, Meta(description="Number of the page.")] = None


class Chip(NamedTuple):
    """One filter that is in force: its words, its key, and the address without it."""

    words: str
    key: str
    without: str

    @property
    def inside(self) -> str:
        """Within a sentence."""
        return self.words[:1].lower() + self.words[1:]


@dataclass(frozen=True)
class Wanted:
    """One list of tasks: what its address says, cleaned of what means nothing."""

    assignee: str = ME
    status: str = TO_DO
    state: str = ""
    tag: str = ""
    template: str = ""
    folder: str = ""
    due_from: str = ""
    due_to: str = ""
    q: str = ""
    sort: str = ""
    group: str = "none"
    size: int = SIZES[0]

    @classmethod
    def of(cls, query: TasksQuery) -> "Wanted":
        status = query.status if query.status in STATUSES else TO_DO
        # Only what is open has one of the states.
        state = query.state if query.state in STATES and status != COMPLETED else ""
        sort = query.sort if query.sort in SORTS else ""
        return cls(
            assignee=_read_assignee(query.guest or query.assignee),
            status=status,
            state=state or "",
            tag=(query.tag or "").strip(),
            template=find_id(query.template or "") or "",
            folder=find_id(query.folder or "") or "",
            due_from=_read_day(query.due_from),
            due_to=_read_day(query.due_to),
            q=(query.q or "").strip(),
            sort="" if sort == "completed" and status != COMPLETED else sort or "",
            group=query.group if query.group in GROUPS else "none",
            size=query.size if query.size in SIZES else SIZES[0],
        )

    def address(self, **changed: str) -> str:
        """Of this list with `changed`; what is usual is left out of it."""
        query = urlencode(self.said(**changed))
        return f"{addresses.TASKS}?{query}" if query else addresses.TASKS

    def said(self, **changed: str) -> dict[str, str]:
        usual = {**_USUAL, "page": "1"}
        words = {name: str(getattr(self, name)) for name in _USUAL} | changed
        return {name: word for name, word in words.items() if word and word != usual[name]}

    @property
    def usual_sort(self) -> str:
        return "completed" if self.status == COMPLETED else "newest"

    @property
    def order(self) -> str:
        """The key of SORTS that the list is sorted by."""
        if self.group == "deadline":
            return "delayed"
        return self.sort or self.usual_sort

    def filter(self, caller: Caller) -> TaskFilter:
        """Days are those of the organization, as in the API's lists."""
        wanted = _by_assignee(caller, self.assignee)
        is_archive = self.status == ARCHIVED
        order = SORTS[self.order][1]
        if is_archive and not self.sort and self.group != "deadline":
            order = ("archived_at", True)
        zone = caller.timezone
        return msgspec.structs.replace(
            wanted,
            q=self.q,
            status=STATES[self.state][1] if self.state else STATUSES[self.status][1],
            archived=ArchivedShown.ONLY if is_archive else ArchivedShown.HIDDEN,
            tags=(self.tag,) if self.tag else (),
            template_ids=(self.template,) if self.template else (),
            folder_ids=(self.folder,) if self.folder else (),
            due_from=day_range(self.due_from, zone)[0] if self.due_from else None,
            due_before=day_range(self.due_to, zone)[1] if self.due_to else None,
            sort=(order,),
        )

    def chips(self, caller: Caller) -> list[Chip]:
        """Whose tasks is said by a switch where it is only mine or everyone's."""
        found = []
        if self.assignee not in (ME, EVERYONE):
            whose = _name_of_assignee(caller, self.assignee)
            found.append(Chip(whose, "assignee", self.without("assignee").address()))
        for key, words in (
            ("state", STATES[self.state][0] if self.state else ""),
            ("tag", f"Tagged “{self.tag}”"),
            ("template", f"From {_named(self._name_of_template, caller)}"),
            ("folder", f"In {_named(self._name_of_folder, caller)}"),
            ("due_from", f"Due from {self.due_from}"),
            ("due_to", f"Due until {self.due_to}"),
            ("q", f"“{self.q}” in its name"),
        ):
            if getattr(self, key):
                found.append(Chip(words, key, self.without(key).address()))
        return found

    def without(self, key: str) -> "Wanted":
        """This list with one filter fewer."""
        changed: dict[str, Any] = {key: EVERYONE if key == "assignee" else ""}
        return replace(self, **changed)

    @property
    def cleared(self) -> str:
        """Its address without any filter: everyone's tasks of the same status."""
        return Wanted(
            assignee=EVERYONE, status=self.status, sort=self.sort, group=self.group, size=self.size
        ).address()

    def _name_of_template(self, caller: Caller) -> str:
        if not self.template:
            return ""
        return f"“{get_template(caller, self.template).template.title}”"

    def _name_of_folder(self, caller: Caller) -> str:
        return f"“{folders.get_folder(caller, self.folder).folder.name}”" if self.folder else ""


#: What is said without a word.
_USUAL = {name: str(value) for name, value in asdict(Wanted()).items()}


def _named(name_of: Callable[[Caller], str], caller: Caller) -> str:
    try:
        return name_of(caller)
    except NotFound:
        return "something that is gone"


def _read_assignee(word: str | None) -> str:
    text = (word or "").strip()
    if text in (ME, EVERYONE, NOBODY) or "@" in text:
        return text
    if text.startswith(TITLE) and find_id(text.removeprefix(TITLE)):
        return text
    return text if find_number(text) is not None or find_id(text) else ME


def _read_day(text: str | None) -> str:
    with suppress(ValueError, OverflowError):
        day_range(text or "", "UTC")
        return text or ""
    return ""


def _by_assignee(caller: Caller, assignee: str) -> TaskFilter:
    if assignee == ME:
        return TaskFilter(assigned_to_user=caller.person_id)
    if assignee == EVERYONE:
        return TaskFilter()
    if assignee == NOBODY:
        return TaskFilter(is_unassigned=True)
    if "@" in assignee:
        return TaskFilter(guests=(assignee,))
    if assignee.startswith(TITLE):
        return TaskFilter(roles=(assignee.removeprefix(TITLE),))
    number = find_number(assignee)
    return TaskFilter(groups=(assignee,)) if number is None else TaskFilter(owners=(number,))


def _name_of_assignee(caller: Caller, assignee: str) -> str:
    if assignee == NOBODY:
        return "Assigned to nobody"
    if "@" in assignee:
        return f"Assigned to {assignee}"
    if assignee.startswith(TITLE):
        return "Assigned to a job title"
    wanted = _by_assignee(caller, assignee)
    names = names_in(caller, wanted)
    who = [
        *map(names.user, wanted.owners),
        *(names.groups.get(each, "a group") for each in wanted.groups),
    ]
    return f"Assigned to {', '.join(who)}"


def day_word(due_at: Instant | None, now: Instant, zone: str) -> str:
    """What a deadline is grouped under, on the calendar of `zone`."""
    if due_at is None:
        return "No deadline"
    days = (to_datetime(due_at, zone).date() - to_datetime(now, zone).date()).days
    if due_at < now:
        return "Overdue"
    words: Sequence[tuple[int, str]] = ((0, "Today"), (1, "Tomorrow"), (7, "Within a week"))
    return next((word for last, word in words if days <= last), "Later")
