"""Bodies to begin with, for what is done most; the suite sends each of them."""

from typing import Any

_ORGANIZATION = "/organizations/{org}"
#: Stands for an id.
SOME_ID = "8467dba079fb3252aced4577fd49a69c"

#: By method and path. Ids and numbers in them stand for those of the reader's own organization.
EXAMPLES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", f"{_ORGANIZATION}/checklists"): {
        "title": "Hire somebody",
        "type": "procedure",
        "steps": [
            {
                "title": "Sign the contract",
                "step_type": "approval",
                "deadline": {"value": 2, "unit": "days", "option": "from", "step": "start_run"},
                "captures": [{"label": "Salary", "field_type": "text", "required": True}],
            },
            {"title": "Order a laptop"},
        ],
    },
    ("PUT", f"{_ORGANIZATION}/checklists/{{checklist}}"): {
        "title": "Hire somebody new",
        "summary": "From the signature to the first day.",
    },
    ("POST", f"{_ORGANIZATION}/runs"): {
        "checklist_id": SOME_ID,
        "name": "Ann joins",
        "summary": "She begins in May.",
    },
    ("PUT", f"{_ORGANIZATION}/runs/{{run}}"): {"name": "Ann joins us", "starred": True},
    ("POST", f"{_ORGANIZATION}/completed-tasks"): {"task_id": SOME_ID},
    ("POST", f"{_ORGANIZATION}/tasks"): {
        "title": "Call the landlord",
        "task_type": "task",
        "deadline": "2031-05-06T12:00:00Z",
        "owners": {"guests": ["ann@example.com"]},
    },
    ("PUT", f"{_ORGANIZATION}/tasks/{{task}}"): {"title": "Call the landlord again"},
    ("POST", f"{_ORGANIZATION}/runs/{{run}}/comment"): {"content": "<p>She said yes.</p>"},
    ("POST", f"{_ORGANIZATION}/runs/{{run}}/problem"): {"content": "<p>No laptop is left.</p>"},
    ("POST", f"{_ORGANIZATION}/users/invite"): {
        "email": "ann@example.com",
        "first_name": "Ann",
        "last_name": "Moss",
        "role": "standard",
    },
    ("POST", f"{_ORGANIZATION}/guests"): {"email": "gus@example.com", "first_name": "Gus"},
    ("POST", f"{_ORGANIZATION}/tags"): {"title": "urgent", "color": "#cc3300"},
}
