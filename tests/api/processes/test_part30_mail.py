"""Launching by mail (contract 30, 3.7 and row 52)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest

from cast import Cast, Person, assemble
from factories import launch, let_all_launch, made, make_template, read, verbs_of
from letters import mails_of
from procession.core.times import HOUR
from procession.domains.files.actions.clearing import remove_some
from procession.flows.launching.by_mail import BODY_LABEL, FILES_LABEL, receive_mail
from procession.flows.telling.receiving import Outcome
from procession.kit.file_store import store_of
from procession.kit.object_store import read_key
from procession.kit.server import Server
from sent import PDF, PNG

TRUSTED = "mx.cast.test"


def server_of(cast: Cast) -> Server:
    storage = cast.server.storage
    return replace(storage, settings=replace(storage.settings, mail_trusted_server=TRUSTED))


def address_of(person: Person) -> str:
    return str(made(person.get("/users/me"), 200)["email"])


def mail(
    sender: str, *headers: str, subject: str = "New laptop", key: str = "1", body: str = "Please."
) -> bytes:
    domain = sender.rpartition("@")[2]
    lines = [
        f"Authentication-Results: {TRUSTED}; dkim=pass header.d={domain}",
        f"From: {sender}",
        f"Subject: {subject}",
        f"Message-ID: <{key}@{domain}>",
        *headers,
    ]
    return ("\r\n".join(lines) + f"\r\n\r\n{body}\r\n").encode()


def send(cast: Cast, template: Any, raw: bytes, server: Server | None = None) -> Outcome:
    recipient = f"bot+{template['id']}-launch@in.cast.test"
    return receive_mail(server or server_of(cast), raw, recipient)


def runs_of(cast: Cast) -> list[Any]:
    return list(made(cast.olga.get("/runs"), 200))


def test_30_52_a_members_subject_becomes_the_name_and_the_same_mail_launches_once(
    cast: Cast,
) -> None:
    template = make_template(cast.olga)
    let_all_launch(cast.olga, template)
    raw = mail(address_of(cast.mia))
    assert send(cast, template, raw) == Outcome.LAUNCHED
    assert send(cast, template, raw) == Outcome.REPEATED
    (run,) = runs_of(cast)
    assert (run["name"], run["launched_via"]) == ("New laptop", "email")
    assert run["started_by"] == cast.mia.user_id
    assert verbs_of(cast.olga, run) == ["created"]
    another = mail(address_of(cast.mia), key="2", subject=" ")
    assert send(cast, template, another) == Outcome.LAUNCHED
    assert runs_of(cast)[0]["name"].startswith("Onboarding - ")


def test_30_52_a_stranger_is_refused_by_mail_and_not_too_often(cast: Cast) -> None:
    template = make_template(cast.olga)
    stranger = "sam@elsewhere.test"
    assert send(cast, template, mail(stranger)) == Outcome.REFUSED
    (letter,) = mails_of(cast, stranger)
    assert letter.subject == "Not launched: New laptop"
    assert send(cast, template, mail(stranger)) == Outcome.REPEATED
    assert send(cast, template, mail(stranger, key="2")) == Outcome.DROPPED
    assert len(mails_of(cast, stranger)) == 1
    later = server_of(cast).clock() + HOUR + 1
    server = replace(server_of(cast), clock=lambda: later)
    assert send(cast, template, mail(stranger, key="3"), server) == Outcome.REFUSED
    assert runs_of(cast) == []


@pytest.mark.parametrize(
    "header", ["Auto-Submitted: auto-replied", "List-Id: <all.cast.test>", "Return-Path: <>"]
)
def test_30_52_machines_get_no_answer(cast: Cast, header: str) -> None:
    template = make_template(cast.olga)
    assert send(cast, template, mail("sam@elsewhere.test", header)) == Outcome.DROPPED
    assert send(cast, template, mail(address_of(cast.olga), header)) == Outcome.DROPPED
    assert mails_of(cast) == []
    assert runs_of(cast) == []


def test_30_52_who_only_claims_to_be_a_member_launches_nothing(cast: Cast) -> None:
    template = make_template(cast.olga)
    forged = mail(address_of(cast.olga)).replace(b"dkim=pass", b"dkim=fail")
    assert send(cast, template, forged) == Outcome.DROPPED
    untrusting = replace(server_of(cast), settings=cast.server.storage.settings)
    assert send(cast, template, mail(address_of(cast.olga)), untrusting) == Outcome.DROPPED
    assert runs_of(cast) == []
    assert mails_of(cast) == []


def test_30_52_a_member_who_may_not_launch_is_told_why(cast: Cast) -> None:
    template = make_template(cast.olga)
    assert send(cast, template, mail(address_of(cast.leo))) == Outcome.REFUSED
    (letter,) = mails_of(cast, address_of(cast.leo))
    assert "New laptop" in letter.text
    made(cast.olga.delete(f"/checklists/{template['id']}"), 200)
    assert send(cast, template, mail(address_of(cast.olga), key="2")) == Outcome.REFUSED
    assert "archived" in mails_of(cast, address_of(cast.olga))[0].text
    assert runs_of(cast) == []


def test_30_52_other_addresses_and_templates_of_nobody(cast: Cast) -> None:
    server, raw = server_of(cast), mail(address_of(cast.olga))
    assert receive_mail(server, raw, "olga@cast.test") == Outcome.DROPPED
    assert receive_mail(server, raw, f"bot+{'0' * 32}-launch@x.test") == Outcome.DROPPED
    others = assemble(cast.server)
    theirs = make_template(others.olga)
    assert send(cast, theirs, raw) == Outcome.REFUSED
    assert runs_of(others) == []
    assert "member" in mails_of(others, address_of(cast.olga))[0].text


def test_30_52_the_same_mail_twice_at_once_launches_once(cast: Cast) -> None:
    template = make_template(cast.olga)
    raw = mail(address_of(cast.olga))
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: send(cast, template, raw), range(8)))
    assert sorted(outcomes) == [Outcome.LAUNCHED, *[Outcome.REPEATED] * 7]
    assert len(runs_of(cast)) == 1


def test_30_52_the_text_answers_the_field_made_for_it(cast: Cast) -> None:
    question = {"label": BODY_LABEL, "field_type": "textarea", "required": False}
    template = make_template(cast.olga, prerun=[question])
    raw = mail(address_of(cast.olga), body="Two <b>please</b>.")
    assert send(cast, template, raw) == Outcome.LAUNCHED
    (run,) = runs_of(cast)
    assert read(cast.olga, run)["prerun"] == {template["prerun"][0]["id"]: "Two <b>please</b>."}


def with_files(sender: str) -> bytes:
    """Two files that are taken, one that is not, and the logo of a signature."""
    message = EmailMessage()
    message["Authentication-Results"] = f"{TRUSTED}; dkim=pass header.d={sender.partition('@')[2]}"
    message["From"], message["Subject"] = sender, "Ann's laptop"
    message["Message-ID"] = f"<files@{sender.partition('@')[2]}>"
    message.set_content("Please.")
    for name in ("offer.pdf", "plan.pdf"):
        message.add_attachment(PDF, maintype="application", subtype="pdf", filename=name)
    message.add_attachment(b"MZ", maintype="application", subtype="x", filename="run.exe")
    message.add_attachment(
        PNG, maintype="image", subtype="png", filename="logo.png", cid="<logo>",
        disposition="inline",
    )  # fmt: skip
    return bytes(message)


@pytest.mark.parametrize("is_asked", [True, False])
def test_30_52_files_of_the_mail_become_the_processs_and_answer_their_field(
    cast: Cast, is_asked: bool
) -> None:
    question = {"label": FILES_LABEL, "field_type": "file", "required": True}
    template = make_template(cast.olga, prerun=[question] if is_asked else [])
    raw, sender = with_files(address_of(cast.olga)), address_of(cast.olga)
    assert send(cast, template, raw) == Outcome.LAUNCHED
    assert send(cast, template, raw) == Outcome.REPEATED
    (run,) = runs_of(cast)
    path = f"/runs/{run['id']}"
    shown = made(cast.olga.get(f"{path}?with=assets,threads"), 200)
    files = {file["filename"]: file for file in shown["assets"]["data"]}
    assert files.keys() == {"offer.pdf", "plan.pdf"}
    subjects = [(file["subject"], file["version"], file["checklist_id"]) for file in files.values()]
    assert subjects == [({"id": run["id"], "type": "Run"}, 1, template["id"])] * 2
    if is_asked:
        answer = shown["prerun"][template["prerun"][0]["id"]]
        assert [(each["filename"], each["subject"]["type"]) for each in answer] == [
            ("offer.pdf", "Run"), ("plan.pdf", "Run"),
        ]  # fmt: skip
    (note,) = shown["threads"]["data"]
    assert (note["author_type"], "run.exe was not kept" in note["content"]) == ("bot", True)
    told = verbs_of(cast.olga, run)
    assert (told.count("created"), told.count("uploaded")) == (1, 2)
    # They are archived, found, and deleted with it.
    made(cast.olga.delete(path), 200)
    fetched = cast.olga.get(f"/file/{files['offer.pdf']['id']}/dl")
    assert fetched.content == PDF
    (hit,) = cast.olga.get("/search?on=process&search=laptop").json()["process"]["data"]
    assert (hit["id"], hit["status"]) == (run["id"], "archived")
    assert cast.olga.delete(f"{path}/delete").status_code == 200
    assert made(cast.olga.get("/assets"), 200) == []
    while remove_some(cast.server.storage):
        pass
    kept = [each for each in store_of(cast.server.storage.settings).walk() if read_key(each.key)]
    assert [each.key for each in kept if cast.organization_id in each.key] == []
    assert mails_of(cast, sender) == []


def test_30_52_a_required_answer_that_no_mail_gives_is_told(cast: Cast) -> None:
    question = {"label": "Client", "field_type": "text", "required": True}
    template = make_template(cast.olga, prerun=[question])
    assert send(cast, template, mail(address_of(cast.olga))) == Outcome.REFUSED
    assert "Client is required" in mails_of(cast, address_of(cast.olga))[0].text
    assert runs_of(cast) == []
    assert launch(cast.olga, template, prerun={template["prerun"][0]["id"]: "Acme"})["prerun"]


def test_found_f11_a_refused_mail_tells_all_that_is_wrong_and_where_the_form_is(
    cast: Cast,
) -> None:
    asked = [
        {"label": label, "field_type": "text", "required": True} for label in ("Model", "Reason")
    ]
    template = make_template(cast.olga, prerun=asked)
    sender = address_of(cast.olga)
    assert send(cast, template, mail(sender)) == Outcome.REFUSED
    (letter,) = mails_of(cast, sender)
    for sentence in ("- Model is required", "- Reason is required"):
        assert sentence in letter.text.splitlines()
    link = f"/{cast.organization_id}/process/{template['id']}/create"
    assert any(line.endswith(link) for line in letter.text.splitlines())
    # Nobody is sent to a form that they may not use.
    assert send(cast, template, mail(address_of(cast.leo), key="2")) == Outcome.REFUSED
    (letter,) = mails_of(cast, address_of(cast.leo))
    assert "/create" not in letter.text
