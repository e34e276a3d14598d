"""Tables of organizations, tokens and OAuth clients, idempotency keys, server keys and counters."""

import sqlalchemy as sa

from procession.kit.columns import (
    belongs_to,
    count_column,
    flag_column,
    folded_column,
    id_column,
    instant_column,
    number_column,
    organization_column,
    person_column,
    text_column,
)
from procession.kit.content import CARRIES_CONTENT, NO_CONTENT
from procession.kit.db import BigNumber, metadata
from procession.kit.folding import index_of_unfolded
from procession.kit.pasting import index_pasted

organizations = sa.Table(
    "organizations",
    metadata,
    id_column("id"),
    text_column("name"),
    folded_column("name"),
    text_column("timezone"),
    # JSON object of the settings that differ from their defaults (types.OrganizationSettings).
    text_column("settings"),
    instant_column("created_at"),
    instant_column("updated_at"),
    # Last numbers given out: the `increment_id` of templates, processes and tasks.
    count_column("template_count"),
    count_column("process_count"),
    count_column("task_count"),
    sa.PrimaryKeyConstraint("id"),
    info=CARRIES_CONTENT,
)
index_of_unfolded(organizations)
index_pasted(organizations, documents=("settings",))

#: Domains of mail addresses that an organization says are its own.
organization_domains = sa.Table(
    "organization_domains",
    metadata,
    organization_column(),
    id_column("id"),
    # As the name system writes it: lower-case, in ASCII.
    text_column("domain"),
    # What the proof in the name system has to hold.
    id_column("proof"),
    instant_column("created_at"),
    instant_column("verified_at", nullable=True),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "id"),
    sa.UniqueConstraint("organization_id", "domain"),
    info=NO_CONTENT,
)

#: Whose a proved domain is: several organizations may name one, one of them can prove it. Of the
#: whole server, since an address is all that is known of who signs in (decision 0018).
verified_domains = sa.Table(
    "verified_domains",
    metadata,
    text_column("domain"),
    organization_column(),
    sa.PrimaryKeyConstraint("domain"),
    sa.Index(None, "organization_id"),
    info=NO_CONTENT,
)

#: Programs that ask for tokens. Number 1 is this server itself: it has no organization.
#: Of the whole server (decision 0018), so nothing here refers to what lies with an organization.
oauth_clients = sa.Table(
    "oauth_clients",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    id_column("organization_id", nullable=True),
    text_column("name"),
    # SHA-256 of the secret; null for clients that can keep none.
    text_column("secret_digest", nullable=True),
    # JSON list.
    text_column("redirect_uris"),
    flag_column("is_confidential"),
    flag_column("allows_implicit"),
    flag_column("allows_password"),
    flag_column("allows_client_credentials"),
    # Nobody vouches for it: forgotten when it is never let in.
    flag_column("is_self_registered"),
    instant_column("created_at"),
    instant_column("updated_at"),
    sa.Index(None, "organization_id"),
    sqlite_autoincrement=True,
    info=NO_CONTENT,
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("id", BigNumber, primary_key=True, autoincrement=True),
    # SHA-256 of the token's text: the text itself is shown once and never kept.
    text_column("digest"),
    # Null: the token is its client's own.
    person_column("user_id", nullable=True),
    # Deleting a client deletes its tokens.
    number_column("client_id"),
    # Set when the token is good in one organization only.
    id_column("organization_id", nullable=True),
    # Separated by spaces; `*` is all.
    text_column("scopes"),
    # What one sign-in led to, refresh after refresh: revoked together.
    id_column("family", nullable=True),
    text_column("name"),
    instant_column("created_at"),
    instant_column("expires_at", nullable=True),
    instant_column("revoked_at", nullable=True),
    # To five minutes (actions/noticing.py).
    instant_column("last_used_at", nullable=True),
    belongs_to("users", "user_id"),
    belongs_to("oauth_clients", "client_id"),
    sa.UniqueConstraint("digest"),
    sa.Index(None, "user_id"),
    sa.Index(None, "client_id"),
    sa.Index(None, "family"),
    sqlite_autoincrement=True,
    info=NO_CONTENT,
)

