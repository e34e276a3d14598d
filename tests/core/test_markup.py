"""What is a tag, and what is text that only looks like one (ruling 18)."""

import time

import pytest

from procession.core.markup import (
    holds_large_picture,
    length_of,
    with_text_escaped,
    without_tags,
)

#: Text, and how it stands in rich text.
TYPED = [
    ("<john@example.com>", "&lt;john@example.com>"),
    ("John <john@example.com>, <mailto:john@example.com>",
     "John &lt;john@example.com>, &lt;mailto:john@example.com>"),
    ("a<b", "a&lt;b"),
    ("a<b and c>d", "a&lt;b and c>d"),
    ("cp <from> <to>", "cp &lt;from> &lt;to>"),
    ("I <3 you </3 <- <= <", "I &lt;3 you &lt;/3 &lt;- &lt;= &lt;"),
    ("#include <stdio.h>", "#include &lt;stdio.h>"),
    ("List<String> <https://a.test/x>", "List&lt;String> &lt;https://a.test/x>"),
    ("<!-- not ended", "&lt;!-- not ended"),
    ("<!wow> <?what>", "&lt;!wow> &lt;?what>"),
    ("the <script> tag and what follows", "the &lt;script> tag and what follows"),
    ('<img src="x', '&lt;img src="x'),
    ("<foo bar='<b>'>", "&lt;foo bar='<b>'>"),
]  # fmt: skip
TAGS = [
    "<p>", "</p>", "<BR/>", "<br />", '<a href="a>b" title=\'<\'>', "<img src=x alt=y>",
    '<img src="x"alt="y">', "<iframe src='x' allowfullscreen></iframe>", "<details open>",
    "<script>a<b</script>", "<!-- a <b> -->", "<!DOCTYPE html>", "<o:p></o:p>", "<![if !lists]>",
    '<?xml version="1.0"?>', '<svg viewBox="0"><path d="M"/></svg>', "<h1\nid=x\t>",
]  # fmt: skip


@pytest.mark.parametrize(("text", "escaped"), TYPED)
def test_ruling_18_text_behind_a_sign_stays(text: str, escaped: str) -> None:
    assert with_text_escaped(text) == escaped
    assert with_text_escaped(escaped) == escaped
    if "<b>" not in text:
        assert without_tags(text) == text


@pytest.mark.parametrize("tag", TAGS)
def test_ruling_18_tags_are_tags(tag: str) -> None:
    if not tag.startswith("<script"):
        assert with_text_escaped(tag) == tag
    assert without_tags(f"x{tag}y").strip("ab<") in ("xy", "xa&lt;by", "xa<by")


@pytest.mark.parametrize(
    "part",
    ["<", "<a ", "<a b='", '<a b="', "<a b='\"", "<a b=<", "<!--", "<script>", "<a/", "<a b "],
)
def test_long_nonsense_is_read_quickly(part: str) -> None:
    begun = time.process_time()
    text = part * (200_000 // len(part))
    with_text_escaped(text)
    without_tags(text + ">")
    assert time.process_time() - begun < 2


def test_ruling_19_pictures_have_a_limit_of_their_own() -> None:
    small = "data:image/png;base64," + "A" * 349_524
    assert not holds_large_picture(f'<img src="{small}">')
    assert holds_large_picture(f'<img src="{small}AAAA">')
    assert length_of(f'a<img src="{small}">') == len('a<img src="data:">')
    assert length_of("data: no picture") == len("data: no picture")
