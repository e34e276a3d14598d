"""Rich text that people write, made safe on the way in."""

import re

import nh3

_TAGS = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"\s+")


def clean_html(text: str | None) -> str | None:
    """Scripts, event handlers and unsafe links removed; None for text that is blank."""
    if text is None or not text.strip():
        return None
    return nh3.clean(text, link_rel="noopener noreferrer") if "<" in text or "&" in text else text


def plain_line(text: str) -> str:
    """One line without tags: line breaks become spaces (names of processes)."""
    return _SPACES.sub(" ", _TAGS.sub("", text)).strip()
