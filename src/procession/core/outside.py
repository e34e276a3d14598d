"""Which addresses of other machines may be called on behalf of people who choose them.

Whoever names an address that this server is to call must not reach through it what only this
machine, or the network that it stands in, can reach.
"""

from ipaddress import IPv4Address, IPv6Address, ip_network

from procession.core.networks import NONE, Networks

Address = IPv4Address | IPv6Address

#: Services of the machine's provider at addresses that look public.
_OF_PROVIDERS = (ip_network("168.63.129.16/32"), ip_network("100.100.100.200/32"))
#: An address of IPv4 stands in the last 32 bits of these.
_CARRIES_IPV4 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"), ip_network("::/96"))


def may_be_called(address: Address, allowed: Networks = NONE) -> bool:
    """Whether it is an address of the whole internet, or in one of the networks `allowed`.

    Not: this machine, private and link-local networks (where clouds tell machines their secrets),
    multicast, reserved ones, nor an address of IPv6 that stands for such a one of IPv4.
    """
    if str(address) in allowed:
        return True
    inner = _inner(address)
    if inner is not None:
        return may_be_called(inner, allowed)
    if isinstance(address, IPv6Address) and address.is_site_local:
        return False
    is_ordinary = address.is_global and not (address.is_multicast or address.is_reserved)
    return is_ordinary and not any(
        address in network for network in _OF_PROVIDERS if network.version == address.version
    )


def _inner(address: Address) -> IPv4Address | None:
    """The address of IPv4 that one of IPv6 leads to."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if any(address in network for network in _CARRIES_IPV4):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None
