"""Mails to a template's address, as pure values (contract 30, 3.7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procession.core.inbound_mail import UnreadableMail, read_mail, template_addressed

pytestmark = pytest.mark.hostile

PROOF = "mx.acme.test; dkim=pass header.d=acme.test; spf=none smtp.mailfrom=x.test"


def mail(*headers: str, body: str = "Please start.", proof: str = PROOF) -> bytes:
    lines = [
        f"Authentication-Results: {proof}",
        "From: Mia <mia@acme.test>",
        "Subject: New laptop",
        "Message-ID: <1@acme.test>",
        *headers,
    ]
    return ("\r\n".join(lines) + f"\r\n\r\n{body}\r\n").encode()


def test_what_a_plain_mail_says() -> None:
    read = read_mail(mail())
    assert (read.sender, read.subject, read.body) == (
        "mia@acme.test",
        "New laptop",
        "Please start.",
    )
    assert (read.message_id, read.results, read.is_automatic) == ("<1@acme.test>", PROOF, False)


def test_only_the_newest_result_counts() -> None:
    """A sender may write one of their own into the mail: ours stands above it."""
    forged = mail(f"Authentication-Results: {PROOF}", proof="mx.acme.test; dkim=none")
    assert read_mail(forged).results == "mx.acme.test; dkim=none"


def test_found_a1_the_result_is_unfolded_and_not_decoded() -> None:
    """In an encoded word of somebody's address may stand all that the grammar is made of."""
    encoded = "=?utf-8?q?=29=3B_dkim=3Dpass_header.d=3Dacme.test_=28?="
    proof = f"mx.acme.test;\r\n\tspf=fail (domain of\r\n {encoded}@evil.test)"
    assert read_mail(mail(proof=proof)).results == (
        f"mx.acme.test;\tspf=fail (domain of {encoded}@evil.test)"
    )
    assert read_mail(b"From: a@acme.test\r\n\r\n").results == ""


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Precedence: bulk",
        "List-Id: <all.acme.test>",
        "Return-Path: <>",
    ],
)
def test_what_machines_send_is_told_from_what_people_send(header: str) -> None:
    assert read_mail(mail(header)).is_automatic


def test_several_authors_are_nobody() -> None:
    raw = mail().replace(b"From: Mia <mia@acme.test>", b"From: a@acme.test, b@acme.test")
    assert read_mail(raw).sender == ""


def test_encoded_words_and_alternatives() -> None:
    body = (
        "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<b>Hi</b>\r\n"
        "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHi\r\n--b--"
    )
    raw = mail("MIME-Version: 1.0", 'Content-Type: multipart/alternative; boundary="b"', body=body)
    read = read_mail(raw.replace(b"New laptop", b"=?utf-8?q?Caf=C3=A9?="))
    assert (read.subject, read.body, read.is_html) == ("Café", "Hi", False)


@pytest.mark.parametrize(
    ("recipient", "template"),
    [
        (f"bot+{'0a' * 16}-launch@in.acme.test", "0a" * 16),
        (f"<BOT+{'0A' * 16}-launch@in.acme.test>", "0a" * 16),
        (f"bot+{'0a' * 15}-launch@in.acme.test", None),
        (f"bot+{'0a' * 16}@in.acme.test", None),
        ("mia@acme.test", None),
    ],
)
def test_templates_have_addresses(recipient: str, template: str | None) -> None:
    assert template_addressed(recipient) == template


def parts_of_parts(levels: int) -> bytes:
    body = "".join(
        f"--b{level}\r\nContent-Type: multipart/mixed;\r\n boundary=b{level + 1}\r\n\r\n"
        for level in range(levels)
    )
    return mail("Content-Type: multipart/mixed; boundary=b0", body=body)


def test_parts_of_parts_have_a_limit() -> None:
    assert read_mail(parts_of_parts(60)).sender == "mia@acme.test"
    for deep in (parts_of_parts(64), parts_of_parts(10_000), mails_in_a_mail(10_000)):
        with pytest.raises(UnreadableMail):
            read_mail(deep)


def mails_in_a_mail(levels: int) -> bytes:
    return mail(
        "Content-Type: message/rfc822", body="CONTENT-TYPE: message/rfc822\r\n\r\n" * levels
    )


@pytest.mark.parametrize("name", ["From", "To", "Subject", "Content-Type", "Content-Disposition"])
@pytest.mark.parametrize("text", ["(" * 10_000, "<" * 10_000, "[{" * 5_000])
def test_a_deep_header_is_read_or_refused(name: str, text: str) -> None:
    try:
        assert read_mail(mail(f"{name}: {text}")).message_id
    except UnreadableMail:
        assert name.startswith("Content")


@given(st.binary(max_size=400))
def test_any_bytes_are_read(raw: bytes) -> None:
    assert isinstance(read_mail(raw).results, str)
