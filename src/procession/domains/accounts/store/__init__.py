"""All SQL about organizations, tokens, keys and numbers."""

from procession.domains.accounts.store.clients import add_client as add_client
from procession.domains.accounts.store.clients import (
    add_self_registered_client as add_self_registered_client,
)
from procession.domains.accounts.store.clients import count_unused_clients as count_unused_clients
from procession.domains.accounts.store.clients import delete_client as delete_client
from procession.domains.accounts.store.clients import (
    delete_self_registered_client as delete_self_registered_client,
)
from procession.domains.accounts.store.clients import find_any_client as find_any_client
from procession.domains.accounts.store.clients import find_client as find_client
from procession.domains.accounts.store.clients import (
    find_oldest_unused_client as find_oldest_unused_client,
)
from procession.domains.accounts.store.clients import forget_unused_clients as forget_unused_clients
from procession.domains.accounts.store.clients import list_clients as list_clients
from procession.domains.accounts.store.clients import set_client as set_client
from procession.domains.accounts.store.domains import add_domain as add_domain
from procession.domains.accounts.store.domains import claim_domain as claim_domain
from procession.domains.accounts.store.domains import count_domains as count_domains
from procession.domains.accounts.store.domains import delete_domain as delete_domain
from procession.domains.accounts.store.domains import find_domain as find_domain
from procession.domains.accounts.store.domains import find_domain_named as find_domain_named
from procession.domains.accounts.store.domains import (
    find_holder_of_domain as find_holder_of_domain,
)
from procession.domains.accounts.store.domains import has_domain as has_domain
from procession.domains.accounts.store.domains import (
    has_verified_domain as has_verified_domain,
)
from procession.domains.accounts.store.domains import list_domains as list_domains
from procession.domains.accounts.store.domains import lock_domain as lock_domain
from procession.domains.accounts.store.domains import (
    set_domain_verified as set_domain_verified,
)
from procession.domains.accounts.store.grants import add_code as add_code
from procession.domains.accounts.store.grants import add_refresh_token as add_refresh_token
from procession.domains.accounts.store.grants import find_code as find_code
from procession.domains.accounts.store.grants import find_refresh_token as find_refresh_token
from procession.domains.accounts.store.grants import set_code_used as set_code_used
from procession.domains.accounts.store.grants import (
    set_refresh_token_used as set_refresh_token_used,
)
from procession.domains.accounts.store.holders import (
    find_holder as find_holder,
)
from procession.domains.accounts.store.idempotency import (
    StoredAnswer as StoredAnswer,
)
from procession.domains.accounts.store.idempotency import (
    add_answer as add_answer,
)
from procession.domains.accounts.store.idempotency import (
    find_answer as find_answer,
)
from procession.domains.accounts.store.idempotency import (
    forget_key as forget_key,
)
from procession.domains.accounts.store.idempotency import (
    forget_keys_before as forget_keys_before,
)
from procession.domains.accounts.store.idempotency import (
    lock_key as lock_key,
)
from procession.domains.accounts.store.numbers import (
    take_alias_numbers as take_alias_numbers,
)
from procession.domains.accounts.store.numbers import (
    take_process_and_task_numbers as take_process_and_task_numbers,
)
from procession.domains.accounts.store.numbers import (
    take_task_numbers as take_task_numbers,
)
from procession.domains.accounts.store.numbers import (
    take_template_number as take_template_number,
)
from procession.domains.accounts.store.organizations import (
    add_organization as add_organization,
)
from procession.domains.accounts.store.organizations import (
    delete_organization as delete_organization,
)
from procession.domains.accounts.store.organizations import get_face as get_face
from procession.domains.accounts.store.organizations import (
    get_organization as get_organization,
)
from procession.domains.accounts.store.organizations import (
    get_settings as get_settings,
)
from procession.domains.accounts.store.organizations import (
    get_timezone as get_timezone,
)
from procession.domains.accounts.store.organizations import (
    has_organizations as has_organizations,
)
from procession.domains.accounts.store.organizations import (
    is_launchable as is_launchable,
)
from procession.domains.accounts.store.organizations import (
    list_all_organizations as list_all_organizations,
)
from procession.domains.accounts.store.organizations import (
    list_organizations as list_organizations,
)
from procession.domains.accounts.store.organizations import (
    lock_organization as lock_organization,
)
from procession.domains.accounts.store.organizations import (
    organizations_completing as organizations_completing,
)
from procession.domains.accounts.store.organizations import (
    set_organization as set_organization,
)
from procession.domains.accounts.store.providers import clear_provider as clear_provider
from procession.domains.accounts.store.providers import find_provider as find_provider
from procession.domains.accounts.store.providers import has_any_provider as has_any_provider
from procession.domains.accounts.store.providers import is_enforced as is_enforced
from procession.domains.accounts.store.providers import (
    list_every_provider as list_every_provider,
)
from procession.domains.accounts.store.providers import (
    list_verified_domains as list_verified_domains,
)
from procession.domains.accounts.store.providers import set_enforced as set_enforced
from procession.domains.accounts.store.providers import set_provider as set_provider
from procession.domains.accounts.store.server_keys import add_server_key_once as add_server_key_once
from procession.domains.accounts.store.server_keys import (
    find_server_key as find_server_key,
)
from procession.domains.accounts.store.server_keys import (
    replace_server_key as replace_server_key,
)
from procession.domains.accounts.store.server_keys import (
    set_server_key as set_server_key,
)
from procession.domains.accounts.store.server_keys import (
    take_server_key as take_server_key,
)
from procession.domains.accounts.store.sessions import add_session as add_session
from procession.domains.accounts.store.sessions import (
    delete_all_sessions as delete_all_sessions,
)
from procession.domains.accounts.store.sessions import delete_session as delete_session
from procession.domains.accounts.store.sessions import (
    delete_sessions_before as delete_sessions_before,
)
from procession.domains.accounts.store.sessions import delete_sessions_of as delete_sessions_of
from procession.domains.accounts.store.sessions import find_session as find_session
from procession.domains.accounts.store.sessions import (
    is_anybody_in_by_provider as is_anybody_in_by_provider,
)
from procession.domains.accounts.store.sessions import set_session_seen as set_session_seen
from procession.domains.accounts.store.signing_in import (
    find_default_organization as find_default_organization,
)
from procession.domains.accounts.store.signing_in import find_login as find_login
from procession.domains.accounts.store.signing_in import find_login_of as find_login_of
from procession.domains.accounts.store.signing_in import lock_login as lock_login
from procession.domains.accounts.store.signing_in import set_signed_in as set_signed_in
from procession.domains.accounts.store.standing import list_standings as list_standings
from procession.domains.accounts.store.telling import tell_of_account as tell_of_account
from procession.domains.accounts.store.tokens import (
    add_token as add_token,
)
from procession.domains.accounts.store.tokens import find_application as find_application
from procession.domains.accounts.store.tokens import (
    is_token_taken as is_token_taken,
)
from procession.domains.accounts.store.tokens import list_own_tokens as list_own_tokens
from procession.domains.accounts.store.tokens import (
    list_tokens as list_tokens,
)
from procession.domains.accounts.store.tokens import (
    revoke_tokens_of as revoke_tokens_of,
)
from procession.domains.accounts.store.tokens import set_family_revoked as set_family_revoked
from procession.domains.accounts.store.tokens import set_own_token_revoked as set_own_token_revoked
from procession.domains.accounts.store.tokens import (
    set_own_tokens_revoked as set_own_tokens_revoked,
)
from procession.domains.accounts.store.tokens import (
    set_token_revoked as set_token_revoked,
)
from procession.domains.accounts.store.tokens import (
    set_token_revoked_by_digest as set_token_revoked_by_digest,
)
from procession.domains.accounts.store.tokens import set_token_used as set_token_used
