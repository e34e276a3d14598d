"""The fields of a task on its page: what stands in each, and what a browser sends for it.

Pure. Shapes are those of kick-off forms (`kickoff_fields.py`); here there are stored answers, too.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from procession.core.times import parse_moment
from procession.domains.answers.wire import AnsweredFieldOut
from procession.domains.templates.types import Field, FieldType
from procession.flows.tasks.opening import OpenTask
from procession.flows.telling import addresses
from procession.kit.html import clean_html
from procession.pages.file_answers import ShownFile, files_in, token_of
from procession.pages.kickoff_fields import ShownField, sent_answer, shown_field

#: The form's name for all answers.
AT = "answers"
_TAG = re.compile("<[a-zA-Z/]")
_DAY_LENGTH = len("2026-03-04")
#: Rows that a table has at least: one to type in.
_FEWEST_ROWS = 2


@dataclass(frozen=True)
class TaskField:
    """One question of a task, with what stands in it."""

    shown: ShownField
    out: AnsweredFieldOut
    files: Sequence[ShownFile] = ()
    #: It has to be answered, and is not.
    is_missing: bool = False
    #: Rich text, cleaned.
    html: str = ""

    @property
    def asked(self) -> Field:
        return self.shown.asked

    @property
    def is_rich(self) -> bool:
        asked = self.asked
        return asked.field_type == FieldType.TEXTAREA and asked.use_wysiwyg_editor

    @property
    def is_group(self) -> bool:
        """Of several controls, which share one name."""
        kinds = (FieldType.RADIO, FieldType.MULTISELECT, FieldType.TABLE, FieldType.FILE)
        return self.asked.field_type in kinds

    @property
    def rows(self) -> list[list[str]]:
        """Of a table: what stands in it, and a row more."""
        columns = [list(column) for column in self.shown.cells]
        columns += [[] for _ in range(len(self.asked.columns) - len(columns))]
        height = max(_FEWEST_ROWS, 1 + max(map(len, columns), default=0))
        return [
            [column[row] if row < len(column) else "" for column in columns]
            for row in range(height)
        ]


def task_fields(
    opened: OpenTask,
    zone: str,
    *,
    given: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
    files_at: str = addresses.FILE,
) -> list[TaskField]:
    """`given`: what was sent and refused, by field: it is not lost. `zone`: the organization's.
    `files_at`: where its files are opened."""
    return [
        _task_field(opened, asked, out, zone, given or {}, problems or {}, files_at)
        for asked, out in zip(opened.asked, opened.fields, strict=True)
    ]


def _task_field(  # noqa: PLR0917
    opened: OpenTask,
    asked: Field,
    out: AnsweredFieldOut,
    zone: str,
    given: Mapping[str, Any],
    problems: Mapping[str, str],
    files_at: str,
) -> TaskField:
    problem = problems.get(f"taskdata.{asked.id}")
    value = standing(asked, out)
    text = given[asked.id] if asked.id in given else as_typed(asked, value, opened.emails, zone)
    return TaskField(
        shown=shown_field(asked, text, problem, AT),
        out=out,
        files=files_in(value, files_at) if asked.field_type == FieldType.FILE else (),
        is_missing=asked.id in opened.missing,
        html=clean_html(str(text or "")) or "",
    )


def standing(asked: Field, out: AnsweredFieldOut) -> Any:
    """The answer; where nobody has answered, the default that completing would store."""
    is_open = out.last_updated is None and out.default_value_enabled
    # What is counted from today is known at completion.
    return out.default_value if is_open and asked.field_type != FieldType.DATE else out.value


def as_typed(asked: Field, value: Any, emails: Mapping[int, str], zone: str) -> Any:
    """A stored answer as the browser's own controls write it."""
    if value is None:
        return None
    if asked.field_type == FieldType.DATE:
        return _local(str(value), zone) if asked.collect_time else str(value)[:_DAY_LENGTH]
    if asked.field_type == FieldType.PEOPLE and isinstance(value, dict):
        members = [emails[each] for each in value.get("users") or [] if each in emails]
        return {"guests": [*members, *(value.get("guests") or [])]}
    return value


def _local(text: str, zone: str) -> str:
    try:
        return f"{parse_moment(text).astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"
    except (ValueError, OverflowError):
        return text


# --- What was sent ---


def changed_answers(
    opened: OpenTask, sent: Any, zone: str, *, only: str | None = None
) -> dict[str, Any]:
    """By field, what was sent and is not what stands there; None clears an answer.

    `only`: the one field that is looked at.
    """
    texts = sent if isinstance(sent, dict) else {}
    changed = {}
    for asked, out in zip(opened.asked, opened.fields, strict=True):
        if asked.id not in texts or only not in (None, asked.id):
            continue
        value = _read(asked, texts[asked.id], out, zone)
        before = standing(asked, out)
        if _is_same(asked, value, before, opened.emails, zone):
            continue
        changed[asked.id] = value
    return changed


def _read(asked: Field, sent: Any, out: AnsweredFieldOut, zone: str) -> Any:
    value = sent_answer(asked, sent, zone)
    if value is None:
        return None
    if asked.field_type == FieldType.PEOPLE:
        groups = out.value.get("groups") if isinstance(out.value, dict) else None
        return {**value, "groups": groups or []}
    if asked.use_wysiwyg_editor and isinstance(value, str) and not _TAG.search(value):
        return _paragraphs(value)
    return value


def _paragraphs(text: str) -> str:
    """What was typed where there is no editor."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines if line.strip())


def _is_same(asked: Field, value: Any, before: Any, emails: Mapping[int, str], zone: str) -> bool:
    if asked.field_type == FieldType.FILE:
        return [token_of(each) for each in value or []] == [each.token for each in files_in(before)]
    typed = as_typed(asked, value, emails, zone)
    standing_there = as_typed(asked, before, emails, zone)
    return shown_field(asked, typed) == shown_field(asked, standing_there)
