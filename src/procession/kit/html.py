"""Rich text that people write, made safe on the way in.

What is kept is what a page of instructions needs: text, lists, tables, images, links, and videos of
hosts that only show videos. Everything else goes. `{{...}}` stays as it was written.
"""

import re
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import urlsplit

import nh3

from procession.core.markup import with_text_escaped, without_tags
from procession.core.texts import is_blank

#: Hosts whose pages may be embedded: they show videos and nothing else.
VIDEO_HOSTS = frozenset(
    ("www.youtube.com", "youtube.com", "www.youtube-nocookie.com", "player.vimeo.com",
     "www.loom.com", "loom.com", "fast.wistia.net", "fast.wistia.com")
)  # fmt: skip

_NUMBER = re.compile(r"[0-9]{1,4}%?")
#: Whom rich editors mention (`core.mentions`): a member's number, or a group's id.
_MENTIONED = re.compile(r"[0-9]{1,18}|[0-9a-f]{32}")
#: A frame as the cleaner writes it: it escapes angle brackets in attributes and text, so that a
#: frame begins and ends nowhere else. What stands inside is raw text, which no browser shows.
_FRAME = re.compile(r"<iframe( [^>]*)?>.*?</iframe>", re.DOTALL)
_BLANKS = re.compile(r"[^\S\n]+")
_GAPS = re.compile(r"\n{3,}")
_LINES = ("br", "tr", "div")
_PARAGRAPHS = ("p", "ul", "ol", "table", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6")
_MOST_PASSES = 5
#: A tag that is written as everybody reads it; of anything else that begins like one, nobody
#: knows where it ends.
_TAG = re.compile(
    r"<(?:(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]*+)"
    r"""(?:\s++[^\s"'<>/=]++(?:\s*+=\s*+(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>=`]++))?+)*+\s*+/?>"""
    r"|[!?/A-Za-z])"
)
_FOREIGN = re.compile(r"<(?:svg|math)", re.IGNORECASE)
#: What HTML ends by itself where the next one begins, or that never holds anything.
_NEVER_NESTED = frozenset(
    """p li dt dd tr td th thead tbody tfoot colgroup option optgroup area base br col embed hr img
    input link meta param source track wbr""".split()  # noqa: SIM905
)
#: Elements within each other, and those that are not ended where they should be.
_DEEPEST, _MOST_UNENDED = 64, 1_000
#: Links that stand in the text; whole links and tags are stepped over.
_LINK_OR_TAG = re.compile(
    r"(?P<kept><a[ >].*?</a>|<iframe[ >].*?</iframe>|<[^>]*>|\{\{[^{}]*\}\})"
    r"|(?P<url>\bhttps?://[^\s<>\"'{}]+)",
    re.DOTALL | re.IGNORECASE,
)


#: Pictures that people paste (ruling 19), and what else says that it is data.
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}")
_UNSEEN_IN_ADDRESSES = re.compile(r"[\x00-\x20]+")
#: Says something without a word.
_PICTURES = ("<img", "<iframe")


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    if _UNSEEN_IN_ADDRESSES.sub("", value).lower().startswith("data:"):
        is_picture = (tag, name) == ("img", "src") and _PICTURE.fullmatch(value)
        return value if is_picture else None
    if name == "data-id":
        return value if _MENTIONED.fullmatch(value) else None
    if tag != "iframe":
        return value
    if name == "src":
        return value if _is_video(value) else None
    is_ours = name in ("allowfullscreen", "sandbox")
    return value if is_ours or _NUMBER.fullmatch(value) else None


#: The cleaner does not look at the address in `cite`.
_ATTRIBUTES = {tag: names - {"cite"} for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}

_cleaner = nh3.Cleaner(
    tags=nh3.ALLOWED_TAGS | {"iframe", "tfoot"},
    attributes={
        **_ATTRIBUTES,
        "span": {"data-id"},
        "iframe": {"src", "width", "height", "frameborder", "allowfullscreen"},
    },
    attribute_filter=_keep_attribute,
    tag_attribute_values={"a": {"target": {"_blank"}}},
    # Frames cannot leave the page, nor open what is not their own.
    set_tag_attribute_values={
        "iframe": {"sandbox": "allow-scripts allow-same-origin allow-presentation allow-popups"}
    },
    # Of data only pictures: `_keep_attribute`.
    url_schemes={"http", "https", "mailto", "tel", "data"},
    link_rel="noopener noreferrer",
)


