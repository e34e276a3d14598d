"""Tags in what people write, and signs that only look like tags.

`<b>` is a tag; `<john@example.com>`, `a<b` and `cp <from> <to>` are text: nothing that a person
typed disappears silently (ruling 18). Pasted pictures (`data:`) are no text, however long they are.
"""

import re
from collections.abc import Callable, Iterator

#: All that browsers know, of today and of old; what is not wanted is taken out elsewhere.
_NAMES = frozenset(
    """a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big
    blink blockquote body br button canvas caption center cite code col colgroup content data
    datalist dd del details dfn dialog dir div dl dt element em embed fieldset figcaption figure
    font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe image img
    input ins isindex kbd keygen label legend li link listing main map mark marquee menu menuitem
    meta meter multicol nav nextid nobr noembed noframes noscript object ol optgroup option output p
    param picture plaintext portal pre progress q rb rbc rp rt rtc ruby s samp script search section
    select shadow slot small source spacer span strike strong style sub summary sup table tbody td
    template textarea tfoot th thead time title tr track tt u ul var video wbr xmp
    svg animate animatemotion animatetransform circle clippath defs desc ellipse filter
    foreignobject g handler line lineargradient listener marker mask metadata mpath path pattern
    polygon polyline radialgradient rect set stop switch symbol text textpath tspan use view
    math annotation annotation-xml maction maligngroup malignmark menclose merror mfenced mfrac
    mglyph mi mmultiscripts mn mo mover mpadded mphantom mroot mrow ms mspace msqrt mstyle msub
    msubsup msup mtable mtd mtext mtr munder munderover semantics""".split()  # noqa: SIM905
)
#: What word processors paste: `<o:p>`.
_OFFICE = ("o:", "w:", "v:", "m:", "x:", "st1:")
#: Attributes that are written without a value. Other words in a tag without one make it text.
_WITHOUT_VALUE = frozenset(
    """allowfullscreen async autofocus autoplay checked compact controls default defer disabled
    download formnovalidate hidden inert ismap itemscope loop multiple muted nohref nomodule noshade
    novalidate nowrap open playsinline readonly required reversed selected truespeed
    webkitallowfullscreen mozallowfullscreen contenteditable""".split()  # noqa: SIM905
)
#: What stands inside is no text for browsers, to the end of everything where they are not ended.
_RAW = ("script", "style", "iframe", "textarea", "title", "xmp", "noembed", "noframes", "plaintext")
_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]*+)"
    r"""(?P<attributes>(?:[\s/]*+[^\s"'<>/=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?+)*+)"""
    r"[\s/]*+>"
)
_ATTRIBUTE = re.compile(
    r"""[\s/]*+(?P<name>[^\s"'<>/=]++)(?P<value>\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?+"""
)
_OTHERS = re.compile(
    r"<!doctype\b[^<>]*+>|<!\[(?:if|endif)\b[^<>]*+>|<\?xml[^<>]*+>", re.IGNORECASE
)
_PICTURE = re.compile(r"data:image/[a-z+.-]+;base64,([A-Za-z0-9+/=]++)", re.IGNORECASE)
#: Bytes of a pasted picture (ruling 19).
LARGEST_PICTURE = 256 * 1024
#: Inside of the tag of a picture.
_PASTED = re.compile(
    r"""(?P<before>(?<=[\s"'/])src\s*+=\s*+["']?)"""
    r"""data:image/(?P<kind>png|jpeg|gif|webp);base64,(?P<base64>[A-Za-z0-9+/]++={0,2})(?=["'\s>])"""
)


def with_text_escaped(text: str) -> str:
    """Each `<` that begins no tag is written as `&lt;`."""
    return "".join("&lt;" if part == "<" else part for part in _parts(text))


def without_tags(text: str) -> str:
    """Tags are gone, what they stood around is not."""
    return "".join(part for part in _parts(text) if part == "<" or not part.startswith("<"))


def length_of(text: str) -> int:
    """In characters, of rich text: pasted pictures have a limit of their own."""
    return len(_PICTURE.sub("data:", text)) if "data:" in text else len(text)


def holds_large_picture(text: str) -> bool:
    return "data:" in text and any(
        len(found[1]) * 3 // 4 - found[1].count("=") > LARGEST_PICTURE
        for found in _PICTURE.finditer(text)
    )


def with_pictures_at(text: str, address_of: Callable[[str, str], str | None]) -> str:
    """Pasted pictures by their addresses; the rest is as it was written.

    `address_of`: where one is, by its kind (`png`) and its bytes in base64; None: left in the text.
    """
    if "data:image/" not in text:
        return text

    def placed(found: re.Match[str]) -> str:
        address = address_of(found["kind"], found["base64"])
        return found[0] if address is None else f"{found['before']}{address}"

    return "".join(
        _PASTED.sub(placed, part) if part[:4].lower() == "<img" else part for part in _parts(text)
    )


def _parts(text: str) -> Iterator[str]:
    """Text without `<`; whole tags and comments; and each `<` that begins none, alone."""
    begin = 0
    ends: dict[str, int] = {}
    while (at := text.find("<", begin)) >= 0:
        yield text[begin:at]
        begin = _end_of_markup(text, at, ends)
        yield text[at:begin]
    yield text[begin:]


def _end_of_markup(text: str, at: int, ends: dict[str, int]) -> int:
    """Where the tag that begins here is over; directly behind the sign when it is none.

    `ends`: where things end for the last time, remembered over a whole text.
    """
    if text.startswith("<!--", at):
        end = text.find("-->", at + 4) if _last(text, "-->", ends) > at else -1
        return end + 3 if end >= 0 else at + 1
    tag = _TAG.match(text, at) or _OTHERS.match(text, at)
    if tag is None or (tag.re is _TAG and not _is_known(tag, text, ends)):
        return at + 1
    return tag.end()


def _is_known(tag: re.Match[str], text: str, ends: dict[str, int]) -> bool:
    name = tag["name"].lower()
    if name not in _NAMES and not name.startswith(_OFFICE):
        return False
    if not tag["end"] and name in _RAW and _last(text, f"</{name}", ends) < tag.end():
        return False
    return all(
        word["value"] or word["name"].lower() in _WITHOUT_VALUE
        for word in _ATTRIBUTE.finditer(tag["attributes"])
    )


def _last(text: str, word: str, ends: dict[str, int]) -> int:
    if word not in ends:
        ends[word] = text.lower().rfind(word)
    return ends[word]
