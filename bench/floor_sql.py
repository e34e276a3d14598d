"""The statements of the measured requests: our own, by the names they have in the stores."""

from collections.abc import Callable
from typing import Any

from procession.core.archive import ArchivedShown
from procession.domains.accounts.store import holders, numbers, organizations
from procession.domains.custom_fields.store import values as custom_values
from procession.domains.files import store as files
from procession.domains.files.types import SubjectKind
from procession.domains.holds.store import asking
from procession.domains.organizing.store import links
from procession.domains.processes.access import Sight
from procession.domains.processes.store import listing as process_listing
from procession.domains.processes.store import selecting as process_selecting
from procession.domains.processes.store import sums, totals
from procession.domains.processes.store import writing as process_writing
from procession.domains.tasks.store import assignees, finishing, ruling
from procession.domains.tasks.store import selecting as task_selecting
from procession.domains.tasks.store import writing as task_writing
from procession.domains.templates.store import grants, leaving, versions
from procession.domains.templates.store import selecting as template_selecting
from procession.domains.templates.store import writing as template_writing
from procession.kit import journal, searching
from procession.kit.caller import Role
from procession.kit.db import Compiled, Statement
from procession.kit.destroying import Destroying
from procession.kit.many_rows import insert_of_many

Bound = tuple[str, Callable[..., Any]]


def page_and_count(sight: Sight) -> tuple[Statement, Statement]:
    """Which rows the default list shows, and how many there are."""
    shape = process_listing._Shape(sight, (), (), ArchivedShown.HIDDEN)
    return process_listing._page(shape, (("created_at", True),), 10), process_listing._count(shape)


def _one_as_json(value: Any) -> str:
    return f'["{value}"]' if isinstance(value, str) else f"[{value}]"


def _one_as_it_is(value: Any) -> Any:
    return value


