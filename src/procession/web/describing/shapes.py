"""What the Structs of bodies and answers leave open: free values, includes, closed sets of words.

A Struct says `Any` where the binder must let everything through, or where one domain shows what
another one makes and may not know its Structs. `SHAPES` says what really stands there; a Struct has
the shapes of those it descends from. What the suite receives is held against it
(`tests/described.py`).
"""

import msgspec

from procession.core.archive import Verb
from procession.core.deadlines import UNITS
from procession.core.progress import Status
from procession.core.retention import VERBS as VERBS_OF_CLOCK
from procession.core.retention import Rule, Unit
from procession.domains.accounts import wire as accounts
from procession.domains.accounts.types import SETTING_DEFAULTS, retention_settings
from procession.domains.activity.types import CATEGORIES, VERBS
from procession.domains.activity.wire import EntryOut
from procession.domains.answers import wire as answers
from procession.domains.archive import wire as archive
from procession.domains.archive.types import Kind, OperationKind, OperationStatus, SelectionStatus
from procession.domains.comments.types import Reaction, ThreadLabel, ThreadState
from procession.domains.comments.wire import ReactionOut, ReactionsIn, ThreadOut
from procession.domains.custom_fields import wire as custom_fields
from procession.domains.custom_fields.types import RecordKind, ValueType
from procession.domains.desk.types import PresetObject
from procession.domains.desk.wire import (
    PreferenceIn,
    PreferenceOut,
    PresetChangesIn,
    PresetIn,
    PresetOut,
)
from procession.domains.files.wire import FileOut
from procession.domains.holds.wire import CoveringHoldOut
from procession.domains.organizing.types import FolderKind, SubjectKind
from procession.domains.organizing.wire.folders import FolderObjectOut, FolderOut
from procession.domains.organizing.wire.tags import AssociationOut, TagOut
from procession.domains.people.wire import UserListItemOut, UserOut
from procession.domains.people.wire.groups import GroupOut
from procession.domains.people.wire.guests import GuestOut
from procession.domains.processes import wire as processes
from procession.domains.processes.types import LaunchedVia
from procession.domains.retention import wire as retention
from procession.domains.schedules import wire as schedules
from procession.domains.system_log import wire as system_log
from procession.domains.tasks import wire as tasks
from procession.domains.tasks.types import TaskState, TaskType
from procession.domains.templates.types.fields import FieldType
from procession.domains.templates.types.rules import Source
from procession.domains.templates.types.steps import StepType
from procession.domains.templates.types.template import STATUSES, Permission, TemplateType
from procession.domains.templates.wire import (
    attributes,
    fields,
    firings,
    importing,
    option_lists,
    public,
    rules,
    steps,
    templates,
)
from procession.domains.watchers import wire as watchers
from procession.domains.watchers.types import WATCHED, Frequency, Watched, Way
from procession.domains.webhooks import wire as webhooks
from procession.domains.webhooks.types import DeliveryStatus
from procession.flows.trying import wire as trying
from procession.flows.webhooks.samples import SAMPLES
from procession.kit.caller import Role
from procession.kit.problems import DetailsOut
from procession.kit.system_log import Category, Severity
from procession.web.describing.writing import (
    NULL,
    NUMBER,
    SWITCH,
    TEXT,
    Schema,
    by_key,
    data,
    either,
    free,
    holding,
    included,
    listed,
    may_hold,
    nullable,
    one_of,
    ref,
)

# --- What stands in several places ---

