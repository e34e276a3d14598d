"""What a member may begin: it is offered on every page, or on that of a process."""

from dataclasses import dataclass

from procession.domains.organizing import policy as of_organizing
from procession.domains.processes import policy as of_processes
from procession.domains.templates import policy
from procession.flows.processes.surveying import Reading
from procession.kit.caller import Caller


@dataclass(frozen=True)
class MayOrganize:
    """What the caller may make."""

    create: bool
    folders: bool
    tags: bool


def may_organize(caller: Caller) -> MayOrganize:
    return MayOrganize(
        create=policy.can_create(caller),
        folders=of_organizing.can_change_folders(caller),
        tags=of_organizing.can_tag(caller),
    )


def may_add_task(caller: Caller, seen: Reading) -> bool:
    """To a process: somebody who has a part in it, as long as it takes tasks at all."""
    process = seen.view.process
    is_theirs = any(task.is_callers for task in seen.view.tasks or [])
    is_assigned = is_theirs or caller.person_id in process.collaborators
    is_open = not process.is_archived and not process.open_issue_count and process.can_add_tasks
    return is_open and of_processes.can_add_task(caller, is_assigned=is_assigned)
