"""Templates embedded in texts of others (contract 20, 3.12), without a server."""

import pytest

from procession.domains.templates.content.embedding import (
    content_without,
    face_without,
    templates_in,
    without_template,
)
from procession.domains.templates.types import Content, Face, Field, Step

ONE, TWO = "1" * 32, "a" * 32


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, []),
        ("", []),
        (f"<p>{{{{template:{ONE}}}}}</p>", [ONE]),
        (f"{{{{ \ufeffTemplate: {TWO.upper()}\u200b }}}} and {{{{template:{ONE}}}}}", [TWO, ONE]),
        ("{{template:}} {{template:123}} {{name-1000}} {{snippet:1}}", []),
        (f"{{template:{ONE}}} {{{{template:{ONE}0}}}}", []),
    ],
)
def test_20_312_tokens_are_found(text: str | None, found: list[str]) -> None:
    assert templates_in(text) == found


def test_20_312_tokens_are_taken_out() -> None:
    text = f"See {{{{template:{ONE}}}}} and {{{{ template:{TWO} }}}}, {{{{name}}}}"
    assert without_template(text, ONE) == f"See  and {{{{ template:{TWO} }}}}, {{{{name}}}}"
    assert without_template(text, None) == "See  and , {{name}}"
    assert without_template(text, "0" * 32) == text
    assert without_template(f" {{{{template:{ONE}}}}} ", ONE) is None
    assert without_template(" {{name}} ", ONE) == " {{name}} "
    assert without_template(None, ONE) is None


def test_20_312_only_what_embeds_it_changes() -> None:
    token = f"{{{{template:{ONE}}}}}"
    field = Field(
        id="f", alias="f", label=token, field_type="text", required=False, guidance=f"a {token}",
        created_at=1, updated_at=1,
    )  # fmt: skip
    step = Step(id="s", alias="s", title=token, summary=f"b {token}", created_at=1, updated_at=1)
    other = Step(id="t", alias="t", title="T", summary="c", created_at=1, updated_at=1)
    deep = Step(id="u", alias="u", title="U", fields=(field,), created_at=1, updated_at=1)
    content = Content(steps=(step, other, deep), kickoff=(field,))
    now = content_without(content, ONE, 9)
    assert (now.kickoff[0].guidance, now.kickoff[0].updated_at) == ("a", 9)
    assert (now.steps[0].summary, now.steps[0].updated_at) == ("b", 9)
    assert now.steps[1] is other
    assert (now.steps[2].fields[0].guidance, now.steps[2].updated_at) == ("a", 9)
    # Titles and labels are no rich text: nothing was embedded there.
    assert (now.steps[0].title, now.kickoff[0].label) == (token, token)
    assert content_without(content, TWO, 9) == content
    face = Face(title=token, type="form", summary=token, guidance="g", kickoff_description=token)
    assert face_without(face, ONE) == Face(title=token, type="form", guidance="g")
