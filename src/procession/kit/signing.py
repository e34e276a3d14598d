"""Signing and sealing: the libraries for it are large, so they are loaded at the first use."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from functools import lru_cache
from typing import Any

from procession.kit.environment import SettingError
from procession.kit.reading import read_stored

_KEY_BITS = 2048


def make_signing_key(passphrase: str) -> tuple[str, dict[str, Any]]:
    """(private key, encrypted PEM; public key, JWK with its `kid`)."""
    from joserfc.jwk import RSAKey  # noqa: PLC0415

    key = RSAKey.generate_key(_KEY_BITS, private=True, auto_kid=True)
    public = {**key.as_dict(private=False), "use": "sig", "alg": "RS256"}
    return key.as_pem(private=True, password=passphrase).decode(), public


def sign(private_key: str, passphrase: str, key_id: str, claims: dict[str, Any]) -> str:
    """A JWT with these claims."""
    from joserfc import jwt  # noqa: PLC0415

    header = {"alg": "RS256", "typ": "JWT", "kid": key_id}
    return jwt.encode(header, claims, _opened(private_key, passphrase), ["RS256"])


@lru_cache(maxsize=2)
def _opened(private_key: str, passphrase: str) -> Any:
    """Decrypting a key takes a while on purpose, so it is done once in a process.

    Raises SettingError for another secret than the one that the key was made with.
    """
    from joserfc.jwk import RSAKey  # noqa: PLC0415

    try:
        return RSAKey.import_key(private_key, password=passphrase)
    except ValueError:
        raise SettingError(
            "The key of access tokens was encrypted with another PROCESSION_SECRET_KEY than this "
            "one. Set it back to what it was."
        ) from None


def derived(secret: str, purpose: str) -> bytes:
    """A key of its own for each purpose."""
    return hmac.digest(secret.encode(), purpose.encode(), "sha256")


def seal(secret: str, value: Any) -> str:
    """Only who has the secret can read it again."""
    return str(_box(secret).encrypt(json.dumps(value).encode()).decode())


def unseal(secret: str, sealed: str) -> Any:
    """Raises ValueError for what was sealed with another secret."""
    from cryptography.fernet import InvalidToken  # noqa: PLC0415

    try:
        return read_stored(_box(secret).decrypt(sealed.encode()))
    except InvalidToken:
        raise ValueError("sealed with another secret") from None


def find_unsealed(secret: str, sealed: str) -> Any | None:
    """None for what was not sealed with this secret."""
    try:
        return unseal(secret, sealed)
    except ValueError:
        return None


def _box(secret: str) -> Any:
    from cryptography.fernet import Fernet  # noqa: PLC0415

    return Fernet(urlsafe_b64encode(derived(secret, "sealed")))


def challenge_of(verifier: str) -> str:
    """S256 of RFC 7636."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
