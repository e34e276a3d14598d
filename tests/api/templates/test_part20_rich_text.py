"""Part 20, 2: hostile rich text is harmless when it is read back, wherever authors write it."""

from typing import Any

from cast import Cast
from factories import made, make_template
from hostile_html import HOSTILE, check_harmless
from procession.kit.html import is_tangled

#: Those that are kept, cleaned; a text with a NUL or much nesting is refused (tests/hostile).
TEXTS = [text for _, text in HOSTILE if "\x00" not in text and not is_tangled(text)]


def field(guidance: str, **keys: Any) -> dict[str, Any]:
    return {"label": "L", "field_type": "text", "required": False, "guidance": guidance, **keys}


def test_20_2_hostile_texts_of_steps_and_fields(cast: Cast) -> None:
    rich = {"field_type": "textarea", "use_wysiwyg_editor": True, "default_value_enabled": True}
    steps = [
        {"title": "S", "summary": text, "captures": [field(text, default_value=text, **rich)]}
        for text in TEXTS
    ]
    asked = [field(text, default_value=text, **rich) for text in TEXTS]
    template = make_template(cast.olga, steps, prerun=asked)
    read = made(cast.mia.get(f"/checklists/{template['id']}?with=steps"), 200)
    assert len(read["steps"]["data"]) == len(read["prerun"]) == len(TEXTS)
    for step in read["steps"]["data"]:
        check_harmless(step["summary"])
        (capture,) = step["captures"]
        check_harmless(capture["guidance"])
        check_harmless(capture["default_value"])
    for question in read["prerun"]:
        check_harmless(question["guidance"])
        check_harmless(question["default_value"])


def test_20_2_hostile_texts_of_templates(cast: Cast) -> None:
    for text in TEXTS:
        template = make_template(cast.olga, 0, summary=text, guidance=text)
        check_harmless(template["summary"])
        check_harmless(template["guidance"])


def test_20_2_hostile_guidance_sent_by_a_change(cast: Cast) -> None:
    template = make_template(cast.olga, 0, prerun=[field("x")])
    path = f"/checklists/{template['id']}/preruns/{template['prerun'][0]['id']}"
    for text in TEXTS:
        changed = made(cast.olga.put(path, {"guidance": text}), 200)
        check_harmless(changed["guidance"])


def test_20_2_tokens_and_injected_templates_stay_as_they_were_written(cast: Cast) -> None:
    text = "Dear {{name-1000001}}, {{7*7}} ${7*7} <%= 7*7 %>".replace("<%=", "&lt;%=")
    template = make_template(cast.olga, [{"title": "{{7*7}}", "summary": text}], summary=text)
    assert template["summary"] == text.replace("%>", "%&gt;")
    (step,) = made(cast.olga.get(f"/checklists/{template['id']}/steps"), 200)
    assert (step["title"], step["summary"]) == ("{{7*7}}", template["summary"])
