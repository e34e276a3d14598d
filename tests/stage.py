"""A real browser on a real server: what the stories of contract 95, 9 are played on.

Each story has an organization of its own on its worker's server, as all tests have, and its people
each a browser of their own, signed in already. One Chromium is shared by all stories of a worker.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cast import Cast, Person
from factories import complete, launch, let_all_launch, make_template, tasks_of
from forms import asked
from procession.domains.accounts import store as accounts
from procession.domains.accounts.actions.sessions import open_session
from procession.flows.reaching.bots import operator
from procession.kit.cookies import SESSION
from procession.kit.work import looking

HERE = Path(__file__).parent
AXE = HERE / "browser" / "node_modules" / "axe-core" / "axe.min.js"
#: Where nothing may be left out: `make check` says so.
IS_COMPLETE = os.environ.get("PROCESSION_TESTS", "") == "complete"
THEMES = ("light", "dark")
#: By how serious axe finds it: what no page may have.
_SERIOUS = ("serious", "critical")
_AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def missing() -> str | None:
    """What this machine lacks, and how to get it; None: nothing."""
    if find_chromium() is None:
        return "there is no Chromium. On Debian: apt-get install chromium-headless-shell"
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "there is no Playwright. Run: make setup"
    if not AXE.exists():
        return "there is no axe-core. Run: npm ci --prefix tests/browser --ignore-scripts"
    return None


#: The first takes half the processor time: it has the engine alone, and no windows to draw.
_BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)


def find_chromium() -> str | None:
    for name in _BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    return None


@contextmanager
def chromium() -> Iterator[Any]:
    """Of Debian: nothing is downloaded."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@dataclass
class Stage:
    """One organization: A, S and L are its admin, standard and light member; G has a guest's link.

    `template` is T: a kick-off form, an approval, a step for a guest, and a rule that hides a step.
    """

    cast: Cast
    browser: Any
    template: Any
    contexts: dict[str, Any] = field(default_factory=dict)
    #: What no page may do: errors it logs, and requests to other hosts.
    wrongs: list[str] = field(default_factory=list)

    def person(self, role: str) -> Person:
        return {"A": self.cast.olga, "S": self.cast.mia, "L": self.cast.leo}[role]

    def page(self, role: str = "S", *, width: int = 1280, theme: str = "light") -> Any:
        """A page of this person's browser; `nobody`: of a browser that nobody is signed in with."""
        if role not in self.contexts:
            self.contexts[role] = self._context(role)
        page = self.contexts[role].new_page()
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme)
        return page

    def without_scripts(self, role: str) -> Any:
        """A page of a browser of theirs that runs none."""
        context = self._context(role, java_script_enabled=False)
        self.contexts[f"{role} without scripts"] = context
        return context.new_page()

    def _context(self, role: str, **options: Any) -> Any:
        context = self.browser.new_context(
            base_url=self.cast.server.base_url, reduced_motion="reduce", **options
        )
        context.set_default_timeout(8_000)
        if role != "nobody":
            context.add_cookies([self._session(self.person(role))])
        context.on("console", self._note)
        context.on("weberror", lambda error: self.wrongs.append(f"uncaught: {error.error}"))
        context.on("request", self._look_where)
        return context

    def _session(self, person: Person) -> Any:
        """As signing in makes it, without a password to hash."""
        nobody = operator(self.cast.server.storage, self.cast.organization_id)
        login = accounts.find_login_of(looking(nobody), person.user_id)
        assert login is not None
        session = open_session(nobody, login, instead_of=None)
        base = self.cast.server.base_url
        return {"name": SESSION, "value": session.secret, "url": base}

    def _note(self, message: Any) -> None:
        # A refusal that a story asks for is logged by the browser itself.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.wrongs.append(f"console: {message.text}")

    def _look_where(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob", "about") and not request.url.startswith(
            self.cast.server.base_url
        ):
            self.wrongs.append(f"another host: {request.url}")

    def finished(self, name: str = "Close the month", **more: Any) -> Any:
        """A process launched from T whose tasks are all complete."""
        process = self.launched(name, **more)
        for task in tasks_of(self.cast.olga, process):
            if task["status"] not in ("completed", "auto-skipped"):
                is_approval = task["task_type"] == "approval"
                complete(self.cast.olga, task, **({"is_approved": True} if is_approval else {}))
        return process

    def launched(self, name: str = "Close the month", **more: Any) -> Any:
        kickoff = {self.template["prerun"][0]["id"]: "March"}
        return launch(self.cast.mia, self.template, name=name, prerun=kickoff, **more)


