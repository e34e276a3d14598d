"""First tables: organizations, people, templates, processes, tasks, comments, activity, outbox."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "activity",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("process_id", sa.String(length=32), nullable=True),
        sa.Column("process_entry", sa.Integer(), nullable=True),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("parent_kind", sa.Text(), nullable=True),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("old_value", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("subject_state", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="activity_pkey"),
        sa.UniqueConstraint(
            "organization_id",
            "process_id",
            "process_entry",
            name="activity_organization_id_process_id_process_entry_key",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "activity_organization_id_occurred_at_idx", "activity", ["organization_id", "occurred_at"]
    )
    op.create_index(
        "activity_organization_id_parent_id_idx", "activity", ["organization_id", "parent_id"]
    )
    op.create_index(
        "activity_organization_id_subject_id_idx", "activity", ["organization_id", "subject_id"]
    )
    op.create_table(
        "guests",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="guests_pkey"),
        sa.UniqueConstraint("email_key", name="guests_email_key_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_digest", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "caller", "key", name="idempotency_keys_pkey"),
    )
    op.create_index("idempotency_keys_created_at_idx", "idempotency_keys", ["created_at"])
    op.create_table(
        "organizations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("template_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("process_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("task_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="organizations_pkey"),
    )
    op.create_table(
        "outbox",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempt_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="outbox_pkey"),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_due_at_idx", "outbox", ["due_at"])
    op.create_table(
        "mails",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("attempt_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="mails_pkey"),
        sqlite_autoincrement=True,
    )
    op.create_index("mails_due_at_idx", "mails", ["due_at"])
    op.create_table(
        "server_counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="server_counters_pkey"),
    )
    op.create_table(
        "server_keys",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="server_keys_pkey"),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("is_bot", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("job_title", sa.Text(), nullable=True),
        sa.Column("job_description", sa.Text(), nullable=True),
        sa.Column("team", sa.Text(), nullable=True),
        sa.Column("country_id", sa.Integer(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("date_format", sa.Text(), nullable=True),
        sa.Column("preferences", sa.Text(), nullable=True),
        sa.Column("activated_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="users_pkey"),
        sa.UniqueConstraint("email_key", name="users_email_key_key"),
        sa.UniqueConstraint("username", name="users_username_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "groups",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="groups_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name="groups_pkey"),
        sa.UniqueConstraint(
            "organization_id", "name_key", name="groups_organization_id_name_key_key"
        ),
    )
    op.create_table(
        "option_lists",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_key", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.Column("option_column_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="option_lists_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name="option_lists_pkey"),
        sa.UniqueConstraint(
            "organization_id", "title_key", name="option_lists_organization_id_title_key_key"
        ),
    )
    op.create_table(
        "job_titles",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="job_titles_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name="job_titles_pkey"),
        sa.UniqueConstraint(
            "organization_id", "name_key", name="job_titles_organization_id_name_key_key"
        ),
    )
    op.create_table(
        "guest_links",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("guest_id", sa.Integer(), nullable=False),
        sa.Column("code_digest", sa.Text(), nullable=False),
        sa.Column("code_version", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.Column("disabled_by", sa.Integer(), nullable=True),
        sa.Column("reactivated_at", sa.BigInteger(), nullable=True),
        sa.Column("reactivated_by", sa.Integer(), nullable=True),
        sa.Column("last_accessed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["guest_id"], ["guests.id"], name="guest_links_guest_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="guest_links_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "guest_id", name="guest_links_pkey"),
        sa.UniqueConstraint("code_digest", name="guest_links_code_digest_key"),
    )
    op.create_table(
        "memberships",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("is_default_admin", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("can_create_templates", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("can_archive_processes", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.Column("accepted_at", sa.BigInteger(), nullable=True),
        sa.Column("welcomed_at", sa.BigInteger(), nullable=True),
        sa.Column("invited_by", sa.Integer(), nullable=True),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.Column("disabled_by", sa.Integer(), nullable=True),
        sa.Column("reactivated_at", sa.BigInteger(), nullable=True),
        sa.Column("reactivated_by", sa.Integer(), nullable=True),
        sa.Column("last_accessed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="memberships_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="memberships_user_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organization_id", "user_id", name="memberships_pkey"),
    )
    op.create_index("memberships_user_id_idx", "memberships", ["user_id"])
    op.create_table(
        "invitations",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_digest", sa.Text(), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="invitations_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="invitations_user_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organization_id", "user_id", name="invitations_pkey"),
        sa.UniqueConstraint("code_digest", name="invitations_code_digest_key"),
    )
    op.create_index("invitations_user_id_idx", "invitations", ["user_id"])
    op.create_table(
        "sign_ins",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="sign_ins_user_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name="sign_ins_pkey"),
    )
    op.create_table(
        "password_resets",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_digest", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="password_resets_user_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name="password_resets_pkey"),
        sa.UniqueConstraint("code_digest", name="password_resets_code_digest_key"),
    )
    op.create_table(
        "processes",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.String(length=32), nullable=False),
        sa.Column("template_version", sa.Integer(), nullable=False),
        sa.Column("template_title", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.Integer(), nullable=False),
        sa.Column("launched_via", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.String(length=32), nullable=True),
        sa.Column("can_add_tasks", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("assign_someone_else", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_public", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("public_key", sa.String(length=32), nullable=True),
        sa.Column("publicly_hidden_fields", sa.Text(), nullable=False),
        sa.Column("everyone_may_read", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.Column("archived_by", sa.Integer(), nullable=True),
        sa.Column("activated_at", sa.BigInteger(), nullable=True),
        sa.Column("visible_task_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "completed_task_count", sa.Integer(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("problem_task_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("secret_task_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "secret_completed_task_count", sa.Integer(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("open_issue_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("lifecycle", sa.Text(), nullable=False),
        sa.Column("first_open_deadline_at", sa.BigInteger(), nullable=True),
        sa.Column("last_deadline_at", sa.BigInteger(), nullable=True),
        sa.Column("answers", sa.Text(), nullable=True),
        sa.Column("kickoff_field_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("kickoff_completed_at", sa.BigInteger(), nullable=True),
        sa.Column("kickoff_completed_by", sa.Integer(), nullable=True),
        sa.Column("submitted_by_guest", sa.Integer(), nullable=True),
        sa.Column("has_anchors", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="processes_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name="processes_pkey"),
        sa.UniqueConstraint(
            "organization_id", "number", name="processes_organization_id_number_key"
        ),
        sa.UniqueConstraint("public_key", name="processes_public_key_key"),
    )
    _create_lists_of_processes()
    op.create_index(
        "processes_parent_idx",
        "processes",
        ["organization_id", "parent_id"],
        sqlite_where=sa.text("parent_id IS NOT NULL"),
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )
    op.create_index("processes_template_idx", "processes", ["organization_id", "template_id"])
    _create_templates()
    _create_tokens()
    op.create_table(
        "group_guests",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("guest_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "group_id"],
            ["groups.organization_id", "groups.id"],
            name="group_guests_organization_id_group_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "group_id", "guest_id", name="group_guests_pkey"
        ),
    )
    op.create_index(
        "group_guests_guest_idx", "group_guests", ["organization_id", "guest_id", "group_id"]
    )
    op.create_table(
        "group_members",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "group_id"],
            ["groups.organization_id", "groups.id"],
            name="group_members_organization_id_group_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "group_id", "user_id", name="group_members_pkey"
        ),
    )
    op.create_index(
        "group_members_user_idx", "group_members", ["organization_id", "user_id", "group_id"]
    )
    op.create_table(
        "received_mails",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("process_id", sa.String(length=32), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="received_mails_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "key", name="received_mails_pkey"),
    )
    op.create_index(
        "received_mails_organization_id_received_at_idx",
        "received_mails",
        ["organization_id", "received_at"],
    )
    op.create_table(
        "process_people",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("process_id", sa.String(length=32), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "process_id"],
            ["processes.organization_id", "processes.id"],
            name="process_people_organization_id_process_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "process_id", "part", "person", name="process_people_pkey"
        ),
    )
    op.create_index(
        "process_people_person_idx",
        "process_people",
        ["organization_id", "person", "process_id", "part"],
    )
    op.create_table(
        "process_stars",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("process_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "process_id"],
            ["processes.organization_id", "processes.id"],
            name="process_stars_organization_id_process_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "process_id", "user_id", name="process_stars_pkey"
        ),
    )
    op.create_index(
        "process_stars_user_idx", "process_stars", ["organization_id", "user_id", "process_id"]
    )
    op.create_table(
        "tasks",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.String(length=32), nullable=True),
        sa.Column("template_id", sa.String(length=32), nullable=True),
        sa.Column("step_id", sa.String(length=32), nullable=True),
        sa.Column("alias", sa.Text(), nullable=True),
        sa.Column("task_type", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_approved", sa.Boolean(), nullable=True),
        sa.Column("is_oneoff", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("step_position", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("is_soft_start_date", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("deadline_at", sa.BigInteger(), nullable=True),
        sa.Column("deadline_is_pinned", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("completed_by", sa.Integer(), nullable=True),
        sa.Column("completed_by_guest", sa.Integer(), nullable=True),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.Column("archived_by", sa.Integer(), nullable=True),
        sa.Column(
            "everyone_must_complete", sa.Boolean(), server_default=sa.false(), nullable=False
        ),
        sa.Column(
            "can_complete_only_assignees", sa.Boolean(), server_default=sa.false(), nullable=False
        ),
        sa.Column("allow_guest_owners", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("prevent_guest_comment", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("top_secret", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("max_assignable", sa.Integer(), nullable=False),
        sa.Column("webhook", sa.Text(), nullable=True),
        sa.Column("open_issue_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("answers", sa.Text(), nullable=True),
        sa.Column("fields", sa.Text(), nullable=True),
        sa.Column("stage_id", sa.String(length=32), nullable=True),
        sa.Column("linked_step_id", sa.String(length=32), nullable=True),
        sa.Column("send_chromeless", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("state_before_hiding", sa.Text(), nullable=True),
        sa.Column("visibility_locked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("shown_at", sa.BigInteger(), nullable=True),
        sa.Column("anchor_step_id", sa.String(length=32), nullable=True),
        sa.Column("waits_for_anchor", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("last_completed_at", sa.BigInteger(), nullable=True),
        sa.Column("launched_process_id", sa.String(length=32), nullable=True),
        sa.Column("activated_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "process_id"],
            ["processes.organization_id", "processes.id"],
            name="tasks_organization_id_process_id_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="tasks_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name="tasks_pkey"),
        sa.UniqueConstraint("organization_id", "number", name="tasks_organization_id_number_key"),
    )
    op.create_index(
        "tasks_organization_id_created_at_number_idx",
        "tasks",
        ["organization_id", "created_at", "number"],
    )
    _create_lists_of_tasks()
    op.create_index(
        "tasks_organization_id_process_id_position_idx",
        "tasks",
        ["organization_id", "process_id", "position"],
    )
    op.create_table(
        "template_grants",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("template_id", sa.String(length=32), nullable=False),
        sa.Column("permission", sa.Text(), nullable=False),
        sa.Column("grantee", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "template_id"],
            ["templates.organization_id", "templates.id"],
            name="template_grants_organization_id_template_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "template_id", "permission", "grantee", name="template_grants_pkey"
        ),
    )
    op.create_index(
        "template_grants_organization_id_grantee_idx",
        "template_grants",
        ["organization_id", "grantee"],
    )
    op.create_table(
        "template_stars",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("template_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "template_id"],
            ["templates.organization_id", "templates.id"],
            name="template_stars_organization_id_template_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "template_id", "user_id", name="template_stars_pkey"
        ),
    )
    op.create_index(
        "tasks_expiring_idx",
        "tasks",
        ["deadline_at", "number"],
        sqlite_where=sa.text(
            "completed_at IS NULL AND task_type IN ('expiring', 'expiring_email')"
        ),
        postgresql_where=sa.text(
            "completed_at IS NULL AND task_type IN ('expiring', 'expiring_email')"
        ),
    )
    op.create_index(
        "tasks_anchor_idx",
        "tasks",
        ["organization_id", "process_id", "anchor_step_id"],
        sqlite_where=sa.text("anchor_step_id IS NOT NULL"),
        postgresql_where=sa.text("anchor_step_id IS NOT NULL"),
    )
    op.create_table(
        "task_parts",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("is_approved", sa.Boolean(), nullable=True),
        sa.Column("completed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "task_id"],
            ["tasks.organization_id", "tasks.id"],
            name="task_parts_organization_id_task_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "task_id", "person", name="task_parts_pkey"),
    )
    op.create_index(
        "task_parts_organization_id_person_idx", "task_parts", ["organization_id", "person"]
    )
    op.create_table(
        "task_assignees",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("process_id", sa.String(length=32), nullable=True),
        sa.Column("written", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "task_id"],
            ["tasks.organization_id", "tasks.id"],
            name="task_assignees_organization_id_task_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "task_id", "person", name="task_assignees_pkey"),
    )
    op.create_index(
        "task_assignees_person_idx",
        "task_assignees",
        ["organization_id", "person", "process_id", "task_id"],
    )
    op.create_index(
        "task_assignees_organization_id_process_id_person_idx",
        "task_assignees",
        ["organization_id", "process_id", "person"],
    )
    op.create_table(
        "threads",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("process_id", sa.String(length=32), nullable=True),
        sa.Column("task_id", sa.String(length=32), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("author_kind", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("resolved_by_thread", sa.String(length=32), nullable=True),
        sa.Column("resolves_thread", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "process_id"],
            ["processes.organization_id", "processes.id"],
            name="threads_organization_id_process_id_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "task_id"],
            ["tasks.organization_id", "tasks.id"],
            name="threads_organization_id_task_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name="threads_pkey"),
    )
    op.create_index(
        "threads_organization_id_process_id_idx", "threads", ["organization_id", "process_id"]
    )
    op.create_index(
        "threads_organization_id_task_id_idx", "threads", ["organization_id", "task_id"]
    )

    # Aliases of steps and fields end in a server-wide number that starts at 1000000.
    counters = sa.table("server_counters", sa.column("name"), sa.column("value"))
    op.bulk_insert(counters, [{"name": "alias", "value": 999_999}])
    _create_tags_and_folders()
    _create_custom_fields()


def _create_templates() -> None:
    op.create_table(
        "templates",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_is_frozen", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("published_version", sa.Integer(), nullable=True),
        sa.Column("published_title", sa.Text(), nullable=True),
        sa.Column("has_draft", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("only_owner_publishes", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("guidance", sa.Text(), nullable=True),
        sa.Column("explanation_video", sa.Text(), nullable=True),
        sa.Column("icon", sa.Text(), nullable=True),
        sa.Column("kickoff_title", sa.Text(), nullable=True),
        sa.Column("kickoff_description", sa.Text(), nullable=True),
        sa.Column("process_name_format", sa.Text(), nullable=True),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("webhook", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("updated_by", sa.Integer(), nullable=True),
        sa.Column("folder_id", sa.String(length=32), nullable=True),
        sa.Column("process_folder_id", sa.String(length=32), nullable=True),
        sa.Column(
            "launcher_may_change_folder", sa.Boolean(), server_default=sa.true(), nullable=False
        ),
        sa.Column(
            "launcher_must_choose_folder", sa.Boolean(), server_default=sa.false(), nullable=False
        ),
        sa.Column("launcher_must_tag", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("names_processes", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column(
            "launcher_may_change_name", sa.Boolean(), server_default=sa.false(), nullable=False
        ),
        sa.Column("can_add_tasks", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("is_public", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("has_been_public", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("public_cover", sa.Text(), nullable=True),
        sa.Column("has_public_form", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("public_form_user_id", sa.Integer(), nullable=True),
        sa.Column("is_featured", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_pinned", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_system", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("launched_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.Column("archived_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="templates_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name="templates_pkey"),
        sa.UniqueConstraint(
            "organization_id", "number", name="templates_organization_id_number_key"
        ),
        sa.UniqueConstraint("organization_id", "alias", name="templates_organization_id_alias_key"),
    )
    op.create_index(
        "templates_organization_id_folder_id_idx", "templates", ["organization_id", "folder_id"]
    )
    op.create_index(
        "templates_organization_id_updated_at_idx", "templates", ["organization_id", "updated_at"]
    )
    op.create_table(
        "template_versions",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("template_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("kickoff", sa.Text(), nullable=False),
        sa.Column("stages", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("step_count", sa.Integer(), nullable=False),
        sa.Column("face", sa.Text(), nullable=True),
        sa.Column("frozen_at", sa.BigInteger(), nullable=True),
        sa.Column("frozen_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="template_versions_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "template_id", "version", name="template_versions_pkey"
        ),
    )


def _create_tokens() -> None:
    op.create_table(
        "organization_domains",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("proof", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("verified_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="organization_domains_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name="organization_domains_pkey"),
        sa.UniqueConstraint(
            "organization_id", "domain", name="organization_domains_organization_id_domain_key"
        ),
    )
    op.create_index(
        "organization_domains_verified_idx",
        "organization_domains",
        ["domain"],
        unique=True,
        sqlite_where=sa.text("verified_at IS NOT NULL"),
        postgresql_where=sa.text("verified_at IS NOT NULL"),
    )
    op.create_table(
        "oauth_clients",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("organization_id", sa.String(length=32), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_digest", sa.Text(), nullable=True),
        sa.Column("redirect_uris", sa.Text(), nullable=False),
        sa.Column("is_confidential", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("allows_implicit", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("allows_password", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column(
            "allows_client_credentials", sa.Boolean(), server_default=sa.false(), nullable=False
        ),
        sa.Column("is_self_registered", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="oauth_clients_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="oauth_clients_pkey"),
        sqlite_autoincrement=True,
    )
    op.create_index("oauth_clients_organization_id_idx", "oauth_clients", ["organization_id"])
    op.create_table(
        "tokens",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.String(length=32), nullable=True),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("family", sa.String(length=32), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="tokens_user_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["oauth_clients.id"], name="tokens_client_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="tokens_pkey"),
        sa.UniqueConstraint("digest", name="tokens_digest_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("tokens_user_id_idx", "tokens", ["user_id"])
    op.create_index("tokens_client_id_idx", "tokens", ["client_id"])
    op.create_index("tokens_family_idx", "tokens", ["family"])
    op.create_table(
        "refresh_tokens",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("family", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("sealed_answer", sa.Text(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="refresh_tokens_user_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["oauth_clients.id"],
            name="refresh_tokens_client_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="refresh_tokens_pkey"),
        sa.UniqueConstraint("digest", name="refresh_tokens_digest_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("refresh_tokens_user_id_idx", "refresh_tokens", ["user_id"])
    op.create_index("refresh_tokens_client_id_idx", "refresh_tokens", ["client_id"])
    op.create_index("refresh_tokens_family_idx", "refresh_tokens", ["family"])
    op.create_table(
        "oauth_codes",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("challenge", sa.Text(), nullable=True),
        sa.Column("family", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="oauth_codes_user_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["oauth_clients.id"],
            name="oauth_codes_client_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name="oauth_codes_pkey"),
    )
    op.create_index("oauth_codes_user_id_idx", "oauth_codes", ["user_id"])
    op.create_index("oauth_codes_client_id_idx", "oauth_codes", ["client_id"])

    op.create_table(
        "browser_sessions",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("is_by_provider", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="browser_sessions_user_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name="browser_sessions_pkey"),
    )
    op.create_index("browser_sessions_user_id_idx", "browser_sessions", ["user_id"])

    op.create_table(
        "identity_providers",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("is_enforced", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="identity_providers_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", name="identity_providers_pkey"),
    )

    # The server's own client takes number 1 by being the first.
    clients = sa.table(
        "oauth_clients",
        *map(sa.column, ("name", "redirect_uris", "created_at", "updated_at")),
    )
    own = {"name": "Procession", "redirect_uris": "[]", "created_at": 0, "updated_at": 0}
    op.bulk_insert(clients, [own])


def _create_tags_and_folders() -> None:
    op.create_table(
        "tags",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("color", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="tags_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name="tags_pkey"),
        sa.UniqueConstraint("organization_id", "title", name="tags_organization_id_title_key"),
    )
    op.create_table(
        "folders",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.String(length=32), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="folders_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name="folders_pkey"),
    )
    op.create_table(
        "tag_links",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("tag_id", sa.String(length=32), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("template_id", sa.String(length=32), nullable=True),
        sa.Column("process_id", sa.String(length=32), nullable=True),
        sa.Column("task_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        _goes_with("tag_links", "tags", "tag_id"),
        _goes_with("tag_links", "templates", "template_id"),
        _goes_with("tag_links", "processes", "process_id"),
        _goes_with("tag_links", "tasks", "task_id"),
        sa.PrimaryKeyConstraint("id", name="tag_links_pkey"),
        sa.UniqueConstraint(
            "organization_id",
            "tag_id",
            "subject_id",
            name="tag_links_organization_id_tag_id_subject_id_key",
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "folder_objects",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("folder_id", sa.String(length=32), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("process_id", sa.String(length=32), nullable=True),
        sa.Column("task_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        _goes_with("folder_objects", "folders", "folder_id"),
        _goes_with("folder_objects", "processes", "process_id"),
        _goes_with("folder_objects", "tasks", "task_id"),
        sa.PrimaryKeyConstraint("id", name="folder_objects_pkey"),
        sa.UniqueConstraint(
            "organization_id",
            "folder_id",
            "subject_id",
            name="folder_objects_organization_id_folder_id_subject_id_key",
        ),
        sqlite_autoincrement=True,
    )
    for table, names in (
        ("tag_links", ("subject_id", "template_id", "process_id", "task_id")),
        ("folder_objects", ("subject_id", "process_id", "task_id")),
    ):
        for name in names:
            index = f"{table}_organization_id_{name}_idx"
            op.create_index(index, table, ["organization_id", name])


def _create_custom_fields() -> None:
    op.create_table(
        "custom_keys",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("applies_to", sa.Text(), nullable=False),
        sa.Column("field_type", sa.Text(), nullable=False),
        sa.Column("is_system", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_required", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="custom_keys_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name="custom_keys_pkey"),
        sa.UniqueConstraint(
            "organization_id",
            "applies_to",
            "key",
            name="custom_keys_organization_id_applies_to_key_key",
        ),
    )
    owners = {
        "template_id": "templates",
        "process_id": "processes",
        "task_id": "tasks",
        "user_id": "memberships",
        "guest_id": "guest_links",
        "folder_id": "folders",
        "tag_id": "tags",
    }
    op.create_table(
        "custom_values",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("template_id", sa.String(length=32), nullable=True),
        sa.Column("process_id", sa.String(length=32), nullable=True),
        sa.Column("task_id", sa.String(length=32), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("guest_id", sa.Integer(), nullable=True),
        sa.Column("folder_id", sa.String(length=32), nullable=True),
        sa.Column("tag_id", sa.String(length=32), nullable=True),
        _goes_with("custom_values", "custom_keys", "key_id"),
        *[_goes_with("custom_values", table, name) for name, table in owners.items()],
        sa.PrimaryKeyConstraint(
            "organization_id", "key_id", "record_id", name="custom_values_pkey"
        ),
    )
    for name in ("record_id", *owners):
        index = f"custom_values_organization_id_{name}_idx"
        op.create_index(index, "custom_values", ["organization_id", name])


def _create_lists_of_processes() -> None:
    """The indexes that lists are read from, and the sums that count them."""
    live, shelved = "archived_at IS NULL", "archived_at IS NOT NULL"
    by_name = sa.text("lower(name)")
    lists: dict[str, tuple[str, list[Any]]] = {
        "live": (live, ["everyone_may_read", "created_at", "number"]),
        "lifecycle": (live, ["everyone_may_read", "lifecycle", "created_at", "number"]),
        "due": (live, ["everyone_may_read", "first_open_deadline_at", "number"]),
        "updated": (live, ["everyone_may_read", "updated_at", "number"]),
        "name": (live, ["everyone_may_read", by_name, "number"]),
        "archived": (shelved, ["everyone_may_read", "created_at", "number"]),
        "finished": (f"{live} AND completed_at IS NOT NULL", ["completed_at", "number"]),
    }
    for name, (where, keys) in lists.items():
        _create_list("processes", name, where, keys)
    for name, key in (("owner", "owner_id"), ("starter", "started_by")):
        op.create_index(
            f"processes_{name}_idx",
            "processes",
            ["organization_id", key, "everyone_may_read", "id"],
        )
    sums = (
        "process_count",
        "visible_task_count",
        "completed_task_count",
        "secret_task_count",
        "secret_completed_task_count",
    )
    op.create_table(
        "process_sums",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("is_archived", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("everyone_may_read", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("lifecycle", sa.Text(), nullable=False),
        *[
            sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)
            for name in sums
        ],
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="process_sums_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name="process_sums_pkey"),
    )


def _create_lists_of_tasks() -> None:
    lists = {
        "open": ("completed_at IS NULL", "created_at"),
        "due": ("completed_at IS NULL", "deadline_at"),
        "completed": ("completed_at IS NOT NULL", "completed_at"),
        "standalone": ("process_id IS NULL", "created_by"),
        "archived": ("archived_at IS NOT NULL", "archived_at"),
        "secret": ("top_secret IS true", "created_by"),
    }
    for name, (where, key) in lists.items():
        _create_list("tasks", name, where, [key, "number"])


def _create_list(table: str, name: str, where: str, keys: list[Any]) -> None:
    op.create_index(
        f"{table}_{name}_idx",
        table,
        ["organization_id", *keys],
        sqlite_where=sa.text(where.replace("IS true", "IS 1")),
        postgresql_where=sa.text(where),
    )


#: What identifies a row, where it is not called id.
_KEYS = {"memberships": "user_id", "guest_links": "guest_id"}


def _goes_with(table: str, other: str, name: str) -> sa.ForeignKeyConstraint:
    """Deleted with the row of the other table that it names."""
    return sa.ForeignKeyConstraint(
        ["organization_id", name],
        [f"{other}.organization_id", f"{other}.{_KEYS.get(other, 'id')}"],
        name=f"{table}_organization_id_{name}_fkey",
        ondelete="CASCADE",
    )


def downgrade() -> None:
    raise RuntimeError("There is nothing before the first tables. Restore a backup instead.")