VALUE = free(
    "what a field of its type holds: a text, a number, an option, a list of those; or null."
)
FILTER = by_key(free("as the program wrote it."), "What the list is narrowed to.")
VALUES = by_key(VALUE, "By field: its id or alias.")
CUSTOM = by_key(VALUE, "Values of custom fields, by key.")
ECHO = free("not read; clients send back what they have read.")
NAME = free("a name within the document: a text or a number.")
IGNORED = included(free("nothing yet; the list is empty."))
READ = by_key(free("see what is answered."))
OPTIONS_IN = nullable(listed(either(TEXT, READ), "Texts, or objects with `id` and `text`."))
COLUMNS_IN = nullable(listed(either(TEXT, READ), "Labels, or objects with `id` and `label`."))
TAGS_IN = nullable(listed(either(TEXT, READ), "Ids or titles of tags, or the tags that were read."))
IDS_IN = either(listed(TEXT), TEXT, READ, NULL, meaning="A list, or one text with commas.")
OPTION = {
    **holding(id=NUMBER, text=TEXT, value=NULL, required=SWITCH),
    "description": "One that can be chosen; `description` only where it has one.",
}
OPTION["properties"] = {**OPTION["properties"], "description": TEXT}
COLUMN = holding(id=NUMBER, label=TEXT)
SETTINGS = by_key(free("as it was sent."), "Settings of the field that clients keep there.")
UNIT = one_of(UNITS)
LENGTH = holding(value=NUMBER, unit=UNIT)
DEADLINE = holding(
    value=NUMBER, unit=UNIT, option=one_of(("from", "prior_to")), step=nullable(TEXT)
)
PEOPLE = holding(users=listed(NUMBER), guests=listed(TEXT), groups=listed(TEXT))
READERS = holding(all_members=SWITCH, users=listed(NUMBER), groups=listed(TEXT))
FIELD = {"options": listed(OPTION), "columns": listed(COLUMN), "default_value": VALUE}
CAN_PROCESS = holding(update=SWITCH, archive=SWITCH, delete=SWITCH, export=SWITCH)
CAN_TEMPLATE = holding(
    **dict.fromkeys(
        ("read", "edit", "duplicate", "launch", "process_read", "archive", "delete", "pin"), SWITCH
    )
)
AUTHOR = may_hold(
    id=NUMBER,
    **dict.fromkeys(
        ("email", "username", "first_name", "last_name", "full_name", "profile_pic"), nullable(TEXT)
    ),
)
ROLE = one_of(Role)
MEMBERSHIP = one_of(("active", "invited", "disabled"))
# Words of rules, which `templates/content` checks and which edges may not import from there.
LOGICS = ("and", "or")
OPERATIONS = (
    "completed", "approved", "rejected", "acknowledged", "expired", "reopened", "not_assigned",
    "contains", "not_contains", "equals", "not_equals", "equals_any", "greater_than", "less_than",
    "is_empty", "is_not_empty",
)  # fmt: skip
ACTION_TYPES = ("visibility", "deadline", "assignment", "status", "webhook")
ACTION_VERBS = (
    "show", "hide", "deadline", "assign", "assign_only", "unassign", "clear_assignees", "reopen",
    "emit_webhook",
)  # fmt: skip
STATUS = one_of(Status)
STATE = one_of(TaskState)
TASK_TYPE = one_of(TaskType)
TEMPLATE_TYPE = one_of(TemplateType)

#: Objects that no Struct declares, by the names of their components.
OBJECTS: dict[str, Schema] = {
    "ProcessPermissions": holding(process_read=READERS, can=CAN_PROCESS),
    "TemplatePermissions": holding(
        **{permission.value: READERS for permission in Permission}, can=CAN_TEMPLATE
    ),
    "FieldOption": OPTION,
    "FieldColumn": COLUMN,
}

_DAY = holding(all_hours=SWITCH, start=nullable(TEXT), end=nullable(TEXT))
#: Those that are not texts, switches or null by their defaults.
_SETTINGS: dict[str, Schema] = {
    "team_size": listed(NUMBER),
    "working_days": by_key(nullable(_DAY), "By the day's name; a day that is null is free."),
    "default_deadline": holding(type=UNIT, value=NUMBER),
    "auto_archive_processes_after": holding(unit=one_of(("days", "weeks", "months")), value=NUMBER),
    "cadence_days": listed(TEXT),
    "guest_cadence_days": listed(TEXT),
    "auto_complete_task_months": NUMBER,
    "maximum_group_assignment_limit": NUMBER,
    "live_support_enabled": NUMBER,
    "webhook_date_field_format": TEXT,
}


def _setting(name: str, default: object) -> Schema:
    return _SETTINGS.get(name) or (SWITCH if isinstance(default, bool) else nullable(TEXT))


