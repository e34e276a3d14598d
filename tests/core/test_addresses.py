"""What looks like an address that one mail can be sent to."""

import pytest

from procession.core.addresses import is_address, once


@pytest.mark.parametrize(
    "email",
    [
        "jo@acme.io", "Jo.Doe+x@mail.acme.co.uk", "o'neil@acme.io", "jo_@a-b.io", "jö@münchen.test",
        "1@2.io", "x" * 64 + "@acme.io", "bot+0a@procession.invalid", "a%b@c.io", "jo@xn--a.io",
    ],
)  # fmt: skip
def test_an_address(email: str) -> None:
    assert is_address(email)


@pytest.mark.parametrize(
    "email",
    [
        "", "jo", "jo@", "@acme.io", "jo@acme", "jo@acme.", "jo@.io", "a@b@c.io", "jo@a..io",
        "a@b.io,c@d.io", "a@b.io;c@d.io", "Jo <jo@acme.io>", "jo doe@acme.io", "jo@acme.io\n",
        "jo\x00@acme.io", "jo@-a.io", "jo@a-.io", "x" * 65 + "@acme.io", "jo@[10.0.0.1]",
        "jo@" + "a." * 130 + "io",
    ],
)  # fmt: skip
def test_no_address(email: str) -> None:
    assert not is_address(email)


def test_an_address_written_twice_is_one_and_keeps_its_first_spelling() -> None:
    assert once(["Jo@acme.io", "an@acme.io", "jo@ACME.io"]) == ["Jo@acme.io", "an@acme.io"]
    assert once([]) == []
