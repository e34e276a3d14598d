"""What is said, and what issues are raised and resolved."""

from typing import ClassVar

from procession.kit.facts import Fact, Subject


class ThreadFact(Fact, frozen=True, kw_only=True):
    category: ClassVar[str] = "Comment"
    id: str
    task_id: str | None
    run_id: str | None
    content: str

    @property
    def subject(self) -> Subject:
        return Subject("Thread", self.id)

    @property
    def parent(self) -> Subject | None:
        if self.task_id is not None:
            return Subject("Task", self.task_id)
        return None if self.run_id is None else Subject("Run", self.run_id)

    @property
    def process_id(self) -> str | None:
        return self.run_id

    @property
    def text(self) -> str:
        return self.content

    @property
    def is_news(self) -> bool:
        return True


class CommentAdded(ThreadFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "comment.added"
    verb: ClassVar[str] = "commented"

    def sentence(self) -> str:
        return "added a comment"


class IssueReported(ThreadFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "issue.reported"
    verb: ClassVar[str] = "issue-reported"

    def sentence(self) -> str:
        return "reported an issue"


class IssueResolved(ThreadFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "issue.resolved"
    verb: ClassVar[str] = "issue-resolved"

    def sentence(self) -> str:
        return "resolved an issue"
