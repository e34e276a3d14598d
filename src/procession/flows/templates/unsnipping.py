"""Delete a snippet: it leaves every template and setting that names it (contract 50, 8).

Processes that were launched with it keep what it said.
"""

from functools import partial

from procession.domains.accounts import store as accounts
from procession.domains.accounts.events import OrganizationChanged
from procession.domains.accounts.types import SNIPPET_SETTINGS
from procession.domains.snippets import store as snippets
from procession.domains.snippets.actions.writing import check_right, get
from procession.domains.snippets.content import without
from procession.domains.snippets.events import SnippetDeleted, about_snippet
from procession.domains.snippets.types import Snippet
from procession.domains.templates import store as templates
from procession.domains.templates.actions.revising import revise
from procession.domains.templates.content.texts import with_rich_face, with_rich_texts
from procession.domains.templates.events import TemplateSnippetRemoved, about
from procession.domains.templates.types import Content, Face
from procession.kit.caller import Caller
from procession.kit.reading import read_stored
from procession.kit.work import Work, writing


def delete_snippet(caller: Caller, snippet_id: str) -> Snippet:
    """The snippet as it was."""
    with writing(caller) as work:
        snippet = get(work, snippet_id, lock=True)
        check_right(caller)
        # Templates before the organization, as launches lock them.
        _leave_templates(work, snippet)
        _leave_settings(work, snippet.id)
        snippets.delete_snippet(work, snippet.id)
        work.record(SnippetDeleted(**about_snippet(snippet, caller.organization_id)))
        return snippet


def _leave_settings(work: Work, snippet_id: str) -> None:
    """Those that hold its id hold nothing."""
    accounts.lock_organization(work)
    organization = accounts.get_organization(work)
    stored = read_stored(organization.settings)
    naming = [
        name for name in SNIPPET_SETTINGS if (stored.get(name) or "").strip().lower() == snippet_id
    ]
    if not naming:
        return
    left = {name: value for name, value in stored.items() if name not in naming}
    accounts.set_organization(work, organization.name, organization.timezone, left)
    for name in naming:
        work.record(
            OrganizationChanged(organization_id=organization.id, field=name, before=stored[name])
        )


def _leave_templates(work: Work, snippet: Snippet) -> None:
    """What can be launched of them, archived ones too."""
    left = partial(without, snippet_id=snippet.id)

    def revised(face: Face, content: Content) -> tuple[Face, Content]:
        return with_rich_face(face, left), with_rich_texts(content, left, work.now)

    for template in templates.lock_templates(
        work, templates.templates_mentioning(work, snippet.id)
    ):
        if revise(work, template, revised):
            told = about(template, work.caller.organization_id)
            work.record(
                TemplateSnippetRemoved(**told, snippet_id=snippet.id, snippet_title=snippet.title)
            )
