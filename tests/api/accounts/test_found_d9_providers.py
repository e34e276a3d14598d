"""Found, D9: the operator is told which host does not do, and why; before members find out."""

from collections.abc import Callable, Iterator

import msgspec
import pytest

from browsers import Browser, leads_to
from cast import Cast
from procession.flows.access import connecting
from procession.flows.access.connecting import Wanted
from procession.kit.errors import BadRequest
from providers import Liar, Provider, lying_provider, real_provider


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with real_provider() as found:
        yield found


@pytest.fixture
def liar(provider: Provider) -> Iterator[Liar]:
    with lying_provider(provider) as found:
        yield found


def connect(cast: Cast, issuer: str) -> None:
    wanted = Wanted(issuer, "procession", "secret", ["mill.test"])
    connecting.connect(cast.server.storage, cast.organization_id, wanted)


def described(**changed: object) -> Callable[[str, bytes], bytes]:
    def change(path: str, answer: bytes) -> bytes:
        if "openid-configuration" not in path:
            return answer
        told = msgspec.json.decode(answer)
        kept = {key: value for key, value in {**told, **changed}.items() if value is not None}
        return msgspec.json.encode(kept)

    return change


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"response_types_supported": ["id_token"]}, "the authorization code flow"),
        ({"id_token_signing_alg_values_supported": ["HS256", "none"]}, "ID tokens with a sig"),
        ({"id_token_signing_alg_values_supported": None}, "ID tokens with a signature"),
        ({"scopes_supported": ["openid"]}, "people's addresses (scopes_supported)"),
        ({"scopes_supported": "openid email"}, "OpenID (scopes_supported), nor people's"),
    ],
)
def test_found_d9_what_a_provider_lacks_is_named(
    cast: Cast, liar: Liar, changed: dict[str, object], why: str
) -> None:
    liar.on_the_way_out = described(**changed)
    with pytest.raises(BadRequest) as refused:
        connect(cast, liar.issuer)
    host = liar.issuer.removeprefix("http://")
    assert refused.value.message.startswith(f"{host} does not offer ")
    assert why in refused.value.message


def test_found_d9_procession_itself_is_no_provider(cast: Cast) -> None:
    with pytest.raises(BadRequest, match="ID tokens with a signature"):
        connect(cast, cast.server.base_url)


def test_found_d9_what_is_no_provider_is_said(cast: Cast, liar: Liar) -> None:
    liar.on_the_way_out = lambda path, answer: b"<html>"
    with pytest.raises(BadRequest, match="is no description of a provider"):
        connect(cast, liar.issuer)
    with pytest.raises(BadRequest, match=r"nowhere\.invalid cannot be reached: .+\."):
        connect(cast, "https://nowhere.invalid")


def test_found_d9_it_is_tried_before_it_is_the_only_way(
    cast: Cast, provider: Provider, liar: Liar
) -> None:
    connect(cast, liar.issuer)
    storage, organization_id = cast.server.storage, cast.organization_id
    with pytest.raises(BadRequest, match=r"Nobody is signed in through .* yet"):
        connecting.enforce(storage, organization_id)
    assert "/app/single-sign-on" in connecting.test(storage, organization_id)
    cast.olga.put("", {"sso_default_role": "light"})
    provider.know("ann@mill.test")
    browser = Browser(cast)
    page = browser.get("/app/single-sign-on")
    away = str(browser.press(page, email="ann@mill.test").headers["Location"])
    assert leads_to(browser.get(provider.sign_in(away, "ann@mill.test"))) == "/app/home"
    connecting.enforce(storage, organization_id)
    assert connecting.show(storage, organization_id).is_enforced
