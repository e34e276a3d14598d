"""Who is believed to have sent a mail (decision 0025; found list A1 to A3)."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procession.kit.mail_proof import is_proved

pytestmark = pytest.mark.hostile

TRUSTED = "mx.acme.test"
SENDER = "mia@acme.test"


@pytest.mark.parametrize(
    "results",
    [
        "mx.acme.test; dkim=pass header.d=acme.test",
        "MX.acme.test; DKIM=Pass header.d=ACME.test.",
        "mx.acme.test; dkim=pass (2048-bit key) header.i=@acme.test header.s=a",
        "mx.acme.test; spf=pass smtp.mailfrom=mia@acme.test",
        'mx.acme.test; spf=pass smtp.mailfrom="a@evil.test"@acme.test',
        "mx.acme.test 1; dkim=fail header.d=acme.test; spf=pass smtp.mailfrom=acme.test",
        "mx.acme.test;\tspf=none smtp.mailfrom=x.test; dkim=pass header.d=x.test; "
        'dkim=pass header.d=acme.test header.b="abc/+="',
        "mx.acme.test; spf=pass smtp.mailfrom=bounce.acme.test; dmarc=pass (p=none) "
        "header.from=acme.test",
        "mx.acme.test; dmarc=pass action=none header.from=acme.test;compauth=pass reason=100",
        'mx.acme.test; spf=pass reason="mailfrom (a)" smtp.mailfrom=acme.test',
        "mx.acme.test; spf=pass " + "(" * 64 + ")" * 64 + " smtp.mailfrom=acme.test",
    ],
)
def test_what_a_server_proves(results: str) -> None:
    assert is_proved(results, SENDER, TRUSTED)


@pytest.mark.parametrize(
    "results",
    [
        "",
        "mx.acme.test; none",
        "mx.acme.test; dkim=fail header.d=acme.test",
        "mx.acme.test; dkim=pass header.d=evil.test",
        "mx.acme.test; dkim=pass header.d=test",
        "mx.acme.test; dkim=pass header.d=notacme.test",
        "mx.acme.test; dkim=pass header.d=evil.test header.i=@acme.test",
        "mx.acme.test; dmarc=pass header.from=evil.test",
        "mx.evil.test; dkim=pass header.d=acme.test",
        "mx.acme.test.evil.test; dkim=pass header.d=acme.test",
        "dkim=pass header.d=acme.test",
    ],
)
def test_what_a_server_does_not_prove(results: str) -> None:
    assert not is_proved(results, SENDER, TRUSTED)


@pytest.mark.parametrize(
    "results",
    [
        'spf=fail (domain of "dkim=pass header.d=acme.test"@evil.test is not) '
        "smtp.mailfrom=evil.test",
        "spf=fail (x; dkim=pass header.d=acme.test) smtp.mailfrom=evil.test",
        "spf=fail (x \\) ; dkim=pass header.d=acme.test) smtp.mailfrom=evil.test",
        'spf=fail reason="; dkim=pass header.d=acme.test" smtp.mailfrom=evil.test',
        'spf=fail smtp.mailfrom="; dkim=pass header.d=acme.test;"@evil.test',
        'spf=fail smtp.mailfrom="\\"; dkim=pass header.d=acme.test;"@evil.test',
        "spf=pass smtp.mailfrom=evil.test (smtp.mailfrom=acme.test)",
        "spf=pass (é smtp.mailfrom=acme.test)",
        "spf=pass (\x01) smtp.mailfrom=acme.test",
    ],
)
def test_found_a1_what_stands_in_remarks_and_quotes_is_not_read(results: str) -> None:
    assert not is_proved(f"{TRUSTED}; {results}", SENDER, TRUSTED)


@pytest.mark.parametrize(
    "value",
    [
        '"acme.test"@evil.test',
        '"@acme.test"@evil.test',
        '"a@acme.test" @evil.test',
        '""@evil.test',
        "acme.test@evil.test",
        "@acme.test@evil.test",
        "a@acme.test,b@evil.test",
        "acme.test\\@evil.test",
        "acme.test smtp.mailfrom=evil.test",
        '"acme.test',
        "",
    ],
)
def test_found_a2_the_domain_stands_after_the_last_at(value: str) -> None:
    assert not is_proved(f"{TRUSTED}; spf=pass smtp.mailfrom={value}", SENDER, TRUSTED)


@pytest.mark.parametrize(
    ("sender", "proven"),
    [
        ("a@mill.example", "tenant.mill.example"),
        ("a@tenant.mill.example", "mill.example"),
        ("a@mill.example", "example"),
        ("a@example", "mill.example"),
    ],
)
@pytest.mark.parametrize("method", ["spf=pass smtp.mailfrom=", "dkim=pass header.d="])
def test_found_a3_only_equal_domains_align(sender: str, proven: str, method: str) -> None:
    assert not is_proved(f"{TRUSTED}; {method}{proven}", sender, TRUSTED)


def test_without_a_trusted_server_or_a_sender_nobody_is_believed() -> None:
    results = f"{TRUSTED}; dkim=pass header.d=acme.test"
    assert not is_proved(results, SENDER, "")
    assert not is_proved(results, "", TRUSTED)


@pytest.mark.parametrize(
    "tail",
    [
        "(" * 100_000,
        "(" * 50_000 + ")" * 50_000 + " smtp.mailfrom=acme.test",
        "(" * 3_000 + " smtp.mailfrom=acme.test",
        "smtp.mailfrom=acme.test " + "a.a=a " * 50_000,
        'smtp.mailfrom="' + '\\"' * 50_000,
        "a " * 4_000,
        "() " * 2_500,
        " " * 8_000,
        ";a=b" * 2_000,
    ],
    ids=range(9),
)
def test_a_deep_or_long_header_is_no_proof_and_costs_little(tail: str) -> None:
    began = time.process_time()
    assert not is_proved(f"{TRUSTED}; spf=pass {tail}", SENDER, TRUSTED)
    assert time.process_time() - began < 2


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert not is_proved(f"{TRUSTED}; {text}", SENDER, TRUSTED)
    assert not is_proved(text, SENDER, TRUSTED)
