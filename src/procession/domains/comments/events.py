"""What is said, and what issues are raised and resolved."""

from typing import Any, ClassVar

from procession.domains.comments.types import Thread
from procession.kit.facts import Fact, Subject


class ThreadFact(Fact, frozen=True, kw_only=True):
    """Whoever listens knows by it what was said where, and who is to hear of it.

    `mentioned_users` and `mentioned_guests` are ids: of everybody whom it mentions and did not
    before, groups taken apart. Each of them may read it; who says it is not among them, and nobody
    who is disabled.
    """

    category: ClassVar[str] = "Comment"
    id: str
    task_id: str | None
    run_id: str | None
    checklist_id: str | None = None
    step_id: str | None = None
    content: str
    #: Contract 45, 1: what kind of thread it is, and which guests see it.
    label: str = "comment"
    state: str = "hide-for-guests"
    #: Of what it resolves: the first issue.
    resolves_id: str | None = None
    mentioned_users: tuple[int, ...] = ()
    mentioned_guests: tuple[int, ...] = ()

    @property
    def subject(self) -> Subject:
        return Subject("Thread", self.id)

    @property
    def parent(self) -> Subject | None:
        for kind, of in (
            ("Task", self.task_id),
            ("Run", self.run_id),
            ("Step", self.step_id),
            ("Checklist", self.checklist_id),
        ):
            if of is not None:
                return Subject(kind, of)
        return None

    @property
    def process_id(self) -> str | None:
        return self.run_id

    @property
    def text(self) -> str:
        return self.content


def about(thread: Thread) -> dict[str, Any]:
    """The fields every fact about a thread carries."""
    return {
        "id": thread.id,
        "task_id": thread.task_id,
        "run_id": thread.process_id,
        "checklist_id": thread.template_id,
        "step_id": thread.step_id,
        "content": thread.content,
        "label": thread.label,
        "state": thread.state,
        "resolves_id": thread.resolves_thread,
    }


class CommentAdded(ThreadFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "comment.added"
    verb: ClassVar[str] = "commented"

    @property
    def is_news(self) -> bool:
        return True

    def sentence(self) -> str:
        return "added a comment"


class BotCommentAdded(ThreadFact, frozen=True, kw_only=True):
    """Somebody let the organization's bot say it: nobody is told (contract 45, 3.4)."""

    event: ClassVar[str] = "comment.added_by_bot"
    verb: ClassVar[str] = "commented"

    def sentence(self) -> str:
        return "added a comment in the bot's name"


class CommentEdited(ThreadFact, frozen=True, kw_only=True):
    """One for each field: its content, label or state."""

    event: ClassVar[str] = "comment.edited"
    verb: ClassVar[str] = "updated"
    field: str
    before: str

    @property
    def changed_field(self) -> str:
        return self.field

    @property
    def old_value(self) -> str:
        return self.before

    @property
    def is_news(self) -> bool:
        return bool(self.mentioned_users or self.mentioned_guests)

    def sentence(self) -> str:
        return f"changed the {self.field} of a comment"


class CommentReacted(ThreadFact, frozen=True, kw_only=True):
    """Nobody is told; who reads it sees it."""

    event: ClassVar[str] = "comment.reacted"
    verb: ClassVar[str] = "updated"
    #: All of whoever reacted: before, and now.
    before: tuple[str, ...]
    reactions: tuple[str, ...]

    @property
    def changed_field(self) -> str:
        return "reactions"

    @property
    def old_value(self) -> object:
        return self.before

    def sentence(self) -> str:
        return "reacted to a comment" if self.reactions else "took back a reaction to a comment"


class CommentDeleted(ThreadFact, frozen=True, kw_only=True):
    """`content`: what it said."""

    event: ClassVar[str] = "comment.deleted"
    verb: ClassVar[str] = "comment-deleted"

    def sentence(self) -> str:
        return "deleted a comment"


class IssueReported(ThreadFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "issue.reported"
    verb: ClassVar[str] = "issue-reported"
    #: It was resolved, and is not any more.
    is_reopened: bool = False

    @property
    def is_news(self) -> bool:
        return True

    def sentence(self) -> str:
        return "reopened an issue" if self.is_reopened else "reported an issue"


class IssueResolved(ThreadFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "issue.resolved"
    verb: ClassVar[str] = "issue-resolved"

    @property
    def is_news(self) -> bool:
        return True

    def sentence(self) -> str:
        return "resolved an issue"


class IssueWithdrawn(ThreadFact, frozen=True, kw_only=True):
    """What was said stays, and is no issue any more."""

    event: ClassVar[str] = "issue.withdrawn"
    verb: ClassVar[str] = "issue-resolved"

    def sentence(self) -> str:
        return "withdrew an issue"
