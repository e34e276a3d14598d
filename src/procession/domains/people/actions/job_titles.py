"""Job titles: placeholders that template steps will name in people's stead."""

from typing import Any

from msgspec import UNSET

from procession.domains.people import policy, store
from procession.domains.people.events import (
    JobTitleCreated,
    JobTitleDeleted,
    JobTitleUpdated,
    about_job_title,
)
from procession.domains.people.types import JobTitle
from procession.domains.people.wire.job_titles import JobTitleChangesIn, JobTitleIn
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, NotFound, invalid
from procession.kit.ids import new_id
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work, reading, writing


def list_job_titles(caller: Caller, request: PageRequest) -> Page[JobTitle]:
    with reading(caller) as work:
        return store.list_job_titles(work, request)


def create_job_title(caller: Caller, sent: JobTitleIn) -> JobTitle:
    with writing(caller) as work:
        store.lock_names(work)
        _check_right(caller)
        _check_name(work, sent.name, None)
        title = JobTitle(
            id=new_id(),
            name=sent.name,
            description=None if sent.description is UNSET else sent.description,
            created_at=work.now,
            updated_at=work.now,
        )
        store.add_job_title(work, title)
        work.record(JobTitleCreated(**about_job_title(title, caller.organization_id)))
        return title


def update_job_title(caller: Caller, title_id: str, sent: JobTitleChangesIn) -> JobTitle:
    with writing(caller) as work:
        store.lock_names(work)
        title = _get_title(work, title_id)
        _check_right(caller)
        if isinstance(sent.name, str):
            _check_name(work, sent.name, title)
        wanted: dict[str, Any] = {"name": sent.name, "description": sent.description}
        changes = {
            key: value
            for key, value in wanted.items()
            if value is not UNSET and value != getattr(title, key)
        }
        if changes:
            store.set_job_title_columns(work, title.id, changes)
        changed = _get_title(work, title.id)
        about = about_job_title(changed, caller.organization_id)
        for key in changes:
            work.record(JobTitleUpdated(**about, field=key, before=getattr(title, key)))
        return changed


def delete(work: Work, title_id: str) -> None:
    store.lock_names(work)
    title = _get_title(work, title_id)
    _check_right(work.caller)
    store.delete_job_title(work, title.id)
    work.record(JobTitleDeleted(**about_job_title(title, work.caller.organization_id)))


def _get_title(work: Work, title_id: str) -> JobTitle:
    title = store.find_job_title(work, title_id)
    if title is None:
        raise NotFound("Role not found")
    return title


def _check_right(caller: Caller) -> None:
    if not policy.can_change_job_titles(caller):
        raise Forbidden


def _check_name(work: Work, name: str, title: JobTitle | None) -> None:
    namesake = store.find_job_title_named(work, name)
    if namesake is not None and (title is None or namesake != title.id):
        raise invalid("name", "The name has already been taken.")
