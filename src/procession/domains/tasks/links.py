"""Links that let a guest in (contract 00, 5.8)."""

from collections.abc import Mapping

from procession.domains.tasks.types import Task
from procession.kit.http import Request


def guest_task_links(request: Request, task: Task, codes: Mapping[str, str]) -> dict[str, str]:
    """Guest's address -> link to this task; `codes` by lower-cased address."""
    if not codes:
        return {}
    organization_id = request.caller.organization_id
    return {
        guest.lower(): f"{request.public_url}/{organization_id}/guest/{codes[guest.lower()]}"
        f"/tasks/{task.id}"
        for guest in task.guests
        if guest.lower() in codes
    }