def is_tangled(text: str) -> bool:
    """Nested so deeply, or ended so badly, that reading it takes far longer than writing it did.

    Parsers look at every open element again with each tag: 40,000 `<div>` keep one busy for ten
    seconds. Rather too many elements are taken for open than too few: those that surround
    something of which nobody knows where it ends (a comment, a quote without its end) count as
    open to the end.
    """
    text = with_text_escaped(text)
    open_names: list[str] = []
    unended = 0
    flat = frozenset() if _FOREIGN.search(text) else _NEVER_NESTED
    for tag in _TAG.finditer(text):
        name = (tag["name"] or "").lower()
        if not name:
            unended += len(open_names) + 1
            open_names.clear()
        elif name in flat:
            continue
        elif not tag["end"]:
            open_names.append(name)
        elif open_names and open_names[-1] == name:
            open_names.pop()
        elif name in open_names:
            open_names.remove(name)
            unended += 1
        if len(open_names) > _DEEPEST or unended > _MOST_UNENDED:
            return True
    return False


def clean_html(text: str | None) -> str | None:
    """Scripts, event handlers and unsafe links removed; None for what says nothing.

    Cleaning what is clean changes nothing. What only looks like a tag is text. What is tangled is
    shown as it was typed, tags and all.
    """
    if text is None:
        return None
    if "<" not in text and "&" not in text:
        return None if is_blank(text) else text
    text = escape(text, quote=False) if is_tangled(text) else with_text_escaped(text)
    clean = _stable(text)
    return None if says_nothing(clean) else clean


def says_nothing(text: str) -> bool:
    """Rich text without a sign that can be seen, and without a picture (ruling 19)."""
    lower = text.lower()
    if any(picture in lower for picture in _PICTURES):
        return False
    return is_blank(unescape(without_tags(text)))


def _stable(text: str) -> str:
    """Cleaned until it stays as it is.

    What is taken out may leave something that reads differently the next time (links in links).
    """
    for _ in range(_MOST_PASSES):
        clean = _FRAME.sub(_without_content, _cleaner.clean(text))
        if clean == text:
            return clean
        text = clean
    return nh3.clean(text, tags=set())


def linked_html(text: str | None) -> str | None:
    """Clean, and what reads like a web address is a link."""
    clean = clean_html(text)
    if clean is None or "://" not in clean:
        return clean
    return clean_html(_LINK_OR_TAG.sub(_linked, clean))


#: What mails show of rich text: pictures and frames would be fetched from elsewhere.
_mail_cleaner = nh3.Cleaner(
    tags=nh3.ALLOWED_TAGS - {"img", "area", "map"},
    attributes={"a": {"href"}},
    url_schemes={"http", "https", "mailto", "tel"},
)


def mail_html(text: str) -> str:
    """Rich text for a mail; nothing in it is fetched when it is read."""
    return _mail_cleaner.clean(text)


def plain_line(text: str) -> str:
    """One line without tags: line breaks become spaces (names of processes)."""
    line = " ".join(without_tags(text).split())
    return "" if is_blank(line) else line


def plain_text(text: str) -> str:
    """What rich text says, as a mail without pictures shows it: its lines, and where links lead."""
    reader = _PlainReader()
    reader.feed(text)
    reader.close()
    lines = [_BLANKS.sub(" ", line).strip() for line in "".join(reader.parts).split("\n")]
    return _GAPS.sub("\n\n", "\n".join(lines)).strip()


class _PlainReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._address: str | None = None
        self._is_typed = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_typed = self._is_typed or tag == "pre"
        if tag == "a":
            self._address = dict(attrs).get("href")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in _LINES:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._address and self.parts[-1:] != [self._address]:
            self.parts.append(f" ({self._address})")
        if tag == "a":
            self._address = None
        if tag == "pre":
            self._is_typed = False
        if tag in _PARAGRAPHS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        # A line break in the source is a space, but not in what is set as it was typed.
        self.parts.append(data if self._is_typed else data.replace("\n", " "))


def _is_video(address: str) -> bool:
    try:
        parts = urlsplit(address)
        is_bare = parts.port is None and parts.username is None
    except ValueError:
        return False
    return parts.scheme == "https" and parts.hostname in VIDEO_HOSTS and is_bare


def _without_content(frame: re.Match[str]) -> str:
    attributes = frame[1] or ""
    return f"<iframe{attributes}></iframe>" if " src=" in attributes else ""


def _linked(found: re.Match[str]) -> str:
    if found["kept"] is not None:
        return found["kept"]
    address = found["url"]
    # The sentence's own signs are not the address's.
    bare = address.rstrip(".,;:!?)")
    if bare.endswith(("&gt", "&lt", "&quot", "&amp")):
        bare = bare[: bare.rindex("&")]
    rest = address[len(bare) :]
    return f'<a href="{bare}">{bare}</a>{rest}'
