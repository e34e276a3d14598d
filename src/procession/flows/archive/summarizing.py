"""What is in the archive, in numbers (contract 70, 10).

Of processes they are sums that every change keeps true (decision 0015), so nothing is counted and
they are of this moment. Tasks and templates are counted along the index of what is archived.
"""

from procession.core.archive import ArchivedShown
from procession.core.months import months_until
from procession.core.since import ArchivedBy
from procession.core.times import DAY
from procession.domains.archive import policy, store
from procession.domains.archive.store import OperationFilter
from procession.domains.archive.types import Counts, Kind, Part, Summary
from procession.domains.processes import store as processes
from procession.domains.processes.types import ProcessFilter
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import TaskFilter
from procession.domains.templates import store as templates
from procession.domains.templates.types import TemplateFilter
from procession.flows.archive import previewing
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden
from procession.kit.paging import PageRequest
from procession.kit.work import Work, reading

_OPERATIONS_SHOWN = 5
#: What rules will delete is told for so long ahead.
_SOON = 30 * DAY
#: Templates or months that are shown; what others have is told as one number.
MOST_PARTS = 100


def summarize(caller: Caller, by: str | None) -> Summary:
    """`by`: template or month; None: neither."""
    if not policy.can_select(caller):
        raise Forbidden
    with reading(caller) as work:
        only_open = not caller.is_admin
        by_status = processes.archived_by_lifecycle(work, only_open=only_open)
        total = sum(by_status.values())
        mine = None
        if only_open:
            mine = processes.count_visible(work, ProcessFilter(archived=ArchivedShown.ONLY)) - total
        parts = None
        if by is not None:
            chosen = _by_template if by == "template" else _by_month
            parts = chosen(work, only_open=only_open)
        request = PageRequest(number=1, size=_OPERATIONS_SHOWN)
        last = store.list_operations(work, request, OperationFilter(), only_own=only_open)
        return Summary(
            as_of=work.now,
            by_status=by_status,
            others=_others(work),
            mine=mine,
            held=_count_held(work) if caller.is_admin else None,
            due_for_deletion=previewing.count_due_to_delete(work, work.now + _SOON)
            if caller.is_admin
            else None,
            operations=last.rows,
            parts=parts,
            rest=total - sum(part.count for part in parts or ()) if by is not None else 0,
        )


def _count_held(work: Work) -> int:
    """Nothing is asked where there is no hold at all."""
    if not work.caller.has_holds:
        return 0
    held = ProcessFilter(archived=ArchivedShown.ONLY, archived_by=ArchivedBy(is_held=True))
    return processes.count_visible(work, held)


def _others(work: Work) -> Counts:
    of_tasks = TaskFilter(archived=ArchivedShown.ONLY, is_by_own_mark=True, is_oneoff=True)
    return {
        Kind.CHECKLIST: templates.count_visible(work, TemplateFilter(archived=ArchivedShown.ONLY)),
        Kind.TASK: tasks.count_visible(work, of_tasks),
    }


def _by_template(work: Work, *, only_open: bool) -> list[Part]:
    """Most first."""
    found = processes.archived_by_template(work, MOST_PARTS, only_open=only_open)
    return [Part(row.template_id, row.title, row.count) for row in found]


def _by_month(work: Work, *, only_open: bool) -> list[Part]:
    """Newest first; months of the organization's timezone. Each is counted along the index."""
    first = processes.first_archived_at(work, only_open=only_open)
    if first is None:
        return []
    months = months_until(first, work.now, work.caller.timezone, MOST_PARTS)
    counted = [
        (month, processes.count_archived_between(work, start, end, only_open=only_open))
        for month, start, end in months
    ]
    return [Part(month, month, count) for month, count in counted if count]
