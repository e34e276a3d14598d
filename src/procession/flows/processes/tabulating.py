"""Processes as rows of a table, with columns for the questions of their template (95, 3.5).

A question is known by its field, whose id stays the same from version to version. What was answered
in a task is told as its process tells it: of a secret task only to who may see that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from procession.core.folding import sorting_key
from procession.domains.answers.content.rendering import Known, in_title, named_in
from procession.domains.answers.types import read_answers
from procession.domains.organizing import store as organizing
from procession.domains.processes import store as processes
from procession.domains.processes.types import Process, ProcessFilter
from procession.domains.tasks import store as tasks
from procession.domains.templates import policy as of_templates
from procession.domains.templates import store as templates
from procession.domains.templates.types import Field, FieldType
from procession.flows.processes.surveying import Board, board_of
from procession.kit.caller import Caller
from procession.kit.html import plain_text
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work, reading

#: So many are sorted by an answer; more have to be narrowed first.
MOST_SORTED = 10_000


class Question(NamedTuple):
    """A field that can be a column."""

    field: Field
    #: Of a step's form; None: of the kick-off form.
    step_id: str | None


@dataclass(frozen=True)
class Asked:
    """Which columns a table needs more than a board for."""

    #: The template whose questions they are; empty: none.
    template_id: str = ""
    #: Ids of fields that are columns.
    field_ids: Sequence[str] = ()
    #: The field that the rows are sorted by, and whether it falls.
    sorted_by: tuple[str, bool] | None = None
    tags: bool = False
    folders: bool = False

    @property
    def has_questions(self) -> bool:
        return bool(self.field_ids or self.sorted_by)


@dataclass(frozen=True)
class Table:
    """A page of processes, and what else stands in their rows."""

    board: Board
    #: All questions of the template, where any of them is asked for.
    questions: Sequence[Question] = ()
    #: By process and field, as text.
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: By process.
    tags: Mapping[str, Sequence[str]] = field(default_factory=dict)
    folders: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: There are more than are sorted by an answer: they are in their usual order.
    is_too_long: bool = False


def list_questions(caller: Caller, template_id: str) -> Sequence[Question]:
    """Of a template that the caller may see."""
    with reading(caller) as work:
        return _questions(work, template_id)


def tabulate(caller: Caller, request: PageRequest, wanted: ProcessFilter, asked: Asked) -> Table:
    with reading(caller) as work:
        questions = _questions(work, asked.template_id) if asked.has_questions else ()
        by_field = {each.field.id: each for each in questions}
        page, is_too_long = None, False
        if asked.sorted_by is not None and asked.sorted_by[0] in by_field:
            key, falls = asked.sorted_by
            page = _sorted(work, request, wanted, by_field[key], falls=falls)
            is_too_long = page is None
        if page is None:
            page = processes.list_visible(work, request, wanted)
        shown = [by_field[each] for each in asked.field_ids if each in by_field]
        values = _values(work, page.rows, shown)
        board = board_of(work, page, more_users=_named(shown, values))
        known = Known(
            work.caller.timezone, board.names.users, board.names.groups, board.names.guests
        )
        ids = [each.id for each in page.rows]
        tags = organizing.links_of(work, ids if asked.tags else [])
        folders = _folders(work, ids) if asked.folders and ids else {}
    answers = {
        process_id: {
            each.field.id: _told(each.field, given.get(each.field.id), known) for each in shown
        }
        for process_id, given in values.items()
    }
    titles = {each: [tag.title for tag in found] for each, found in tags.items()}
    return Table(board, questions, answers, titles, folders, is_too_long)


def _questions(work: Work, template_id: str) -> Sequence[Question]:
    template = templates.visible_among(work, [template_id] if template_id else []).get(template_id)
    version = None if template is None else of_templates.version_shown(work.caller, template)
    if version is None:
        return ()
    content = templates.contents_of(work, [(template_id, version)])[template_id, version]
    return [
        *(Question(each, None) for each in content.kickoff),
        *(Question(each, step.id) for step in content.steps for each in step.fields),
    ]


#: What was answered, by process and field.
_Values = dict[str, dict[str, Any]]


def _values(work: Work, shown: Sequence[Process], questions: Sequence[Question]) -> _Values:
    values: _Values = {
        each.id: {key: answer.value for key, answer in each.kickoff_answers.items()}
        for each in shown
    }
    if any(each.step_id is not None for each in questions):
        for row in tasks.step_answers(work, list(values)):
            given = read_answers(row.answers)
            values[row.process_id] |= {key: answer.value for key, answer in given.items()}
    return values


def _named(questions: Sequence[Question], values: _Values) -> set[int]:
    return {
        user
        for given in values.values()
        for each in questions
        for user in named_in(each.field, given.get(each.field.id))[0]
    }


def _told(asked: Field, value: Any, known: Known) -> str:
    text = in_title(asked, value, known)
    return plain_text(text) if asked.use_wysiwyg_editor else text


def _folders(work: Work, process_ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
    lying = organizing.objects_of(work, process_ids)
    names = {each.id: each.name for each in organizing.list_folders(work)} if lying else {}
    return {
        each: [names[filed.folder_id] for filed in found if filed.folder_id in names]
        for each, found in lying.items()
    }


# --- By an answer ---


def _sorted(
    work: Work, request: PageRequest, wanted: ProcessFilter, by: Question, *, falls: bool
) -> Page[Process] | None:
    """None: there are too many. Those without an answer stand at the end, either way."""
    ids = processes.ids_behind(work, wanted, "", MOST_SORTED + 1)
    if len(ids) > MOST_SORTED:
        return None
    given = _answers_to(work, ids, by)
    keys = _keys(by.field, {each: given.get(each) for each in ids})
    filled = sorted((each for each in ids if each in keys), key=keys.__getitem__, reverse=falls)
    ordered = filled + [each for each in ids if each not in keys]
    chosen = ordered[request.offset : request.offset + request.size]
    return Page(processes.of_page(work, chosen), len(ids), request)


def _answers_to(work: Work, ids: Sequence[str], by: Question) -> dict[str, Any]:
    if by.step_id is None:
        sources = processes.form_sources(work, ids).values()
        stored = [(each.id, each.kickoff_answers) for each in sources]
    else:
        rows = tasks.step_answers(work, ids, by.step_id)
        stored = [(each.process_id, read_answers(each.answers)) for each in rows]
    return {
        process_id: answers[by.field.id].value
        for process_id, answers in stored
        if by.field.id in answers
    }


def _keys(asked: Field, given: Mapping[str, Any]) -> dict[str, Any]:
    """What each is sorted by; numbers by their size, where all of them are numbers."""
    if asked.field_type == FieldType.DATE:
        return {each: str(value) for each, value in given.items() if value}
    texts = {each: _told(asked, value, Known()) for each, value in given.items()}
    texts = {each: text for each, text in texts.items() if text.strip()}
    try:
        return {each: float(text.replace(",", ".")) for each, text in texts.items()}
    except ValueError:
        return {each: sorting_key(text) for each, text in texts.items()}


__all__ = ["MOST_SORTED", "Asked", "Question", "Table", "list_questions", "tabulate"]
