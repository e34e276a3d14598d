"""What somebody has written in an answer by mail, without what it answers to and without their
signature.

Where quoted mails and signatures begin is found by `mailparser_reply` (decision 0055), which knows
what mail programs write in a dozen languages. It is given short lines of a short text alone: its
patterns go back and forth in long ones for minutes.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import groupby

from mailparser_reply.parser import EmailMessage

#: Of these, the headers and signatures are known.
_LANGUAGES = ("en", "de")
#: Lines, and signs of all of them, in which a header or signature is looked for. It is found at the
#: end of what somebody types.
_MOST_LINES, _MOST_SIGNS = 500, 20_000
#: Headers and signatures have no longer lines.
_LONGEST_LINE = 160
#: Signs of HTML that are read at all.
_MOST_HTML = 400_000
_UNSEEN = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
#: What the library does not know as the beginning of a quoted mail.
_WROTE = re.compile(
    r"(?:> ?)*(?:.{1,120} schrieb am .{4,60}:"
    r"|.{1,120}<[^<>\s]+@[^<>\s]+> (?:schrieb|wrote)(?: .{4,60})?:)"
)
_ORIGINAL = re.compile(
    r"[-_ ]{3,}(?:original message|forwarded message|original-nachricht|ursprüngliche nachricht"
    r"|weitergeleitete nachricht)[-_ ]{3,}",
    re.IGNORECASE,
)
#: What Outlook draws above it.
_RULE = re.compile(r"_{20,}")
_WROTE_AS_KNOWN = "On some day, somebody wrote:"
#: What phones and programs write below.
_SENT_FROM = re.compile(
    r"(?:von meinem .{1,60} gesendet|gesendet (?:von|mit|aus) .{1,60}"
    r"|sent (?:from|with|via) .{1,60}|diese nachricht wurde von meinem .{1,80} gesendet"
    r"|(?:get|holen sie sich) outlook (?:for|für) .{1,60}|outlook für (?:ios|android) .{0,60})\.?",
    re.IGNORECASE,
)
_DELIMITER = re.compile(r"[-_]{2,}\s*")
#: A signature begins with a greeting of few words, and is no longer than this.
_GREETING_WORDS, _SIGNATURE_LINES, _SIGNATURE_LINE = 4, 14, 120
_GAPS = re.compile(r"\n{3,}")


def own_words(text: str) -> str:
    """Where somebody has answered between the lines, with the lines they answered to."""
    lines = _lines(text)
    long: list[str] = []
    top, below = _parted("\n".join(_known(lines, long)))
    chunks = [(False, top)] if top else []
    chunks += _chunks(below)
    while chunks:
        # Only the last thing they say is signed.
        is_quote, last = chunks.pop()
        said = "" if is_quote else _unsigned(last)
        if said:
            chunks.append((False, said))
            break
    own = [chunk for is_quote, chunk in chunks if not is_quote]
    said = "\n\n".join(chunk for _, chunk in chunks) if len(own) > 1 else "".join(own)
    said = re.sub(r"\ue000(\d+)\ue001", lambda found: long[int(found[1])], said)
    return _GAPS.sub("\n\n", said).strip()


def _lines(text: str) -> list[str]:
    lines = [line.rstrip() for line in _UNSEEN.sub("", text).splitlines()]
    return _GAPS.sub("\n\n", "\n".join(lines).strip("\n")).split("\n")


def _known(lines: list[str], long: list[str]) -> Iterator[str]:
    """In the words that the library knows. `long`: gets the lines that are only pointed to."""
    signs = 0
    for number, line in enumerate(lines):
        signs += len(line)
        bare = line.replace("\xa0", " ").strip(" *")
        if len(line) > _LONGEST_LINE or number >= _MOST_LINES or signs > _MOST_SIGNS:
            long.append(line)
            yield f"\ue000{len(long) - 1}\ue001"
        elif _WROTE.fullmatch(bare):
            yield _WROTE_AS_KNOWN
        elif not _ORIGINAL.fullmatch(bare) and not _RULE.fullmatch(bare):
            yield line


def _parted(text: str) -> tuple[str, str]:
    """What stands above the first quoted mail, and what comes after its header if those are lines
    that are marked as quoted: between such lines may stand answers."""
    first, *others = EmailMessage(text=text, languages=list(_LANGUAGES)).read().replies
    if not first.headers and not others:
        return "", first.content
    header = first.headers or others[0].headers
    whole = "\n".join(line.strip() for line in text.split("\n"))
    before, _, after = whole.partition(header)
    return before.strip(), after if after.lstrip().startswith(">") else ""


def _chunks(text: str) -> list[tuple[bool, str]]:
    """Lines that are quoted, and those that are not, in turns."""
    found = []
    for is_quote, lines in groupby(text.split("\n"), key=_is_quote):
        chunk = "\n".join(lines).strip("\n")
        if chunk.strip():
            found.append((is_quote, chunk))
    # Blank lines between quoted ones part nothing.
    return [
        (is_quote, "\n\n".join(chunk for _, chunk in chunks))
        for is_quote, chunks in groupby(found, key=lambda each: each[0])
    ]


def _is_quote(line: str) -> bool:
    return line.lstrip().startswith(">")


def _unsigned(text: str) -> str:
    """Rather with a signature than without what somebody says: it must look like one."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if _SENT_FROM.fullmatch(line.strip()) and number >= len(lines) - 4:
            return _unsigned("\n".join(lines[:number])).strip()
    (only, *_) = (
        EmailMessage(text=text, languages=list(_LANGUAGES), keep_hyphen_lists=True).read().replies
    )
    signature = only.signatures
    if not signature or not text.rstrip().endswith(signature.rstrip()):
        return text.strip()
    above = text.rstrip()[: -len(signature.rstrip())].strip()
    if _DELIMITER.fullmatch(signature.strip().split("\n")[0]):
        return above
    return above if above and _is_signature(signature.strip()) else text.strip()


