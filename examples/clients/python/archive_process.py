#!/usr/bin/env python3
"""Archives a process, restores it, and deletes it for good.

Usage: archive_process.py [--forbidden] RUN_ID
Reads PROCESSION_URL, PROCESSION_ORGANIZATION and PROCESSION_TOKEN.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import sys
from typing import Any
from urllib.parse import quote, urlsplit


class UnexpectedAnswer(Exception):
    """The server did not answer as the API promises."""


class Run:
    """One process on the server, reached over one kept-alive connection."""

    def __init__(self, url: str, organization: str, token: str, run_id: str) -> None:
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        connection = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        self.connection = connection(parts.netloc, timeout=15)
        base = parts.path.rstrip("/")
        self.path = f"{base}/organizations/{quote(organization, '')}/runs/{quote(run_id, '')}"
        self.headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            # Wire habit: announces JSON on every request, DELETE and PUT included, and sends none.
            "Content-Type": "application/json",
            # Wire habit: no X-Tallyfy-Client header; the server must not insist on it.
        }

    def send(self, step: str, method: str, action: str = "", *, expect: int = 200) -> bytes:
        self.connection.request(method, self.path + action, headers=self.headers)
        response = self.connection.getresponse()
        body = response.read()
        if response.status != expect:
            text = body.decode(errors="replace")
            raise UnexpectedAnswer(f"{step}: expected {expect}, got {response.status} {text}")
        return body

    def json(self, step: str, method: str, action: str = "", *, expect: int = 200) -> Any:
        body = self.send(step, method, action, expect=expect)
        try:
            return json.loads(body)
        except ValueError as problem:
            raise UnexpectedAnswer(f"{step}: the body is not JSON: {body!r}") from problem

    def process(self, step: str, method: str, action: str = "") -> dict[str, Any]:
        process = self.json(step, method, action).get("data")
        if not isinstance(process, dict):
            raise UnexpectedAnswer(f"{step}: the answer has no process")
        return process

    def archive(self, step: str) -> str:
        process = self.process(step, "DELETE")
        if process["status"] != "archived" or not process["archived_at"]:
            raise UnexpectedAnswer(
                f"{step}: status {process['status']}, archived_at {process['archived_at']}"
            )
        return str(process["archived_at"])

    def refused(self, step: str, method: str, status: int) -> str:
        message = self.json(step, method, expect=status).get("message")
        if not isinstance(message, str) or not message:
            raise UnexpectedAnswer(f"{step}: the error has no message")
        return message


def walk_through(run: Run) -> None:
    process = run.process("read", "GET")
    print(f"1. read: {process['name']} is {process['status']}")

    archived_at = run.archive("archive")
    print(f"2. archive: archived at {archived_at}")

    again = run.archive("archive again")
    if again != archived_at:
        raise UnexpectedAnswer(f"archive again: archived_at moved from {archived_at} to {again}")
    print("3. archive again: nothing changed")

    status = run.process("read back", "GET")["status"]
    if status != "archived":
        raise UnexpectedAnswer(f"read back: status {status}")
    print(f"4. read back: {status}")

    process = run.process("restore", "PUT", "/activate")
    if process["archived_at"] is not None:
        raise UnexpectedAnswer(f"restore: archived_at is still {process['archived_at']}")
    print(f"5. restore: {process['status']}")

    run.archive("archive before deleting")
    rest = run.send("delete for good", "DELETE", "/delete")
    if rest:
        raise UnexpectedAnswer(f"delete for good: the answer is not empty: {rest!r}")
    print("6. delete for good: deleted")

    print(f"7. read: 404 {run.refused('read deleted', 'GET', 404)}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Archive, restore and delete a process.")
    parser.add_argument("run_id", metavar="RUN_ID")
    parser.add_argument("--forbidden", action="store_true", help="expect 403 on archive")
    options = parser.parse_args()
    try:
        url, organization, token = (
            os.environ[f"PROCESSION_{name}"] for name in ("URL", "ORGANIZATION", "TOKEN")
        )
        run = Run(url, organization, token, options.run_id)
        if options.forbidden:
            print(f"archive: 403 {run.refused('archive', 'DELETE', 403)}")
        else:
            walk_through(run)
    except KeyError as missing:
        print(f"missing: {missing}", file=sys.stderr)
        return 1
    except (UnexpectedAnswer, OSError, http.client.HTTPException) as problem:
        print(problem, file=sys.stderr)
        return 1
    print("ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
