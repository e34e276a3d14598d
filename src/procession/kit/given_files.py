"""What is said about a file that is given out, and which of its bytes (contract 45, 8)."""

from procession.core.file_kinds import UNKNOWN, is_shown
from procession.core.ranges import Unsatisfiable, names_tag, read_range
from procession.kit.http import Answer, Wanted, disposition

#: What a browser shows is shown without anything that it could run; and asked for again each time,
#: since the file may be gone or somebody's right to it.
_SAFE = (
    ("Content-Security-Policy", "sandbox"),
    ("Cache-Control", "private, no-cache"),
)


def file_answer(
    wanted: Wanted,
    file_id: str,
    filename: str,
    mimetype: str | None,
    size: int,
    *,
    is_for_keeping: bool,
) -> tuple[Answer, int | None]:
    """The answer without its bytes, and from where they are to be given; None: none are.

    `is_for_keeping`: as a download, else with its own type where a browser shows that safely.
    """
    tag = f'"{file_id}"'
    headers: tuple[tuple[str, str], ...]
    headers = (*_SAFE, ("ETag", tag), ("Accept-Ranges", "bytes"))
    if names_tag(wanted.if_none_match, tag):
        return Answer(304, headers=headers), None
    kind = UNKNOWN if is_for_keeping else (mimetype or UNKNOWN)
    place = "inline" if not is_for_keeping and is_shown(kind) else "attachment"
    headers = (*headers, ("Content-Disposition", disposition(place, filename)))
    try:
        part = read_range(wanted.range if wanted.if_range in (None, tag) else None, size)
    except Unsatisfiable:
        return Answer(416, headers=(*headers, ("Content-Range", f"bytes */{size}"))), None
    start, length = part or (0, size)
    if part is not None:
        headers = (*headers, ("Content-Range", f"bytes {start}-{start + length - 1}/{size}"))
    answer = Answer(206 if part else 200, headers=headers, content_type=kind, length=length)
    return answer, None if wanted.is_head else start
