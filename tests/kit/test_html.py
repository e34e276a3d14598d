"""Rich text: what is kept, what goes, and that nothing hostile comes out (contract 20, 2)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile_html import HOSTILE, SANDBOX, check_harmless
from procession.kit.html import VIDEO_HOSTS, clean_html, linked_html, plain_text

pytestmark = pytest.mark.hostile

_REL = ' rel="noopener noreferrer"'
VIDEO = "https://www.youtube.com/embed/x"


@pytest.mark.parametrize(
    "text",
    [
        "Plain text, 3 > 2",
        "<p>One <strong>two</strong><br>three</p>",
        "<h2>Title</h2><ul><li>a</li></ul><ol start=\"3\"><li>b</li></ol>",
        '<table><thead><tr><th scope="col">a</th></tr></thead><tbody><tr>'
        '<td colspan="2">b</td></tr></tbody><tfoot><tr><td>c</td></tr></tfoot></table>',
        '<img src="https://a.test/x.png" alt="A picture" width="10" height="20">',
        '<img src="/files/x.png">',
        f'<a href="https://a.test/?a=1&amp;b=2"{_REL}>x</a>',
        f'<a href="mailto:a@b.test"{_REL}>x</a><a href="tel:+41"{_REL}>y</a>',
        f'<a href="https://a.test" target="_blank"{_REL}>x</a>',
        "Dear {{name-1000001}}, see {{template:00000000000000000000000000000000}}",
        f'<a href="{{{{link-1000001}}}}"{_REL}>{{{{name-1}}}}</a>',
        '<blockquote>a</blockquote><pre><code>x = 1</code></pre><hr>',
        "5 &lt; 6 &amp; 7",
    ],
)  # fmt: skip
def test_what_authors_write_is_kept(text: str) -> None:
    assert clean_html(text) == text
    assert linked_html(text) == text


@pytest.mark.parametrize("host", sorted(VIDEO_HOSTS))
def test_videos_are_kept_in_a_sandbox(host: str) -> None:
    sent = f'<iframe src="https://{host}/x?a=1" width="560" height="50%" allowfullscreen></iframe>'
    kept = clean_html(sent)
    assert kept is not None
    assert f'src="https://{host}/x?a=1"' in kept
    assert f'sandbox="{SANDBOX}"' in kept
    assert 'width="560"' in kept
    assert 'height="50%"' in kept
    assert clean_html(kept) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Mail <john@example.com>", "Mail &lt;john@example.com&gt;"),
        ("<p>a<b and c>d</p>", "<p>a&lt;b and c&gt;d</p>"),
        ("cp <from> <to> <b>now</b>", "cp &lt;from&gt; &lt;to&gt; <b>now</b>"),
        ("the <script> tag", "the &lt;script&gt; tag"),
        ("<!-- not ended", "&lt;!-- not ended"),
        ('<img src="data:image/webp;base64,AA==">', '<img src="data:image/webp;base64,AA==">'),
        ('<img src="data:image/svg+xml;base64,AA==">x', "<img>x"),
        ('<img src="d\tata:text/html,x">x', "<img>x"),
        ('<a href="data:image/png;base64,AA==">x</a>', f"<a{_REL}>x</a>"),
        ('<a href=" DATA:text/html;base64,AA==">x</a>', f"<a{_REL}>x</a>"),
    ],
)
def test_rulings_18_and_19_text_stays_text_and_pictures_stay(text: str, kept: str) -> None:
    assert clean_html(text) == kept
    assert clean_html(kept) == kept


@pytest.mark.parametrize(
    "text",
    [None, "", "  \n", "<script>x</script>", "<iframe></iframe>", "<p><br></p>", "\u200b",
     "<p>&nbsp;&#8203;</p>", "<p>\u2800</p><hr>", "<b>\u0301</b>"],
)  # fmt: skip
def test_what_is_blank_is_nothing(text: str | None) -> None:
    assert clean_html(text) is None
    assert linked_html(text) is None


def link(address: str) -> str:
    return f'<a href="{address}"{_REL}>{address}</a>'


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("See https://a.test/b.", f"See {link('https://a.test/b')}."),
        ("(http://a.test/?q=1&r=2)", f"({link('http://a.test/?q=1&amp;r=2')})"),
        ("<p>https://a.test</p>", f"<p>{link('https://a.test')}</p>"),
        ("a < b https://a.test", f"a &lt; b {link('https://a.test')}"),
        (link("https://a.test"), link("https://a.test")),
        ('<img src="https://a.test/x.png">', '<img src="https://a.test/x.png">'),
        ("&lt;https://a.test&gt;", f"&lt;{link('https://a.test')}&gt;"),
        ("{{https://a.test}}", "{{https://a.test}}"),
        ("javascript://a.test/%0Aalert(1)", "javascript://a.test/%0Aalert(1)"),
        ("https://", "https://"),
        ('https://a.test/"onclick="x', f'{link("https://a.test/")}"onclick="x'),
    ],
)
def test_addresses_become_links(text: str, linked: str) -> None:
    assert linked_html(text) == linked
    assert linked_html(linked) == linked


# --- Nothing hostile ---


@pytest.mark.parametrize(("name", "text"), HOSTILE, ids=[name for name, _ in HOSTILE])
@pytest.mark.parametrize("clean", [clean_html, linked_html])
def test_nothing_hostile_comes_out(clean: Any, name: str, text: str) -> None:
    for wrapped in (text, f"<p>{text}</p>", f"before {text} https://a.test after", text + text):
        check_harmless(clean(wrapped))


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) >= 60
    assert len({text for _, text in HOSTILE}) == len(HOSTILE)


@given(st.lists(st.sampled_from([part for _, text in HOSTILE for part in text.split()] + [
    "<iframe src=https://www.youtube.com/>", "</iframe>", "<table>", "</p>", "<style>", "<!--",
    "-->", "<svg>", "<math>", "https://a.test/x", "{{", "}}", "&lt;", '"', "'", ">", "<a href=x>",
]), max_size=12).map(" ".join))  # fmt: skip
def test_nothing_hostile_comes_out_of_any_mixture(text: str) -> None:
    check_harmless(clean_html(text))
    check_harmless(linked_html(text))


def test_injected_templates_stay_text() -> None:
    text = "{{7*7}} ${7*7} #{7*7} {% print(1) %}"
    assert clean_html(text) == text
    assert linked_html(text) == text


@pytest.mark.parametrize("sign", ["{{", "<", "<a ", "<iframe ", "&", "http://", "{{{"])
def test_long_nonsense_is_read_quickly(sign: str) -> None:
    """Within the limit of the test run: anything but a linear pass would take minutes."""
    check_harmless(linked_html(sign * (300_000 // len(sign))))


@pytest.mark.parametrize(
    ("rich", "plain"),
    [
        ("plain", "plain"),
        ("<p>One<br>two</p><p>three</p>", "One\ntwo\n\nthree"),
        ("<ul><li>a</li><li>b &amp; c</li></ul>end", "- a\n- b & c\n\nend"),
        ('<a href="https://a.test/x">here</a>, <a href="https://b.test">https://b.test</a>',
         "here (https://a.test/x), https://b.test"),
        ("one\n  two", "one two"),
        ("<pre>one\ntwo</pre>", "one\ntwo"),
        ("<p></p><p></p><p>x</p>", "x"),
        ("1 < 2 &lt;3", "1 < 2 <3"),
        ("", ""),
    ],
)  # fmt: skip
def test_rich_text_as_a_mail_says_it(rich: str, plain: str) -> None:
    assert plain_text(rich) == plain
