"""Answers by mail become comments (contract 60, 7; issue 16; decision 0055)."""

import re
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cast import GUS, Cast, Person
from factories import complete, launch, made, make_oneoff, make_template, tasks_of
from letters import Letter, address_of, announce, mails_of
from procession.core.times import DAY, HOUR
from procession.flows.discussing.by_mail import receive_reply
from procession.flows.telling.receiving import LARGEST_MAIL, Outcome
from procession.kit.server import Server

FOLDER = Path(__file__).parents[2] / "mails" / "replies"
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads(
    (FOLDER / "what-becomes-of-them.toml").read_text()
)
SERVER, DOMAIN = "mx.cast.test", "in.cast.test"


def server_of(cast: Cast, **later: int) -> Server:
    storage = cast.server.storage
    settings = replace(storage.settings, mail_trusted_server=SERVER, mail_reply_domain=DOMAIN)
    clock = storage.clock
    return replace(storage, settings=settings, clock=lambda: clock() + sum(later.values()))


def address(cast: Cast, to: str) -> str:
    """Where somebody answers to, as the newest mail to them says."""
    announce(cast, server_of(cast))
    return [letter for letter in mails_of(cast, to) if letter.reply_to][-1].reply_to


def own_task(cast: Cast, **fields: Any) -> Any:
    """Of Mia and the guest Gus, who were both told."""
    owners = {"users": [cast.mia.user_id], "guests": [GUS]}
    return make_oneoff(cast.olga, owners=owners, **fields)


def mail(sender: str, text: str, key: str = "1", *headers: str) -> bytes:
    domain = sender.rpartition("@")[2]
    lines = (
        f"Authentication-Results: {SERVER}; dkim=pass header.d={domain}",
        f"From: {sender}",
        "Subject: Re: Comment: Order a desk",
        f"Message-ID: <{key}@{domain}>",
        "Content-Type: text/plain; charset=utf-8",
        *headers,
    )
    return ("\r\n".join(lines) + f"\r\n\r\n{text}\r\n").encode()


def threads_of(cast: Cast, task: Any, person: Person | None = None) -> list[Any]:
    answer = (person or cast.olga).get(f"/tasks/{task['id']}?with=threads,assets")
    return list(made(answer, 200)["threads"]["data"])


def filled(name: str, sender: str, to: str) -> bytes:
    raw = (FOLDER / f"{name}.eml").read_text(encoding="utf-8").replace("\n", "\r\n")
    words = {"sender": sender, "domain": sender.rpartition("@")[2], "name": "Mia Ferro"}
    for word, text in {**words, "address": to, "key": name}.items():
        raw = raw.replace(f"{{{word}}}", text)
    return raw.encode()


@pytest.fixture
def mia(cast: Cast) -> str:
    return address_of(cast.mia)


def test_16_every_mail_of_the_folder_has_its_end_said() -> None:
    assert {path.stem for path in FOLDER.glob("*.eml")} == EXPECTED.keys()
    assert len(EXPECTED) >= 30


def test_16_of_each_mail_becomes_what_must(cast: Cast, mia: str) -> None:
    """Of Gmail, Outlook, Apple Mail and phones; of machines, lists and whoever lies."""
    task = own_task(cast)
    to = address(cast, mia)
    became = {
        # At a person's pace.
        name: receive_reply(server_of(cast, later=number * HOUR), filled(name, mia, to), to)
        for number, name in enumerate(EXPECTED)
    }
    assert became == {name: Outcome(each["outcome"]) for name, each in EXPECTED.items()}
    said = made(cast.olga.get(f"/tasks/{task['id']}?with=threads,assets"), 200)
    files = {each["filename"]: each["full_url"] for each in said["assets"]["data"]}
    wanted = [each for each in EXPECTED.values() if each["outcome"] == "commented"]
    for thread, each in zip(said["threads"]["data"], wanted, strict=True):
        assert thread["author_id"] == cast.mia.user_id
        assert re.fullmatch(_pattern(each["content"], files), thread["content"]), thread["content"]
    assert sorted(files) == sorted(name for each in wanted for name in each.get("files", ()))


def _pattern(content: str, files: dict[str, str]) -> str:
    pattern = re.escape(content).replace(r"\*", ".*")
    for name, url in files.items():
        path = url.partition("/api/")[2]
        pattern = pattern.replace(
            re.escape(f'href="{{{name}}}"'), f'href="[^"]*/{re.escape(path)}"[^>]*'
        )
    return pattern


