"""Fill the variables of texts with answers, at the moment the texts are read (contract 50, 7).

Nothing is loaded for texts without variables, which most are; for all others of a page together it
takes a few statements, however many there are.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from procession.core.snippets import snippet_named, snippets_in, with_snippets
from procession.core.times import local_day
from procession.core.variables import (
    CURRENT_PROCESS,
    CURRENT_TASK,
    DATE,
    TEMPLATE_NAME,
    names_in,
    substituted,
)
from procession.domains.answers.content.rendering import (
    Known,
    in_html,
    in_title,
    named_in,
)
from procession.domains.answers.types import Answers, read_answers, read_form
from procession.domains.people import store as people
from procession.domains.processes import store as processes
from procession.domains.processes.types import FormSource
from procession.domains.snippets import store as snippets
from procession.domains.snippets.content import LONGEST
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import Task
from procession.domains.templates import store as templates
from procession.domains.templates.types import Content, Field
from procession.kit.html import clean_html
from procession.kit.work import Work

_Render = Callable[[Field, Any, Known], str]
#: A field with its answer.
_Answered = tuple[Field, Any]


@dataclass(frozen=True)
class Forms:
    """What processes ask, by process."""

    sources: Mapping[str, FormSource] = field(default_factory=dict)
    contents: Mapping[tuple[str, int], Content] = field(default_factory=dict)

    def content(self, process_id: str | None) -> Content:
        """Of the version that a process was launched from; of no process: nothing."""
        source = self.sources.get(process_id or "")
        return Content() if source is None else self.contents[source.version]

    def fields_of(self, task: Task) -> tuple[Field, ...]:
        """The form of a task: its step's, or its own."""
        if task.step_id is None:
            return read_form(task.fields)
        step = self.content(task.process_id).step(task.step_id)
        return () if step is None else step.fields


def forms_of(work: Work, process_ids: Iterable[str | None]) -> Forms:
    """Two statements at most; versions that were shown before are remembered."""
    sources = processes.form_sources(work, {each for each in process_ids if each is not None})
    versions = [source.version for source in sources.values()]
    return Forms(sources, templates.launched_contents(work, versions))


@dataclass(frozen=True)
class Concealment:
    """What is shown to nobody in particular: no addresses, and nothing that is to stay hidden."""

    hides: Callable[[Field], bool]


@dataclass(frozen=True)
class Variables:
    """What the variables of some texts stand for."""

    forms: Forms = field(default_factory=Forms)
    known: Known = field(default_factory=Known)
    #: By process and alias.
    answered: Mapping[str, Mapping[str, _Answered]] = field(default_factory=dict)
    concealed: Concealment | None = None
    #: What snippets said at the launch: by process, and by the snippet's id.
    snippets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def title(self, text: str, process_id: str | None, task: Task | None = None) -> str:
        """As it was typed where nothing would be left of it."""
        filled = self.line(text, process_id, task)
        return filled if filled.strip() else text

    def line(self, text: str, process_id: str | None, task: Task | None = None) -> str:
        """Plain text."""
        return self._filled(text, process_id, task, in_title)

    def rich(
        self, text: str | None, process_id: str | None, task: Task | None = None
    ) -> str | None:
        """Rich text. Cleaned anew: an answer may stand anywhere in it, also in an attribute."""
        if text is None or "{" not in text:
            return text
        stored = text
        if snippets_in((text,)):
            text = with_snippets(text, self.snippets.get(process_id or "", {}), LONGEST)
        filled = self._filled(text, process_id, task, in_html)
        return stored if filled == stored else clean_html(filled)

    def _filled(self, text: str, process_id: str | None, task: Task | None, render: _Render) -> str:
        if "{" not in text:
            return text
        own = {} if task is None else self._own(task)
        answered = self.answered.get(process_id or "", {})

        def value_of(name: str) -> str | None:
            found = own.get(name) or answered.get(name)
            if found is not None:
                asked, value = found
                return "" if self._is_hidden(asked) else render(asked, value, self.known)
            return self._built_in(name.lower(), process_id, task)

        return substituted(text, value_of)

    def _is_hidden(self, asked: Field) -> bool:
        return self.concealed is not None and self.concealed.hides(asked)

    def _own(self, task: Task) -> dict[str, _Answered]:
        """Of a one-off task's own form; a step's is among those of its process."""
        if task.fields is None:
            return {}
        answers = task.form_answers
        return {each.alias: (each, _value(answers, each)) for each in read_form(task.fields)}

    def _built_in(self, name: str, process_id: str | None, task: Task | None) -> str | None:
        """None: there is no such variable."""
        source = self.forms.sources.get(process_id or "")
        if name == CURRENT_TASK:
            return "" if task is None else task.id
        if name == CURRENT_PROCESS:
            return process_id or ""
        if name == TEMPLATE_NAME:
            return "" if source is None else source.template_title
        if name != DATE:
            return None
        if source is not None:
            return local_day(source.started_at, self.known.zone)
        return "" if task is None else local_day(task.created_at, self.known.zone)


