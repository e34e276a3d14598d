"""A template from a document: what another one was exported as, perhaps elsewhere (contract 20, 4).

What the document names and is not here (people, groups, titles, lists, templates, folders) is left
out and said. Who imports it owns it, and nothing of how the original was shared comes along.
"""

from dataclasses import replace
from typing import Any

from msgspec import UnsetType

from procession.domains.people import store as people
from procession.domains.templates.actions.creating import NewTemplateDraft
from procession.domains.templates.content.adopting import Names, adopted, names_in
from procession.domains.templates.content.anchoring import check_anchor
from procession.domains.templates.content.attributes import read_columns
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.content.importing import (
    Document,
    in_positions,
    read_document,
)
from procession.domains.templates.types import Content
from procession.domains.templates.wire.templates import TemplateIn
from procession.flows.templates.checking_steps import launchable_among
from procession.flows.templates.fields import lists_named
from procession.flows.templates.folders import check_folders
from procession.flows.templates.granting import outside_of_groups
from procession.flows.templates.keeping_tokens import take_tokens
from procession.flows.templates.labelling import Brought, brought_by, listed
from procession.flows.templates.schedules import rhythms_sent, schedules_brought
from procession.kit.work import Work

#: Decided for the original alone.
_OF_THE_ORIGINAL = (
    "status", "owner_id", "is_public", "has_public_form", "is_featured", "is_pinned",
)  # fmt: skip
#: By column: the contract's word for a folder.
_FOLDERS = {"folder_id": "folder_id", "process_folder_id": "default_folder"}


def read_document_of(
    work: Work, sent: TemplateIn, found: Findings
) -> tuple[NewTemplateDraft, Brought]:
    take_tokens(work, sent)
    document = Document(
        steps=listed(sent.steps),
        kickoff=listed(sent.prerun),
        stages=listed(sent.stages),
        rules=listed(sent.automated_actions),
    )
    columns = _columns(work, sent, found)
    schedules = listed(sent.schedules)
    rhythms = rhythms_sent(work, schedules, found)
    content = _content(work, document, found)
    users, groups = _default_access(work, sent, found)
    brought = Brought()
    if not found.problems:
        scheduled = schedules_brought(work, schedules, rhythms, document, content, found)
        brought = replace(brought_by(work, sent, document, content, found), schedules=scheduled)
        content = in_positions(content, document)
    draft = NewTemplateDraft(
        columns=columns,
        created_by=work.caller.person_id,
        users=outside_of_groups(work, users, groups),
        groups=groups,
        content=content,
    )
    return draft, brought


def _columns(work: Work, sent: TemplateIn, found: Findings) -> dict[str, Any]:
    columns = read_columns(sent, found.problems)
    for name in ("title", "type"):
        if name not in columns:
            found.require(name)
    for name in _OF_THE_ORIGINAL:
        columns.pop(name, None)
    unknown: dict[str, list[str]] = {}
    check_folders(work, columns, unknown)
    for column, word in _FOLDERS.items():
        if word in unknown:
            found.warn(word, f"folder {columns.pop(column)} is not in this organization")
    return columns | {"owner_id": work.caller.person_id}


def _content(work: Work, document: Document, found: Findings) -> Content:
    asked = [field for step in document.steps for field in step.captures or ()]
    lists = lists_named(work, [*asked, *document.kickoff])
    content = read_document(document, found, work.now, lists)
    if found.problems:
        return content
    content, dropped = adopted(content, _known(work, names_in(content)))
    found.warnings += dropped
    by_id = {step.id: step for step in content.steps}
    for place, step in enumerate(content.steps):
        check_anchor(by_id, step, f"steps.{place}.", found.problems)
    return content


def _known(work: Work, named: Names) -> Names:
    """Which of those named are here; each kind is looked up in one statement."""
    return Names(
        users=frozenset(people.active_users_among(work, list(named.users))),
        groups=frozenset(people.groups_among(work, list(named.groups))),
        job_titles=frozenset(people.job_titles_among(work, list(named.job_titles))),
        lists=named.lists,
        templates=frozenset(launchable_among(work, named.templates)),
    )


def _default_access(work: Work, sent: TemplateIn, found: Findings) -> tuple[list[int], list[str]]:
    users, groups = _ids(sent.users), [group.lower() for group in _ids(sent.groups)]
    active, known = people.active_users_among(work, users), people.groups_among(work, groups)
    for user in users:
        if user not in active:
            found.warn("users", f"member {user} is not in this organization")
    for group in groups:
        if group not in known:
            found.warn("groups", f"group {group} is not in this organization")
    return [user for user in users if user in active], [each for each in groups if each in known]


def _ids(sent: list[Any] | UnsetType) -> list[Any]:
    return [] if isinstance(sent, UnsetType) else sent
