"""`procession receive-mail`, as a mail server starts it (found list A1 to A3; decision 0025)."""

import os

import pytest

import standby
from cast import Cast
from factories import let_all_launch, made, make_template
from letters import mails_of

SERVER = "mx.example.com"
#: In what a sender chooses themselves, which the mail server repeats: a remark, a local part, and
#: a local part that looks like an encoded word once somebody decodes it.
FORGED = {
    "a1": 'spf=fail (domain of "dkim=pass header.d={domain}"@evil.example does not designate '
    "1.2.3.4) smtp.mailfrom=evil.example",
    "a2": 'spf=pass smtp.mailfrom="{domain}"@evil.example',
    "a3": "spf=pass smtp.mailfrom=tenant.{domain}",
    "a3_parent": "spf=pass smtp.mailfrom=test",
    "decoded": "spf=fail (domain of =?utf-8?q?=29=3B_dkim=3Dpass_header=2Ed=3D{domain}_=28?="
    "@evil.example does not designate 1.2.3.4) smtp.mailfrom=evil.example",
    "deep": "spf=pass " + "(" * 100_000 + " smtp.mailfrom={domain}",
}


def received(cast: Cast, template_id: str, sender: str, results: str, key: str) -> str:
    raw = (
        f"Authentication-Results: {SERVER}; {results}\r\nFrom: Mia <{sender}>\r\n"
        f"Subject: {key}\r\nMessage-ID: <{key}@{sender}>\r\n\r\nPlease.\r\n"
    )
    settings = {
        "PROCESSION_DATABASE_URL": cast.server.settings.database_url,
        "PROCESSION_MAIL_TRUSTED_SERVER": SERVER,
    }
    recipient = f"bot+{template_id}-launch@in.cast.test"
    words = ["receive-mail", "--recipient", recipient]
    done = standby.run(words, typed=raw.encode(), env={**os.environ, **settings})
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("kind", FORGED)
def test_found_a1_to_a3_what_the_sender_wrote_proves_nothing(cast: Cast, kind: str) -> None:
    template = make_template(cast.olga)
    sender = made(cast.olga.get("/users/me"), 200)["email"]
    domain = sender.rpartition("@")[2]
    results = FORGED[kind].format(domain=domain)
    assert received(cast, template["id"], sender, results, kind) == "dropped"
    assert made(cast.olga.get("/runs"), 200) == []
    assert mails_of(cast) == []


def test_found_a1_who_is_proved_still_launches(cast: Cast) -> None:
    template = make_template(cast.olga)
    let_all_launch(cast.olga, template)
    sender = made(cast.olga.get("/users/me"), 200)["email"]
    domain = sender.rpartition("@")[2]
    results = f'spf=pass (ok) smtp.mailfrom="a b"@{domain}; dkim=none'
    assert received(cast, template["id"], sender, results, "real") == "launched"
    (run,) = made(cast.olga.get("/runs"), 200)
    assert run["name"] == "real"
