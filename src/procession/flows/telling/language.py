"""The languages that mails are written in: English is in the code, others are in `languages`.

One catalogue in gettext's own format for each, so that whoever translates uses the tools they know.
"""

from functools import cache
from pathlib import Path
from typing import Any

from procession.core import telling_time
from procession.core.times import Instant, to_datetime

ENGLISH = "en"
_FOLDER = Path(__file__).parent / "languages"
#: Of each language that there is a catalogue of: how a date is written.
_DATES = {"de": "EEEE, d. MMMM y"}


def language_of(*locales: str | None) -> str:
    """Of the first of these that there is a catalogue of: `de` for `de-AT`; English without one."""
    for locale in locales:
        language = (locale or "").replace("_", "-").partition("-")[0].lower()
        if language in (ENGLISH, *_DATES):
            return language
    return ENGLISH


class Words:
    """What the sentences of the code are in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue: dict[str, Any] = {} if language == ENGLISH else _catalogue(language)

    def __call__(self, text: str, **values: object) -> str:
        found = self._catalogue.get(text, text)
        return str(found.format(**values) if values else found)

    def many(self, one: str, many: str, count: int, **values: object) -> str:
        """`one` where it is one, else `many`; `{count}` in either is how many."""
        found = self._catalogue.get(one, (one, many))
        return str(found[count != 1].format(count=count, **values))

    def time(self, instant: Instant, zone: str) -> str:
        """As the clocks of `zone` show it, to the minute."""
        if self.language == ENGLISH:
            return telling_time.told_time(instant, zone)
        from babel.dates import format_date  # noqa: PLC0415 - only who needs it

        moment = to_datetime(instant, zone)
        day = format_date(moment.date(), _DATES[self.language], locale=self.language)
        return f"{day}, {moment:%H:%M} ({zone})"


@cache
def words_of(language: str) -> Words:
    return Words(language)


@cache
def _catalogue(language: str) -> dict[str, Any]:
    """By the English sentence; where there are two, by the one of one thing."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 - only who needs it

    with (_FOLDER / f"{language}.po").open("rb") as file:
        found = read_po(file, locale=language)
    return {
        message.id if isinstance(message.id, str) else message.id[0]: message.string
        for message in found
        if message.id
    }
