"""Lists of tasks: of a process, of everybody, of the caller, of a member."""

from collections.abc import Sequence

from procession.api.tasks.filters import (
    UNUSED_OF_ALL,
    UNUSED_OF_ONE,
    UNUSED_OF_PROCESS,
    TasksQuery,
    task_filter,
)
from procession.api.tasks.shaping import ORGANIZATION, PROCESS_TASKS, TASKS, view_out
from procession.domains.tasks.types import TaskFilter
from procession.domains.tasks.wire import TaskOut
from procession.flows.tasks import showing as showing_tasks
from procession.kit.http import Answer, Request, Routes, listing

routes = Routes("Tasks")


@routes.get(
    PROCESS_TASKS,
    policy="visible",
    answers=TaskOut,
    query=TasksQuery,
    unused=UNUSED_OF_PROCESS,
    is_list=True,
    raises=(422,),
)
def list_of_process(request: Request) -> Answer:
    """List the tasks of a process, hidden ones included."""
    return list_filtered(
        request, task_filter(request, usual_status="all", process_id=request.id("run"))
    )


@routes.get(
    TASKS,
    policy="visible",
    answers=TaskOut,
    query=TasksQuery,
    unused=UNUSED_OF_ALL,
    is_list=True,
    raises=(422,),
)
def list_all(request: Request) -> Answer:
    """List every task the caller may see."""
    return list_filtered(request, task_filter(request, usual_status="all"))


@routes.get(
    f"{ORGANIZATION}/me/tasks",
    policy="visible",
    answers=TaskOut,
    query=TasksQuery,
    unused=UNUSED_OF_ONE,
    is_list=True,
    raises=(422,),
)
def list_mine(request: Request) -> Answer:
    """List the tasks assigned to the caller; open ones unless asked otherwise."""
    me = request.caller.person_id
    return list_filtered(request, task_filter(request, usual_status="active", assigned_to_user=me))


@routes.get(
    f"{ORGANIZATION}/users/{{user}}/tasks",
    policy="visible",
    answers=TaskOut,
    query=TasksQuery,
    unused=UNUSED_OF_ONE,
    is_list=True,
    raises=(403, 422),
)
def list_of_member(request: Request) -> Answer:
    """List the tasks assigned to a member."""
    user_id = showing_tasks.get_member_id(request.caller, request.path["user"])
    return list_filtered(
        request, task_filter(request, usual_status="active", assigned_to_user=user_id)
    )


def list_filtered(request: Request, wanted: TaskFilter) -> Answer:
    includes = request.includes
    page, views = showing_tasks.list_tasks(
        request.caller, request.page(request.query), wanted, includes
    )
    rows = [view_out(request, view, with_summary="summary" in includes) for view in views]
    return listing(request, page, rows, **_urgent(rows))


def _urgent(rows: Sequence[TaskOut]) -> dict[str, int]:
    return {
        "overdue_tasks": sum(row.due_date_passed for row in rows),
        "tasks_due_soon": sum(row.due_soon for row in rows),
    }
