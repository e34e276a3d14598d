"""Rich text that people write, made safe on the way in."""

import re
from urllib.parse import urlsplit

import nh3

_TAGS = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"\s+")


#: Where films may be shown from, in a frame.
_VIDEO_HOSTS = frozenset(
    (
        "www.youtube.com", "youtube.com", "www.youtube-nocookie.com", "player.vimeo.com",
        "www.loom.com", "fast.wistia.net", "fast.wistia.com",
    )
)  # fmt: skip
_FRAME = "iframe"
_TAGS_KEPT = nh3.ALLOWED_TAGS | {_FRAME}
_ATTRIBUTES_KEPT = {
    **nh3.ALLOWED_ATTRIBUTES,
    _FRAME: {"src", "width", "height", "title", "allowfullscreen", "frameborder"},
}
_FRAMES = re.compile(rf"<{_FRAME}\b([^>]*)>(.*?)</{_FRAME}>", re.DOTALL)


def clean_html(text: str | None) -> str | None:
    """Scripts, event handlers and unsafe links removed; None for text of which nothing is left."""
    if text is None or not text.strip():
        return None
    if "<" not in text and "&" not in text:
        return text
    cleaned = nh3.clean(
        text,
        tags=_TAGS_KEPT,
        attributes=_ATTRIBUTES_KEPT,
        attribute_filter=_kept,
        link_rel="noopener noreferrer",
    )
    return _FRAMES.sub(_frame, cleaned) or None


def _kept(tag: str, attribute: str, value: str) -> str | None:
    """Frames show films and nothing else."""
    if tag == _FRAME and attribute == "src" and not _is_film(value):
        return None
    return value


def _is_film(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and parts.hostname in _VIDEO_HOSTS
    except ValueError:
        return False


def _frame(found: re.Match[str]) -> str:
    """One that shows nothing any more is gone."""
    return found[0] if "src=" in found[1] else ""


def plain_line(text: str) -> str:
    """One line without tags: line breaks become spaces (names of processes)."""
    return _SPACES.sub(" ", _TAGS.sub("", text)).strip()
