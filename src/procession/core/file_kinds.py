"""What a file really is, by its first bytes; and whether that goes with what it is called.

Of the kinds that are taken (contract 45, 7), and of those that never are: what a browser or a
machine would run. Nothing is unpacked or decoded, so nothing that swells can do harm here.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

#: As much of the beginning as `kind_of` looks at.
HEAD_BYTES = 64 * 1024
UNKNOWN = "application/octet-stream"


class Family(StrEnum):
    """What goes together: a picture that is called by another picture's ending is still one."""

    PICTURE = "picture"
    DOCUMENT = "document"
    PDF = "pdf"
    TEXT = "text"
    ZIP = "zip"
    MEDIA = "media"
    DRAWING = "drawing"
    #: Is run by who opens it: taken by nobody.
    RUN = "run"
    OTHER = "other"


@dataclass(frozen=True)
class FileKind:
    mimetype: str
    family: Family


_OTHER = FileKind(UNKNOWN, Family.OTHER)
_RUN = FileKind(UNKNOWN, Family.RUN)
_ZIP = FileKind("application/zip", Family.ZIP)
_TEXT = FileKind("text/plain", Family.TEXT)
_OLE = FileKind("application/x-ole-storage", Family.DOCUMENT)

_PROGRAMS = (
    b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\0asm", b"dex\n", b"L\0\0\0\x01\x14\x02\0",
)  # fmt: skip
_BEGINNINGS: tuple[tuple[bytes, str, Family], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png", Family.PICTURE),
    (b"\xff\xd8\xff", "image/jpeg", Family.PICTURE),
    (b"GIF87a", "image/gif", Family.PICTURE),
    (b"GIF89a", "image/gif", Family.PICTURE),
    (b"BM", "image/bmp", Family.PICTURE),
    (b"II*\0", "image/tiff", Family.PICTURE),
    (b"MM\0*", "image/tiff", Family.PICTURE),
    (b"8BPS", "image/vnd.adobe.photoshop", Family.PICTURE),
    (b"{\\rtf", "application/rtf", Family.DOCUMENT),
    (b"%!PS", "application/postscript", Family.PDF),
    (b"AC10", "image/vnd.dwg", Family.DRAWING),
    (b"\x1a\x45\xdf\xa3", "video/webm", Family.MEDIA),
    (b"OggS", "audio/ogg", Family.MEDIA),
    (b"ID3", "audio/mpeg", Family.MEDIA),
)
_OLE_BEGINNING = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Of MP4 and QuickTime: what their first box is called.
_BOXES = (b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot")
#: How a browser recognises HTML (the WHATWG's rules for sniffing), and SVG besides.
_HTML = re.compile(
    rb"\s*<(!doctype\s+html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|"
    rb"svg|!doctype\s+svg)[\s>/]|\s*<!--",
    re.I,
)
_HTML_IN_XML = re.compile(rb"<(\w+:)?(html|svg|script)[\s>/]|!doctype\s+(html|svg)", re.I)
_XML = re.compile(rb"\s*<\?xml[\s?]")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_OF_OFFICE = "application/vnd.openxmlformats-officedocument."
_BY_ENDING = {
    "docx": f"{_OF_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OF_OFFICE}spreadsheetml.sheet",
    "pptx": f"{_OF_OFFICE}presentationml.presentation",
    "xps": "application/vnd.ms-xpsdocument",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "oft": "application/vnd.ms-outlook",
    "csv": "text/csv",
}
#: Which families an ending may stand for; an ending that is not here may be anything harmless.
_PICTURES = frozenset((Family.PICTURE,))
_DOCUMENTS = frozenset((Family.DOCUMENT, Family.ZIP, Family.TEXT, Family.OTHER))
_MEDIA = frozenset((Family.MEDIA, Family.OTHER))
_GOES_WITH = {
    **dict.fromkeys(("jpg", "jpeg", "gif", "png", "bmp", "tif", "tiff", "psd"), _PICTURES),
    **dict.fromkeys(("doc", "xls", "ppt", "oft", "rtf"), _DOCUMENTS),
    **dict.fromkeys(("docx", "xlsx", "pptx", "xps", "zip"), frozenset((Family.ZIP,))),
    **dict.fromkeys(("pdf", "ai"), frozenset((Family.PDF,))),
    **dict.fromkeys(("txt", "csv", "xml"), frozenset((Family.TEXT,))),
    **dict.fromkeys(("mov", "qt", "mp4", "webm", "mpga", "mp3", "ogg"), _MEDIA),
    "dwg": frozenset((Family.DRAWING,)),
}  # fmt: skip
#: What a browser shows without running anything in it.
_SHOWN = re.compile(
    r"image/(png|jpeg|gif|bmp|webp)|application/pdf|text/(plain|csv)|(audio|video)/.+"
)


def kind_of(head: bytes, ending: str) -> FileKind:
    """`head`: its first HEAD_BYTES, or all of it. `ending`: of its name, in small letters."""
    found = _kind(head)
    mimetype = _BY_ENDING.get(ending)
    is_meant = found in (_ZIP, _OLE) or (found is _TEXT and ending == "csv")
    if mimetype is not None and is_meant and goes_with(found, ending):
        return FileKind(mimetype, found.family)
    return found


def goes_with(kind: FileKind, ending: str) -> bool:
    return kind.family is not Family.RUN and kind.family in _GOES_WITH.get(ending, {kind.family})


def is_shown(mimetype: str) -> bool:
    """By a browser in its window; everything else is for keeping."""
    return _SHOWN.fullmatch(mimetype) is not None


def _kind(head: bytes) -> FileKind:
    if head.startswith(_PROGRAMS) and not _is_bare_text(head):
        return _RUN
    for beginning, mimetype, family in _BEGINNINGS:
        if head.startswith(beginning) and not (beginning == b"BM" and _is_bare_text(head)):
            return FileKind(mimetype, family)
    if head.startswith(_OLE_BEGINNING):
        return _OLE
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _ZIP
    if b"%PDF-" in head[:1024]:
        return FileKind("application/pdf", Family.PDF)
    return _media(head) or _text(head)


def _is_bare_text(head: bytes) -> bool:
    """`MZ` and `BM` begin words, too; `#!` begins a script alone."""
    return not head.startswith(b"#!") and b"\0" not in head and head[:512].isascii()


def _media(head: bytes) -> FileKind | None:
    if head[:4] == b"RIFF":
        kinds = {b"WEBP": ("image/webp", Family.PICTURE), b"WAVE": ("audio/wav", Family.MEDIA),
                 b"AVI ": ("video/x-msvideo", Family.MEDIA)}  # fmt: skip
        found = kinds.get(head[8:12])
        return FileKind(*found) if found else None
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand == b"qt  ":
            return FileKind("video/quicktime", Family.MEDIA)
        is_picture = brand in (b"heic", b"heix", b"mif1", b"avif")
        kind = "image/avif" if brand == b"avif" else "image/heic"
        return FileKind(kind, Family.PICTURE) if is_picture else FileKind("video/mp4", Family.MEDIA)
    if head[4:8] in _BOXES:
        return FileKind("video/quicktime", Family.MEDIA)
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 in (0xE2, 0xE4):
        return FileKind("audio/mpeg", Family.MEDIA)
    return None


def _text(head: bytes) -> FileKind:
    if head.startswith(_UTF_16):
        plain = head.decode("utf-16", "ignore").encode("utf-8", "ignore")
    else:
        plain = head.removeprefix(b"\xef\xbb\xbf")
        if b"\0" in plain:
            return _OTHER
    if _HTML.match(plain):
        return _RUN
    if _XML.match(plain):
        is_run = _HTML_IN_XML.search(plain)
        return _RUN if is_run else FileKind("application/xml", Family.TEXT)
    return _TEXT
