"""Asking the name system (DNS). Never while a unit of work is open: the answer may take seconds."""

from urllib.parse import urlsplit

from procession.kit.settings import Settings


class NoAnswer(Exception):
    """The name system could not be asked, or does not know now; trying again may help."""


def texts_at(name: str, settings: Settings) -> list[str]:
    """The TXT records at a name; none when there is no such name. Raises NoAnswer."""
    # A server whose organizations prove no domains does not carry the library.
    import dns.exception  # noqa: PLC0415
    import dns.resolver  # noqa: PLC0415

    try:
        resolver = dns.resolver.Resolver(configure=not settings.dns_server)
        if settings.dns_server:
            server = urlsplit(f"//{settings.dns_server}")
            resolver.nameservers = [server.hostname or ""]
            resolver.port = server.port or 53
        # For everything about the question, other servers and repeats included.
        patience_s = settings.outside_timeout
        answer = resolver.resolve(f"{name}.", "TXT", lifetime=patience_s, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as wrong:
        raise NoAnswer from wrong
    # A long text comes in pieces.
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
