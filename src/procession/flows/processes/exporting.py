"""Export a process with its answers and comments (contract 31, 9)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from procession.domains.answers.content.rendering import Known, named_in
from procession.domains.answers.types import values_of
from procession.domains.answers.wire import ExportRowOut
from procession.domains.comments import store as comments
from procession.domains.organizing import store as organizing
from procession.domains.people import store as people
from procession.domains.processes import policy
from procession.domains.processes import store as processes
from procession.domains.processes.types import Process, ProcessFilter
from procession.domains.tasks import store as tasks
from procession.domains.templates.types import Field
from procession.flows.forms.rendering import forms_of, texts_of
from procession.flows.processes.export_formats import Exported, ExportedTask, csv_chunks, rows_of
from procession.flows.processes.showing import ProcessView, views
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden
from procession.kit.system_log import Category, log
from procession.kit.work import Work, reading, writing

_AT_ONCE = 20


@dataclass(frozen=True)
class Export:
    """A process, as it is shown and as what its rows are made of."""

    view: ProcessView
    exported: Exported

    @property
    def file_name(self) -> str:
        return f"{self.exported.process.name}.csv"

    def rows(self) -> list[ExportRowOut]:
        return list(rows_of(self.exported))

    def csv(self, *, is_safe: bool) -> Iterator[bytes]:
        return csv_chunks(rows_of(self.exported), is_safe=is_safe)


def export_process(caller: Caller, process_id: str) -> Export:
    """Archived or not. Tasks that the caller does not see are not in it."""
    with reading(caller) as work:
        process = processes.get_visible(work, process_id)
        if not policy.can_export(caller):
            raise Forbidden
        return Export(views(work, [process], frozenset())[0], _exported(work, process))


def export_processes(
    caller: Caller, wanted: ProcessFilter, columns: Sequence[str], *, is_safe: bool
) -> Iterator[bytes]:
    """All that a list of processes finds, as CSV, by their ids; read some at a time, so that
    nothing is open in between and memory stays flat. One that goes meanwhile is left out."""
    if not policy.can_export_many(caller):
        raise Forbidden
    with writing(caller) as work:
        log(work, "export_made", Category.SECURITY, "exported processes")
    return csv_chunks(_rows_of_all(caller, wanted), is_safe=is_safe, columns=columns)


def _rows_of_all(caller: Caller, wanted: ProcessFilter) -> Iterator[ExportRowOut]:
    after = ""
    while True:
        with reading(caller) as work:
            ids = processes.ids_behind(work, wanted, after, _AT_ONCE)
            found = [processes.find_visible(work, each) for each in ids]
            exported = [_exported(work, process) for process in found if process is not None]
        for each in exported:
            yield from rows_of(each)
        if len(ids) < _AT_ONCE:
            return
        after = ids[-1]


def _exported(work: Work, process: Process) -> Exported:
    shown = tasks.of_whole_processes(work, [process.id])[process.id]
    forms = forms_of(work, [process.id])
    content = forms.content(process.id)
    texts = texts_of(work, shown)
    threads = comments.of_tasks(work, [task.id for task in shown])
    told = [
        ExportedTask(task, texts.title(task), forms.fields_of(task), threads[task.id])
        for task in shown
    ]
    tags = organizing.links_of(work, [process.id]).get(process.id, ())
    return Exported(
        process,
        told,
        content.kickoff,
        content.stages,
        [tag.title for tag in tags],
        _known(work, process, content.kickoff, told),
        processes.launched_version(work, process.id, process.template_version),
    )


def _known(
    work: Work, process: Process, kickoff: Sequence[Field], told: Sequence[ExportedTask]
) -> Known:
    """The names of everybody who is assigned, or named in an answer."""
    users, groups = {process.owner_id}, set[str]()
    for each in told:
        users.update(each.task.users)
        groups.update(each.task.groups)
    for asked, value in _answers(process, kickoff, told):
        of_answer = named_in(asked, value)
        users.update(of_answer[0])
        groups.update(of_answer[1])
    return Known(
        zone=work.caller.timezone,
        users=people.names_of_users(work, users),
        groups=people.names_of_groups(work, groups),
    )


def _answers(
    process: Process, kickoff: Sequence[Field], told: Sequence[ExportedTask]
) -> Iterator[tuple[Field, Any]]:
    forms = [(kickoff, process.kickoff_answers)]
    forms += [(each.fields, each.task.form_answers) for each in told]
    for fields, answers in forms:
        values = values_of(answers)
        yield from ((asked, values.get(asked.id)) for asked in fields)