OBJECTS["Organization"] = holding(
    id=TEXT,
    name=TEXT,
    **{
        name: _setting(name, default)
        for name, default in {**SETTING_DEFAULTS, **retention_settings(Rule())}.items()
    },
    timezone=TEXT,
    created_on=TEXT,
    created_at=TEXT,
    last_updated=TEXT,
    updated_at=TEXT,
    users_count=NUMBER,
    disabled_on=nullable(TEXT),
    joined_on=TEXT,
    last_accessed=nullable(TEXT),
    user_role=ROLE,
    user_status=MEMBERSHIP,
)
OBJECTS["Organization"]["properties"] |= may_hold(billing_info=NULL, subscription=NULL)[
    "properties"
]
OBJECTS["GuestOrganization"] = holding(id=TEXT, name=TEXT, org_logo=nullable(TEXT))
_METADATA = holding(
    **dict.fromkeys(
        ("issuer", "authorization_endpoint", "token_endpoint", "revocation_endpoint", "jwks_uri"),
        TEXT,
    ),
    **dict.fromkeys(
        (
            "response_types_supported", "grant_types_supported",
            "token_endpoint_auth_methods_supported", "code_challenge_methods_supported",
            "scopes_supported",
        ),
        listed(TEXT),
    ),
)  # fmt: skip
OBJECTS["ServerMetadata"] = {
    **_METADATA,
    "properties": {
        **_METADATA["properties"],
        "registration_endpoint": {**TEXT, "description": "May be left out."},
    },
}

#: What routes answer that declare no Struct, by path.
ANSWERS: dict[str, Schema] = {
    "/organizations/{org}": ref("Organization"),
    "/me/organizations": ref("Organization"),
    "/current-user/{user}/organizations": ref("Organization"),
    "/organizations/{org}/runs/{run}/permissions": ref("ProcessPermissions"),
    "/organizations/{org}/checklists/{checklist}/permissions": ref("TemplatePermissions"),
    "/.well-known/jwks.json": holding(keys=listed(by_key(TEXT, "A key (RFC 7517)."))),
    "/.well-known/oauth-authorization-server": ref("ServerMetadata"),
    "/.well-known/openid-configuration": ref("ServerMetadata"),
    "/oauth/revoke": {"type": "object", "additionalProperties": False},
    "/openapi.json": by_key(free("see OpenAPI 3.1.")),
    "/docs/index": by_key(free("see Swagger 2.0.")),
    "/organizations/{org}/text-templates/exists": by_key(SWITCH, "By the id as it was sent."),
    "/organizations/{org}/snippets/exists": by_key(SWITCH, "By the id as it was sent."),
}

_EXPORT = "/organizations/{org}/runs/{run}/export"
#: Other media types that an answer may come in, by path.
ALSO_IN: dict[str, tuple[str, ...]] = {
    _EXPORT: ("text/csv",),
    "/organizations/{org}/activity-feeds": ("text/csv", "application/jsonl"),
    "/organizations/{org}/system-logs": ("text/csv",),
}

#: What a guest is answered in the stead of it, where members and guests come by one route.
TOLD_TO_GUESTS: dict[str | type[msgspec.Struct], Schema] = {
    "/organizations/{org}": ref("GuestOrganization"),
    processes.ProcessOut: ref(processes.GuestProcessOut),
}

_CRON = either(
    TEXT,
    may_hold(
        every=one_of(("day", "week", "month")),
        time=TEXT,
        weekday=free("1 to 7, or a day's name."),
        day=NUMBER,
    ),
    meaning="Five fields (minute, hour, day, month, weekday), or `{every, time, weekday?, day?}`.",
)
_SCHEDULE_IN = {"cron": _CRON, "prerun": nullable(VALUES)}
#: Of a rule.
_CONDITION = {
    "id": TEXT,
    "conditionable_type": one_of(Source),
    "conditionable_id": TEXT,
    "operation": one_of(OPERATIONS),
    "statement": free("a text, a number, an option, or a list of those; or null."),
    "logic": one_of(LOGICS),
    "position": NUMBER,
    "column_contains_name": nullable(TEXT),
}
_THEN_ACTIONS = listed(
    holding(
        id=TEXT,
        action_type=one_of(ACTION_TYPES),
        action_verb=one_of(ACTION_VERBS),
        target_step_id=nullable(TEXT),
        position=NUMBER,
        actionable_id=nullable(TEXT),
        actionable_type=nullable(TEXT),
        deadline=nullable(holding(value=NUMBER, unit=UNIT, option=one_of(("before", "from")))),
        assignees=nullable(PEOPLE),
        webhook_url=nullable(TEXT),
        alias_name=nullable(TEXT),
    )
)
_SEEN = free(
    "what it sees: a stored answer, or of a step's task an object with `status`, `is_approved`, "
    "`completed_at`, `deadline` and `owners`; null: there is none."
)

