"""What happens to templates when something outside of them changes that they name."""

from typing import ClassVar

from procession.domains.templates.events.template import TemplateFact


class TemplateFollowedList(TemplateFact, frozen=True, kw_only=True):
    """Fields that name the list have its options as they are now."""

    event: ClassVar[str] = "template.followed_list"
    verb: ClassVar[str] = "updated"
    list_id: str
    list_title: str

    @property
    def changed_field(self) -> str:
        return "options"

    def sentence(self) -> str:
        return (
            f'changed the options of the template "{self.title}" with the list "{self.list_title}"'
        )


class TemplateReferenceRemoved(TemplateFact, frozen=True, kw_only=True):
    """Texts that embedded a template do so no more: it was deleted for ever."""

    event: ClassVar[str] = "template.reference_removed"
    verb: ClassVar[str] = "updated"
    embedded_id: str
    embedded_title: str

    def sentence(self) -> str:
        return (
            f'took the deleted template "{self.embedded_title}" '
            f'out of the texts of the template "{self.title}"'
        )


class TemplateSnippetRemoved(TemplateFact, frozen=True, kw_only=True):
    """Texts that named a snippet do so no more: it was deleted."""

    event: ClassVar[str] = "template.snippet_removed"
    verb: ClassVar[str] = "updated"
    snippet_id: str
    snippet_title: str

    def sentence(self) -> str:
        return (
            f'took the deleted snippet "{self.snippet_title}" '
            f'out of the texts of the template "{self.title}"'
        )
