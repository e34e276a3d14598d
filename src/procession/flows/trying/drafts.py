"""The draft of a template, launched in a rehearsal."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count

import msgspec

from procession.core.times import MINUTE
from procession.domains.processes.types import Process
from procession.domains.processes.wire import LaunchIn
from procession.domains.templates import store as templates
from procession.domains.templates.actions import editing
from procession.domains.templates.types import Content, Template
from procession.flows.launching.starting import launch
from procession.flows.rules.books import forget_book
from procession.flows.trying.rehearsing import Rehearsal
from procession.flows.trying.wire import TryIn
from procession.kit.caller import Role
from procession.kit.errors import invalid
from procession.kit.work import writing

#: Versions that no template ever has, so nothing that is remembered of one is taken for another's.
_numbers = count(2_000_000_000)


@dataclass(frozen=True)
class Draft:
    #: As one that launches this very version, and asks launchers for nothing but the answers.
    template: Template
    content: Content


@contextmanager
def drafted(rehearsal: Rehearsal, template_id: str) -> Iterator[Draft]:
    """For who may edit it. From then on the rehearsal is an administrator's: people of every right
    will work on the process."""
    caller = rehearsal.caller
    number = next(_numbers)
    now, rehearsal.now = rehearsal.now, rehearsal.now - 2 * MINUTE
    with writing(caller) as work:
        template = editing.get_editable(work, template_id)
        if template.type == "document":
            raise invalid("checklist", "Documents are not launched, so they have no rules to try.")
        content = editing.get_content_to_edit(work, template)
        version = msgspec.structs.replace(
            template,
            version=number,
            version_is_frozen=True,
            has_draft=False,
            launcher_must_tag=False,
            launcher_must_choose_folder=False,
        )
        templates.add_version(work, template.id, number, content)
        templates.freeze_version(work, version)
    rehearsal.now = now
    rehearsal.caller = replace(caller, role=Role.ADMIN)
    try:
        yield Draft(version, content)
    finally:
        forget_book(caller.organization_id, template.id, number)
        templates.forget_launched(caller.organization_id, template.id, number)


def launch_draft(rehearsal: Rehearsal, draft: Draft, sent: TryIn) -> Process:
    """Refused as a launch is."""
    wanted = LaunchIn(
        checklist_id=draft.template.id,
        name=sent.name,
        owner_id=sent.owner_id,
        prerun=sent.prerun,
        tasks=sent.tasks,
    )
    with writing(rehearsal.caller) as work:
        return launch(work, draft.template, wanted).process
