"""Addresses of web pages that people and clients write."""

from urllib.parse import urlsplit


def is_web_address(text: str) -> bool:
    """An http or https address with a host, in one word."""
    try:
        parts = urlsplit(text)
        has_host = bool(parts.hostname)
    except ValueError:
        return False
    is_one_word = text.isprintable() and not any(sign.isspace() for sign in text)
    return parts.scheme in ("http", "https") and has_host and is_one_word
