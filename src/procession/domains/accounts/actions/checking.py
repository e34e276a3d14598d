"""What the settings of an organization may be (contract 10, 1.6)."""

import re
from collections.abc import Mapping
from datetime import time
from typing import Any
from urllib.parse import urlsplit

from procession.core.deadlines import read_end
from procession.core.zones import is_zone
from procession.domains.accounts.types import SNIPPET_SETTINGS
from procession.kit.binding import name_of
from procession.kit.html import clean_html

_ADDRESSES = ("org_logo", "home_bg")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ARCHIVE_UNITS = ("days", "weeks")
_DEADLINE_UNITS = ("minutes", "hours", "days", "weeks", "months")
_ROLES = ("admin", "standard", "light")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)


def normal(sent: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they are stored: HTML is cleaned, and days that were not sent stay."""
    wanted = dict(sent)
    for name in SNIPPET_SETTINGS:
        if wanted.get(name) is not None:
            wanted[name] = clean_html(wanted[name])
    if wanted.get("sso_default_role") is not None:
        wanted["sso_default_role"] = wanted["sso_default_role"].lower()
    if wanted.get("onboarding_template_id") is not None:
        wanted["onboarding_template_id"] = wanted["onboarding_template_id"].lower()
    if "working_days" in wanted:
        sent_days = {day: _hours(sent) for day, sent in wanted["working_days"].items()}
        wanted["working_days"] = {**before["working_days"], **sent_days}
    return wanted


def problems_of(wanted: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, list[str]]:
    """Hours that are stored already stay, whatever they are."""
    wrong = [path for path, is_right in _questions(wanted) if not is_right]
    problems = {path: [f"The selected {name_of(path)} is invalid."] for path in wrong}
    for day, hours in wanted.get("working_days", {}).items():
        at = f"working_days.{day}"
        is_new = hours is not None and hours != before["working_days"].get(day)
        is_readable = is_new and problems.keys().isdisjoint((f"{at}.start", f"{at}.end"))
        if is_readable and read_end(hours["end"]) <= time.fromisoformat(hours["start"]):
            problems[f"{at}.end"] = [f"The {name_of(at)}.end must be after the start."]
    return problems


def _hours(sent: dict[str, Any] | None) -> dict[str, Any] | None:
    """Times that say nothing are those of the whole day."""
    if sent is None or not sent["all_hours"]:
        return sent
    return {**sent, "start": sent["start"] or "00:00", "end": sent["end"] or "23:59"}


def _is_clock(text: str | None, end: str) -> bool:
    return bool(_CLOCK.fullmatch(text or "")) or (end == "end" and text == "24:00")


def _questions(wanted: Mapping[str, Any]) -> list[tuple[str, bool]]:
    """(path, whether its value is one that can be chosen) of what was sent."""
    asked: list[tuple[str, bool]] = []
    if "timezone" in wanted:
        asked.append(("timezone", is_zone(wanted["timezone"])))
    if "auto_archive_processes_after" in wanted:
        unit = wanted["auto_archive_processes_after"]["unit"]
        asked.append(("auto_archive_processes_after.unit", unit in _ARCHIVE_UNITS))
    if "default_deadline" in wanted:
        kind = wanted["default_deadline"]["type"]
        asked.append(("default_deadline.type", kind in _DEADLINE_UNITS))
    role = wanted.get("sso_default_role")
    asked.append(("sso_default_role", role is None or role in _ROLES))
    for name in _ADDRESSES:
        asked.append((name, wanted.get(name) is None or _is_web_address(wanted[name])))
    for name in ("cadence_days", "guest_cadence_days"):
        for place, day in enumerate(wanted.get(name, ())):
            asked.append((f"{name}.{place}", day in _DAYS))
    for place, size in enumerate(wanted.get("team_size", ())):
        asked.append((f"team_size.{place}", size >= 0))
    for day, hours in wanted.get("working_days", {}).items():
        for end in ("start", "end") if hours is not None else ():
            asked.append((f"working_days.{day}.{end}", _is_clock(hours[end], end)))
    return asked


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
