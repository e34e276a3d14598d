"""What webhooks are signed with: made, and made anew while the one before is good for a day
(ruling 32). It is shown once."""

from procession.domains.webhooks import policy, store
from procession.domains.webhooks.content import new_secret
from procession.domains.webhooks.events import WebhookSecretRotated
from procession.domains.webhooks.types import OVERLAP
from procession.kit import signing
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden
from procession.kit.server import Server
from procession.kit.work import Work, writing

_PURPOSE = "webhook secrets"


def rotate_secret(caller: Caller) -> str:
    """The new one. A third within a day ends the first."""
    if not policy.can_arrange_webhooks(caller):
        raise Forbidden
    secret, key = new_secret(), _sealing_key(caller.server)
    with writing(caller) as work:
        before = store.lock_secrets(work)
        store.set_secrets(
            work,
            sealed=signing.seal(key, secret),
            sealed_before=None if before is None else before.sealed,
            before_ends_at=None if before is None else work.now + OVERLAP,
        )
        organization_id = caller.organization_id
        work.record(WebhookSecretRotated(organization_id=organization_id, is_first=before is None))
    return secret


def keys_of(work: Work) -> list[str]:
    """Those that are good now, the newest first; none where none was made."""
    kept = store.find_secrets(work)
    if kept is None:
        return []
    sealed = [kept.sealed]
    if kept.sealed_before is not None and work.now < (kept.before_ends_at or 0):
        sealed.append(kept.sealed_before)
    key = _sealing_key(work.caller.server)
    return [found for each in sealed if (found := signing.find_unsealed(key, each)) is not None]


def _sealing_key(server: Server) -> str:
    return signing.derived(server.secret_key, _PURPOSE).hex()
