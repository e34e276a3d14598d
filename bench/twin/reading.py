"""Which processes and tasks a member may see, and with what their answers need besides."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from bench.twin.models import (
    Assignee,
    Membership,
    Process,
    ProcessPerson,
    ProcessStar,
    ProcessSum,
    Task,
)


class Listed(Func):
    """The rows of a subquery as one text, with spaces between."""

    output_field = TextField()
    template = "%(function)s(%(expressions)s, ' ')"
    function = "GROUP_CONCAT"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="STRING_AGG", **context)


def find_member(organization_id: str, token: str) -> Membership | None:
    """Whose token it is, if it is good and they may enter."""
    is_fresh = Q(user__tokens__expires_at=None) | Q(user__tokens__expires_at__gt=timezone.now())
    found = Membership.objects.filter(
        is_fresh,
        organization_id=organization_id,
        disabled_at=None,
        user__tokens__digest=sha256(token.encode()).hexdigest(),
        user__tokens__revoked_at=None,
    )
    return next(iter(found), None)


# --- Processes ---


def visible_processes(member: Membership) -> QuerySet[Process]:
    """Administrators see all; others those they have a part in; standard members also the open
    ones."""
    processes = Process.objects.filter(organization_id=member.organization_id)
    if member.role == "admin":
        return processes
    return processes.filter(_is_visible(member, "pk", ""))


def _is_visible(member: Membership, key: str, prefix: str) -> Q:
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


def shown_processes(member: Membership, now: datetime) -> QuerySet[Process]:
    """The visible ones with their people, their stars, and how many of their tasks are late."""
    of_process = {"process": OuterRef("pk")}
    is_late = Q(archived_at=None, completed_at=None, waits_for_anchor=False, deadline_at__lt=now)
    late = Task.objects.filter(is_late, **of_process).exclude(state="auto-skipped")
    people = ProcessPerson.objects.filter(**of_process, part="member")
    shown = visible_processes(member).annotate(
        people_listed=_listed(people),
        assigned_listed=_listed(Assignee.objects.filter(**of_process, person__startswith="u:")),
        is_starred=Exists(ProcessStar.objects.filter(**of_process, user_id=member.user_id)),
        # Counted only where something is late; most processes have nothing that is.
        late_count=_count_if(late, first_open_deadline_at__lt=now),
    )
    if member.role == "admin":
        return shown
    hidden = Task.objects.filter(~_is_open(member), **of_process)
    return shown.annotate(
        hidden_count=_count_if(hidden, secret_task_count__gt=0),
        hidden_completed_count=_count_if(
            hidden.filter(state="completed"), secret_completed_task_count__gt=0
        ),
    )


def _count_if(tasks: QuerySet[Task], **condition: object) -> Case:
    counted = tasks.order_by().values("process").annotate(count=Count("*")).values("count")
    then = Coalesce(Subquery(counted), 0)
    return Case(When(**condition, then=then), default=0, output_field=IntegerField())


def _listed(rows: QuerySet[Any]) -> Subquery:
    return Subquery(rows.order_by().annotate(all=Listed(F("person"))).values("all"))


def count_live(member: Membership) -> int:
    """How many are on the default list: to administrators the sums say so."""
    if member.role == "admin":
        sums = ProcessSum.objects.filter(organization_id=member.organization_id, is_archived=False)
        return sums.aggregate(total=Sum("process_count"))["total"] or 0
    return visible_processes(member).filter(archived_at=None).count()


# --- Tasks ---


def shown_tasks(member: Membership) -> QuerySet[Task]:
    """Those of processes at hand, with who is assigned; secret ones to those they are open to."""
    tasks = Task.objects.annotate(
        assigned_listed=_listed(Assignee.objects.filter(task=OuterRef("pk")))
    )
    return tasks if member.role == "admin" else tasks.filter(_is_open(member))


def _is_open(member: Membership) -> Q:
    is_mine = Exists(Assignee.objects.filter(task=OuterRef("pk"), person=f"u:{member.user_id}"))
    return (
        Q(top_secret=False)
        | Q(created_by=member.user_id)
        | Q(process__owner_id=member.user_id)
        | Q(is_mine)
    )


def visible_tasks(member: Membership) -> QuerySet[Task]:
    tasks = shown_tasks(member).filter(process__organization_id=member.organization_id)
    if member.role == "admin":
        return tasks
    return tasks.filter(_is_visible(member, "process", "process__"))


def with_tasks(processes: QuerySet[Process], member: Membership) -> QuerySet[Process]:
    tasks = shown_tasks(member).order_by("position", "number")
    return processes.prefetch_related(Prefetch("tasks", tasks, to_attr="shown_tasks"))
