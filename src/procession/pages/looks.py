"""How somebody likes pages to look. Their browser keeps it: it is theirs, and lets nobody in."""

from typing import NamedTuple

from procession.kit.http import Browser

#: `auto`: as the rest of the machine.
THEMES = ("auto", "light", "dark")


class Look(NamedTuple):
    #: One of THEMES.
    theme: str = "auto"
    #: The rail shows icons alone.
    is_narrow: bool = False

    @property
    def kept(self) -> str:
        """As the cookie holds it."""
        return f"{self.theme}.{'narrow' if self.is_narrow else 'wide'}"


def look_of(browser: Browser | None) -> Look:
    """Whatever the cookie holds."""
    theme, _, rail = ((browser.look if browser else None) or "").partition(".")
    return Look(theme if theme in THEMES else "auto", rail == "narrow")