#: By Struct, and the name of a key on the wire.
SHAPES: dict[type[msgspec.Struct], dict[str, Schema]] = {
    # Schedules.
    schedules.ScheduleIn: _SCHEDULE_IN,
    schedules.ScheduleChangesIn: _SCHEDULE_IN,
    schedules.ScheduleOut: {"cron": _CRON, "prerun": VALUES},
    schedules.DocumentScheduleIn: _SCHEDULE_IN,
    schedules.DocumentScheduleOut: {"cron": _CRON, "prerun": VALUES},
    # Processes.
    processes.StepOverrideIn: {"taskdata": nullable(VALUES)},
    processes.LaunchIn: {
        "prerun": free("answers to the kick-off form: a map by field, or a list of entries."),
        "prerun_data": free("another name of `prerun`."),
        "roles": either(by_key(free("people of one job title.")), listed(READ), NULL),
    },
    processes.FormLaunchIn: {"prerun": free("answers: a map by field, or a list of entries.")},
    processes.ProcessChangesIn: {
        "prerun": free("answers to change: a map by field, or a list of entries."),
        "prerun_data": free("another name of `prerun`."),
        "tags": IDS_IN,
        "folders": IDS_IN,
        "status": free("read-only; refused when it asks for an archive."),
        "archived_at": free("read-only; refused when it asks for an archive."),
    },
    processes.ProcessOut: {
        "status": STATUS,
        "lifecycle_status": STATUS,
        "prerun": VALUES,
        "prerun_status": one_of(("complete", "incomplete")),
        "prerun_submitted_by": nullable(
            holding(type=one_of(("user", "guest")), id=NUMBER, email=TEXT, full_name=TEXT)
        ),
        "type": TEMPLATE_TYPE,
        "launched_via": one_of(LaunchedVia),
        "custom_fields": nullable(CUSTOM),
        "checklist": nullable(data(ref(templates.TemplateOut))),
        "tasks": included(ref(tasks.TaskOut)),
        "next_task": included(ref(tasks.NextTaskOut)),
        "tasks_meta": included(ref(tasks.TasksMetaOut)),
        "tags": included(ref(AssociationOut)),
        "folders": included(ref(FolderOut)),
        "holds": included(ref(CoveringHoldOut)),
        "assets": included(ref(FileOut)),
        "form_fields": included(ref(answers.AnsweredFieldOut)),
        "ko_form_fields": included(ref(answers.AnsweredFieldOut)),
        "stages": included(ref(processes.ProcessStageOut)),
        "tasks_changed_by_rules": included(ref(tasks.TaskOut)),
        "permissions": data(ref("ProcessPermissions")),
        "member_watchers": included(ref(watchers.WatcherOut)),
        "guest_watchers": included(ref(watchers.WatcherOut)),
        "threads": included(ref(ThreadOut)),
        "issues": included(ref(ThreadOut)),
        "threads_count": data(holding(total=NUMBER, problems=NUMBER)),
        "selected_text_comment": IGNORED,
        "form_fields_values": VALUES,
    },
    processes.GuestProcessOut: {"status": STATUS, "prerun": VALUES},
    processes.PublicProcessOut: {"status": STATUS},
    processes.PublicTaskOut: {"status": STATE},
    # Tasks.
    tasks.TaskIn: {"task_type": TASK_TYPE, "tags": IDS_IN},
    tasks.ConnectorTaskIn: {"task_type": TASK_TYPE},
    tasks.TaskChangesIn: {
        "original_title": free("the text as it is stored, sent back beside `title`."),
        "original_summary": free("the text as it is stored, sent back beside `summary`."),
        "taskdata": free("answers by field; those left out stay."),
        "tags": IDS_IN,
        "task_type": TASK_TYPE,
    },
    tasks.TaskRowsIn: {
        "tasks": by_key(free("`title`, `deadline` and `owners`, as far as they change."), "By id.")
    },
    steps.StepsIn: {
        "steps": by_key(
            free("`deadline`, `assignees`, `guests` and `groups`, as far as they change."), "By id."
        )
    },
    tasks.TaskRowsOut: {"data": listed(ref(tasks.TaskOut))},
    tasks.GuestTaskChangesIn: {"taskdata": free("answers by field; those left out stay.")},
    tasks.TaskOut: {
        "task_type": TASK_TYPE,
        "status": STATE,
        "status_label": STATE,
        "taskdata": VALUES,
        "completed_by_assignees": holding(users=listed(NUMBER), guests=listed(TEXT)),
        "run_status": nullable(STATUS),
        "custom_fields": nullable(CUSTOM),
        "run": nullable(data(either(ref(processes.ProcessOut), ref(processes.GuestProcessOut)))),
        "step": nullable(data(ref(steps.StepOut))),
        "threads": included(ref(ThreadOut)),
        "issues": included(ref(ThreadOut)),
        "threads_count": data(holding(total=NUMBER, problems=NUMBER)),
        "form_fields": included(ref(answers.AnsweredFieldOut)),
        "ko_form_fields": included(ref(answers.AnsweredFieldOut)),
        "tags": included(ref(AssociationOut)),
        "folders": included(ref(FolderOut)),
        "holds": included(ref(CoveringHoldOut)),
        "roles": IGNORED,
        "assets": included(ref(FileOut)),
        "activities": included(ref(EntryOut)),
        "member_watchers": included(ref(watchers.WatcherOut)),
        "guest_watchers": included(ref(watchers.WatcherOut)),
        "selected_text_comment": IGNORED,
        "tasks_changed_by_rules": included(ref(tasks.TaskOut)),
    },
    tasks.TasksMetaOut: {"status": STATE, "task_type": TASK_TYPE},
    tasks.NextTaskOut: {"owners": PEOPLE},
    # Answers.
    answers.FormValueIn: {"form_value": VALUE},
    answers.CapturesIn: {"value": VALUE},
    answers.CaptureValueIn: {"value": VALUE},
    answers.AnsweredFieldOut: {
        **FIELD,
        "field_type": one_of(FieldType),
        "settings": SETTINGS,
        "task_status": nullable(STATE),
        "value": VALUE,
        "field_value": VALUE,
        "custom_fields": nullable(CUSTOM),
    },
    answers.PublicAnswerOut: {
        "field_type": one_of(FieldType),
        "options": listed(OPTION),
        "columns": listed(COLUMN),
        "value": VALUE,
    },
    answers.ExportOut: {"run": ref(processes.ProcessOut)},
    # Templates.
    attributes.AttributesIn: {"type": nullable(TEMPLATE_TYPE)},
    attributes.StatusIn: {"status": nullable(one_of(("active", *STATUSES)))},
    archive.SelectionIn: {
        "verb": one_of(Verb),
        "object": one_of(Kind),
        "filter": free("parameters of the object's list, by name."),
        "ids": listed(TEXT),
    },
    archive.SelectionOut: {
        "verb": one_of(Verb),
        "object": one_of(Kind),
        "status": one_of(SelectionStatus),
    },
    archive.FamilyOut: {"status": STATUS},
    archive.OperationOut: {
        "verb": one_of(Verb),
        "object": one_of(Kind),
        "kind": one_of(OperationKind),
        "status": one_of(OperationStatus),
        "filter": nullable(free("as it was sent.")),
    },
    retention.PeriodIn: {"unit": one_of(Unit)},
    retention.PeriodOut: {"unit": one_of(Unit)},
    retention.CandidateOut: {"verb": one_of(VERBS_OF_CLOCK), "status": STATUS},
    templates.TemplateIn: {
        "tags": TAGS_IN,
        "custom_fields": free("of a document: values by key."),
        "increment_id": ECHO,
        "last_updated_by": ECHO,
    },
    templates.TemplateOut: {
        "type": TEMPLATE_TYPE,
        "status": one_of(STATUSES),
        "industry_tags": listed(TEXT),
        "topic_tags": listed(TEXT),
        "custom_fields": nullable(CUSTOM),
        "owner": nullable(data(ref(UserOut))),
        "steps": included(ref(steps.StepOut)),
        "permissions": data(ref("TemplatePermissions")),
        "tags": included(ref(AssociationOut)),
        "folder": nullable(data(ref(FolderOut))),
        "holds": included(ref(CoveringHoldOut)),
        "stages": included(ref(steps.StageOut)),
        "schedules": included(ref(schedules.DocumentScheduleOut)),
        "linked_tasks": IGNORED,
        "assets": included(ref(FileOut)),
        "member_watchers": included(ref(watchers.WatcherOut)),
        "guest_watchers": included(ref(watchers.WatcherOut)),
        "threads": included(ref(ThreadOut)),
        "issues": included(ref(ThreadOut)),
        "threads_count": data(holding(total=NUMBER, problems=NUMBER)),
    },
    templates.DifferenceOut: {
        "old_value": free("as that attribute is sent; null without one."),
        "new_value": free("as that attribute is sent; null without one."),
    },
    templates.TemplateArchivedOut: {
        "deleted_references": listed(holding(type=TEXT, id=TEXT, title=TEXT)),
        "data": ref(templates.TemplateOut),
    },
    fields.FieldIn: {
        "id": free("what an entry of a list is matched by; nowhere else read."),
        "timeline_id": free("another name of `id`."),
        "alias": free("what an entry of a list is matched by, too."),
        "field_type": one_of(FieldType),
        "options": OPTIONS_IN,
        "columns": COLUMNS_IN,
        "default_value": VALUE,
        "field_validation": either(listed(TEXT), TEXT, NULL),
        "settings": nullable(SETTINGS),
        "type": one_of(FieldType),
        "validation": either(listed(TEXT), TEXT, NULL),
        "custom_fields": free("read in documents alone: values by key."),
    },
    fields.FieldOut: {
        **FIELD,
        "field_type": one_of(FieldType),
        "settings": SETTINGS,
        "custom_fields": nullable(CUSTOM),
    },
    fields.FormFieldsOut: {
        "form_fields": listed(
            {
                "allOf": [ref(fields.FieldOut), holding(step_title=TEXT, step_position=NUMBER)],
                "description": "With the step that each belongs to.",
            }
        )
    },
    steps.StepChangesIn: {
        "step_type": one_of(StepType),
        "bp_to_launch": either(
            TEXT,
            may_hold(id=TEXT, default_name_format=nullable(TEXT), tasks_within_process=SWITCH),
            NULL,
            meaning="The template to launch, or its bare id.",
        ),
        "tags": TAGS_IN,
    },
    steps.StepOut: {
        "step_type": one_of(StepType),
        "deadline": nullable(DEADLINE),
        "start_date": nullable(LENGTH),
        "bp_to_launch": nullable(
            holding(id=TEXT, default_name_format=nullable(TEXT), tasks_within_process=SWITCH)
        ),
        "tags": listed(ref(AssociationOut)),
        "custom_fields": nullable(CUSTOM),
        "threads": included(ref(ThreadOut)),
        "issues": included(ref(ThreadOut)),
        "threads_count": data(holding(total=NUMBER, problems=NUMBER)),
    },
    importing.DocumentStepIn: {
        "id": NAME,
        "alias": NAME,
        "custom_fields": free("values by key."),
    },
    importing.DocumentStageIn: {"id": NAME, "step_ids": nullable(listed(NAME))},
    rules.ConditionIn: {
        "conditionable_type": nullable(one_of(Source)),
        "operation": nullable(one_of(OPERATIONS)),
        "statement": free("a text, a number, an option, or a list of those."),
    },
    rules.ActionIn: {
        "action_type": nullable(one_of(ACTION_TYPES)),
        "action_verb": nullable(one_of(ACTION_VERBS)),
    },
    rules.RuleOut: {
        "conditions": listed(holding(**_CONDITION)),
        "then_actions": _THEN_ACTIONS,
    },
    firings.ExplainedRuleOut: {
        "conditions": listed(holding(**_CONDITION, value=_SEEN, result=nullable(SWITCH))),
        "then_actions": _THEN_ACTIONS,
    },
    firings.FindingOut: {
        "kind": one_of(
            (
                "never_shown",
                "contradiction",
                "tie",
                "loop",
                "dead_statement",
                "missing_target",
                "nobody",
            )
        )
    },
    firings.ReasonOut: {"value": _SEEN},
    webhooks.TestIn: {"kind": one_of(SAMPLES)},
    webhooks.TestOut: {"status": nullable(NUMBER)},
    webhooks.AttemptOut: {"status": nullable(NUMBER)},
    webhooks.DeliveryOut: {
        "status": one_of(DeliveryStatus),
        "subject_type": one_of(("Run", "Task", "Checklist")),
    },
    webhooks.DeliveryWithBodyOut: {"body": free("what is sent, without what is secret in it.")},
    system_log.LogRowOut: {
        "category": one_of(Category),
        "severity": one_of(Severity),
        "actor": nullable(holding(type=TEXT, id=NUMBER, email=nullable(TEXT))),
        "subject": nullable(holding(type=TEXT, id=TEXT)),
        "detail": free("what else is known of it, as an object."),
    },
    watchers.WatcherIn: {
        "object_type": one_of(WATCHED),
        "notification_type": one_of(Way),
        "frequency": one_of(Frequency),
    },
    watchers.WatcherOut: {
        "object_type": one_of(Watched),
        "notification_type": one_of(Way),
        "frequency": one_of(Frequency),
        "watcher": data(holding(id=NUMBER, email=TEXT, full_name=TEXT)),
    },
    firings.DoneOut: {
        "effect": holding(
            field=one_of(("status", "deadline", "owners", "webhook")),
            before=free("the field before; null: there was none."),
            after=free("the field afterwards; of a webhook: its address."),
        )
    },
    trying.TryIn: {"prerun": free("answers to the kick-off form, by field.")},
    trying.TryEventIn: {
        "set": by_key(VALUE, "Answers by field."),
        "taskdata": free("answers by field."),
    },
    trying.TriedStepOut: {"owners": PEOPLE, "status": STATE},
    trying.TriedProcessOut: {"status": STATUS},
    trying.HappenedOut: {"event": by_key(free("what was sent."), "The event.")},
    firings.PreviewIn: {"taskdata": free("answers by field, stored with it.")},
    firings.PreviewOut: {"tasks_changed_by_rules": included(ref(tasks.TaskOut))},
    option_lists.OptionListIn: {
        "columns": listed(either(TEXT, READ), "Labels, or objects with `id` and `label`."),
        "rows": listed(
            either(TEXT, listed(TEXT), READ),
            "Texts, lists of texts by column, or objects with `id` and `cells`.",
        ),
    },
    option_lists.OptionListOut: {
        "columns": listed(COLUMN),
        "rows": listed(holding(id=NUMBER, cells=by_key(TEXT, "Texts, by the column's id."))),
    },
    public.PublicFieldOut: {**FIELD, "field_type": one_of(FieldType), "settings": SETTINGS},
    public.PublicStepOut: {"step_type": one_of(StepType), "deadline": nullable(DEADLINE)},
    public.PublicTemplateOut: {"type": TEMPLATE_TYPE},
    # Comments, tags, folders, custom fields, activity.
    PresetOut: {"filter": FILTER, "object": one_of(PresetObject)},
    PresetIn: {"filter": FILTER, "object": one_of(PresetObject)},
    PresetChangesIn: {"filter": FILTER},
    PreferenceIn: {"value": free("up to 8 KB of JSON; null takes it away.")},
    PreferenceOut: {"value": free("as it was kept.")},
    DetailsOut: {"current": nullable(by_key(free("as the object has it."), "By key of the body."))},
    ThreadOut: {
        "label": one_of(ThreadLabel),
        "state": one_of(ThreadState),
        "author_type": one_of(("user", "guest", "bot")),
        "author": nullable(AUTHOR),
        "subject": holding(id=TEXT, type=one_of(SubjectKind)),
    },
    ReactionOut: {"reaction": one_of(Reaction)},
    ReactionsIn: {"reactions": listed(one_of(Reaction))},
    TagOut: {
        "custom_fields": nullable(CUSTOM),
        "statistics": data(
            holding(
                active_template=NUMBER,
                archived_template=NUMBER,
                active_process=NUMBER,
                archived_process=NUMBER,
            )
        ),
    },
    AssociationOut: {"subject_type": one_of(SubjectKind)},
    FolderOut: {
        "folder_type": one_of(FolderKind),
        "custom_fields": nullable(CUSTOM),
        "children": included(ref(FolderOut)),
        "ancestors": listed(ref(FolderOut)),
    },
    FolderObjectOut: {
        "subject_type": one_of((SubjectKind.PROCESS, SubjectKind.TASK)),
        "subject": holding(id=TEXT, name=nullable(TEXT), status=nullable(TEXT)),
    },
    custom_fields.KeyChangesIn: {"options": OPTIONS_IN, "columns": COLUMNS_IN},
    custom_fields.KeyIn: {
        "options": OPTIONS_IN,
        "columns": COLUMNS_IN,
        "field_type": one_of(ValueType),
    },
    custom_fields.ValuesIn: {"custom_fields": CUSTOM},
    custom_fields.ValueIn: {"value": VALUE},
    custom_fields.KeyOut: {
        "applies_to": one_of(RecordKind),
        "field_type": one_of(ValueType),
        "key_type": one_of(("system", "org")),
        "options": listed(READ),
        "columns": listed(READ),
    },
    custom_fields.ValuesOut: {"custom_fields": CUSTOM},
    EntryOut: {
        "verb": listed(one_of(VERBS)),
        "source": listed(one_of(("Member", "Guest", "Webhook"))),
        "actor_type": listed(one_of(("User", "Guest"))),
        "actor": listed(
            holding(
                **dict.fromkeys(
                    (
                        "email",
                        "username",
                        "first_name",
                        "last_name",
                        "full_name",
                        "profile_pic",
                        "resize_profile_pic",
                    ),
                    nullable(TEXT),
                )
            )
        ),
        "type": listed(one_of(CATEGORIES)),
        "old_value": nullable(listed(free("the value that was there before."))),
        "references": nullable(
            listed(
                either(
                    holding(type=TEXT, host=nullable(TEXT), status=nullable(NUMBER)),
                    holding(type=TEXT, id=TEXT, name=TEXT),
                )
            )
        ),
        "audit": data(by_key(TEXT, "The thing as it is now; empty when it is gone.")),
        "parent": data(by_key(TEXT, "The same of what it belongs to.")),
        "origin": nullable(data(holding(type=TEXT, id=TEXT, name=TEXT))),
        "audit_state": free("what the thing was like, as an object; or null."),
    },
    # People, and programs.
    accounts.TokenRequestIn: {"client_id": either(TEXT, NUMBER, NULL)},
    accounts.RevocationIn: {"client_id": either(TEXT, NUMBER, NULL)},
    UserOut: {
        "type": nullable(ROLE),
        "role": nullable(ROLE),
        "status": nullable(MEMBERSHIP),
        "groups": included(ref(GroupOut)),
        "stats": data(
            holding(
                steps_created=NUMBER,
                tasks_completed=NUMBER,
                processes_launched=NUMBER,
                checklists_created=NUMBER,
                last_step_created_at=nullable(TEXT),
            )
        ),
        "country": nullable(data(holding(id=NUMBER, name=TEXT, phone_code=TEXT, iso2=TEXT))),
        "organizations": included(holding(id=TEXT, name=TEXT)),
        "preferences": data(
            holding(
                locale=TEXT,
                timezone=TEXT,
                date_format=TEXT,
                step_preferences=SWITCH,
                digest_enabled=SWITCH,
                mail_enabled=SWITCH,
                cadence_days=listed(TEXT),
                notifications=by_key(SWITCH),
            )
        ),
        "auth_methods": included(holding(type=TEXT)),
        "assets": IGNORED,
        "member_watchers": IGNORED,
        "guest_watchers": IGNORED,
    },
    UserListItemOut: {"role": nullable(ROLE), "status": MEMBERSHIP},
    GroupOut: {
        "users": included(ref(UserOut)),
        "guest_details": included(ref(GuestOut)),
        "assets": IGNORED,
    },
}

#: Structs that only stand within the shapes above.
SHOWN_WITHIN = (
    archive.FamilyDoneOut,
    CoveringHoldOut,
    tasks.NextTaskOut,
    tasks.TasksMetaOut,
    processes.ProcessStageOut,
    processes.GuestProcessOut,
    steps.StageOut,
    GuestOut,
    UserOut,
)


def shapes_of(kind: type[msgspec.Struct]) -> dict[str, Schema]:
    """Those of a Struct, and of what it descends from; its own win."""
    found: dict[str, Schema] = {}
    for parent in reversed(kind.__mro__):
        found |= SHAPES.get(parent, {})
    return found