def _value(answers: Answers, asked: Field) -> Any:
    answer = answers.get(asked.id)
    return None if answer is None else answer.value


#: For texts that have none.
NO_VARIABLES = Variables()


def variables_in(
    work: Work,
    texts: Iterable[str | None],
    shown: Sequence[Task],
    process_ids: Collection[str] = (),
    *,
    concealed: Concealment | None = None,
) -> Variables:
    """What the texts of these tasks (and processes) need; nothing is loaded when they need nothing.

    `concealed`: for a public view, in the stead of what the caller may see.
    """
    names = {name for text in texts for name in names_in(text)}
    if not names:
        return NO_VARIABLES
    inside = {*process_ids, *(task.process_id for task in shown if task.process_id)}
    kept = _snippets_kept(work, names, inside, for_everybody=concealed is not None)
    names |= {name for texts in kept.values() for text in texts.values() for name in names_in(text)}
    forms = forms_of(work, inside)
    own = [
        (each, _value(task.form_answers, each))
        for task in shown
        if task.fields is not None
        for each in read_form(task.fields)
    ]
    answered = _answered(work, forms, names, for_everybody=concealed is not None)
    every = [*own, *(found for by_alias in answered.values() for found in by_alias.values())]
    known = known_in(work, every, hides_addresses=concealed is not None)
    return Variables(forms, known, answered, concealed, kept)


def _snippets_kept(
    work: Work, names: Collection[str], process_ids: Collection[str], *, for_everybody: bool
) -> dict[str, dict[str, str]]:
    """Guests, and who reads what is public, see those that are public."""
    ids = {found for name in names if (found := snippet_named(name)) is not None}
    kept: dict[str, dict[str, str]] = {}
    for each in snippets.kept_by(work, process_ids, ids):
        if each.is_public or not (for_everybody or work.caller.is_guest):
            kept.setdefault(each.process_id, {})[each.id] = each.content
    return kept


def _answered(
    work: Work, forms: Forms, names: Collection[str], *, for_everybody: bool
) -> dict[str, dict[str, _Answered]]:
    """By process and alias, as far as the names are asked for."""
    wanted = {
        process_id: [each for each in forms.content(process_id).all_fields() if each.alias in names]
        for process_id in forms.sources
    }
    answers = {
        process_id: dict(source.kickoff_answers) for process_id, source in forms.sources.items()
    }
    for row in tasks.step_answers(work, [each for each, fields in wanted.items() if fields]):
        if not for_everybody or not row.is_private:
            answers[row.process_id] |= read_answers(row.answers)
    return {
        process_id: {each.alias: (each, _value(answers[process_id], each)) for each in fields}
        for process_id, fields in wanted.items()
    }


def known_in(work: Work, answered: Iterable[_Answered], *, hides_addresses: bool = False) -> Known:
    """The names of everybody whom these answers name."""
    users: set[int] = set()
    groups: set[str] = set()
    guests: set[str] = set()
    for asked, value in answered:
        of_answer = named_in(asked, value)
        users.update(of_answer[0])
        groups.update(of_answer[1])
        guests.update(of_answer[2])
    known = Known(
        zone=work.caller.timezone,
        users=people.names_of_users(work, users),
        groups=people.names_of_groups(work, groups),
    )
    if not hides_addresses:
        return known
    return replace(known, guests=people.names_of_guests(work, guests), hides_addresses=True)


# --- Titles and summaries of tasks ---


@dataclass(frozen=True)
class Texts:
    """Titles and summaries of tasks as they are shown."""

    variables: Variables = NO_VARIABLES

    def title(self, task: Task) -> str:
        return self.variables.title(task.title, task.process_id, task)

    def summary(self, task: Task) -> str | None:
        return self.variables.rich(task.summary, task.process_id, task)


#: Of tasks whose texts are all as they are stored.
AS_STORED = Texts()


def texts_of(work: Work, shown: Sequence[Task], *, concealed: Concealment | None = None) -> Texts:
    """Of the tasks on one page."""
    with_variables = [task for task in shown if "{" in task.title or "{" in (task.summary or "")]
    every = [text for task in with_variables for text in (task.title, task.summary)]
    return Texts(variables_in(work, every, with_variables, concealed=concealed))
