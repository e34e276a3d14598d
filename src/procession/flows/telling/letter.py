"""What a mail consists of, and how it looks: as HTML, and as plain text that says the same.

One layout for all mails. Its parts are chosen by what they are for, never by how they look; a mail
names its parts and is laid out here. Nothing in it is fetched from elsewhere, nothing tells us that
it was opened.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from procession.flows.telling.language import Words
from procession.kit.mail import Mail

_TEMPLATES = Path(__file__).parent / "templates"
#: Signs of what people wrote that a mail repeats (contract 60, 7).
LONGEST_TEXT = 2000


@dataclass(frozen=True)
class Line:
    """One of several things that a mail lists, such as tasks."""

    title: str
    #: "": the title alone.
    link: str
    #: What is known of it, in a few words each.
    details: tuple[str, ...] = ()
    is_late: bool = False


@dataclass(frozen=True)
class Difference:
    """What something was, struck out, and what it is now; "" for nothing."""

    title: str
    before: str
    after: str


@dataclass(frozen=True)
class Section:
    """Lines under a heading of their own."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Letter:
    """A mail before it is laid out. Texts are plain; whatever is filled in is escaped."""

    to: str
    words: Words
    subject: str
    #: The first thing that is read: what happened.
    heading: str
    #: Who sends it: the organization.
    sender: str
    paragraphs: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    sections: tuple[Section, ...] = ()
    #: Below what is listed.
    more: str = ""
    differences: tuple[Difference, ...] = ()
    #: What somebody wrote; cut at LONGEST_TEXT.
    quote: str = ""
    #: Of a process: how many of its tasks are done, and how many there are.
    progress: tuple[int, int] | None = None
    #: What the one button says, and where it leads.
    button: tuple[str, str] | None = None
    #: It asks for work: it says so above everything else.
    is_request: bool = False
    #: Where the reader chooses what they are mailed; "" where nothing can be chosen.
    preferences: str = ""
    reply_to: str = ""
    #: Where one click, of a person or their mail program, ends mails of this kind.
    unsubscribe: str = ""


def laid_out(letter: Letter) -> Mail:
    return Mail(
        letter.to,
        letter.subject,
        as_text(letter),
        html=as_html(letter),
        reply_to=letter.reply_to,
        unsubscribe=letter.unsubscribe,
    )


def cut(text: str, most: int = LONGEST_TEXT) -> str:
    """Long texts end with a sign that there was more."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def as_text(letter: Letter) -> str:
    words = letter.words
    parts: list[str] = []
    if letter.is_request:
        parts.append(f"[{words('Action required')}]")
    parts += [letter.heading, *letter.paragraphs]
    parts += [_difference_in_text(words, each) for each in letter.differences]
    if letter.quote:
        parts.append("\n".join(f"> {line}".rstrip() for line in cut(letter.quote).split("\n")))
    if letter.progress is not None:
        parts.append(progress_in_words(words, letter.progress))
    parts += [_line_in_text(line) for line in letter.lines]
    for section in letter.sections:
        lines = "\n\n".join(_line_in_text(line) for line in section.lines)
        parts.append(f"{section.title}\n{'-' * min(len(section.title), 60)}\n{lines}")
    if letter.more:
        parts.append(letter.more)
    if letter.button is not None:
        parts.append("{}:\n{}".format(*letter.button))
    return "\n\n".join(parts) + "\n\n-- \n" + "\n".join(footer(letter)) + "\n"


def _difference_in_text(words: Words, difference: Difference) -> str:
    before, after = (
        cut(each) or words("nothing") for each in (difference.before, difference.after)
    )
    return words(
        "{title}: {after} (before: {before})", title=difference.title, after=after, before=before
    )


def _line_in_text(line: Line) -> str:
    below = (*line.details, *((line.link,) if line.link else ()))
    return "\n".join((f"* {line.title}", *(f"  {each}" for each in below)))


def progress_in_words(words: Words, progress: tuple[int, int]) -> str:
    done, total = progress
    return words.many(
        "{done} of {count} task done", "{done} of {count} tasks done", total, done=done
    )


def footer(letter: Letter) -> list[str]:
    words = letter.words
    told = []
    if letter.reply_to:
        told.append(words("What you answer to this mail becomes a comment."))
    told.append(
        words("Sent to {address} by {organization}.", address=letter.to, organization=letter.sender)
    )
    if letter.preferences:
        told.append(f"{words('Manage email preferences')}: {letter.preferences}")
    if letter.unsubscribe:
        told.append(f"{words('No more mails of this kind')}: {letter.unsubscribe}")
    return told


def as_html(letter: Letter) -> str:
    template = _environment().get_template("letter.html")
    text: str = template.render(
        letter=letter,
        words=letter.words,
        cut=cut,
        progress_in_words=progress_in_words,
        percent=_percent(letter.progress),
    )
    return text


def rich_page(html: str, sender: str | None) -> str:
    """`html`: clean, what somebody has written as a mail. `sender`: None: nothing is around it."""
    text: str = _environment().get_template("rich.html").render(html=html, sender=sender)
    return text


def _percent(progress: tuple[int, int] | None) -> int:
    return 0 if progress is None or not progress[1] else 100 * progress[0] // progress[1]


@cache
def _environment() -> Any:
    """Whatever is filled in is escaped. Loaded for the first mail."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