def set_stage(cast: Cast, browser: Any) -> Stage:
    kickoff = [asked("Month", "text", alias="month", position=1, required=True)]
    steps = [
        {"id": "Count", "title": "Count the till", "assignees": [cast.mia.user_id],
         "captures": [asked("Total", "text", id="Total", alias="total")]},
        {"id": "Approve", "title": "Approve the total", "step_type": "approval",
         "assignees": [cast.olga.user_id]},
        {"id": "Bank", "title": "Tell the bank", "guests": ["gus@guests.test"]},
        {"id": "Explain", "title": "Explain the difference", "assignees": [cast.leo.user_id]},
    ]  # fmt: skip
    hiding = {
        "automated_alias": "Explain only a difference",
        "conditions": [{"conditionable_type": "Step", "conditionable_id": "Approve",
                        "operation": "rejected", "statement": None}],
        "then_actions": [{"action_type": "visibility", "action_verb": "show",
                          "target_step_id": "Explain"}],
    }  # fmt: skip
    template = make_template(
        cast.olga, steps, title="Month-end close", prerun=kickoff, automated_actions=[hiding]
    )
    let_all_launch(cast.olga, template)
    return Stage(cast, browser, template)


def expect(seen: Any) -> Any:
    """Waits for what a person would see."""
    from playwright.sync_api import expect as expecting

    return expecting(seen)


def findings(page: Any) -> list[str]:
    """What axe finds serious on a page."""
    return _run_axe(page, _AXE_TAGS)


def findings_in_colours(page: Any) -> list[str]:
    """The same of colours alone: the other theme of a page has nothing else of its own."""
    return _run_axe(page, ["color-contrast"])


def _run_axe(page: Any, only: list[str]) -> list[str]:
    """`only`: tags of its rules, or rules."""
    if not page.evaluate("typeof window.axe === 'object'"):
        # By the debugger: the page's own policy lets no script of others in.
        page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate(
        "only => axe.run(document, {runOnly: only, resultTypes: ['violations']})", only
    )
    return [
        f"{page.url}: {found['id']}: {found['help']}: {node['html'][:200]}"
        for found in result["violations"]
        if found["impact"] in _SERIOUS
        for node in found["nodes"]
    ]


#: Gives the focus to whatever the keyboard reaches, in turn.
_UNSEEN = """() => {
  const reached =
    "a[href], button, input, select, textarea, summary, [tabindex='0'], [contenteditable]";
  const isRinged = (each) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(each);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  };
  const isRingedAround = (each) =>
    isRinged(each) || (each.parentElement && isRingedAround(each.parentElement));
  const isCovered = (each) => {
    const { x, y, width, height } = each.getClientRects()[0];
    const above = document.elementFromPoint(x + width / 2, y + height / 2);
    const cover = above?.closest(".bar, .bulk, .sheet-actions");
    return cover && !cover.contains(each);
  };
  return [...document.querySelectorAll(reached)].filter((each) => {
    each.focus();
    return document.activeElement === each && (!isRingedAround(each) || isCovered(each));
  }).map((each) => each.outerHTML.slice(0, 200));
}"""


def unseen_focus(page: Any) -> list[str]:
    """What the keyboard reaches on a page where nobody sees it, or below something else."""
    # From now on the browser shows where the focus is.
    page.keyboard.press("Tab")
    return [f"{page.url}: {found}" for found in page.evaluate(_UNSEEN)]


def scrolls_sideways(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))
