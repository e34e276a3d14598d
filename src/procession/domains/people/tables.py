"""Tables of users, memberships, guests and groups."""

import sqlalchemy as sa

from procession.kit.columns import (
    belongs_to,
    flag_column,
    folded_column,
    id_column,
    instant_column,
    number_column,
    organization_column,
    person_column,
    text_column,
)
from procession.kit.content import NO_CONTENT
from procession.kit.db import BigNumber, metadata
from procession.kit.folding import index_of_unfolded

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", BigNumber, primary_key=True, autoincrement=True),
    text_column("email"),
    # Lower-cased: addresses are stored as given and compared without case.
    text_column("email_key"),
    text_column("username"),
    text_column("first_name"),
    text_column("last_name"),
    text_column("timezone"),
    flag_column("is_bot"),
    # Argon2 (kit.passwords); null until the person chooses one.
    text_column("password_hash", nullable=True),
    text_column("phone", nullable=True),
    text_column("job_title", nullable=True),
    text_column("job_description", nullable=True),
    text_column("team", nullable=True),
    # Number in ISO 3166-1 (core.countries).
    number_column("country_id", nullable=True),
    text_column("locale", nullable=True),
    text_column("date_format", nullable=True),
    # JSON object of the preferences that differ from their defaults (types.PREFERENCE_DEFAULTS).
    text_column("preferences", nullable=True),
    # When the first invitation was accepted; null: nobody has used the account yet.
    instant_column("activated_at", nullable=True),
    instant_column("created_at"),
    instant_column("updated_at"),
    sa.UniqueConstraint("email_key"),
    sa.UniqueConstraint("username"),
    sqlite_autoincrement=True,
    info=NO_CONTENT,
)

memberships = sa.Table(
    "memberships",
    metadata,
    organization_column(),
    person_column("user_id"),
    # admin, standard, light or bot.
    text_column("role"),
    flag_column("is_default_admin"),
    flag_column("can_create_templates", default=True),
    flag_column("can_archive_processes", default=True),
    instant_column("joined_at"),
    instant_column("approved_at", nullable=True),
    # Null while an invitation is open.
    instant_column("accepted_at", nullable=True),
    # When they were an active member for the first time (flows/people/onboarding.py).
    instant_column("welcomed_at", nullable=True),
    person_column("invited_by", nullable=True),
    instant_column("disabled_at", nullable=True),
    person_column("disabled_by", nullable=True),
    instant_column("reactivated_at", nullable=True),
    person_column("reactivated_by", nullable=True),
    # To five minutes (actions/noticing.py).
    instant_column("last_accessed_at", nullable=True),
    belongs_to("organizations", "organization_id"),
    belongs_to("users", "user_id"),
    sa.PrimaryKeyConstraint("organization_id", "user_id"),
    sa.Index(None, "user_id"),
    info=NO_CONTENT,
)

invitations = sa.Table(
    "invitations",
    metadata,
    organization_column(),
    person_column("user_id"),
    # SHA-256 of the invitation code; the code is derived from the server's key and `nonce`.
    text_column("code_digest"),
    id_column("nonce"),
    text_column("message", nullable=True),
    instant_column("sent_at"),
    instant_column("expires_at"),
    belongs_to("organizations", "organization_id"),
    belongs_to("users", "user_id"),
    sa.PrimaryKeyConstraint("organization_id", "user_id"),
    # The code first: links that were mailed before 0.2 carry it alone.
    sa.UniqueConstraint("code_digest", "organization_id"),
    sa.Index(None, "user_id"),
    info=NO_CONTENT,
)

#: The one open link of an account to choose another password by.
password_resets = sa.Table(
    "password_resets",
    metadata,
    person_column("user_id"),
    # SHA-256 of the code in the link; the code itself is nowhere but in the mail.
    text_column("code_digest"),
    instant_column("expires_at"),
    belongs_to("users", "user_id"),
    sa.PrimaryKeyConstraint("user_id"),
    sa.UniqueConstraint("code_digest"),
    info=NO_CONTENT,
)

guests = sa.Table(
    "guests",
    metadata,
    sa.Column("id", BigNumber, primary_key=True, autoincrement=True),
    text_column("email"),
    text_column("email_key"),
    folded_column("email"),
    sa.UniqueConstraint("email_key"),
    sqlite_autoincrement=True,
    info=NO_CONTENT,
)
index_of_unfolded(guests)

guest_links = sa.Table(
    "guest_links",
    metadata,
    organization_column(),
    person_column("guest_id"),
    # SHA-256 of the guest code; the code is derived from the server's key (guest_codes.py).
    text_column("code_digest"),
    # Raised by a reset, which changes the code.
    number_column("code_version"),
    # Each organization writes down what it knows of the guest; none sees what another wrote.
    text_column("first_name", nullable=True),
    text_column("last_name", nullable=True),
    folded_column("name", "first_name", "last_name"),
    # JSON object of the other details that are known (types.GuestDetails).
    text_column("details"),
    instant_column("created_at"),
    instant_column("updated_at"),
    instant_column("disabled_at", nullable=True),
    person_column("disabled_by", nullable=True),
    instant_column("reactivated_at", nullable=True),
    person_column("reactivated_by", nullable=True),
    # To five minutes (actions/noticing.py).
    instant_column("last_accessed_at", nullable=True),
    belongs_to("organizations", "organization_id"),
    belongs_to("guests", "guest_id"),
    sa.PrimaryKeyConstraint("organization_id", "guest_id"),
    sa.UniqueConstraint("organization_id", "code_digest"),
    info=NO_CONTENT,
)
index_of_unfolded(guest_links)

groups = sa.Table(
    "groups",
    metadata,
    organization_column(),
    id_column("id"),
    text_column("name"),
    text_column("name_key"),
    folded_column("name"),
    text_column("description", nullable=True),
    folded_column("description"),
    instant_column("created_at"),
    instant_column("updated_at"),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "id"),
    sa.UniqueConstraint("organization_id", "name_key"),
    info=NO_CONTENT,
)
index_of_unfolded(groups)

group_members = sa.Table(
    "group_members",
    metadata,
    organization_column(),
    id_column("group_id"),
    person_column("user_id"),
    belongs_to("groups", "organization_id", "group_id"),
    sa.PrimaryKeyConstraint("organization_id", "group_id", "user_id"),
    sa.Index("group_members_user_idx", "organization_id", "user_id", "group_id"),
    info=NO_CONTENT,
)

group_guests = sa.Table(
    "group_guests",
    metadata,
    organization_column(),
    id_column("group_id"),
    person_column("guest_id"),
    belongs_to("groups", "organization_id", "group_id"),
    sa.PrimaryKeyConstraint("organization_id", "group_id", "guest_id"),
    sa.Index("group_guests_guest_idx", "organization_id", "guest_id", "group_id"),
    info=NO_CONTENT,
)

job_titles = sa.Table(
    "job_titles",
    metadata,
    organization_column(),
    id_column("id"),
    text_column("name"),
    text_column("name_key"),
    folded_column("name"),
    text_column("description", nullable=True),
    instant_column("created_at"),
    instant_column("updated_at"),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "id"),
    sa.UniqueConstraint("organization_id", "name_key"),
    info=NO_CONTENT,
)
index_of_unfolded(job_titles)
