"""Schedules in documents of templates (contract 20, 4, and 50, 9).

A document says when its template is launched again and again. What is made of it launches nothing
by itself: its schedules are paused, until their new owner makes them active.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from procession.domains.answers.content.containers import read_container
from procession.domains.answers.content.keys import resolve
from procession.domains.schedules import policy
from procession.domains.schedules.store import list_of_template
from procession.domains.schedules.types import Schedule
from procession.domains.schedules.wire import DocumentScheduleIn
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.content.importing import Document, name_in_document
from procession.domains.templates.types import Content, Field
from procession.flows.forms.answering import SentForm, merge_forms
from procession.flows.launching.scheduling import add_schedule, read_rhythm
from procession.kit.caller import Caller
from procession.kit.reading import read_stored
from procession.kit.work import Work, looking

MOST_SCHEDULES = 50
_encode = msgspec.json.Encoder(order="sorted").encode


# --- Out ---


def schedules_of(work: Work, template_id: str) -> list[Schedule]:
    """Those that the caller may see: none for who may schedule nothing."""
    return list_of_template(work, template_id) if policy.can_schedule(work.caller) else []


def list_for_document(
    caller: Caller, template_id: str, content: Content
) -> list[tuple[Schedule, dict[str, Any]]]:
    """Each with its answers by alias: aliases stay when the document is imported, ids do not.

    Answers to fields that are not there any more are left out.
    """
    return [
        (each, _by_alias(read_stored(each.prerun), content.kickoff))
        for each in schedules_of(looking(caller), template_id)
    ]


def _by_alias(prerun: Any, fields: Sequence[Field]) -> dict[str, Any]:
    meant = resolve(read_container(prerun) or (), fields, None).meant
    values = {field.id: sent.value for field, sent in meant}
    return {field.alias: values[field.id] for field in fields if field.id in values}


# --- In ---


def rhythms_sent(
    work: Work, sent: Sequence[DocumentScheduleIn], found: Findings
) -> list[dict[str, Any]]:
    """When each is due, by column. What cannot be read is a problem."""
    if len(sent) > MOST_SCHEDULES:
        sentence = f"A document may not have more than {MOST_SCHEDULES} schedules."
        found.refuse("schedules", sentence)
        return []
    return [_rhythm(work, each, f"schedules.{at}.", found) for at, each in enumerate(sent)]


def schedules_brought(  # noqa: PLR0917  # in the order in which one says it
    work: Work,
    sent: Sequence[DocumentScheduleIn],
    rhythms: Sequence[Mapping[str, Any]],
    document: Document,
    content: Content,
    found: Findings,
) -> list[dict[str, Any]]:
    """Columns of each, with the answers that it launches with. `content`: of the document, in its
    order. Answers that its form does not take are left out, and said."""
    if not sent:
        return []
    found.warn("schedules", "they are paused: make those active that shall launch from here")
    ids = {
        name: field.id
        for part, field in zip(document.kickoff, content.kickoff, strict=True)
        if (name := name_in_document(part)) is not None
    }
    renamed = [
        {ids.get(key.strip().lower(), key): value for key, value in (each.prerun or {}).items()}
        for each in sent
    ]
    answers = _answers(work, renamed, content.kickoff, found)
    return [
        {**rhythm, "is_active": False, "prerun": _encode(prerun).decode()}
        for rhythm, prerun in zip(rhythms, answers, strict=True)
    ]


def _rhythm(work: Work, sent: DocumentScheduleIn, at: str, found: Findings) -> dict[str, Any]:
    problems: dict[str, list[str]] = {}
    columns = read_rhythm(work, sent, None, problems)
    if "cron" not in columns and not problems:
        problems["cron"] = ["The cron field is required."]
    for path, sentences in problems.items():
        for sentence in sentences:
            found.refuse(f"{at}{path}", sentence)
    return columns


def _answers(
    work: Work, sent: Sequence[dict[str, Any]], fields: Sequence[Field], found: Findings
) -> list[dict[str, Any]]:
    """What the form takes of each; whom they name is looked up once for all."""
    forms = [
        SentForm(fields, prerun, f"schedules.{at}.prerun", {}, None)
        for at, prerun in enumerate(sent)
    ]
    kept = []
    for form, merged in zip(forms, merge_forms(work, forms), strict=True):
        for path, sentences in merged.problems.items():
            found.warn(path, " ".join(sentences))
        meant = resolve(read_container(form.sent) or (), fields, None).meant
        kept.append(
            {
                each.key: each.value
                for field, each in meant
                if f"{form.at}.{field.id}" not in merged.problems
            }
        )
    return kept


def add_brought(work: Work, template_id: str, brought: Sequence[Mapping[str, Any]]) -> None:
    """To the template that was made of the document."""
    for columns in brought:
        add_schedule(work, {**columns, "template_id": template_id})
