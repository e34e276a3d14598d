"""What somebody wrote in an answer by mail (decision 0055). Whole mails: tests/mails/replies."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procession.kit.mail_words import own_words, text_of_html

pytestmark = pytest.mark.hostile

_WROTE = "On Monday, Dec 1, 2025 at 9:14, Procession wrote:"


@pytest.mark.parametrize(
    "text",
    [
        "Two things:\n\n- order the desk\n- call the mill",
        "Thanks, and please order two of them",
        "Yes.\nThanks, and please order two of them",
        "On Monday I wrote: it is fine.\nAm Montag komme ich.",
        "From the mill: flour.",
        "Best regards to Olga, who will pay for it, and ask her for the bill",
        "\n".join(f"Line {number}" for number in range(2_000)),
        "word " * 5_000 + "end",
    ],
)
def test_what_somebody_says_stays(text: str) -> None:
    assert own_words(text) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"Yes\n\n{_WROTE}\n\n> No?", "Yes"),
        (f"{'long ' * 100}\n\n{_WROTE}\n> No?", ("long " * 100).strip()),
        (f"{_WROTE}\n> No?\n\nYes\n\n-- \nMia", "Yes"),
        (f"{_WROTE}\n> One?\nYes\n> Two?\nNo\n> Rest", "> One?\n\nYes\n\n> Two?\n\nNo"),
        ("Yes\n\nViele Grüße\nMia", "Yes"),
        ("Yes\n\nGesendet mit Spark", "Yes"),
        (f"{_WROTE}\n> No?", ""),
        ("> All of it\n> quoted", ""),
        ("-- \nMia", ""),
        ("", ""),
    ],
)
def test_what_it_answers_to_and_signatures_go(text: str, words: str) -> None:
    assert own_words(text) == words


def test_html_reads_like_a_mail_without_it() -> None:
    html = (
        "<html><head><style>p { color: red }</style></head><body><p>See <a href='https://a.test/x'>"
        "this</a> &amp; <a href='https://b.test'>https://b.test</a></p><ul><li>one<li>two</ul>"
        "<img src='cid:i1'><img src='https://track.test/p.gif'><hr><blockquote>Old<blockquote>Older"
        "</blockquote></blockquote><pre>  as\n  typed</pre></body></html>"
    )
    assert text_of_html(html) == (
        "See this <https://a.test/x> & https://b.test\n\n- one\n- two\n\n[cid:i1]\n"
        + "_" * 32
        + "\n> Old\n> > Older\n> >\n  as\n  typed"
    )


_LONG = {
    "blanks": " " * 100_000, "lines": "\n" * 100_000, "quotes": ">" * 50_000,
    "on": "On " * 30_000, "am": "Am " * 20_000 + "schrieb", "from": "From:\n" * 10_000,
    "spaced": "From: \n\n" * 10_000, "rules": ("_" * 40 + "\n") * 1_000,
    "notes": "Disclaimer: " + "mail " * 5_000, "sent": "Sent from my a b c d\n" * 2_000,
    "greetings": "\nBest regards" * 3_000,
}  # fmt: skip


@pytest.mark.parametrize("name", _LONG)
def test_long_texts_take_no_time(name: str) -> None:
    """The library alone needs minutes for some of them."""
    text = _LONG[name]
    folded = "\n".join(text[start : start + 150] for start in range(0, len(text), 150))
    began = time.process_time()
    own_words(text)
    own_words(folded)
    text_of_html(f"<p>{text}</p>" * 3)
    assert time.process_time() - began < 5


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(own_words(text), str)
    assert isinstance(text_of_html(text), str)
