"""Part 20, 3.5, 3.7 and 3.12: templates embedded in texts of others."""

import threading
from typing import Any

import msgspec
import pytest

from backdoor import change_template, publish
from cast import Cast, Person
from factories import launch, made, make_template, tasks_of
from procession.domains.templates.types import Content
from wire import check_problem


def token(template: Any) -> str:
    return f"{{{{template:{template['id']}}}}}"


def read(by: Person, template: Any, query: str = "?with=steps") -> Any:
    return made(by.get(f"/checklists/{template['id']}{query}"), 200)


def summaries(by: Person, template: Any, query: str = "?with=steps") -> Any:
    """Of the template and its steps."""
    whole = read(by, template, query)
    return [whole["summary"], *[step["summary"] for step in whole["steps"]["data"]]]


@pytest.fixture
def embedded(cast: Cast) -> Any:
    return make_template(cast.olga, 1, title="How to sign")


@pytest.fixture
def embedding(cast: Cast, embedded: Any) -> Any:
    steps = [
        {"title": "Sign", "summary": f"<p>See {token(embedded)}</p>"},
        {"title": "Send", "summary": "Nothing"},
    ]
    summary = f"Before {token(embedded)} after"
    return make_template(cast.olga, steps, summary=summary, guidance=token(embedded))


def purge(by: Person, template: Any) -> Any:
    made(by.delete(f"/checklists/{template['id']}"), 200)
    answer = by.delete(f"/checklists/{template['id']}/delete")
    assert answer.status_code == 200
    return answer.json()["deleted_references"]


def test_20_312_the_token_is_answered_as_it_is_stored(
    cast: Cast, embedded: Any, embedding: Any
) -> None:
    """Clients that send back what they read lose nothing."""
    assert summaries(cast.mia, embedding) == [
        f"Before {token(embedded)} after", f"<p>See {token(embedded)}</p>", "Nothing",
    ]  # fmt: skip


def test_20_313_the_public_view_shows_no_token(cast: Cast, embedded: Any, embedding: Any) -> None:
    made(cast.olga.patch(f"/checklists/{embedding['id']}", {"is_public": True}), 200)
    path = f"/public/{cast.organization_id}/checklists"
    whole = made(cast.nobody.get(f"{path}/{embedding['id']}"), 200)
    (row,) = made(cast.nobody.get(path), 200)
    assert whole["summary"] == row["summary"] == "Before  after"
    assert (whole["guidance"], whole["steps"][0]["summary"]) == (None, "<p>See </p>")
    assert embedded["id"] not in str(whole) + str(row)


def test_20_22_archiving_leaves_the_token(cast: Cast, embedded: Any, embedding: Any) -> None:
    before = read(cast.olga, embedding)
    answer = cast.olga.delete(f"/checklists/{embedded['id']}")
    assert answer.json()["deleted_references"] == []
    assert read(cast.olga, embedding) == before
    made(cast.olga.put(f"/checklists/{embedded['id']}/restore"), 200)
    assert read(cast.olga, embedding) == before


def test_20_37_deleting_for_ever_takes_the_token_out(
    cast: Cast, embedded: Any, embedding: Any
) -> None:
    other = make_template(cast.olga, 1, title=token(embedded), summary="{{template:1}}")
    sign, send = read(cast.olga, embedding)["steps"]["data"]
    assert purge(cast.olga, embedded) == [
        {"type": "Blueprint", "title": embedding["title"], "id": embedding["id"]},
        {"type": "Step", "title": "Sign", "id": sign["id"]},
    ]
    assert summaries(cast.olga, embedding) == ["Before  after", "<p>See </p>", "Nothing"]
    after = read(cast.olga, embedding)
    assert after["guidance"] is None
    assert [step["last_updated"] == was["last_updated"] for step, was in zip(
        after["steps"]["data"], (sign, send), strict=True
    )][1]  # fmt: skip
    assert read(cast.olga, other)["title"] == token(embedded)
    feed = f"/activity-feeds?entity_type=checklist&entity_id={embedding['id']}"
    newest = made(cast.olga.get(feed), 200)[0]
    assert newest["description"] == [
        'took the deleted template "How to sign" out of the texts of the template "Onboarding"'
    ]


def test_20_37_archived_templates_lose_it_too(cast: Cast, embedded: Any, embedding: Any) -> None:
    made(cast.olga.delete(f"/checklists/{embedding['id']}"), 200)
    assert len(purge(cast.olga, embedded)) == 2
    made(cast.olga.put(f"/checklists/{embedding['id']}/restore"), 200)
    assert summaries(cast.olga, embedding) == ["Before  after", "<p>See </p>", "Nothing"]


def test_20_37_processes_keep_what_they_were_launched_with(
    cast: Cast, embedded: Any, embedding: Any
) -> None:
    process = launch(cast.olga, embedding)
    task = tasks_of(cast.olga, process)[0]
    before = made(cast.olga.get(f"/tasks/{task['id']}?with=summary,step"), 200)
    assert token(embedded) in before["summary"]
    purge(cast.olga, embedded)
    assert read(cast.olga, embedding)["version"] == 2
    assert made(cast.olga.get(f"/tasks/{task['id']}?with=summary,step"), 200) == before


def test_20_37_with_drafts_both_versions_lose_it(cast: Cast, embedded: Any, embedding: Any) -> None:
    publish(cast, embedding)

    def shortened(content: Content) -> Content:
        return msgspec.structs.replace(content, steps=content.steps[:1])

    change_template(cast, embedding, shortened, summary=f"Draft {token(embedded)}")
    assert len(purge(cast.olga, embedded)) == 2
    assert summaries(cast.olga, embedding) == ["Draft", "<p>See </p>"]
    assert summaries(cast.mia, embedding) == ["Before  after", "<p>See </p>", "Nothing"]


def test_20_37_templates_that_embed_each_other(cast: Cast) -> None:
    one, two = make_template(cast.olga, 1), make_template(cast.olga, 1)
    for each, other in ((one, two), (two, one)):
        text = token(other) + token(each)
        change_template(cast, each, lambda content: content, summary=text)
    assert [each["id"] for each in purge(cast.olga, two)] == [one["id"]]
    assert read(cast.olga, one)["summary"] == token(one)
    # Its own token goes with it, and is no reference to anything left.
    assert purge(cast.olga, one) == []
    check_problem(cast.olga.get(f"/checklists/{one['id']}?archived=1"), 404)


def test_20_37_templates_that_embed_each_other_are_deleted_at_once(cast: Cast) -> None:
    for _ in range(3):
        one, two = make_template(cast.olga, 1), make_template(cast.olga, 1)
        for each, other in ((one, two), (two, one)):
            change_template(cast, each, lambda content: content, summary=token(other))
            made(cast.olga.delete(f"/checklists/{each['id']}"), 200)
        statuses: list[int] = []

        def delete(by: Person, template: Any, statuses: list[int] = statuses) -> None:
            statuses.append(by.delete(f"/checklists/{template['id']}/delete").status_code)

        both = [
            threading.Thread(target=delete, args=(cast.olga.again(), each)) for each in (one, two)
        ]
        for each in both:
            each.start()
        for each in both:
            each.join()
        assert statuses == [200, 200]
