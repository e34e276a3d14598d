"""JSON shapes of job titles (contract 10, 7)."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.core.times import wire_time
from procession.domains.people.types import JobTitle

_Name = Annotated[str, Meta(min_length=1, max_length=100)]
_LongText = Annotated[str, Meta(max_length=65_535)]


class JobTitleChangesIn(msgspec.Struct, kw_only=True):
    """Keys of a job title; what is left out stays as it is."""

    name: _Name | UnsetType = UNSET
    description: _LongText | UnsetType | None = UNSET


class JobTitleIn(JobTitleChangesIn, kw_only=True):
    """A new job title."""

    name: _Name


class JobTitleOut(msgspec.Struct, kw_only=True):
    """The organization role object (contract 10, 7)."""

    id: str
    name: str
    description: str | None
    created_at: str
    last_updated: str


def job_title_out(title: JobTitle) -> JobTitleOut:
    return JobTitleOut(
        id=title.id,
        name=title.name,
        description=title.description,
        created_at=wire_time(title.created_at),
        last_updated=wire_time(title.updated_at),
    )
