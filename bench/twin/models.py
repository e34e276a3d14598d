"""The twin's tables: the columns that ours have, and keys where ours have keys.

Of indexes it has those that keep it right and serve the measured requests; ours has more, for lists
that the twin does not answer. Instants are `DateTimeField`s, as a Django application's are.
"""

from django.db import models
from django.db.models import CASCADE, DO_NOTHING, Q

from bench.twin.columns import belongs_to, count, flag, id_column, instant, new_id

# --- Who asks ---


class Organization(models.Model):
    id = id_column(primary_key=True, default=new_id)
    name = models.TextField()
    #: The last numbers that were given.
    process_count = count()
    task_count = count()


class User(models.Model):
    email = models.TextField(unique=True)
    name = models.TextField()


class Membership(models.Model):
    organization = models.ForeignKey(Organization, CASCADE)
    user = models.ForeignKey(User, CASCADE, related_name="memberships")
    role = models.TextField()
    disabled_at = instant()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="one_membership")
        ]


class Token(models.Model):
    #: SHA-256 of the text that its holder sends.
    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, CASCADE, related_name="tokens")
    expires_at = instant()
    revoked_at = instant()


# --- Templates ---


class Version(models.Model):
    """What a template says, as one value: a version is read whole and never changed in part."""

    number = models.IntegerField()
    steps = models.JSONField()


class Template(models.Model):
    id = id_column(primary_key=True, default=new_id)
    organization = models.ForeignKey(Organization, CASCADE)
    version = models.ForeignKey(Version, models.PROTECT)
    title = models.TextField()
    type = models.TextField(default="procedure")
    owner_id = models.BigIntegerField()
    can_add_tasks = flag(default=True)
    everyone_may_launch = flag(default=True)
    everyone_may_read = flag(default=True)
    archived_at = instant()


# --- Processes ---


class Process(models.Model):
    id = id_column(primary_key=True, default=new_id)
    organization = belongs_to("Organization")
    number = models.BigIntegerField()
    template_id = id_column()
    template_version = models.IntegerField()
    template_title = models.TextField()
    type = models.TextField()
    name = models.TextField()
    summary = models.TextField(null=True)
    owner_id = models.BigIntegerField()
    started_by = models.BigIntegerField()
    launched_via = models.TextField(default="api")
    parent_id = id_column(null=True)
    former_parent_id = id_column(null=True)
    can_add_tasks = flag(default=True)
    assign_someone_else = flag()
    is_public = flag()
    public_key = id_column(null=True)
    publicly_hidden_fields = models.JSONField(null=True)
    everyone_may_read = flag()
    created_at = models.DateTimeField()
    started_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    completed_at = instant()
    archived_at = instant()
    archived_by = models.BigIntegerField(null=True)
    #: By what, and the name they had then.
    archived_via = models.TextField(null=True)
    archived_operation = models.BigIntegerField(null=True)
    archived_by_name = models.TextField(null=True)
    activated_at = instant()
    visible_task_count = count()
    completed_task_count = count()
    problem_task_count = count()
    secret_task_count = count()
    secret_completed_task_count = count()
    open_issue_count = count()
    lifecycle = models.TextField(default="active")
    first_open_deadline_at = instant()
    last_deadline_at = instant()
    answers = models.JSONField(null=True)
    kickoff_field_count = count()
    kickoff_completed_at = instant()
    kickoff_completed_by = models.BigIntegerField(null=True)
    submitter = models.JSONField(null=True)
    custom_fields = models.JSONField(null=True)
    #: How many activity entries it has; the last one's number.
    entry_count = count()

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)
        # What `reading.gather` finds out; these are the values of one that is just made.
        self.member_keys: list[str] = []
        self.assigned_keys: list[str] = []
        self.is_starred = False
        self.late_count = 0
        #: Secret tasks that whoever asks may not see.
        self.hidden_count = 0
        self.hidden_completed_count = 0

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="process_number")
        ]
        indexes = [
            models.Index(
                fields=["organization", "created_at"], name="live", condition=Q(archived_at=None)
            ),
            models.Index(fields=["organization", "owner_id"], name="owner"),
            models.Index(fields=["organization", "started_by"], name="starter"),
            models.Index(fields=["parent_id"], name="parent", condition=Q(parent_id__isnull=False)),
        ]


class ProcessPerson(models.Model):
    process = models.ForeignKey(Process, DO_NOTHING, related_name="people", db_index=False)
    #: member or reader.
    part = models.TextField()
    #: `u:7` (a user) or `g:<group id>`.
    person = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["process", "part", "person"], name="one_part")
        ]
        indexes = [models.Index(fields=["person", "process"], name="person_of_process")]


