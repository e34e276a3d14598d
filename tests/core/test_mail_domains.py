"""Domains of mail addresses."""

import pytest

from procession.core.mail_domains import domain_of


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("ann@Acme.test", "acme.test"),
        (" ann@acme.test ", "acme.test"),
        ("ann@bücher.test", "xn--bcher-kva.test"),
        ("ann@xn--bcher-kva.test", "xn--bcher-kva.test"),
        ("a@b@c.test", "c.test"),
        ("nobody", "nobody"),
        ("ann@", ""),
        ("ann@.test", ""),
        (f"ann@{'x' * 64}.test", ""),
        ("", ""),
    ],
)
def test_a_domain_is_written_as_the_name_system_does(email: str, domain: str) -> None:
    assert domain_of(email) == domain
