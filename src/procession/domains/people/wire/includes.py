"""JSON shapes of what is shown beside a User (contract 10, 1.1)."""

from typing import Any

from procession.core.countries import find_country
from procession.core.times import optional_wire_time
from procession.domains.people.types import (
    DATE_FORMATS,
    Member,
    MemberStats,
    MemberView,
    preferences_of,
)
from procession.domains.people.wire.groups import group_out


def includes_out(view: MemberView) -> dict[str, Any]:
    """By name, those that are shown."""
    return {name: _WAYS[name](view) for name in view.shown}


def _collection(rows: list[Any]) -> dict[str, Any]:
    return {"data": rows}


def _groups(view: MemberView) -> dict[str, Any]:
    return _collection([group_out(group) for group in view.groups])


def _organizations(view: MemberView) -> dict[str, Any]:
    return _collection([{"id": one.id, "name": one.name} for one in view.organizations])


def _methods(view: MemberView) -> dict[str, Any]:
    return _collection([{"type": method} for method in view.sign_in_methods])


def _country(view: MemberView) -> dict[str, Any] | None:
    country = find_country(view.member.country_id or 0)
    if country is None:
        return None
    return {
        "data": {
            "id": country.id,
            "name": country.name,
            "phone_code": country.phone_code,
            "iso2": country.iso2,
        }
    }


def _stats(view: MemberView) -> dict[str, Any]:
    stats: MemberStats = view.stats
    return {
        "data": {
            "steps_created": stats.step_count,
            "tasks_completed": stats.completed_task_count,
            "processes_launched": stats.launched_count,
            "checklists_created": stats.template_count,
            "last_step_created_at": optional_wire_time(stats.step_last_at),
        }
    }


def _preferences(view: MemberView) -> dict[str, Any]:
    member: Member = view.member
    return {
        "data": {
            "locale": member.locale or "en",
            "timezone": member.timezone,
            "date_format": member.date_format or DATE_FORMATS[0],
            **preferences_of(member),
        }
    }


def _nothing_yet(_: MemberView) -> dict[str, Any]:
    return _collection([])


_WAYS = {
    "groups": _groups,
    "stats": _stats,
    "country": _country,
    "organizations": _organizations,
    "preferences": _preferences,
    "auth_methods": _methods,
    "assets": _nothing_yet,
    "member_watchers": _nothing_yet,
    "guest_watchers": _nothing_yet,
}
