"""What somebody can be told of, with the switch that turns off its mails and its bell."""

from enum import StrEnum
from typing import NamedTuple

from procession.domains.notifications.types import NotificationKind


class Kind(StrEnum):
    """In the order of their weight: of one task somebody is told the first that holds."""

    MENTIONED = "mentioned"
    ISSUE_REPORTED = "issue_reported"
    ISSUE_RESOLVED = "issue_resolved"
    COMMENTED = "commented"
    TURN = "turn"
    REOPENED = "reopened"
    DEADLINE_MOVED = "deadline_moved"
    EDITED = "edited"
    ASSIGNEES_CHANGED = "assignees_changed"
    TASK_ADDED = "task_added"
    TASK_COMPLETED = "task_completed"
    OWNER_CHANGED = "owner_changed"
    JOINED = "joined"
    PROCESS_COMPLETED = "process_completed"
    PROCESS_CHANGED = "process_changed"


class About(NamedTuple):
    #: The switch of mails (contract 10, 1.1).
    switch: str
    #: None: the bell does not ring.
    bell: NotificationKind | None
    #: Something is to be done.
    is_request: bool = False


ABOUT = {
    Kind.MENTIONED: About("mentions", NotificationKind.MENTION),
    Kind.ISSUE_REPORTED: About("comments", NotificationKind.ISSUE_REPORTED),
    Kind.ISSUE_RESOLVED: About("comments", NotificationKind.ISSUE_RESOLVED),
    Kind.COMMENTED: About("comments", NotificationKind.COMMENT),
    Kind.TURN: About("task_assigned", NotificationKind.TASK_ASSIGNED, is_request=True),
    Kind.REOPENED: About("task_assigned", NotificationKind.TASK_ASSIGNED, is_request=True),
    Kind.DEADLINE_MOVED: About("deadline_changed", NotificationKind.DEADLINE_CHANGED),
    Kind.EDITED: About("others_task_updates", None),
    Kind.ASSIGNEES_CHANGED: About("others_task_updates", None),
    Kind.TASK_ADDED: About("others_task_updates", None),
    Kind.TASK_COMPLETED: About("others_task_updates", NotificationKind.TASK_COMPLETED),
    Kind.OWNER_CHANGED: About("task_assigned", NotificationKind.OWNER_CHANGED),
    Kind.JOINED: About("task_assigned", None),
    Kind.PROCESS_COMPLETED: About("process_completed", NotificationKind.PROCESS_COMPLETED),
    Kind.PROCESS_CHANGED: About("others_task_updates", None),
}
WEIGHTS = {kind: weight for weight, kind in enumerate(Kind)}
#: What guests are told, besides what they are asked to do.
FOR_GUESTS = frozenset(
    (
        Kind.MENTIONED, Kind.ISSUE_REPORTED, Kind.ISSUE_RESOLVED, Kind.COMMENTED, Kind.TURN,
        Kind.REOPENED, Kind.DEADLINE_MOVED, Kind.EDITED,
    )
)  # fmt: skip