def _is_signature(text: str) -> bool:
    lines = [line for line in text.split("\n") if line.strip()]
    is_short = len(lines) <= _SIGNATURE_LINES and all(
        len(line) <= _SIGNATURE_LINE for line in lines
    )
    return is_short and len(lines[0].split()) <= _GREETING_WORDS


def text_of_html(html: str) -> str:
    """As a program writes it that sends no HTML: quotes with `>`, links in brackets, pictures by
    what the mail calls them."""
    reader = _Reader()
    reader.feed(html[:_MOST_HTML])
    reader.close()
    return reader.text()


_SPACED = frozenset(("p", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "pre"))
_BLOCKS = _SPACED | {"div", "h4", "h5", "h6", "section", "article", "address"}
_ROWS = frozenset(("tr", "li", "br", "hr"))
_NOT_SHOWN = frozenset(("style", "script", "head", "title", "template"))


class _Reader(HTMLParser):
    """Its lines, each with how often it is quoted."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[tuple[int, str]] = []
        self._line: list[str] = []
        self._depth = self._hidden = self._typed = 0
        self._address = ""

    def text(self) -> str:
        self._break()
        return "\n".join(("> " * depth + line).rstrip() for depth, line in self._lines).strip("\n")

    def _break(self, *, is_spaced: bool = False) -> None:
        line = "".join(self._line).replace("\xa0", " ")
        line = line if self._typed else " ".join(line.split())
        self._line = []
        if line or (self._lines and self._lines[-1][1] and is_spaced):
            self._lines.append((self._depth, line))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag in _NOT_SHOWN:
            self._hidden += 1
        if tag in _BLOCKS or tag in _ROWS:
            is_empty_line = tag == "br" and not self._line
            self._break(is_spaced=is_empty_line)
        if tag == "blockquote":
            self._depth = min(self._depth + 1, 9)
        elif tag == "pre":
            self._typed += 1
        elif tag == "li":
            self._line.append("- ")
        elif tag == "hr":
            self._lines.append((self._depth, "_" * 32))
        elif tag == "a":
            self._address = named.get("href", "")
        elif tag == "img" and named.get("src", "").startswith("cid:"):
            self._line.append(f"[{named['src']}]")

    def handle_endtag(self, tag: str) -> None:
        if tag in _NOT_SHOWN:
            self._hidden = max(self._hidden - 1, 0)
        if tag == "a":
            shown = "".join(self._line)
            address = self._address.removeprefix("mailto:")
            if address and address.rstrip("/") not in shown and not address.startswith("#"):
                self._line.append(f" <{address}>")
            self._address = ""
        if tag in _BLOCKS:
            self._break(is_spaced=tag in _SPACED)
            if tag in _SPACED and self._lines and self._lines[-1][1]:
                self._lines.append((self._depth, ""))
        if tag == "blockquote":
            self._depth = max(self._depth - 1, 0)
        elif tag == "pre":
            self._typed = max(self._typed - 1, 0)

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if not self._typed:
            self._line.append(re.sub(r"\s+", " ", data))
            return
        first, *others = data.split("\n")
        self._line.append(first)
        for each in others:
            self._break(is_spaced=True)
            self._line.append(each)