def test_60_7_an_answer_by_mail_is_a_comment_of_its_author_once(cast: Cast, mia: str) -> None:
    task = own_task(cast)
    to, server = address(cast, mia), server_of(cast)
    assert to == f"bot+{task['id']}-comment-task-{to[50:62]}@{DOMAIN}"
    raw = mail(mia, "The oak one. @[" + str(cast.leo.user_id) + "]")
    with ThreadPoolExecutor(3) as pool:
        became = list(pool.map(lambda _: receive_reply(server, raw, to), range(3)))
    assert sorted(became) == [Outcome.COMMENTED, Outcome.REPEATED, Outcome.REPEATED]
    (thread,) = threads_of(cast, task)
    assert (thread["author_id"], thread["state"]) == (cast.mia.user_id, "hide-for-guests")
    assert (thread["label"], thread["sent_to"]) == ("comment", [cast.leo.user_id])
    told = {letter.to: letter.subject for letter in announce(cast, server)}
    path = f"/tasks/{task['id']}/comment/{thread['id']}/mail"
    whole = made(cast.leo.get(path), 200)
    assert (whole["by_mail"], whole["text"]) == (True, f"The oak one. @[{cast.leo.user_id}]")
    assert whole["subject"] == "Re: Comment: Order a desk"
    typed = made(cast.olga.post(f"/tasks/{task['id']}/comment", {"content": "Typed"}))
    unmailed = made(cast.olga.get(path.replace(thread["id"], typed["id"])), 200)
    assert (unmailed["by_mail"], unmailed["text"]) == (False, None)
    assert told[address_of(cast.leo)] == "You were mentioned: Order a desk"
    assert mia not in told
    # Deleted, it does not come back.
    made(cast.mia.delete(f"/tasks/{task['id']}/comment/{thread['id']}"), 200)
    assert receive_reply(server, raw, to.upper()) == Outcome.REPEATED
    assert [each["id"] for each in threads_of(cast, task)] == [typed["id"]]
    assert cast.leo.get(path).status_code == 404


def test_60_7_guests_answer_by_mail_where_they_may_comment(cast: Cast, mia: str) -> None:
    task = own_task(cast)
    to, server = address(cast, GUS), server_of(cast)
    assert receive_reply(server, mail(GUS, "Bring it to the back door."), to) == "commented"
    (thread,) = threads_of(cast, task)
    assert (thread["author_type"], thread["state"]) == ("guest", "open")
    made(cast.olga.put(f"/tasks/{task['id']}", {"prevent_guest_comment": True}), 200)
    assert receive_reply(server, mail(GUS, "Hello?", "2"), to) == "refused"
    assert receive_reply(server, mail(GUS, "Hello!", "3"), to) == "dropped"
    (letter,) = [each for each in mails_of(cast, GUS) if each.subject.startswith("Not added")]
    assert "did not become a comment" in letter.text
    assert len(threads_of(cast, task)) == 1


def test_60_7_an_address_is_one_persons_for_one_task(cast: Cast, mia: str) -> None:
    task, other = own_task(cast), own_task(cast, title="Another")
    to, server = address(cast, mia), server_of(cast)
    assert other["id"] in to
    moved = to.replace(other["id"], task["id"])
    assert receive_reply(server, mail(mia, "Here", "1"), moved) == "refused"
    olga, sam = address_of(cast.olga), "sam@elsewhere.test"
    assert receive_reply(server, mail(olga, "I am Olga", "2"), to) == "refused"
    assert receive_reply(server, mail(sam, "I am Sam", "3"), to) == "dropped"
    guessed = re.sub("task-.{12}", "task-" + "a" * 12, to)
    assert receive_reply(server, mail(mia, "Guessed", "4"), guessed) == "refused"
    for nobody in (to.replace(other["id"], "0" * 32), "mia@in.cast.test", f"x{to}"):
        assert receive_reply(server, mail(mia, "Nowhere", "5"), nobody) == "dropped"
    assert threads_of(cast, task) == threads_of(cast, other) == []
    assert mails_of(cast, sam) == []
    # Whoever has left says nothing any more.
    made(cast.olga.delete(f"/users/{cast.mia.user_id}/disable"), 200)
    assert receive_reply(server, mail(mia, "Still here", "6"), to) == "dropped"


