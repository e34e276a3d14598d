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
from procession.kit.caller import Caller, Role
from procession.kit.db import ScratchRows
from procession.kit.errors import invalid
from procession.kit.work import reading, writing

#: Tables of what processes are and do; and of these columns each says that a row of another table
#: belongs to a process. Nothing of the processes that there are is looked at.
_OF_PROCESSES = frozenset((
    "activity", "mails", "notices", "notifications", "outbox", "process_sums", "processes",
    "search_texts", "system_log", "tasks", "webhook_deliveries",
))  # fmt: skip
_BELONGING = ("process_id", "task_id")

#: Versions that no template ever has, so nothing that is remembered of one is taken for another's.
_numbers = count(2_000_000_000)


@dataclass(frozen=True)
class Draft:
    #: As one that launches this very version, and asks launchers for nothing but the answers.
    template: Template
    content: Content


def rows_to_try(caller: Caller, template_id: str) -> ScratchRows:
    """For who may edit it: all but processes, and of templates it and those that its steps
    launch."""
    with reading(caller) as work:
        template = editing.get_readable(work, template_id)
        editing.check_right(work, template)
        content = editing.get_content_to_edit(work, template)
    launched = {step.sub_process.template_id for step in content.steps if step.sub_process}
    ids = sorted({template.id, *launched})
    return ScratchRows(
        caller.organization_id,
        only={
            "organizations": ("id", [caller.organization_id]),
            "templates": ("id", ids),
            "template_versions": ("template_id", ids),
        },
        none_of=_OF_PROCESSES,
        without=_BELONGING,
    )


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
