"""Whether a mail comes from its author's domain, by the word of a mail server (decision 0025).

The server writes what it found out into `Authentication-Results` (RFC 8601), and repeats there
what the sender chose: in remarks, in quoted strings, in local parts. So it is read by its grammar.
"""

from authres import AuthenticationResultsHeader, AuthResError
from authres.core import AuthenticationResult

from procession.core.nesting import DEEPEST

#: Signs; servers write some hundreds. Reading takes a tenth of a second for so many at most.
_LONGEST = 8192
#: What names the domain that a method has proved. Where two are written, the first one counts:
#: a signature's `d` is who signed, `i` only what they say.
_PROVEN = {
    "dkim": (("header", "d"), ("header", "i")),
    "spf": (("smtp", "mailfrom"),),
    "dmarc": (("header", "from"),),
}


def is_proved(results: str, sender: str, trusted_server: str) -> bool:
    """`results`: the newest header, unfolded, not decoded; `sender`: the author's address.

    What cannot be read, is longer than any server writes, or has more than 64 parentheses (remarks
    lie within each other), proves nothing.
    """
    domain = sender.rpartition("@")[2]
    if not domain or not trusted_server:
        return False
    if len(results) > _LONGEST or results.count("(") > DEEPEST:
        return False
    try:
        header = AuthenticationResultsHeader.parse_value(results)
    except AuthResError:
        return False
    if header.authserv_id != trusted_server.lower():
        return False
    return any(_proves(result, domain.lower()) for result in header.results)


def _proves(result: AuthenticationResult, domain: str) -> bool:
    """Only the very domain: whose the ones below and above it are, only a list of suffixes says."""
    if result.result.lower() != "pass":
        return False
    for kind, name in _PROVEN.get(result.method, ()):
        named = {
            found.value.rpartition("@")[2].rstrip(".").lower()
            for found in result.properties
            if (found.type, found.name) == (kind, name) and found.value
        }
        if named:
            return named == {domain}
    return False
