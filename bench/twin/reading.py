"""Which processes and tasks a member may see, and with what their answers need besides."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from django.db.models import (
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
)
from django.utils import timezone

from bench.twin.models import (
    Assignee,
    Process,
    ProcessPerson,
    ProcessStar,
    ProcessSum,
    Task,
    Token,
)


class Listed(Func):
    """The rows of a subquery as one text, with spaces between."""

    output_field = TextField()
    template = "%(function)s(%(expressions)s, ' ')"
    function = "GROUP_CONCAT"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="STRING_AGG", **context)


class Member(NamedTuple):
    """Who asks."""

    organization_id: str
    user_id: int
    role: str


def find_member(organization_id: str, token: str) -> Member | None:
    """Whose token it is, if it is good and they may enter."""
    found = Token.objects.filter(
        digest=sha256(token.encode()).hexdigest(),
        revoked_at=None,
        user__memberships__organization=organization_id,
        user__memberships__disabled_at=None,
    ).values_list("expires_at", "user_id", "user__memberships__role")
    for expires_at, user_id, role in found:
        if expires_at is None or expires_at > timezone.now():
            return Member(organization_id, user_id, role)
    return None


# --- Processes ---


def visible_processes(member: Member) -> QuerySet[Process]:
    """Administrators see all; others those they have a part in; standard members also the open
    ones."""
    processes = Process.objects.filter(organization_id=member.organization_id)
    if member.role == "admin":
        return processes
    return processes.filter(_is_visible(member, "pk", ""))


def _is_visible(member: Member, key: str, prefix: str) -> Q:
    """`key` and `prefix`: how the process is reached from the row at hand."""
    mine = {"process": OuterRef(key), "person": f"u:{member.user_id}"}
    seen = (
        Q(**{f"{prefix}owner_id": member.user_id})
        | Q(**{f"{prefix}started_by": member.user_id})
        | Q(Exists(ProcessPerson.objects.filter(**mine)))
        | Q(Exists(Assignee.objects.filter(**mine)))
    )
    if member.role == "standard":
        seen |= Q(**{f"{prefix}everyone_may_read": True})
    return seen


def gather(processes: Sequence[Process], member: Member, now: datetime) -> None:
    """What answers say of processes besides their rows: a plain query for each kind of row is what
    costs Django least (subqueries in one statement take it three times as long to write)."""
    by_id = {process.id: process for process in processes}
    people = ProcessPerson.objects.filter(process__in=by_id, part="member")
    for process_id, person in people.values_list("process_id", "person"):
        by_id[process_id].member_keys.append(person)
    assigned = Assignee.objects.filter(process__in=by_id, person__startswith="u:")
    for process_id, person in assigned.values_list("process_id", "person").distinct():
        by_id[process_id].assigned_keys.append(person)
    stars = ProcessStar.objects.filter(process__in=by_id, user_id=member.user_id)
    for process_id in stars.values_list("process_id", flat=True):
        by_id[process_id].is_starred = True
    _count_late([process.id for process in processes if _may_be_late(process, now)], by_id, now)
    if member.role != "admin":
        _count_hidden([each.id for each in processes if each.secret_task_count], by_id, member)


def _may_be_late(process: Process, now: datetime) -> bool:
    return process.first_open_deadline_at is not None and process.first_open_deadline_at < now


def _count_late(ids: list[str], by_id: dict[str, Process], now: datetime) -> None:
    """Most processes have nothing that is late; then nothing is asked."""
    if not ids:
        return
    tasks = Task.objects.filter(
        process__in=ids, archived_at=None, completed_at=None, waits_for_anchor=False,
        deadline_at__lt=now,
    ).exclude(state="auto-skipped")  # fmt: skip
    for process_id, count in tasks.values_list("process_id").annotate(count=Count("*")):
        by_id[process_id].late_count = count


def _count_hidden(ids: list[str], by_id: dict[str, Process], member: Member) -> None:
    """Secret tasks that the member may not see do not count for them."""
    if not ids:
        return
    hidden = Task.objects.filter(~_is_open(member), process__in=ids)
    done = Count("*", filter=Q(state="completed"))
    for process_id, count, completed in hidden.values_list("process_id").annotate(
        count=Count("*"), completed=done
    ):
        by_id[process_id].hidden_count = count
        by_id[process_id].hidden_completed_count = completed


def _listed(rows: QuerySet[Any]) -> Subquery:
    return Subquery(rows.order_by().annotate(all=Listed(F("person"))).values("all"))


def count_live(member: Member) -> int:
    """How many are on the default list: to administrators the sums say so."""
    if member.role == "admin":
        sums = ProcessSum.objects.filter(organization_id=member.organization_id, is_archived=False)
        return sums.aggregate(total=Sum("process_count"))["total"] or 0
    return visible_processes(member).filter(archived_at=None).count()


# --- Tasks ---


def shown_tasks(member: Member) -> QuerySet[Task]:
    """Those of processes at hand, with who is assigned; secret ones to those they are open to."""
    tasks = Task.objects.annotate(
        assigned_listed=_listed(Assignee.objects.filter(task=OuterRef("pk")))
    )
    return tasks if member.role == "admin" else tasks.filter(_is_open(member))


def _is_open(member: Member) -> Q:
    is_mine = Exists(Assignee.objects.filter(task=OuterRef("pk"), person=f"u:{member.user_id}"))
    return (
        Q(top_secret=False)
        | Q(created_by=member.user_id)
        | Q(process__owner_id=member.user_id)
        | Q(is_mine)
    )


def visible_tasks(member: Member) -> QuerySet[Task]:
    tasks = shown_tasks(member).filter(process__organization_id=member.organization_id)
    if member.role == "admin":
        return tasks
    return tasks.filter(_is_visible(member, "process", "process__"))


def tasks_of(process: Process, member: Member) -> QuerySet[Task]:
    return shown_tasks(member).filter(process=process).order_by("position", "number")
