"""What a selection needs of each kind of object: to find, judge, change and name many of them.

The verbs are those of single calls. Judging and changing ask the same policy; changing asks it
again, under the lock of each object.
"""

from collections.abc import Collection, Sequence
from typing import Any, Protocol

from procession.core.archive import Reason, Verb
from procession.domains.archive.types import Kind, Verdict
from procession.flows.archive.processes import Processes
from procession.flows.archive.tasks import Tasks
from procession.flows.archive.templates import Templates
from procession.kit.work import Work


class Many(Protocol):
    """Objects of one kind."""

    @property
    def filter(self) -> type[Any]:
        """What a list of them is narrowed to, as its store takes it."""

    def most(self, verb: Verb) -> int:
        """How many are changed in one go: after each the time is looked at."""

    def matching(self, work: Work, wanted: Any, after: str, most: int) -> list[str]:
        """Ids that the filter finds for the caller, in their order, behind `after`."""

    def count(self, work: Work, wanted: Any) -> int: ...

    def judge(
        self, work: Work, verb: Verb, ids: Sequence[str], *, are_found: bool = False
    ) -> dict[str, Verdict]:
        """Whether each would be changed, or why not. `are_found`: by a filter that asked for the
        state that the verb takes."""

    def change(self, work: Work, verb: Verb, ids: Sequence[str]) -> dict[str, Verdict]:
        """Each under its lock; what became of it."""

    def as_left(
        self, work: Work, verb: Verb, undoes: int, done: dict[str, int], *, hold: bool
    ) -> Collection[str]:
        """Which of those that operation `undoes` changed, each at the instant in `done`, `verb` may
        take back: nobody has touched them since. `hold`: nobody shall from now on."""

    def described(self, work: Work, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """As people know them; those that the caller may not see are left out."""

    def along(self, work: Work, verb: Verb, ids: Sequence[str], *, whole: bool) -> dict[str, int]:
        """How much goes along with them. `whole`: also what takes long to count."""


MANY: dict[str, Many] = {
    Kind.RUN: Processes(),
    Kind.CHECKLIST: Templates(),
    Kind.TASK: Tasks(),
}

#: What is counted along, by the kind.
ALONG: dict[str, tuple[str, ...]] = {
    Kind.RUN: ("tasks", "open_tasks", "people", "guests", "comments", "files", "bytes", "children"),
    Kind.CHECKLIST: ("processes", "live_processes", "schedules", "references"),
    Kind.TASK: ("tasks", "open_tasks", "people", "guests", "comments", "files", "bytes"),
}
NOT_FOUND = Verdict(Reason.NOT_FOUND)
