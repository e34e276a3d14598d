"""What is typed into a box becomes rich text, and comes back as it was typed."""

import random

import pytest

from procession.core.typed_text import as_html, as_text
from procession.kit.html import linked_html


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("Two coins are missing.", "Two coins are missing."),
        ("One\nTwo", "<p>One<br>Two</p>"),
        ("One\n\n\n Two", "<p>One</p><p>Two</p>"),
        ("**Now** or *never*", "<strong>Now</strong> or <em>never</em>"),
        ("2*3*4 and __init__ and a * b * c", "2*3*4 and __init__ and a * b * c"),
        ("`a **b** <c>`", "<code>a **b** &lt;c&gt;</code>"),
        ("- one\n- two", "<ul><li>one</li><li>two</li></ul>"),
        ("1. one\n2. two", "<ol><li>one</li><li>two</li></ol>"),
        ("> said\n> she", "<blockquote><p>said<br>she</p></blockquote>"),
        ("Do:\n- this\nThen go", "<p>Do:</p><ul><li>this</li></ul><p>Then go</p>"),
        ('<b>no tag</b> & "so"', '&lt;b&gt;no tag&lt;/b&gt; &amp; "so"'),
        ("a\r\nb", "<p>a<br>b</p>"),
        ("-5 degrees, 3.5 litres", "-5 degrees, 3.5 litres"),
        ("  \n ", ""),
    ],
)
def test_what_is_typed_becomes_rich_text(typed: str, html: str) -> None:
    assert as_html(typed) == html
    assert (linked_html(html) or "") == html, "cleaning changes nothing of it"


PIECES = (
    "word", "@[7]", "**bold**", "*slanted*", "`code <b>`", "5 < 6", "a&b", "https://a.test/x?y=1&z=2",
    "مرحبا", "🥐", "**", "*", "- ", "> ", "1. ", "(", ")", "`",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(300))
def test_what_is_typed_comes_back_the_same(seed: int) -> None:
    """Typed again as it is shown, it makes the same text: nothing is lost by looking at it."""
    chance = random.Random(seed)
    lines = [
        "".join(chance.choice(("", "- ", "1. ", "> ")) + " ".join(chance.choices(PIECES, k=3)))
        for _ in range(chance.randint(1, 5))
    ]
    typed = chance.choice(("\n", "\n\n")).join(lines)
    kept = linked_html(as_html(typed)) or ""
    assert linked_html(as_html(as_text(kept))) == kept, typed


def test_markup_of_others_comes_back_as_something_else() -> None:
    """So that who shows it sees that it cannot be typed."""
    table = "<table><tbody><tr><td>1</td></tr></tbody></table>"
    assert as_html(as_text(table)) != table
