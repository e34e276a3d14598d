"""Addresses by their networks (found list D1)."""

import pytest

from procession.core.networks import Networks, read_networks


@pytest.mark.parametrize(
    ("text", "address", "is_in"),
    [
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("10.1.2.3/8", "10.9.9.9", True),
        ("127.0.0.1, 172.16.0.0/12,", "172.17.0.1", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "127.0.0.2", False),
        ("::1,fd00::/8", "fd00::5", True),
        ("fd00::/8", "10.0.0.1", False),
        ("10.0.0.0/8", "::ffff:10.0.0.1", True),
        ("10.0.0.0/8", "", False),
        ("10.0.0.0/8", "unix:", False),
    ],
)
def test_an_address_is_in_a_network(text: str, address: str, is_in: bool) -> None:
    networks = read_networks(text)
    assert (address in networks) is is_in
    # And from memory.
    assert (address in networks) is is_in


def test_nobody_is_in_no_network() -> None:
    assert "10.0.0.1" not in Networks()
    assert Networks() == read_networks("") == read_networks(" , ")