refresh_tokens = sa.Table(
    "refresh_tokens",
    metadata,
    sa.Column("id", BigNumber, primary_key=True, autoincrement=True),
    text_column("digest"),
    person_column("user_id"),
    number_column("client_id"),
    text_column("scopes"),
    id_column("family"),
    instant_column("created_at"),
    instant_column("expires_at"),
    # Each is good once. What it led to is kept sealed with its text, for clients that ask again.
    instant_column("used_at", nullable=True),
    text_column("sealed_answer", nullable=True),
    instant_column("revoked_at", nullable=True),
    belongs_to("users", "user_id"),
    belongs_to("oauth_clients", "client_id"),
    sa.UniqueConstraint("digest"),
    sa.Index(None, "user_id"),
    sa.Index(None, "client_id"),
    sa.Index(None, "family"),
    sqlite_autoincrement=True,
    info=NO_CONTENT,
)

oauth_codes = sa.Table(
    "oauth_codes",
    metadata,
    text_column("digest"),
    person_column("user_id"),
    number_column("client_id"),
    text_column("redirect_uri"),
    text_column("scopes"),
    # PKCE, S256; null for clients that have a secret instead.
    text_column("challenge", nullable=True),
    id_column("family"),
    instant_column("created_at"),
    instant_column("expires_at"),
    instant_column("used_at", nullable=True),
    belongs_to("users", "user_id"),
    belongs_to("oauth_clients", "client_id"),
    sa.PrimaryKeyConstraint("digest"),
    sa.Index(None, "user_id"),
    sa.Index(None, "client_id"),
    info=NO_CONTENT,
)

#: Browsers that somebody is signed in with.
browser_sessions = sa.Table(
    "browser_sessions",
    metadata,
    # SHA-256 of the secret in the cookie: who reads this table is nobody's browser.
    text_column("digest"),
    person_column("user_id"),
    # Came through the organization's provider, and not by password.
    flag_column("is_by_provider"),
    instant_column("created_at"),
    # Its last page, to within a few minutes.
    instant_column("seen_at"),
    instant_column("expires_at"),
    belongs_to("users", "user_id"),
    sa.PrimaryKeyConstraint("digest"),
    sa.Index(None, "user_id"),
    info=NO_CONTENT,
)

#: Where the members of an organization sign in by OpenID Connect.
identity_providers = sa.Table(
    "identity_providers",
    metadata,
    organization_column(),
    text_column("issuer"),
    text_column("client_id"),
    # Sealed with a key that is derived from the server's.
    text_column("sealed_secret"),
    # Then administrators alone may still come with a password.
    flag_column("is_enforced"),
    instant_column("created_at"),
    instant_column("updated_at"),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id"),
    info=NO_CONTENT,
)

#: When somebody last proved who they are, by password or through their provider.
sign_ins = sa.Table(
    "sign_ins",
    metadata,
    person_column("user_id"),
    instant_column("last_at"),
    belongs_to("users", "user_id"),
    sa.PrimaryKeyConstraint("user_id"),
    info=NO_CONTENT,
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    organization_column(),
    # Whose key it is: `user:7` or `guest:3`.
    text_column("caller"),
    text_column("key"),
    text_column("request_digest"),
    instant_column("created_at"),
    # Null while the first request is still running, or when it never finished.
    number_column("status", nullable=True),
    # Sealed (actions/repeating.py): it may hold links that let guests in.
    text_column("body", nullable=True),
    sa.PrimaryKeyConstraint("organization_id", "caller", "key"),
    sa.Index(None, "created_at"),
    info=NO_CONTENT,
)

server_keys = sa.Table(
    "server_keys",
    metadata,
    text_column("name"),
    text_column("value"),
    sa.PrimaryKeyConstraint("name"),
    info=NO_CONTENT,
)

#: The last number that ended an alias of each organization's steps and fields. Apart from its other
#: counters: a launch holds those while it waits for a template, an edit holds its template.
alias_counters = sa.Table(
    "alias_counters",
    metadata,
    organization_column(),
    sa.Column("value", sa.BigInteger, nullable=False),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id"),
    info=NO_CONTENT,
)

#: Nothing counts here any more. It stays for servers of 0.1 that are still running while they are
#: replaced; the next release takes it away.
server_counters = sa.Table(
    "server_counters",
    metadata,
    text_column("name"),
    sa.Column("value", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("name"),
    info=NO_CONTENT,
)
