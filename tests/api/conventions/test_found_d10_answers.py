"""Every answer is held against the description; examples of bodies are what one can send."""

from typing import Any

import pytest
import requests

import described
import factories
from cast import Cast
from procession.web.describing.examples import EXAMPLES, SOME_ID

IN = "/organizations/{org}"


@pytest.mark.parametrize(("method", "path"), EXAMPLES, ids=str)
def test_found_d10_an_example_can_be_sent(cast: Cast, method: str, path: str) -> None:
    template, oneoff = factories.make_template(cast.olga), factories.make_oneoff(cast.olga)
    process = factories.launch(cast.olga, template)
    task = factories.tasks_of(cast.olga, process)[0]
    of_paths = {"checklist": template, "run": process, "task": oneoff}
    place = path.removeprefix(IN).format(**{name: of["id"] for name, of in of_paths.items()})
    real = {"checklist_id": template["id"], "task_id": task["id"]}
    body = EXAMPLES[method, path]
    sent = {key: real[key] if value == SOME_ID else value for key, value in body.items()}
    answer = cast.olga.client.call(
        method, f"/organizations/{cast.organization_id}{place}", json=sent
    )
    assert answer.status_code in (200, 201), answer.text
    assert "X-Ignored-Fields" not in answer.headers


def changed(answer: requests.Response, **changes: Any) -> requests.Response:
    other = requests.Response()
    other.__dict__.update({**answer.__dict__, **changes})
    return other


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_found_d10_an_answer_that_is_not_as_described_is_noticed(cast: Cast) -> None:
    answer = cast.olga.get("/runs")
    assert described.complaint(answer) is None
    wrong = {
        "does not list this status": changed(answer, status_code=418),
        "is of type 'text/plain'": changed(answer, headers={"Content-Type": "text/plain"}),
        "at data: 7 is not": changed(answer, _content=b'{"data": 7, "meta": {}}'),
    }
    for told, other in wrong.items():
        complaint = described.complaint(other) or ""
        assert complaint.startswith(f"GET {IN}/runs -> {other.status_code}: "), complaint
        assert told in complaint
