"""`python -m django count_statements`: on an empty database, how many statements changes take."""

import json
from typing import Any

from django.core.management import BaseCommand
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.twin.management.commands.found import found

_AROUND = ("BEGIN", "COMMIT")


class Command(BaseCommand):
    help = "Prints as JSON how many statements completing and launching take."

    def handle(self, *args: Any, **options: Any) -> None:
        made = found()
        caller = Client(headers={"Authorization": f"Bearer {made['tokens']['admin']}"})
        runs = f"/organizations/{made['organization_id']}/runs"
        launching = {"checklist_id": made["templates"][20], "name": "Ann Lee joins"}
        launch, answer = _counted(caller, runs, launching)
        whole = caller.get(f"{runs}/{answer['data']['id']}?with=tasks").json()
        task_id = whole["data"]["tasks"]["data"][0]["id"]
        completed = f"/organizations/{made['organization_id']}/completed-tasks"
        complete, _ = _counted(caller, completed, {"task_id": task_id})
        self.stdout.write(json.dumps({"launch": launch, "complete": complete}))


def _counted(caller: Client, path: str, body: dict[str, str]) -> tuple[int, Any]:
    """Without what begins and ends the transaction, and without who asks (the first one)."""
    with CaptureQueriesContext(connection) as captured:
        response = caller.post(path, body, content_type="application/json")
    assert response.status_code in (200, 201), response.content
    statements = [each["sql"] for each in captured if not each["sql"].startswith(_AROUND)]
    assert "twin_token" in statements[0]
    return len(statements) - 1, response.json()
