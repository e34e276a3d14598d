"""The statements of the measured requests: our own, by the names they have in the stores."""

from collections.abc import Callable
from typing import Any

from procession.core.archive import ArchivedShown
from procession.domains.accounts.store import holders, numbers, organizations
from procession.domains.custom_fields.store import values as custom_values
from procession.domains.organizing.store import links
from procession.domains.processes.access import Sight
from procession.domains.processes.store import listing as process_listing
from procession.domains.processes.store import selecting as process_selecting
from procession.domains.processes.store import sums
from procession.domains.processes.store import writing as process_writing
from procession.domains.tasks.store import selecting as task_selecting
from procession.domains.tasks.store import writing as task_writing
from procession.domains.templates.store import grants, versions
from procession.domains.templates.store import selecting as template_selecting
from procession.domains.templates.store import writing as template_writing
from procession.kit import journal
from procession.kit.caller import Role
from procession.kit.db import Statement

Bound = tuple[str, Callable[..., tuple[Any, ...]]]


def page_and_count(sight: Sight) -> tuple[Statement, Statement]:
    """Which rows the default list shows, and how many there are."""
    shape = process_listing._Shape(sight, (), (), ArchivedShown.HIDDEN)
    return process_listing._page(shape, (("created_at", True),), 10), process_listing._count(shape)


class Sql:
    """The SQL text of our own statements, each with a function that lays out its parameters."""

    def __init__(self, dialect: Any) -> None:
        self._dialect = dialect
        seen = "organization_id, caller_id, caller_person, now"
        self.token = self._of(holders._HOLDER, "digest, organization_id")
        of_one = f"{seen}, process_id"
        self.lock = self._of(process_selecting._visible_one(Sight.ALL, lock=True), of_one)
        self.get = self._of(process_selecting._visible_one(Sight.ALL, lock=False), of_one)
        self.tasks = self._of(task_selecting._of_processes(Sight.ALL), f"{seen}, process_ids")
        page, count = page_and_count(Sight.ALL)
        self.page = self._of(page, f"{seen}, limit, offset")
        self.rows = self._of(process_selecting._of_page(Sight.ALL), f"{seen}, page_ids")
        self.count = self._of(count, seen)
        self.values = self._of(custom_values._OF_RECORDS, "organization_id, record_ids")
        self.archive = self._of(
            process_writing._SET_ARCHIVED, "organization_id, process_id, now, archived_by"
        )
        self.activate = self._of(
            process_writing._CLEAR_ARCHIVED, "organization_id, process_id, now"
        )
        self.move = self._of(sums._MOVE, "organization_id, process_id, sum_id, other_sum_id")
        self.add = self._of(sums._ADD, "organization_id, process_id, sum_id")
        self.activity = self._of(
            journal.INSERT_ACTIVITY,
            "organization_id, process_id, occurred_at, actor_id, parent_id, "
            "event, verb, sentence, old_value, subject_state",
            category="Process", actor_kind="user", subject_kind="Run", parent_kind="Checklist",
            field=None, text=None, subject_id="process_id",
        )  # fmt: skip
        self.outbox = self._of(
            journal.INSERT_OUTBOX,
            "organization_id, created_at, event, payload",
            due_at="created_at",
        )
        self._add_launch(seen)

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
        self.process = self._of(
            process_writing._INSERT,
            "organization_id, id, number, template_id, template_version, template_title, type, "
            "name, owner_id, can_add_tasks, everyone_may_read, created_at, "
            "visible_task_count, secret_task_count, first_open_deadline_at, last_deadline_at",
            summary=None, launched_via="api", parent_id=None, assign_someone_else=False,
            is_public=False, public_key=None, publicly_hidden_fields="[]", completed_at=None,
            completed_task_count=0, secret_completed_task_count=0, lifecycle="active",
            problem_task_count=0, open_issue_count=0, answers=None, kickoff_field_count=0,
            kickoff_completed_at=None, kickoff_completed_by=None, submitted_by_guest=None,
            has_anchors=False, rules_active=False,
            started_by="owner_id", started_at="created_at", updated_at="created_at",
        )  # fmt: skip
        self.task = self._of(
            task_writing._INSERT,
            "organization_id, id, number, process_id, template_id, step_id, alias, task_type, "
            "title, summary, position, step_position, deadline_at, created_by, created_at, "
            "everyone_must_complete, can_complete_only_assignees, allow_guest_owners, "
            "prevent_guest_comment, top_secret, max_assignable, webhook, stage_id, "
            "send_chromeless",
            answers=None, fields=None, linked_step_id=None, anchor_step_id=None,
            waits_for_anchor=False, state="not-started", is_oneoff=False, is_soft_start_date=True,
            deadline_is_pinned=False, started_at="created_at", updated_at="created_at",
        )  # fmt: skip
        self.assignee = self._of(
            task_writing._INSERT_ASSIGNEE, "organization_id, task_id, process_id, person, written"
        )

    def _of(self, statement: Statement, names: str, **others: Any) -> Bound:
        """`others`: parameters that are constant here, or the same as one of `names`."""
        compiled = statement.compiled_for(self._dialect)
        known = names.split(", ")
        places = []
        for name, constant in compiled.places:
            value = others.get(name, name) if name else constant
            places.append(name if name in known else value if value in known else repr(value))
        layout = f"lambda {names}: ({' '.join(f'{place},' for place in places)})"
        return compiled.sql, eval(layout)
