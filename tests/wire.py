"""What is true of every answer of the API."""

from typing import Any

import requests


def check_problem(response: requests.Response, status: int, code: str | None = None) -> Any:
    """The body of a refusal, which must be one that clients can read (contract 00, 6.1)."""
    assert response.status_code == status, f"{response.status_code}: {response.text}"
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["X-Request-Id"]
    body = response.json()
    assert body["error"] is True
    assert isinstance(body["message"], str)
    assert body["message"]
    for word in ("Traceback", "SELECT", 'File \\"', "psycopg", "sqlite", "falcon"):
        assert word not in response.text
    if code is not None:
        assert body["code"] == code
    if status == 422:
        assert all(
            texts and all(isinstance(text, str) for text in texts)
            for texts in body["errors"].values()
        )
    return body


def check_pagination(response: requests.Response) -> Any:
    assert response.status_code == 200, response.text
    found = response.json()["meta"]["pagination"]
    assert set(found) == {
        "total", "count", "per_page", "current_page", "total_pages", "links", "has_more_pages",
    }  # fmt: skip
    assert isinstance(found["links"], dict)
    assert set(found["links"]) <= {"previous", "next"}
    assert found["count"] == len(response.json()["data"])
    return found


def ids(response: requests.Response) -> list[Any]:
    assert response.status_code == 200, response.text
    return [row["id"] for row in response.json()["data"]]


def check_refusal(response: requests.Response, status: int = 422) -> dict[str, list[str]]:
    """What it says about each path of the body."""
    assert response.status_code == status, f"{response.status_code}: {response.text}"
    return dict(response.json().get("errors", {}))
