"""Addresses of machines, alone or by the network that they are in."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

#: Addresses whose answer is remembered; a proxy has few.
_MOST_KNOWN = 1000


@dataclass(frozen=True)
class Networks:
    """Whether an address is among those that are named. Asked with every request."""

    members: tuple[IPv4Network | IPv6Network, ...] = ()
    _known: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    def __contains__(self, address: str) -> bool:
        if not self.members:
            return False
        known = self._known.get(address)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[address] = self._holds(address)
        return known

    def __str__(self) -> str:
        return ",".join(map(str, self.members))

    def _holds(self, text: str) -> bool:
        try:
            address = ip_address(text)
        except ValueError:
            return False
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return any(address in network for network in self.members)


NONE = Networks()


def read_networks(text: str) -> Networks:
    """`10.0.0.0/8, 127.0.0.1, ::1`; raises ValueError for anything else."""
    words = (word.strip() for word in text.split(","))
    return Networks(tuple(ip_network(word, strict=False) for word in words if word))
