"""Which addresses may be called for people who choose them (contract 60, 2.2)."""

from ipaddress import ip_address

import pytest

from procession.core.networks import read_networks
from procession.core.outside import may_be_called


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_60_2_2_public_addresses_may_be_called(address: str) -> None:
    assert may_be_called(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.0.1",
        "169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.2.1",
        "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1",
        "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe", "fe80::1", "fc00::1", "fec0::1",
        "ff02::1", "2001:db8::1",
    ],
)  # fmt: skip
def test_60_2_2_others_may_not(address: str) -> None:
    assert not may_be_called(ip_address(address))


def test_60_2_2_networks_that_the_operator_names_may() -> None:
    allowed = read_networks("10.0.0.0/8, ::1")
    assert may_be_called(ip_address("10.1.2.3"), allowed)
    assert may_be_called(ip_address("::ffff:10.1.2.3"), allowed)
    assert may_be_called(ip_address("::1"), allowed)
    assert not may_be_called(ip_address("192.168.0.1"), allowed)
