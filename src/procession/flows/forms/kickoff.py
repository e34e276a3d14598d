"""A process's kick-off form after the launch: its answers, completing, reopening (31, 11)."""

from collections.abc import Sequence
from typing import Any

import msgspec

from procession.domains.answers.types import changed_answers, write_answers
from procession.domains.processes import policy
from procession.domains.processes import store as processes
from procession.domains.processes.actions.guarding import require_live
from procession.domains.processes.actions.progressing import refresh
from procession.domains.processes.events import (
    KickoffAnswered,
    KickoffCompleted,
    KickoffReopened,
    about,
)
from procession.domains.processes.types import Process
from procession.domains.templates import store as templates
from procession.domains.templates.types import Field
from procession.flows.forms.answering import (
    Merged,
    Owner,
    SentForm,
    answered,
    merge_forms,
    missing_answers,
)
from procession.flows.forms.uploads import keep_uses, name_files
from procession.flows.rules.cascading import follow
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid, invalid
from procession.kit.work import Work, writing

_NO_FORM = "This process has no kick-off form."


def complete_kickoff(caller: Caller, process_id: str) -> Process:
    """Completing what is complete changes nothing and tells nothing."""
    with writing(caller) as work:
        process = _get_form(work, process_id)
        if process.is_kickoff_complete:
            return process
        missing = missing_answers(form_of_process(work, process), process.kickoff_answers, "prerun")
        if missing:
            raise Invalid(missing)
        _set_completed(work, process, completed_at=work.now)
        return processes.get_visible(work, process_id)


def reopen_kickoff(caller: Caller, process_id: str) -> Process:
    with writing(caller) as work:
        process = _get_form(work, process_id)
        if not process.is_kickoff_complete:
            return process
        _set_completed(work, process, completed_at=None)
        return processes.get_visible(work, process_id)


def _get_form(work: Work, process_id: str) -> Process:
    process = processes.get_visible(work, process_id, lock=True)
    if not policy.can_answer_kickoff(work.caller, process):
        raise Forbidden
    require_live(process)
    if not process.kickoff_field_count:
        raise invalid("prerun", _NO_FORM)
    return process


def _set_completed(work: Work, process: Process, *, completed_at: int | None) -> None:
    """An open form keeps the process from being complete."""
    by_member = completed_at is not None and not work.caller.is_guest
    columns = {
        "kickoff_completed_at": completed_at,
        "kickoff_completed_by": work.caller.person_id if by_member else None,
    }
    processes.set_columns(work, process.id, columns)
    fact = KickoffReopened if completed_at is None else KickoffCompleted
    work.record(fact(**about(process)))
    refresh(work, msgspec.structs.replace(process, **columns))


# --- Its answers ---


def form_of_process(work: Work, process: Process) -> Sequence[Field]:
    """The kick-off form of the version that was launched."""
    if not process.kickoff_field_count:
        return ()
    version = process.template_version
    return templates.launched_content(work, process.template_id, version).kickoff


def read_kickoff_answers(work: Work, process: Process, sent: Any, at: str) -> Merged:
    """What was sent, checked; a complete form keeps what it requires. Nothing is written."""
    fields = form_of_process(work, process)
    stored = process.kickoff_answers
    form = SentForm(fields, sent, at, stored, Owner(process.number, is_of_process=True))
    (merged,) = merge_forms(work, [form])
    if not process.is_kickoff_complete:
        return merged
    changed = [field for field, _ in changed_answers(fields, stored, merged.answers)]
    missing = missing_answers(changed, merged.answers, at)
    return Merged(merged.answers, missing | merged.problems)


def store_kickoff_answers(work: Work, process: Process, merged: Merged) -> None:
    """Answers that `read_kickoff_answers` found nothing wrong in, and what follows from them."""
    before = process.kickoff_answers
    if merged.answers == before:
        return
    processes.set_columns(work, process.id, {"answers": write_answers(merged.answers)})
    changed = changed_answers(form_of_process(work, process), before, merged.answers)
    if name_files(field for field, _ in changed):
        keep_uses(work, form_of_process(work, process), merged.answers, process_id=process.id)
    for field, old in changed:
        work.record(
            KickoffAnswered(
                **about(process),
                field_id=field.id,
                alias=field.alias,
                label=field.label,
                before=old,
            )
        )
    events = answered([field.id for field, _ in changed])
    if follow(work, process, events, kickoff=merged.answers):
        refresh(work, process)
