"""Links that let a guest in (contract 00, 5.8)."""

from procession.domains.people.types import GuestCodes
from procession.domains.tasks.types import Task
from procession.kit.http import Request


def guest_task_links(request: Request, task: Task, known: GuestCodes) -> dict[str, str]:
    """Lower-cased address -> link to this task: of its guests, then of those in its groups."""
    if not known.codes:
        return {}
    base = f"{request.public_url}/{request.caller.organization_id}/guest"
    codes = known.of(task.guests, task.groups)
    return {address: f"{base}/{code}/tasks/{task.id}" for address, code in codes.items()}
