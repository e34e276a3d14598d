"""What all pages share: the frame, the style, and the headers that keep others out of them."""

import hashlib
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Any

from procession.core.progress import Status
from procession.core.telling_time import told_text, told_time
from procession.flows.telling import addresses
from procession.kit.http import HTML, Answer
from procession.kit.reading import read_stored

_LOGO = Path(__file__).parent / "assets" / "logo.svg"
_STYLE = Path(__file__).parent / "assets" / "pages.css"
#: What people call the status of a process.
_STATUS_WORDS = {
    Status.ACTIVE: "In progress",
    Status.PROBLEM: "In progress, with an open issue",
    Status.ISSUE: "In progress, with an open issue",
    Status.COMPLETE: "Done",
    Status.ARCHIVED: "Archived",
}
_SCRIPT = Path(__file__).parent / "assets" / "passwords.js"
_TEMPLATES = Path(__file__).parent / "templates"


def page(
    template: str,
    status: int = 200,
    *,
    may_lead_away: bool = False,
    takes_password: bool = False,
    **shown: Any,
) -> Answer:
    """`may_lead_away`: its form may end at another site, so browsers must let it.

    `takes_password`: it has the one script of all pages, which shows what is typed; without
    scripts nothing is missed (docs/decisions/0031-one-script-on-pages.md).
    """
    script = _asset(_SCRIPT)[0] if takes_password else None
    template_found = _environment().get_template(template)
    text = template_found.render(style=_asset(_STYLE)[0], script=script, **shown)
    headers = _headers(may_lead_away=may_lead_away, has_script=takes_password)
    return Answer(status, text.encode(), headers, HTML)


def unlisted(shown: Answer) -> Answer:
    """Private links belong in no search engine."""
    return shown.with_header("X-Robots-Tag", "noindex")


def redirect(target: str, *, status: int = 303, cookies: tuple[str, ...] = ()) -> Answer:
    """After a form, too: with 303 the browser asks for the target with GET."""
    headers = (("Location", target), *_headers(may_lead_away=True))
    return Answer(status, headers=headers, cookies=cookies)


def problem_page(problem: Answer) -> Answer:
    """What the API would have answered, for people to read."""
    said = read_stored(problem.body)
    number = said.get("request_id")
    shown = page("problem.html", problem.status, message=said["message"], request_id=number)
    return Answer(
        problem.status, shown.body, (*shown.headers, *problem.headers), shown.content_type
    )


def _headers(*, may_lead_away: bool, has_script: bool = False) -> tuple[tuple[str, str], ...]:
    script = f"script-src '{_asset(_SCRIPT)[1]}'; " if has_script else ""
    target = "" if may_lead_away else "form-action 'self'; "
    policy = (
        f"default-src 'none'; style-src '{_asset(_STYLE)[1]}'; {script}img-src data:; "
        f"base-uri 'none'; {target}frame-ancestors 'none'"
    )
    return (
        ("Content-Security-Policy", policy),
        ("X-Frame-Options", "DENY"),
        # Not `no-referrer`: with that, browsers send the forms of a page without their origin.
        ("Referrer-Policy", "same-origin"),
    )


@cache
def _asset(path: Path) -> tuple[str, str]:
    """A style or script, and the digest that lets only this one apply."""
    text = path.read_text(encoding="utf-8")
    digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return text, f"sha256-{digest}"


@cache
def _logo() -> str:
    return _LOGO.read_text(encoding="utf-8")


@cache
def favicon() -> str:
    """The logo as an address that holds it: browsers ask for nothing else then."""
    return "data:image/svg+xml;base64," + b64encode(_logo().encode()).decode()


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
        logo=_logo(),
        favicon=favicon(),
        status_words=_STATUS_WORDS,
        told_text=told_text,
        told_time=told_time,
    )
    return environment
