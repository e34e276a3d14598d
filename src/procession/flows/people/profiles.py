"""Change what is known about a person: only the keys that were sent (contract 10, 4.4)."""

import json
from dataclasses import replace
from typing import Any

from msgspec import UNSET

from procession.core.countries import find_country
from procession.core.languages import is_language
from procession.core.zones import is_zone
from procession.domains.accounts import store as accounts
from procession.domains.people import policy
from procession.domains.people import store as people
from procession.domains.people.actions.reading import find_member_named
from procession.domains.people.events import MemberChanged, about
from procession.domains.people.types import (
    DATE_FORMATS,
    DAYS,
    PREFERENCE_DEFAULTS,
    Account,
    Member,
    preferences_of,
)
from procession.domains.people.wire import ProfileIn
from procession.flows.people.inviting import name_problems
from procession.flows.telling import letters
from procession.kit.caller import Caller
from procession.kit.errors import BadRequest, Forbidden, Invalid, NotFound
from procession.kit.mail import post
from procession.kit.work import Work, writing

_COLUMNS = (
    "first_name", "last_name", "timezone", "phone", "job_title", "job_description", "team",
    "country_id", "date_format", "locale",
)  # fmt: skip
#: What is shown of whoever has not chosen yet: sent back, it is no choice.
_DEFAULTS = {"date_format": DATE_FORMATS[0], "locale": "en"}
_RIGHTS = ("can_create_templates", "can_archive_processes")


def change_profile(caller: Caller, name: str, sent: ProfileIn) -> Member:
    """Of a member, by an administrator; everybody may change their own."""
    with writing(caller) as work:
        named = find_member_named(work, name)
        member = people.lock_member(work, named.id) if named is not None else None
        if member is None:
            raise NotFound("User not found")
        if not policy.can_change_profile(caller, member):
            raise Forbidden
        if member.is_bot:
            raise BadRequest("Bot users cannot be edited.")
        rights = _rights(member, sent)
        if rights and not policy.can_change_members(caller):
            raise Forbidden
        return _change(work, member, sent, rights)


def change_own_profile(caller: Caller, sent: ProfileIn) -> Member:
    with writing(caller) as work:
        return _change_own(work, sent)


def change_own_account(caller: Caller, sent: ProfileIn) -> Account:
    """Outside of any organization; told in the default one, where there is one."""
    with writing(caller) as work:
        account = people.get_account(work, caller.person_id)
        work.act_as(replace(caller, organization_id=account.default_organization_id or ""))
        if account.default_organization_id is None:
            _change(work, account, sent, {})
        else:
            _change_own(work, sent)
        return people.get_account(work, caller.person_id)


def _change_own(work: Work, sent: ProfileIn) -> Member:
    member = people.lock_member(work, work.caller.person_id)
    if member is None:
        raise NotFound
    if _rights(member, sent):
        raise Forbidden("Nobody changes their own rights.")
    return _change(work, member, sent, {})


def _change(work: Work, member: Member, sent: ProfileIn, rights: dict[str, bool]) -> Member:
    changes = {**_columns(member, sent), **_preferences(member, sent)}
    is_own = member.id == work.caller.person_id
    if changes and not is_own and people.belongs_elsewhere(work, member.id):
        raise Forbidden("This person belongs to other organizations too. Only they can do this.")
    if changes:
        people.set_user(work, member.id, changes)
    if rights:
        people.set_membership(work, member.id, **rights)
    if work.caller.organization_id:
        _tell(work, member, [*changes, *rights], is_own=is_own)
    return people.find_member(work, member.id) or member


def _tell(work: Work, member: Member, fields: list[str], *, is_own: bool) -> None:
    told = about(member, work.caller.organization_id)
    for field in fields:
        before = preferences_of(member) if field == "preferences" else getattr(member, field)
        work.record(MemberChanged(**told, field=field, before=before))
    if fields and not is_own:
        organization = accounts.get_organization(work).name
        post(work, letters.profile_changed(member, organization, fields))


def _rights(member: Member, sent: ProfileIn) -> dict[str, bool]:
    return {
        name: value
        for name in _RIGHTS
        if (value := getattr(sent, name)) is not UNSET and value != getattr(member, name)
    }


def _columns(member: Member, sent: ProfileIn) -> dict[str, Any]:
    problems = _problems(member, sent)
    if problems:
        raise Invalid(problems)
    wanted = {name: getattr(sent, name) for name in _COLUMNS}
    if wanted["last_name"] is None:
        wanted["last_name"] = ""
    if wanted["date_format"] is not UNSET:
        wanted["date_format"] = wanted["date_format"].lower()
    return {
        name: value
        for name, value in wanted.items()
        if value is not UNSET and value != _shown(member, name)
    }


def _shown(member: Member, name: str) -> object:
    stored = getattr(member, name)
    return _DEFAULTS.get(name) if stored is None else stored


def _problems(member: Member, sent: ProfileIn) -> dict[str, list[str]]:
    names = {
        field: name
        for field in ("first_name", "last_name")
        if isinstance(name := getattr(sent, field), str)
    }
    problems = name_problems(**names)
    if sent.last_name is None and member.last_name:
        problems["last_name"] = ["The last name field is required."]
    if sent.timezone is not UNSET and not is_zone(sent.timezone):
        problems["timezone"] = ["The selected timezone is invalid."]
    if sent.date_format is not UNSET and sent.date_format.lower() not in DATE_FORMATS:
        problems["date_format"] = ["The selected date format is invalid."]
    if sent.locale is not UNSET and not is_language(sent.locale):
        problems["locale"] = ["The selected locale is invalid."]
    if isinstance(sent.country_id, int) and find_country(sent.country_id) is None:
        problems["country_id"] = ["The selected country id is invalid."]
    if sent.cadence_days is not UNSET:
        problems |= {
            f"cadence_days.{place}": ["The selected day is invalid."]
            for place, day in enumerate(sent.cadence_days)
            if day not in DAYS
        }
    known = PREFERENCE_DEFAULTS["notifications"]
    if sent.notifications is not UNSET:
        problems |= {
            f"notifications.{key}": [f"The notifications.{key} field is unknown."]
            for key in sent.notifications
            if key not in known
        }
    if sent.email is not UNSET and sent.email.lower() != member.email.lower():
        problems["email"] = ["Use update-email to change the address."]
    if sent.username is not UNSET and sent.username != member.username:
        problems["username"] = ["The username cannot be changed."]
    return problems


def _preferences(member: Member, sent: ProfileIn) -> dict[str, str]:
    before = preferences_of(member)
    wanted = {name: getattr(sent, name) for name in PREFERENCE_DEFAULTS}
    after = {**before, **{name: value for name, value in wanted.items() if value is not UNSET}}
    after["notifications"] = {**before["notifications"], **after["notifications"]}
    if after == before:
        return {}
    changed = {key: value for key, value in after.items() if value != PREFERENCE_DEFAULTS[key]}
    return {"preferences": json.dumps(changed, sort_keys=True)}
