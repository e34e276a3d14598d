"""Schedules: making, changing and deleting them (contract 50, 9). `recurring.py` launches."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET

from procession.core.zones import is_zone
from procession.domains.people import store as people
from procession.domains.processes.wire import LaunchIn
from procession.domains.schedules import policy, store
from procession.domains.schedules.content import cron_of, cron_problem, next_due
from procession.domains.schedules.events import (
    ScheduleChanged,
    ScheduleCreated,
    ScheduleDeleted,
)
from procession.domains.schedules.types import Schedule
from procession.domains.schedules.wire import (
    DocumentScheduleIn,
    ScheduleChangesIn,
    ScheduleIn,
)
from procession.domains.templates import policy as template_policy
from procession.domains.templates import store as templates
from procession.flows.launching.answers import read_launch_answers
from procession.flows.launching.choosing import as_launched, template_to_launch
from procession.flows.launching.recurring import as_owner
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid, NotFound, gathering, invalid
from procession.kit.html import plain_line
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.reading import read_stored
from procession.kit.work import Work, looking, reading, writing

_encode = msgspec.json.Encoder(order="sorted").encode
#: What decides when it is due.
_TIMING = frozenset(("cron", "timezone", "is_active"))
#: The contract's words for columns that we call otherwise.
_WORDS = {"template_id": "checklist_id", "is_active": "active", "rhythm": "cron"}


def list_schedules(caller: Caller, request: PageRequest) -> Page[Schedule]:
    """Administrators see all, others those that they own or made."""
    _check_right(caller)
    with reading(caller) as work:
        page = store.list_schedules(work, request)
        check_everything_fits(page)
        return page


def get_schedule(caller: Caller, schedule_id: int) -> Schedule:
    _check_right(caller)
    return _get(looking(caller), schedule_id)


def create_schedule(caller: Caller, sent: ScheduleIn) -> Schedule:
    _check_right(caller)
    with writing(caller) as work:
        problems: dict[str, list[str]] = {}
        columns = _read(work, sent, None, problems)
        if "cron" not in columns and not problems:
            problems["cron"] = ["The cron field is required."]
        if problems:
            raise Invalid(problems)
        return _get(work, add_schedule(work, columns))


def add_schedule(work: Work, columns: Mapping[str, Any]) -> int:
    """Its number. `columns`: at least `template_id` and `cron`; the rest is what is usual."""
    person_id = work.caller.person_id
    whole: dict[str, Any] = {
        "name_format": None, "prerun": "{}", "owner_id": person_id, "rhythm": None,
        "timezone": None, "is_active": True, "last_run_at": None, "last_run_id": None,
        "last_error": None, "created_by": person_id, "created_at": work.now,
        "updated_at": work.now, **columns,
    }  # fmt: skip
    whole["next_run_at"] = _next(work, whole)
    number = store.add_schedule(work, whole)
    about = _about(work, number, whole["template_id"])
    work.record(ScheduleCreated(**about, cron=whole["cron"]))
    return number


def update_schedule(caller: Caller, schedule_id: int, sent: ScheduleChangesIn) -> Schedule:
    """Only the keys that were sent. A new rhythm counts from now."""
    _check_right(caller)
    with writing(caller) as work:
        problems: dict[str, list[str]] = {}
        # The template before the schedule, as launches lock them.
        columns = _read(work, sent, _get(work, schedule_id), problems)
        if problems:
            raise Invalid(problems)
        schedule = _get(work, schedule_id, lock=True)
        changes = {
            name: value for name, value in columns.items() if value != getattr(schedule, name)
        }
        if not changes:
            return schedule
        if _TIMING & changes.keys():
            changes["next_run_at"] = _next(work, msgspec.structs.asdict(schedule) | changes)
        told = sorted({_WORDS.get(name, name) for name in changes if name != "next_run_at"})
        store.set_schedule_columns(work, schedule.id, changes | {"updated_at": work.now})
        about = _about(work, schedule.id, schedule.template_id)
        work.record(ScheduleChanged(**about, fields=told))
        # Who gives it away may no longer see it.
        return msgspec.structs.replace(schedule, **changes, updated_at=work.now)


def delete_schedule(caller: Caller, schedule_id: int) -> Schedule:
    """As it was. What it launched stays."""
    _check_right(caller)
    with writing(caller) as work:
        schedule = _get(work, schedule_id, lock=True)
        store.delete_schedule(work, schedule.id)
        work.record(ScheduleDeleted(**_about(work, schedule.id, schedule.template_id)))
        return schedule


def _check_right(caller: Caller) -> None:
    if not policy.can_schedule(caller):
        raise Forbidden


def _get(work: Work, schedule_id: int, *, lock: bool = False) -> Schedule:
    schedule = store.find_schedule(work, schedule_id, lock=lock)
    if schedule is None:
        raise NotFound(kind="Schedule")
    if lock:
        work.read_clock()
    return schedule


def _about(work: Work, number: int, template_id: str) -> dict[str, Any]:
    return {
        "organization_id": work.caller.organization_id,
        "id": number,
        "template_id": template_id,
    }


def _next(work: Work, columns: dict[str, Any]) -> Any:
    if not columns["is_active"]:
        return None
    return next_due(columns["cron"], columns["timezone"] or work.caller.timezone, work.now)


# --- What was sent ---


def _read(
    work: Work, sent: ScheduleChangesIn, stored: Schedule | None, problems: dict[str, list[str]]
) -> dict[str, Any]:
    """By column, what was sent; everything that is wrong goes to `problems`."""
    columns = read_rhythm(work, sent, stored.timezone if stored else None, problems)
    if sent.active is not UNSET:
        columns["is_active"] = sent.active
    _read_owner(work, sent, stored, columns, problems)
    with gathering(problems):
        _read_launch(work, sent, stored, columns)
    if not problems and columns.keys() & {"owner_id", "template_id"}:
        whole = (msgspec.structs.asdict(stored) if stored else {}) | columns
        owner_id = whole.get("owner_id", work.caller.person_id)
        _check_owner(work, owner_id, whole["template_id"], problems)
    return columns


def read_rhythm(
    work: Work,
    sent: ScheduleChangesIn | DocumentScheduleIn,
    stored_zone: str | None,
    problems: dict[str, list[str]],
) -> dict[str, Any]:
    """When it is due, and how the processes are called: by column, what was sent."""
    columns: dict[str, Any] = {}
    if sent.name_format is not UNSET:
        columns["name_format"] = plain_line(sent.name_format or "") or None
    if sent.timezone is not UNSET:
        columns["timezone"] = sent.timezone or None
        if sent.timezone and not is_zone(sent.timezone):
            problems["timezone"] = ["The timezone must be a valid zone."]
    if sent.cron is not UNSET:
        zone = columns.get("timezone", stored_zone) or work.caller.timezone
        columns |= _read_cron(work, sent.cron, zone if is_zone(zone) else "UTC", problems)
    return columns


def _check_owner(
    work: Work, owner_id: int, template_id: str, problems: dict[str, list[str]]
) -> None:
    """Launches are theirs: they must be allowed to."""
    caller = work.caller
    if owner_id == caller.person_id:
        return
    work.act_as(as_owner(work, caller, owner_id))
    template = templates.find_visible(work, template_id)
    if template is None or not template_policy.can_launch(work.caller, template):
        problems["owner_id"] = ["The owner may not launch this template."]
    work.act_as(caller)


def _read_owner(
    work: Work,
    sent: ScheduleChangesIn,
    stored: Schedule | None,
    columns: dict[str, Any],
    problems: dict[str, list[str]],
) -> None:
    if sent.owner_id is UNSET or (stored is not None and sent.owner_id == stored.owner_id):
        return
    is_own = sent.owner_id == work.caller.person_id
    if not is_own and not policy.can_schedule_for_others(work.caller):
        raise Forbidden("Only administrators can schedule launches for somebody else.")
    if sent.owner_id not in people.active_users_among(work, [sent.owner_id]):
        problems["owner_id"] = ["The selected owner id is invalid."]
    columns["owner_id"] = sent.owner_id


def _read_cron(
    work: Work, sent: Any, zone: str, problems: dict[str, list[str]]
) -> dict[str, str | None]:
    if isinstance(sent, dict):
        wrong: dict[str, list[str]] = {}
        cron, rhythm = cron_of(sent, wrong), _encode(sent).decode()
        if wrong:
            problems |= wrong
            return {}
        return {"cron": cron, "rhythm": rhythm}
    cron = " ".join(sent.split()).upper() if isinstance(sent, str) else ""
    problem = cron_problem(cron, zone, work.now)
    if problem is not None:
        problems["cron"] = [problem]
        return {}
    return {"cron": cron, "rhythm": None}


def _read_launch(
    work: Work, sent: ScheduleChangesIn, stored: Schedule | None, columns: dict[str, Any]
) -> None:
    """Whether it could be launched now: who schedules it learns what is wrong, not the worker."""
    wanted = stored.template_id if stored and sent.checklist_id is UNSET else sent.checklist_id
    prerun = stored.prerun if stored and sent.prerun is UNSET else _encode(sent.prerun or {})
    if stored and (wanted, read_stored(prerun)) == (stored.template_id, read_stored(stored.prerun)):
        return
    if not isinstance(wanted, str):
        raise invalid("checklist_id", "The checklist id field is required.")
    answers = LaunchIn(checklist_id=wanted, prerun=read_stored(prerun))
    template = template_to_launch(work, answers, has_unknown_keys=False)
    launched = as_launched(work, template)
    content = templates.get_content(work, launched.id, launched.version)
    found = read_launch_answers(work, answers, content, launched.title)
    if found.problems:
        raise Invalid({path: list(texts) for path, texts in found.problems.items()})
    columns["template_id"] = template.id
    columns["prerun"] = prerun if isinstance(prerun, str) else prerun.decode()
