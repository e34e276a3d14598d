"""How the value of a setting is read. Each raises ValueError or KeyError for what it cannot use."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

_HOST = re.compile(r"[\w.:-]+")


def read_switch(text: str) -> bool:
    words = {"on": True, "true": True, "1": True, "off": False, "false": False, "0": False}
    return words[text.strip().lower()]


def read_rate(text: str) -> int:
    return 0 if text.strip().lower() == "off" else read_not_negative(text)


def read_not_negative(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError
    return number


def read_positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def read_port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65_535:
        raise ValueError
    return number


def read_length_of_passwords(text: str) -> int:
    number = int(text)
    if not 6 <= number <= 64:
        raise ValueError
    return number


def read_lifetime(text: str) -> int:
    """More than a hundred years no calendar of ours can count."""
    number = int(text)
    if not 1 <= number <= 3_155_760_000:
        raise ValueError
    return number


def read_origin(text: str) -> str:
    """The origin of a web address (RFC 6454): scheme, host and port, and nothing behind them."""
    text = text.strip().rstrip("/")
    parts = urlsplit(text)
    _ = parts.port  # Raises ValueError for what is no port.
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.hostname or ""):
        raise ValueError
    if text.lower() != f"{parts.scheme}://{parts.netloc}".lower() or "@" in parts.netloc:
        raise ValueError
    return text


def read_callers(text: str) -> str:
    return text.strip() if text.strip() == "*" else read_origin(text)


def read_sender(text: str) -> str:
    """What stands in From: an address, with a name before it or without."""
    from email.utils import getaddresses  # noqa: PLC0415 - only for who sets it

    found = getaddresses([text])
    if len(found) != 1 or "@" not in found[0][1] or not text.isprintable():
        raise ValueError
    return text


def read_server_name(text: str) -> str:
    if not _HOST.fullmatch(text.strip()):
        raise ValueError
    return text.strip()


def read_smtp_url(text: str) -> str:
    """A `#` or `/` of a password would make a host of what stands before it."""
    parts = urlsplit(text)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError
    if parts.path not in ("", "/") or parts.query or parts.fragment or "#" in text:
        raise ValueError
    _ = parts.port  # Raises ValueError for what is no port.
    return text


def read_seconds(text: str) -> float:
    seconds = float(text)
    if not 0.1 <= seconds <= 60:
        raise ValueError(text)
    return seconds


def read_patience(text: str) -> float:
    seconds = float(text)
    if not 0.1 <= seconds <= 3600:
        raise ValueError(text)
    return seconds


def read_name_server(text: str) -> str:
    _ = ip_address(urlsplit(f"//{text}").hostname or "")
    _ = urlsplit(f"//{text}").port  # Raises ValueError for what is no port.
    return text


def read_listening_address(text: str) -> str:
    """HOST:PORT; of an address of IPv6 the host stands in brackets."""
    parts = urlsplit(f"//{text.strip()}")
    if not parts.hostname or not parts.port or parts.path or "@" in parts.netloc:
        raise ValueError
    return text.strip()


def host_and_port(address: str) -> tuple[str, int]:
    """Of what `read_listening_address` has read."""
    parts = urlsplit(f"//{address}")
    return parts.hostname or "", parts.port or 0


def read_log_level(text: str) -> str:
    if text.lower() not in ("debug", "info", "warning", "error"):
        raise ValueError
    return text.lower()


def read_pooler(text: str) -> str:
    if text.lower() not in ("off", "transaction"):
        raise ValueError
    return text.lower()


def read_synchronous(text: str) -> str:
    if text.upper() not in ("FULL", "NORMAL"):
        raise ValueError
    return text.upper()


#: What names a bucket; everything else is a folder.
BUCKETS = ("s3://", "gs://", "az://")
#: Endings of names (contract 45, 7).
FILE_TYPES = (
    "xlsx", "xls", "pptx", "docx", "ppt", "doc", "rtf", "pdf", "txt", "csv", "xml", "xps", "zip",
    "jpg", "jpeg", "gif", "png", "bmp", "tif", "tiff", "ai", "psd", "dwg", "mov", "qt", "mp4",
    "webm", "mpga", "mp3", "ogg", "oft",
)  # fmt: skip


def read_file_store(text: str) -> str:
    """A folder, or a bucket."""
    kind, mark, place = text.strip().partition("://")
    if mark and (f"{kind}://" not in BUCKETS or not place.strip("/") or "@" in place):
        raise ValueError
    return text.strip().rstrip("/") or "/"


def read_file_types(text: str) -> tuple[str, ...]:
    """Small letters, each once."""
    words = [word.strip().lower().removeprefix(".") for word in text.split(",")]
    if not all(word.isascii() and word.isalnum() for word in words):
        raise ValueError
    return tuple(dict.fromkeys(words))
