"""What people type into a box, as the rich text that is kept; and that text back in the box.

Besides words little is needed: lines, `**strong**`, `*slanted*`, `` `code` ``, lists (`- `, `1. `)
and quotes (`> `). Links need no sign: whoever cleans the text finds them.
"""

import re
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser
from itertools import groupby

_GAP = re.compile(r"\n[ \t]*\n\s*")
_BULLET = re.compile(r"[-*] +(?=\S)")
_NUMBER = re.compile(r"[0-9]{1,3}[.)] +(?=\S)")
_QUOTE = re.compile(r"> ?")
_CODE = re.compile(r"`([^`\n]+)`")
#: Signs inside of words are no marks: `2*3*4`, `__init__`.
_STRONG = re.compile(r"(?<![\w*])\*\*(?=[^\s*])(.+?)(?<=[^\s*])\*\*(?![\w*])")
_SLANTED = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])")


def as_html(text: str) -> str:
    """One line stays one line, without a paragraph around it. Nothing that is typed is a tag."""
    text = text.replace("\r\n", "\n").strip()
    if "\n" not in text and _kind(text) is _paragraph:
        return _inline(text)
    return "".join(write(lines) for write, lines in _parts(text))


_Write = Callable[[list[str]], str]


def _parts(text: str) -> list[tuple[_Write, list[str]]]:
    """Lines of one kind together; a list goes on behind an empty line, a paragraph does not."""
    parts: list[tuple[_Write, list[str]]] = []
    for block in _GAP.split(text):
        for write, grouped in groupby(block.split("\n"), key=_kind):
            lines = [line for line in grouped if line.strip()]
            if parts and parts[-1][0] is write and write in (_bullets, _numbers):
                parts[-1][1].extend(lines)
            else:
                parts.append((write, lines))
    return parts


def _kind(line: str) -> _Write:
    for sign, write in ((_BULLET, _bullets), (_NUMBER, _numbers), (_QUOTE, _quote)):
        if sign.match(line):
            return write
    return _paragraph


def _paragraph(lines: list[str]) -> str:
    return f"<p>{'<br>'.join(_inline(line.strip()) for line in lines)}</p>" if lines else ""


def _bullets(lines: list[str]) -> str:
    return f"<ul>{_items(_BULLET, lines)}</ul>"


def _numbers(lines: list[str]) -> str:
    return f"<ol>{_items(_NUMBER, lines)}</ol>"


def _items(sign: re.Pattern[str], lines: list[str]) -> str:
    return "".join(f"<li>{_inline(sign.sub('', line, count=1).strip())}</li>" for line in lines)


def _quote(lines: list[str]) -> str:
    said = [_QUOTE.sub("", line, count=1) for line in lines]
    return f"<blockquote>{_paragraph([line for line in said if line.strip()])}</blockquote>"


def _inline(line: str) -> str:
    """What is code is nothing else."""
    pieces = _CODE.split(line)
    return "".join(
        f"<code>{escape(piece, quote=False)}</code>" if place % 2 else _marked(piece)
        for place, piece in enumerate(pieces)
    )


def _marked(text: str) -> str:
    text = escape(text, quote=False)
    return _SLANTED.sub(r"<em>\1</em>", _STRONG.sub(r"<strong>\1</strong>", text))


def as_text(html: str) -> str:
    """What was typed to make it. Whoever shows it to be changed makes sure that it makes the same:
    rich text of other programs can be more than is typed here."""
    reading = _Reading()
    reading.feed(html)
    reading.close()
    return re.sub(r"\n{3,}", "\n\n", reading.text).strip()


#: By tag, what stands before and behind what is in it.
_SIGNS = {
    "strong": ("**", "**"), "b": ("**", "**"), "em": ("*", "*"), "i": ("*", "*"),
    "code": ("`", "`"), "p": ("\n\n", "\n\n"), "ul": ("\n", "\n\n"), "ol": ("\n", "\n\n"),
    "blockquote": ("\n\n", "\n\n"), "div": ("\n", "\n"),
}  # fmt: skip


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        #: Of each list that is open: its next number; 0: it has none.
        self._lists: list[int] = []
        self._quotes: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.text += "\n"
        elif tag == "li":
            self.text = f"{self.text.rstrip()}\n{self._item()}"
        else:
            self.text += _SIGNS.get(tag, ("", ""))[0]
        if tag in ("ul", "ol"):
            self._lists.append(int(tag == "ol"))
        if tag == "blockquote":
            self._quotes.append(len(self.text))

    def _item(self) -> str:
        number = self._lists[-1] if self._lists else 0
        if not number:
            return "- "
        self._lists[-1] += 1
        return f"{number}. "

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        if tag == "blockquote" and self._quotes:
            start = self._quotes.pop()
            lines = self.text[start:].strip().split("\n")
            self.text = self.text[:start] + "\n".join(f"> {line}".rstrip() for line in lines)
        self.text += _SIGNS.get(tag, ("", ""))[1]

    def handle_data(self, data: str) -> None:
        self.text += data
