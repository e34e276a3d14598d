"""Tokens that the command line makes are like all others (ruling 28; found list D14)."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout

import pytest

from cast import Cast
from procession.cli.main import main
from robots import verified
from server import Client

LIFETIME_S = 15_778_800


def done(cast: Cast, *words: str) -> str:
    told = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(told):
        patch.setenv("PROCESSION_DATABASE_URL", cast.server.settings.database_url)
        assert main(words) == 0
    return told.getvalue()


def check_signed(cast: Cast, token: str, user_id: int, home: str, lifetime_s: int) -> None:
    claims = verified(cast, token)
    assert sorted(claims) == [
        "aud", "exp", "iat", "jti", "nbf", "org_id", "scope", "scopes", "sub",
    ]  # fmt: skip
    assert (claims["sub"], claims["aud"], claims["org_id"]) == (str(user_id), "1", home)
    assert (claims["scopes"], claims["scope"]) == (["*"], "*")
    assert claims["exp"] - claims["iat"] == lifetime_s
    assert Client(cast.server.base_url, token).get("/me").json()["data"]["id"] == user_id


def test_ruling_28_tokens_of_every_command_are_signed(cast: Cast) -> None:
    words: tuple[str, ...] = (
        "bootstrap",
        "--org",
        "Mill",
        "--email",
        f"ann-{cast.organization_id}@mill.test",
    )
    ann = json.loads(done(cast, *words, "--json"))
    home = ann["organization_id"]
    check_signed(cast, ann["access_token"], ann["user_id"], home, LIFETIME_S)

    words = ("member", "--org", home, "--email", f"bo-{home}@mill.test", "--json")
    bo = json.loads(done(cast, *words))
    check_signed(cast, bo["access_token"], bo["user_id"], home, LIFETIME_S)

    words = ("token", "create", "--email", f"bo-{home}@mill.test")
    check_signed(cast, done(cast, *words).strip(), bo["user_id"], home, LIFETIME_S)
    in_days = done(cast, *words, "--days", "30").strip()
    check_signed(cast, in_days, bo["user_id"], home, 30 * 86_400)


def test_a_token_of_ones_own_is_kept_as_it_is(cast: Cast) -> None:
    own = f"a-token-of-our-own-{cast.organization_id}"
    words = ("member", "--org", cast.organization_id, "--email", f"di-{own}@mill.test")
    made = json.loads(done(cast, *words, "--token", own, "--json"))
    assert made["access_token"] == own
    me = Client(cast.server.base_url, own).get("/me").json()["data"]
    assert me["id"] == made["user_id"]


def test_another_secret_key_is_told(new_database: Callable[[str], str]) -> None:
    """Tokens of commands need the key that they are signed with."""
    words, url = ["bootstrap", "--org", "Mill", "--email"], new_database("sqlite")
    codes, said = [], io.StringIO()
    for secret, email in (("a" * 30, "ann@mill.test"), ("b" * 30, "bo@mill.test")):
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(said):
            patch.setenv("PROCESSION_DATABASE_URL", url)
            patch.setenv("PROCESSION_SECRET_KEY", secret)
            codes.append(main([*words, email]))
    assert codes == [0, 1]
    assert said.getvalue().splitlines()[-1] == (
        "procession: The key of access tokens was encrypted with another PROCESSION_SECRET_KEY "
        "than this one. Set it back to what it was."
    )