def test_60_7_what_is_archived_takes_no_answers_and_says_so(cast: Cast, mia: str) -> None:
    step = {"title": "Desk", "assignees": [cast.mia.user_id]}
    process = launch(cast.olga, make_template(cast.olga, [step]))
    to, server = address(cast, mia), server_of(cast)
    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    assert receive_reply(server, mail(mia, "Late"), to) == "refused"
    letter = mails_of(cast, mia)[-1]
    assert "Cannot update archived processes." in letter.text
    assert f"/app/tasks/{tasks_of(cast.olga, process)[0]['id']}" in letter.text
    assert letter.reply_to == ""


def test_16_two_mailboxes_that_answer_each_other_end_after_one_round(cast: Cast, mia: str) -> None:
    """Neither says that it is one, as broken ones do; each says the time."""
    leo = address_of(cast.leo)
    owners = {"users": [cast.mia.user_id, cast.leo.user_id], "guests": []}
    task = make_oneoff(cast.olga, owners=owners)
    server, names = server_of(cast), {mia: "Mia", leo: "Leo"}
    waiting: list[Letter] = announce(cast, server)
    sent = 0
    for _ in range(6):
        answered = [letter for letter in waiting if letter.to in names and letter.reply_to]
        for letter in answered:
            sent += 1
            text = f"{names[letter.to]} has got your mail number {sent}, and will read it soon."
            raw = mail(letter.to, text, str(sent))
            receive_reply(server, raw, letter.reply_to)
        waiting = announce(cast, server)
    assert waiting == []
    assert len(threads_of(cast, task)) == 2
    # A day later it may be said again, and a person who says something else is heard at once.
    to = address(cast, mia)
    assert receive_reply(server, mail(mia, "Something else", "b"), to) == "commented"
    again = mail(mia, "Something else", "c")
    assert receive_reply(server_of(cast, later=HOUR), again, to) == "refused"
    again = mail(mia, "Something else", "d")
    assert receive_reply(server_of(cast, later=2 * DAY), again, to) == "commented"


def test_16_too_many_within_minutes_are_not_a_persons(cast: Cast, mia: str) -> None:
    task = own_task(cast)
    to, server = address(cast, mia), server_of(cast)
    became = [receive_reply(server, mail(mia, f"No {n}", str(n)), to) for n in range(12)]
    assert became == [*["commented"] * 10, "refused", "dropped"]
    assert len(threads_of(cast, task)) == 10


def test_16_a_mail_that_is_too_large_keeps_its_text(cast: Cast, mia: str) -> None:
    task = own_task(cast)
    to, server = address(cast, mia), server_of(cast)
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nThe plan.\r\n--b\r\n"
        "Content-Type: application/pdf\r\n"
        'Content-Disposition: attachment; filename="plan.pdf"\r\n\r\n%PDF-1.4\r\n'
    )
    raw = mail(mia, body).replace(b"text/plain; charset=utf-8", b"multipart/mixed; boundary=b", 1)
    raw += b"x" * (LARGEST_MAIL + 1 - len(raw))
    assert receive_reply(server, raw, to) == "commented"
    (thread,) = threads_of(cast, task)
    assert thread["content"].startswith("The plan.<p><em>Its files were not kept")


def test_16_files_of_guests_follow_the_rules_of_files(cast: Cast, mia: str) -> None:
    """On a task that is done they leave no files; what they say is heard."""
    task = own_task(cast)
    to, server = address(cast, GUS), server_of(cast)
    complete(cast.olga, task)
    raw = filled("21-attachments", GUS, to)
    assert receive_reply(server, raw, to) == "commented"
    (thread,) = threads_of(cast, task)
    assert "offer.pdf was not kept: Guests upload files" in thread["content"]
    shown = made(cast.olga.get(f"/tasks/{task['id']}?with=assets"), 200)
    assert shown["assets"]["data"] == []


def test_60_7_mails_of_one_task_say_where_answers_go_and_others_do_not(cast: Cast) -> None:
    task = own_task(cast)
    plain = announce(cast)
    assert [letter.reply_to for letter in plain] == ["", ""]
    made(cast.olga.post(f"/tasks/{task['id']}/comment", {"content": "Look", "state": "open"}))
    letters = announce(cast, server_of(cast))
    assert len({letter.reply_to for letter in letters}) == 2
    assert all("becomes a comment" in letter.text for letter in letters)
    steps = [{"title": name, "assignees": [cast.mia.user_id]} for name in "AB"]
    launch(cast.olga, make_template(cast.olga, steps))
    (letter,) = announce(cast, server_of(cast))
    assert (letter.subject, letter.reply_to) == ("2 tasks for you", "")
