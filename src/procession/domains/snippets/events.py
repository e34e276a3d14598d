"""What happens to snippets."""

from typing import ClassVar

from procession.domains.snippets.types import Snippet
from procession.kit.facts import Fact, Subject


class SnippetFact(Fact, frozen=True, kw_only=True):
    #: They are told among the templates, whose texts they are parts of.
    category: ClassVar[str] = "Blueprint"
    organization_id: str
    id: str
    title: str

    @property
    def subject(self) -> Subject:
        return Subject("Snippet", self.id)

    @property
    def parent(self) -> Subject:
        return Subject("Organization", self.organization_id)


def about_snippet(snippet: Snippet, organization_id: str) -> dict[str, str]:
    """The fields every fact about a snippet carries."""
    return {"organization_id": organization_id, "id": snippet.id, "title": snippet.title}


class SnippetCreated(SnippetFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "snippet.created"
    verb: ClassVar[str] = "created"

    def sentence(self) -> str:
        return f'created the snippet "{self.title}"'


class SnippetChanged(SnippetFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "snippet.changed"
    verb: ClassVar[str] = "updated"
    #: title, content or is_public.
    field: str
    before: str | bool

    @property
    def changed_field(self) -> str:
        return self.field

    @property
    def old_value(self) -> object:
        return self.before

    def sentence(self) -> str:
        if self.field == "title":
            return f'renamed the snippet "{self.before}" to "{self.title}"'
        if self.field == "is_public":
            word = "private" if self.before else "public"
            return f'made the snippet "{self.title}" {word}'
        return f'changed what the snippet "{self.title}" says'


class SnippetDeleted(SnippetFact, frozen=True, kw_only=True):
    event: ClassVar[str] = "snippet.deleted"
    verb: ClassVar[str] = "deleted"

    def sentence(self) -> str:
        return f'deleted the snippet "{self.title}"'
