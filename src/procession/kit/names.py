"""Asking the name system (DNS). Never while a unit of work is open: the answer may take seconds."""

import socket
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from procession.core.outside import Address
from procession.kit.settings import Settings


class NoAnswer(Exception):
    """The name system could not be asked, or does not know now; trying again may help."""


def texts_at(name: str, settings: Settings) -> list[str]:
    """The TXT records at a name; none when there is no such name. Raises NoAnswer."""
    # A server whose organizations prove no domains does not carry the library.
    import dns.exception  # noqa: PLC0415
    import dns.resolver  # noqa: PLC0415

    try:
        # For everything about the question, other servers and repeats included.
        patience_s = settings.outside_timeout
        answer = _resolver(settings).resolve(f"{name}.", "TXT", lifetime=patience_s, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as wrong:
        raise NoAnswer from wrong
    # A long text comes in pieces.
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]


def addresses_of(host: str, settings: Settings) -> list[Address]:
    """Of a machine, those of IPv4 first; each once. Raises NoAnswer.

    The machine's own way of looking up names, unless the settings name a server to ask.
    """
    found = _asked(host, settings) if settings.dns_server else _looked_up(host)
    if not found:
        raise NoAnswer
    return sorted(dict.fromkeys(found), key=lambda address: address.version)


def _looked_up(host: str) -> list[Address]:
    try:
        rows = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as wrong:
        raise NoAnswer from wrong
    return [ip_address(str(row[4][0]).partition("%")[0]) for row in rows]


def _asked(host: str, settings: Settings) -> list[Address]:
    import dns.exception  # noqa: PLC0415

    try:
        answers = _resolver(settings).resolve_name(
            f"{host.rstrip('.')}.", lifetime=settings.outside_timeout, search=False
        )
    except (dns.exception.DNSException, OSError) as wrong:
        raise NoAnswer from wrong
    return [ip_address(text) for text in answers.addresses()]


def _resolver(settings: Settings) -> Any:
    import dns.resolver  # noqa: PLC0415

    resolver = dns.resolver.Resolver(configure=not settings.dns_server)
    if settings.dns_server:
        server = urlsplit(f"//{settings.dns_server}")
        resolver.nameservers = [server.hostname or ""]
        resolver.port = server.port or 53
    return resolver
