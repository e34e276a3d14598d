"""Part 00, 5.1 and 5.6: the caller's own tokens."""

import secrets
from typing import Any

import sqlalchemy as sa

from backdoor import new_token
from cast import Cast, Person
from factories import made
from procession.domains.accounts.actions.authenticating import token_digest
from procession.domains.accounts.tables import idempotency_keys, server_keys, tokens
from procession.kit.db import Statement
from robots import verified
from server import Client
from wire import check_problem


def create(person: Person, **sent: Any) -> Any:
    return made(person.client.post("/me/tokens", sent))


def with_token(cast: Cast, token: str) -> Client:
    return Client(cast.server.base_url, token)


def test_00_43_a_token_verifies_with_the_published_key(cast: Cast) -> None:
    token = create(cast.mia, name="CI")["access_token"]

    claims = verified(cast, token)

    assert claims["sub"] == str(cast.mia.user_id)
    assert claims["org_id"] == cast.organization_id
    assert claims["aud"] == "1"
    assert (claims["scopes"], claims["scope"]) == (["*"], "*")
    assert claims["exp"] - claims["iat"] == 15_778_800
    assert claims["nbf"] == claims["iat"]
    assert claims["jti"]
    assert "iss" not in claims
    assert len(token) < 4096
    assert with_token(cast, token).get("/me").json()["data"]["id"] == cast.mia.user_id
    assert with_token(cast, token).get(cast.mia.path("/runs")).status_code == 200


def test_00_43_the_published_key_is_public_and_the_private_one_encrypted(cast: Cast) -> None:
    create(cast.mia)
    first = cast.nobody.get("/.well-known/jwks.json").json()

    # More than one where it was replaced (tests/cli/test_operating.py).
    assert first["keys"]
    for key in first["keys"]:
        assert key["kty"] == "RSA"
        assert not {"d", "p", "q", "dp", "dq", "qi"} & set(key)
    assert cast.nobody.get("/api/.well-known/jwks.json").json() == first
    find = Statement(server_keys.select().where(server_keys.c.name == "token signing"))
    ((_, kept),) = cast.server.storage.database.connection().fetch(find, {})
    assert "BEGIN ENCRYPTED PRIVATE KEY" in kept


def test_ruling_28_scopes_are_kept_as_sent(cast: Cast) -> None:
    """Found list D15: clients look for the very scope, though everything covers it."""
    asked = ["*", "mcp.templates.write"]
    token = create(cast.olga, scopes=asked)
    assert token["scopes"] == asked
    claims = verified(cast, token["access_token"])
    assert (claims["scopes"], claims["scope"]) == (asked, " ".join(asked))
    client = with_token(cast, token["access_token"])
    (listed,) = [one for one in made(client.get("/me/tokens"), 200) if one["id"] == token["id"]]
    assert listed["scopes"] == asked
    # It is good for everything, and so is what it makes.
    assert client.get(cast.olga.path("/runs")).status_code == 200
    assert made(client.post("/me/tokens", {}))["scopes"] == asked
    assert made(client.post("/me/tokens", {"scopes": ["mcp.tasks.read"]}))["scopes"] == [
        "mcp.tasks.read"
    ]


def test_00_12_a_forged_or_changed_token_is_a_401(cast: Cast) -> None:
    token = create(cast.mia)["access_token"]
    head, claims, signature = token.split(".")

    for wrong in (f"{head}.{claims}.", f"{head}.{claims}.{signature[::-1]}", f"{token}x"):
        check_problem(with_token(cast, wrong).get("/me"), 401, "UNAUTHENTICATED")


def test_00_12_a_token_ends_when_it_says(cast: Cast) -> None:
    made_token = create(cast.mia, expires_in=3600)
    assert verified(cast, made_token["access_token"])["exp"]
    expire = tokens.update().where(tokens.c.id == made_token["id"]).values(expires_at=1)
    with cast.server.storage.database.writing() as connection:
        connection.execute(Statement(expire), {})

    check_problem(with_token(cast, made_token["access_token"]).get("/me"), 401, "UNAUTHENTICATED")


def test_00_5_6_tokens_are_listed_without_their_texts(cast: Cast) -> None:
    one = create(cast.mia, name="One", scopes=["mcp.tasks.read", "mcp.tasks.write"])
    text = one.pop("access_token")

    listed = cast.mia.client.get("/me/tokens")

    assert text not in listed.text
    assert one in listed.json()["data"]
    assert set(one) == {
        "id", "name", "scopes", "client_id", "created_at", "last_used_at", "expires_at",
    }  # fmt: skip
    assert (one["name"], one["client_id"]) == ("One", 1)
    assert one["scopes"] == ["mcp.tasks.read", "mcp.tasks.write"]
    assert one not in cast.leo.client.get("/me/tokens").json()["data"]
    assert text not in cast.server.log_text()


def test_00_5_6_what_a_token_cannot_be(cast: Cast) -> None:
    for sent, field in (
        ({"expires_in": 15_778_801}, "expires_in"),
        ({"expires_in": 0}, "expires_in"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"scopes": []}, "scopes"),
        ({"name": "x" * 101}, "name"),
    ):
        answer = cast.mia.client.post("/me/tokens", sent)
        assert list(check_problem(answer, 422)["errors"]) == [field], sent


def test_00_5_6_one_token_is_revoked_and_only_ones_own(cast: Cast) -> None:
    one, two = create(cast.mia), create(cast.mia)
    path = f"/me/tokens/{one['id']}"

    check_problem(cast.leo.client.delete(path), 404, "RESOURCE_NOT_FOUND")
    assert with_token(cast, one["access_token"]).get("/me").status_code == 200
    answer = cast.mia.client.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    check_problem(with_token(cast, one["access_token"]).get("/me"), 401)
    assert with_token(cast, two["access_token"]).get("/me").status_code == 200
    for gone in (path, "/me/tokens/0", "/me/tokens/nonsense", f"/me/tokens/{'9' * 30}"):
        check_problem(cast.mia.client.delete(gone), 404, "RESOURCE_NOT_FOUND")


def test_00_41_all_tokens_are_revoked_at_once(cast: Cast) -> None:
    opaque, signed = new_token(cast, cast.mia), create(cast.mia)["access_token"]
    others = create(cast.leo)["access_token"]

    assert cast.mia.client.delete("/me/tokens").status_code == 204

    for token in (opaque, signed, cast.mia.token):
        check_problem(with_token(cast, token).get("/me"), 401, "UNAUTHENTICATED")
        check_problem(with_token(cast, token).get(cast.mia.path("/runs")), 401)
    assert with_token(cast, others).get("/me").status_code == 200


def test_00_55_a_token_is_never_kept_for_a_repeat(cast: Cast) -> None:
    """An idempotency key keeps answers, and texts of tokens must not be kept."""
    key = {"Idempotency-Key": secrets.token_hex(8)}

    first, second = (cast.mia.client.post("/me/tokens", {}, headers=key) for _ in range(2))

    assert made(first)["access_token"] != made(second)["access_token"]
    count = Statement(sa.select(idempotency_keys.c.key))
    kept = cast.server.storage.database.connection().fetch(count, {})
    assert (key["Idempotency-Key"],) not in [tuple(row) for row in kept]


def test_00_5_1_only_the_digest_of_a_token_is_stored(cast: Cast) -> None:
    text = create(cast.mia)["access_token"]
    find = Statement(tokens.select().where(tokens.c.digest == token_digest(text)))

    (row,) = cast.server.storage.database.connection().fetch(find, {})

    assert text not in str(tuple(row))