class ProcessStar(models.Model):
    process = models.ForeignKey(Process, DO_NOTHING, related_name="stars", db_index=False)
    user_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "user_id"], name="one_star")]


class ProcessSum(models.Model):
    """How many processes and tasks there are of each class, as a journal (decision 0015)."""

    organization = belongs_to("Organization")
    is_archived = flag()
    everyone_may_read = flag()
    lifecycle = models.TextField()
    process_count = count()
    visible_task_count = count()
    completed_task_count = count()
    secret_task_count = count()
    secret_completed_task_count = count()

    class Meta:
        indexes = [models.Index(fields=["organization"], name="sums")]


# --- Tasks ---


class Task(models.Model):
    id = id_column(primary_key=True, default=new_id)
    organization = belongs_to("Organization")
    number = models.BigIntegerField()
    process = models.ForeignKey(Process, DO_NOTHING, related_name="tasks", db_index=False)
    template_id = id_column(null=True)
    step_id = id_column(null=True)
    alias = models.TextField(null=True)
    task_type = models.TextField(default="task")
    title = models.TextField()
    summary = models.TextField(null=True)
    state = models.TextField(default="not-started")
    is_approved = models.BooleanField(null=True)
    is_oneoff = flag()
    position = models.IntegerField()
    step_position = models.IntegerField(null=True)
    started_at = instant()
    is_soft_start_date = flag(default=True)
    deadline_at = instant()
    deadline_is_pinned = flag()
    created_by = models.BigIntegerField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    completed_at = instant()
    completed_by = models.BigIntegerField(null=True)
    completed_by_guest = models.JSONField(null=True)
    last_completed_at = instant()
    archived_at = instant()
    archived_by = models.BigIntegerField(null=True)
    everyone_must_complete = flag()
    can_complete_only_assignees = flag()
    allow_guest_owners = flag(default=True)
    prevent_guest_comment = flag()
    top_secret = flag()
    max_assignable = count()
    webhook = models.TextField(null=True)
    open_issue_count = count()
    answers = models.JSONField(null=True)
    stage_id = id_column(null=True)
    linked_step_id = id_column(null=True)
    send_chromeless = flag()
    visibility_locked = flag()
    shown_at = instant()
    is_anchor = flag()
    waits_for_anchor = flag()
    #: Where everyone must complete it: who has.
    parts = models.JSONField(null=True)
    custom_fields = models.JSONField(null=True)

    #: Found by `reading.shown_tasks`.
    assigned_listed: str | None = None

    @property
    def assigned_keys(self) -> list[str]:
        return self.assigned_listed.split(" ") if self.assigned_listed else []

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="task_number")
        ]
        indexes = [models.Index(fields=["process", "position"], name="of_process")]


class Assignee(models.Model):
    task = models.ForeignKey(Task, DO_NOTHING, related_name="assignees", db_index=False)
    process = models.ForeignKey(Process, DO_NOTHING, related_name="assignees", db_index=False)
    #: `u:7` (a user), `e:<address>` (a guest) or `g:<group id>`.
    person = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "person"], name="assigned_once")]
        indexes = [
            models.Index(fields=["process", "person"], name="assigned_in_process"),
            models.Index(fields=["person", "process"], name="processes_of_person"),
        ]


# --- What every change ends in ---


class Activity(models.Model):
    organization = belongs_to("Organization")
    process_id = id_column(null=True)
    process_entry = models.IntegerField(null=True)
    occurred_at = models.DateTimeField()
    event = models.TextField()
    verb = models.TextField()
    category = models.TextField()
    actor_kind = models.TextField(default="user")
    actor_id = models.BigIntegerField()
    subject_kind = models.TextField()
    subject_id = id_column()
    parent_kind = models.TextField(null=True)
    parent_id = id_column(null=True)
    sentence = models.TextField()
    field = models.TextField(null=True)
    old_value = models.JSONField(null=True)
    text = models.TextField(null=True)
    subject_state = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["process_id", "process_entry"], name="entry")
        ]
        indexes = [
            models.Index(fields=["organization", "occurred_at"], name="feed"),
            models.Index(fields=["organization", "subject_id"], name="feed_of_subject"),
            models.Index(fields=["organization", "parent_id"], name="feed_of_parent"),
        ]


class Outbox(models.Model):
    organization = belongs_to("Organization")
    event = models.TextField()
    payload = models.JSONField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempt_count = count()
    last_error = models.TextField(null=True)
    failed_at = instant()

    class Meta:
        indexes = [models.Index(fields=["due_at", "id"], name="due", condition=Q(failed_at=None))]
