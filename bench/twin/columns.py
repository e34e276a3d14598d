"""Kinds of columns that the twin's tables share."""

from secrets import token_hex

from django.db import models
from django.db.models import DO_NOTHING


def new_id() -> str:
    return token_hex(16)


def id_column(**options: object) -> models.CharField:
    return models.CharField(max_length=32, **options)


def instant(**options: object) -> models.DateTimeField:
    return models.DateTimeField(null=True, **options)


def count() -> models.IntegerField:
    return models.IntegerField(default=0)


def flag(*, default: bool = False) -> models.BooleanField:
    return models.BooleanField(default=default)


def belongs_to(other: str) -> models.ForeignKey:
    """An index of the table begins with it already; rows are deleted by whoever deletes."""
    return models.ForeignKey(other, DO_NOTHING, related_name="+", db_index=False)
