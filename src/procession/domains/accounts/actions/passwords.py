"""Is this somebody's password? The one place that answers, however people come (00, 5.2)."""

from procession.domains.accounts import store
from procession.domains.accounts.actions.recognising import check_attempts, count_failure
from procession.domains.accounts.types import Login
from procession.kit.caller import Caller
from procession.kit.errors import OAuthRefusal
from procession.kit.guessing import Origin
from procession.kit.work import looking, writing


class MustUseProvider(OAuthRefusal):
    """Told to nobody but who knows the password, which is of no use here (contract 00, 5.9)."""

    def __init__(self) -> None:
        super().__init__(
            "invalid_grant", "Your organization lets you in through its own sign-in provider only."
        )


def check_password(caller: Caller, email: str, password: str) -> Login:
    """Takes as long for addresses that nobody has, and says the same."""
    # Imported here: Argon2 is for those who sign in, and takes a moment to load.
    from procession.kit.passwords import verify_password  # noqa: PLC0415

    login = store.find_login(looking(caller), email)
    is_right = verify_password(password, login.password_hash if login else None)
    if login is None or not is_right or not login.is_enabled:
        raise wrong_credentials()
    if login.must_use_provider:
        raise MustUseProvider
    return login


def check_counted(caller: Caller, origin: Origin, email: str, password: str) -> Login:
    """The same, for who comes without a client: failures count as those of the token endpoint."""
    check_attempts(caller.server, origin, email)
    try:
        return check_password(caller, email, password)
    except OAuthRefusal:
        tell_of_failure(caller, email)
        count_failure(caller.server, origin, email)
        raise


def tell_of_failure(caller: Caller, email: str) -> None:
    """To the administrators of whoever has the address."""
    login = store.find_login(looking(caller), email)
    if login is not None:
        with writing(caller) as work:
            store.tell_of_account(
                work, login.user_id, "login_failed", "did not sign in", is_trouble=True
            )


def wrong_credentials() -> OAuthRefusal:
    return OAuthRefusal("invalid_grant", "The user credentials were incorrect.")
