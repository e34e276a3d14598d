"""`python -m django fold`: few sums of many, as our worker makes them, and fresh statistics."""

from typing import Any

from django.core.management import BaseCommand
from django.db import connection, transaction
from django.db.models import Sum

from bench.twin.models import ProcessSum

_CLASS = ("organization_id", "is_archived", "everyone_may_read", "lifecycle")
_COUNTS = (
    "process_count", "visible_task_count", "completed_task_count", "secret_task_count",
    "secret_completed_task_count",
)  # fmt: skip


class Command(BaseCommand):
    help = "Folds the journal of sums, and has the database look at what it holds."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            added = {f"all_{name}": Sum(name) for name in _COUNTS}
            rows = list(ProcessSum.objects.order_by().values(*_CLASS).annotate(**added))
            ProcessSum.objects.all().delete()
            ProcessSum.objects.bulk_create(
                [ProcessSum(**{key.removeprefix("all_"): row[key] for key in row}) for row in rows]
            )
        is_sqlite = connection.vendor == "sqlite"
        with connection.cursor() as cursor:
            if is_sqlite:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("ANALYZE" if is_sqlite else "VACUUM ANALYZE")