class Sql:
    """The SQL text of our own statements, each with a function that lays out its parameters."""

    def __init__(self, dialect: Any) -> None:
        self._dialect = dialect
        #: A list of one, as each database takes lists.
        self.list_of_one: Callable[[Any], Any] = (
            _one_as_json if dialect.name == "sqlite" else _one_as_it_is
        )
        seen = "organization_id, caller_id, caller_person, now"
        self.token = self._of(holders._HOLDER, "digest, organization_id")
        of_one = f"{seen}, process_id"
        self.lock = self._of(process_selecting._visible_one(Sight.ALL, lock=True), of_one)
        self.get = self._of(process_selecting._visible_one(Sight.ALL, lock=False), of_one)
        self.tasks = self._of(task_selecting._of_processes(Sight.ALL), f"{seen}, process_ids")
        page, count = page_and_count(Sight.ALL)
        self.page = self._of(page, f"{seen}, limit, offset")
        self.rows = self._of_list(process_selecting._of_page(Sight.ALL), f"{seen}, page_ids")
        self.count = self._of(count, seen)
        self.archive = self._of(
            process_writing._SET_ARCHIVED,
            "organization_id, process_ids, now, caller_id",
            archived_via="person",
            archived_operation=None,
        )
        self.activate = self._of(
            process_writing._CLEAR_ARCHIVED, "organization_id, process_ids, now"
        )
        self.move = self._of(sums._MOVE, "organization_id, process_ids, sum_id, other_sum_id")
        self.add = self._of(sums._ADD, "organization_id, process_id, sum_id")
        self.activity = self._of(
            journal.INSERT_ACTIVITY,
            "organization_id, process_id, occurred_at, actor_id, parent_id, "
            "event, verb, sentence, old_value, subject_state",
            category="Process", actor_kind="user", subject_kind="Run", parent_kind="Checklist",
            field=None, text=None, sentence_folded=None, subject_id="process_id",
            operation=None,
        )  # fmt: skip
        self._add_launch(seen)
        self._add_completing(seen)
        self._add_deleting()

    def _add_launch(self, seen: str) -> None:
        self.template = self._of(
            template_selecting._visible_one(Role.ADMIN, lock=False), f"{seen}, template_id"
        )
        self.content = self._of(versions._ONE, "organization_id, template_id, of_version")
        self.step_tags = self._of(links._OF_TEMPLATES, "organization_id, template_ids")
        self.step_values = self._of(custom_values._OF_TEMPLATES, "organization_id, template_ids")
        self.settings = self._of(organizations._SETTINGS, "organization_id")
        self.numbers = self._of(numbers._TAKE_PROCESS_AND_TASKS, "organization_id, count")
        self.grants = self._of(grants._GRANTS, "organization_id, template_ids")
        self.count_launch = self._of(template_writing._COUNT_LAUNCH, "organization_id, template_id")
        self.text = self._of(searching._INSERT, "organization_id, id, folded, terms")
        self.known_texts = self._of_list(searching._KNOWN, "organization_id, text_ids")
        self.process = self._of(
            process_writing._INSERT,
            "organization_id, id, number, template_id, template_version, template_title, type, "
            "name, name_text, owner_id, can_add_tasks, everyone_may_read, created_at, "
            "visible_task_count, secret_task_count, first_open_deadline_at, last_deadline_at",
            name_folded=None, answers_folded=None, summary=None, summary_text=0,
            launched_via="api", parent_id=None, assign_someone_else=False,
            is_public=False, public_key=None, publicly_hidden_fields="[]", completed_at=None,
            completed_task_count=0, secret_completed_task_count=0, lifecycle="active",
            problem_task_count=0, open_issue_count=0, answers=None, kickoff_field_count=0,
            kickoff_completed_at=None, kickoff_completed_by=None, submitted_by_guest=None,
            has_anchors=False, rules_active=False,
            started_by="owner_id", started_at="created_at", updated_at="created_at",
        )  # fmt: skip
        self.task = self._of_many(
            task_writing._INSERT,
            "organization_id, id, number, process_id, template_id, step_id, alias, task_type, "
            "title, title_text, summary, summary_text, position, step_position, deadline_at, "
            "created_by, created_at, everyone_must_complete, can_complete_only_assignees, "
            "allow_guest_owners, prevent_guest_comment, top_secret, max_assignable, webhook, "
            "stage_id, "
            "send_chromeless",
            title_folded=None, state_before_hiding=None, shown_at=None, answers=None,
            fields=None, linked_step_id=None, anchor_step_id=None,
            waits_for_anchor=False, state="not-started", is_oneoff=False, is_soft_start_date=True,
            deadline_is_pinned=False, started_at="created_at", updated_at="created_at",
        )  # fmt: skip
        self.assignee = self._of_many(
            task_writing._INSERT_ASSIGNEE, "organization_id, task_id, process_id, person, written"
        )

    def _add_completing(self, seen: str) -> None:
        of_task = f"{seen}, task_id"
        self.lock_of_task = self._of(process_selecting._OF_TASK, of_task)
        self.one_task = self._of(task_selecting._visible_one(Sight.ALL), of_task)
        done = ("answers", "completed_at", "completed_by", "completed_by_guest", "is_approved")
        self.finish = self._of(
            task_writing._setting((*done, "last_completed_at", "state")),
            "organization_id, task_id, now, caller_id",
            new_answers=None, new_completed_at="now", new_completed_by="caller_id",
            new_completed_by_guest=None, new_is_approved=None, new_last_completed_at="now",
            new_state="completed",
        )  # fmt: skip
        self.reopen = self._of(ruling._REOPEN, "organization_id, task_ids, now")
        self.clear_parts = self._of(finishing._CLEAR, "organization_id, task_ids")
        self.gone = self._of(assignees._NAMING_GONE, "organization_id, task_ids")
        self.totals = self._of(totals._TOTALS, "organization_id, process_id")
        self.foretell = self._of(
            sums._FORETELL,
            "organization_id, process_id, sum_id, other_sum_id, new_lifecycle, "
            "new_visible_task_count, new_completed_task_count, new_secret_task_count, "
            "new_secret_completed_task_count",
        )
        self.set_totals = self._of(
            totals._SET_TOTALS,
            "organization_id, process_id, now, lifecycle, new_completed_at, visible, completed, "
            "troubled, secret, secret_completed, open_issues, first_open_deadline, last_deadline",
        )
        self.task_activity = self._of(
            journal.INSERT_ACTIVITY,
            "organization_id, process_id, occurred_at, actor_id, subject_id, event, verb, "
            "sentence, subject_state",
            category="Task", actor_kind="user", subject_kind="Task", parent_kind="Run",
            parent_id="process_id", field=None, text=None, sentence_folded=None, old_value=None,
            operation=None,
        )  # fmt: skip

    def _add_deleting(self) -> None:
        of_template = "organization_id, template_id"
        self.shut_out_holds = self._of(asking._LOCK_SHARED, "number")
        self.any_hold = self._of(asking._ANY, "organization_id")
        self.uncount_launch = self._of(leaving._UNCOUNT_LAUNCH, of_template)
        self.lock_versions = self._of(leaving._LOCK, of_template)
        self.take = self._of(sums._TAKE, "organization_id, process_id, sum_id")
        self.orphan = self._of(process_writing._ORPHAN_CHILDREN, "organization_id, process_id")
        self.remove_bytes = self._of(
            files._REMOVE_ALL[SubjectKind.PROCESS], "organization_id, subject_id"
        )
        self.delete = self._of(process_writing._DELETE, "organization_id, process_id")
        self.delete_leftover = self._of(leaving._DELETE_LEFTOVER, of_template)

    def _of_many(self, statement: Statement, names: str, **others: Any) -> Bound:
        """For `executemany` on SQLite. On PostgreSQL the layout makes a row of the JSON that the
        one statement for all takes."""
        together = insert_of_many(statement) if self._dialect.name == "postgresql" else None
        if together is None:
            return self._of(statement, names, **others)
        _, places = self._of(statement, names, **others)
        keys = [name for name, _ in statement.compiled_for(self._dialect).places]
        rows = together.compiled_for(self._dialect).sql
        return rows, lambda *values: dict(zip(keys, places(*values), strict=True))

    def _of(self, statement: Statement, names: str, **others: Any) -> Bound:
        """`others`: parameters that are constant here, or the same as one of `names`. Lists have
        one value."""
        if isinstance(statement, Destroying):
            statement = Statement.guarded(statement.expression)
        compiled = statement.compiled_for(self._dialect)
        if compiled.lists:
            compiled = statement.compiled_for_one(self._dialect)
        return _laid_out(compiled, names, others)

    def _of_list(self, statement: Statement, names: str) -> Bound:
        """Its list has several values."""
        return _laid_out(statement.compiled_for(self._dialect), names, {})


def _laid_out(compiled: Compiled, names: str, others: dict[str, Any]) -> Bound:
    known = names.split(", ")
    places = []
    for name, constant in compiled.places:
        assert name is None or name in known or name in others, name
        value = others.get(name, name) if name else constant
        places.append(name if name in known else value if value in known else repr(value))
    layout = f"lambda {names}: ({' '.join(f'{place},' for place in places)})"
    return compiled.sql, eval(layout)
