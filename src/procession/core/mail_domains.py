"""Domains of mail addresses, as the name system writes them."""


def domain_of(email: str) -> str:
    """Empty for what has none that can be written so."""
    try:
        return email.strip().rpartition("@")[2].encode("idna").decode().lower()
    except UnicodeError:
        return ""
