"""What all pages share: the frame, and the headers that keep others out of them."""

import re
from base64 import b64encode
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from procession.core.progress import Status
from procession.core.telling_time import short_day, told_ago, told_text, told_time
from procession.core.times import wire_time
from procession.flows.telling import addresses
from procession.kit.html import clean_html, plain_text
from procession.kit.http import HTML, Answer, Browser
from procession.kit.reading import read_stored
from procession.pages import assets
from procession.pages.file_answers import files_in
from procession.pages.looks import Look, look_of
from procession.pages.showing import answer_lines, author_of, initials, table_rows

_TEMPLATES = Path(__file__).parent / "templates"
#: What people call the status of a process.
_STATUS_WORDS = {
    Status.ACTIVE: "In progress",
    Status.PROBLEM: "In progress, with an open issue",
    Status.ISSUE: "In progress, with an open issue",
    Status.COMPLETE: "Done",
    Status.ARCHIVED: "Archived",
}


def page(
    template: str,
    status: int = 200,
    *,
    may_lead_away: bool = False,
    takes_password: bool = False,
    takes_files: bool = False,
    look: Look | None = None,
    **shown: Any,
) -> Answer:
    """`may_lead_away`: its form may end at another site, so browsers must let it.

    `takes_password`: it has our script, which shows what is typed; without scripts nothing is
    missed. `takes_files`: it has the script, too, which tells how far they are. `shown`: what the
    template is filled with.
    """
    has_script = takes_password or takes_files
    text = (
        _environment()
        .get_template(template)
        .render(has_script=has_script, look=look or Look(), **shown)
    )
    headers = page_headers(
        may_lead_away=may_lead_away, has_script=has_script, asks_for_parts=takes_files
    )
    return Answer(status, text.encode(), headers, HTML)


def unlisted(shown: Answer) -> Answer:
    """Private links belong in no search engine."""
    return shown.with_header("X-Robots-Tag", "noindex")


def redirect(target: str, *, status: int = 303, cookies: tuple[str, ...] = ()) -> Answer:
    """After a form, too: with 303 the browser asks for the target with GET."""
    headers = (("Location", target), *page_headers(may_lead_away=True))
    return Answer(status, headers=headers, cookies=cookies)


def problem_page(problem: Answer, browser: Browser | None = None) -> Answer:
    """What the API would have answered, for people to read: as a page, or as the part of one that
    the browser asks for."""
    said = read_stored(problem.body)
    shown = page(
        "problem_part.html" if browser is not None and browser.part else "problem.html",
        problem.status,
        look=look_of(browser),
        part=browser.part if browser is not None else "",
        message=said["message"],
        request_id=said.get("request_id"),
    )
    return Answer(
        problem.status, shown.body, (*shown.headers, *problem.headers), shown.content_type
    )


def page_headers(
    *, may_lead_away: bool = False, has_script: bool = False, asks_for_parts: bool = False
) -> tuple[tuple[str, str], ...]:
    """Nothing of the page itself runs or styles it, and nothing comes from elsewhere."""
    script = "script-src 'self'; " if has_script or asks_for_parts else ""
    parts = "connect-src 'self'; " if asks_for_parts else ""
    target = "" if may_lead_away else "form-action 'self'; "
    policy = (
        f"default-src 'none'; style-src 'self'; {script}{parts}img-src 'self' data:; "
        f"base-uri 'none'; {target}frame-ancestors 'none'"
    )
    return (
        ("Content-Security-Policy", policy),
        ("X-Frame-Options", "DENY"),
        # Not `no-referrer`: with that, browsers send the forms of a page without their origin.
        ("Referrer-Policy", "same-origin"),
    )


@cache
def favicon() -> str:
    """The mark as an address that holds it, for pages that load nothing."""
    return "data:image/svg+xml;base64," + b64encode(assets.mark().content).decode()


def render(template: str, /, **shown: Any) -> str:
    return str(_environment().get_template(template).render(**shown))


def _harmless(text: str, files_at: str | None = addresses.FILE) -> Any:
    """Rich text that somebody wrote: cleaned when it was stored, and once more here. `files_at`:
    where the reader opens files, for the addresses of the API want a token; None: the text is to be
    written on, and keeps them."""
    from markupsafe import Markup  # noqa: PLC0415

    def opened(found: re.Match[str]) -> str:
        if files_at is None:
            return found[0]
        told = f'{found[1]}="{escape(files_at.format(file=found[2]))}"'
        # Not a part of this page.
        return f'{told} hx-boost="false" target="_blank"' if found[1] == "href" else told

    cleaned = _FOREIGN.sub(_as_link, _UPLOADED.sub(opened, clean_html(text) or ""))
    return Markup(cleaned)  # noqa: S704 - that is what cleaning is for.


#: Pictures and files of ours in a text, by the addresses that the API gives them.
_UPLOADED = re.compile(
    r'\b(src|href)="(?:https?://[^"/]+)?(?:/[^"/]+)*?/api/organizations/[0-9a-f]{32}'
    r'/file/([0-9a-f]{32})(?:/dl)?"'
)


#: Pictures and videos that are elsewhere, as `clean_html` writes them.
_FOREIGN = re.compile(r'<(img|iframe)\b[^>]*?\ssrc="(https?://[^"]+)"[^>]*>(?:</iframe>)?')


def _as_link(found: re.Match[str]) -> str:
    """No page loads anything from elsewhere by itself (ruling 36). The address is escaped as it is:
    it stood in an attribute."""
    kind = "Picture" if found[1] == "img" else "Video"
    host = found[2].split("/", 3)[2]
    return (
        f'<a class="foreign" href="{found[2]}" target="_blank" rel="noopener noreferrer">'
        f"{kind} at {host}</a>"
    )


@cache
def _environment() -> Any:
    """Whatever is filled in is escaped. Loaded at the first page: most requests are for none."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        addresses=addresses,
        assets=assets,
        answer_lines=answer_lines,
        table_rows=table_rows,
        author_of=author_of,
        files_in=files_in,
        harmless=_harmless,
        initials=initials,
        plain_text=plain_text,
        status_words=_STATUS_WORDS,
        short_day=short_day,
        told_ago=told_ago,
        told_text=told_text,
        told_time=told_time,
        wire_time=wire_time,
    )
    return environment
