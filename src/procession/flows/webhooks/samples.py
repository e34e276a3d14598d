"""Samples for whoever sets up a receiver: made up, marked as a test, and signed as all others."""

from concurrent.futures import Future
from typing import Any
from uuid import uuid4

import msgspec

from procession.core.times import wire_time
from procession.core.urls import is_web_address
from procession.domains.webhooks import policy
from procession.domains.webhooks.actions.secrets import keys_of
from procession.domains.webhooks.content import headers
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, invalid
from procession.kit.outside import Call, Reply
from procession.kit.work import Work, looking

#: Longer than a call takes at most; and what is said when it took that.
PATIENCE_S = 12.0
NO_ANSWER_YET = "The receiver has not answered yet."
#: What there are samples of, and what happened in each.
SAMPLES = {"process": "process.launched", "task": "task.completed", "event": "task.completed"}
_ID = "00000000000000000000000000000000"
_PERSON = {"id": 0, "email": "ada@example.org", "full_name": "Ada Byron"}


def send_sample(caller: Caller, url: str, kind: str) -> "Future[Reply]":
    """The reply to come. Nobody waits for it here, and nothing is open meanwhile."""
    if not policy.can_arrange_webhooks(caller):
        raise Forbidden
    if not is_web_address(url):
        raise invalid("url", "The url must be a valid URL.")
    if kind not in SAMPLES:
        raise invalid("kind", "The selected kind is invalid.")
    work, uid = looking(caller), str(uuid4())
    body = msgspec.json.encode(_sample(work, uid, kind))
    told = headers(
        organization_id=caller.organization_id,
        uid=uid,
        event=SAMPLES[kind],
        body=body,
        now=work.now,
        keys=keys_of(work),
    )
    return caller.server.outside.call(Call(url, told, body), caller.server.settings)


def _sample(work: Work, uid: str, kind: str) -> dict[str, Any]:
    at = wire_time(work.now)
    head = {"event": SAMPLES[kind], "test": True, "delivery_id": uid, "occurred_at": at}
    parts = {"process": _process, "task": _task, "event": _event}[kind]
    return {**head, **parts(work.caller.organization_id, at)}


def _run(at: str) -> dict[str, Any]:
    return {
        "id": _ID,
        "increment_id": 1,
        "checklist_id": _ID,
        "checklist_title": "Pay an invoice",
        "name": "Invoice 17",
        "summary": None,
        "status": "active",
        "progress": {"complete": 1, "total": 2, "percent": 50},
        "started_by": 0,
        "owner_id": 0,
        "prerun": {_ID: "Acme"},
        "created_at": at,
        "started_at": at,
    }


def _process(_: str, at: str) -> dict[str, Any]:
    return {
        **_run(at),
        "users": [],
        "groups": [],
        "process-tasks": {"check-invoice": _ID},
        "ko-form-fields": {"client": "Acme"},
        "guest-links": {},
        "launcher": _PERSON,
    }


def _this_task(at: str) -> dict[str, Any]:
    return {
        "id": _ID,
        "title": "Check the invoice",
        "alias": "check-invoice",
        "status": "completed",
        "summary": "",
        "position": 1,
        "deadline": at,
        "completed_at": at,
        "completed_by": _PERSON,
        "captures": {_ID: {"alias": "net-sum", "label": "Net sum", "value": "120.50"}},
        "owners": {"users": [_PERSON], "guests": []},
        "assets": [],
        "task_type": "task",
        "is_approved": None,
    }


def _task(organization_id: str, at: str) -> dict[str, Any]:
    run = _run(at)
    process = {key: run[key] for key in ("id", "name", "summary", "status", "progress")}
    return {
        "this_task": _this_task(at),
        "launcher": _PERSON,
        "completer": _PERSON,
        "process-tasks": {"check-invoice": _ID},
        "form-fields": {"client": "Acme", "net-sum": "120.50"},
        "template": {
            "id": _ID,
            "title": "Pay an invoice",
            "alias": "pay-an-invoice",
            "summary": None,
        },
        "process": {**process, "organization_id": organization_id, "created_at": at},
        "guest-links": {},
        "next_task": [],
    }


def _event(organization_id: str, at: str) -> dict[str, Any]:
    return {
        "organization_id": organization_id,
        "actor": {"type": "user", **_PERSON},
        "task": _this_task(at),
        "process": _run(at),
        "template": {"id": _ID, "title": "Pay an invoice"},
        "comment": None,
        "assignees": None,
    }
