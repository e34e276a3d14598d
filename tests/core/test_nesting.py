"""Levels of JSON are counted rightly, whatever stands in its texts, and quickly."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procession.core.nesting import DEEPEST, count_keys, is_too_deep

pytestmark = pytest.mark.hostile

TEXTS = st.text(st.sampled_from('[]{}"\\ a\u00e9\u225b'), max_size=8)
VALUES = st.recursive(
    TEXTS | st.none() | st.integers(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(TEXTS, inside, max_size=3),
    max_leaves=12,
)


def levels_of(value: Any) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(levels_of, value), default=0) if isinstance(value, list) else 0


@given(VALUES, st.integers(0, 6), st.booleans())
def test_what_is_too_deep_has_more_levels(value: Any, deepest: int, is_ascii: bool) -> None:
    written = json.dumps(value, ensure_ascii=is_ascii).encode()
    assert is_too_deep(written, deepest) == (levels_of(value) > deepest)


@pytest.mark.parametrize(("opens", "closes"), [(b"[", b"]"), (b'{"a":', b"}"), (b'[{"[":', b"}]")])
def test_the_limit_is_exact_in_wide_documents(opens: bytes, closes: bytes) -> None:
    levels = DEEPEST // opens.count(b'":') if opens.startswith(b"{") else DEEPEST
    levels = DEEPEST // 2 if len(closes) == 2 else levels
    deep = opens * levels + b"1" + closes * levels
    wide = b'["]]]", [], {}, "\\\\", "\\"", "\\\\\\"{"],' * 100
    assert not is_too_deep(deep)
    assert is_too_deep(b"[" + deep + b"]")
    assert is_too_deep(b"[" + wide + deep + b"]")
    assert not is_too_deep(b"[" + wide + deep[len(opens) : -len(closes)] + b"]")


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 10_000, b'{"a":' * 10_000, b'["\\"",' * 10_000, b"[1," * 65,
        b'"[[[",' * 9 + b"[" * 65, b"]" * 99 + b"[" * 65, b"\\[" * 65, b"\x00[" * 65,
    ],
    ids=lambda text: text[:12].decode("latin-1"),
)  # fmt: skip
def test_what_is_no_json_counts_as_deep_as_it_begins(text: bytes) -> None:
    assert is_too_deep(text)


@pytest.mark.parametrize("text", [b'"' + b"[" * 1000 + b'"', b'"\\"' + b"[" * 1000, b"[]" * 1000])
def test_signs_of_texts_and_what_has_ended_are_no_levels(text: bytes) -> None:
    assert not is_too_deep(text)


@pytest.mark.parametrize(
    "piece", [b"[", b"[],", b'"a",', b'"[",', b'\\"', b"\\", b"[{", b"[" * 64 + b"]" * 64]
)
def test_ten_million_bytes_take_a_moment(piece: bytes) -> None:
    text = b"[" * 70 + b'"' + piece * (10_000_000 // len(piece))
    begun = time.process_time()
    is_too_deep(text)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (b"{}", 0), (b'{"a": 1}', 1), (b'{"a:b": ":", "c": {"d": [{"e": "\\":"}]}}', 4),
        (b'{"a": 1, "a": 2}', 2), (b'["a:b", ":", "\\\\", ":"]', 0), (b'{"": "", "b": ""}', 2),
        (b'{"a\\\\": "x:\\\\\\":", "b": 1}', 2),
    ],
)  # fmt: skip
def test_keys_are_counted_as_often_as_they_are_there(text: bytes, count: int) -> None:
    assert count_keys(text) == count


@given(VALUES)
def test_keys_are_counted_in_any_json(value: Any) -> None:
    def keys_in(each: Any) -> int:
        if isinstance(each, dict):
            return len(each) + sum(map(keys_in, each.values()))
        return sum(map(keys_in, each)) if isinstance(each, list) else 0

    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
        assert count_keys(text.encode()) == keys_in(value)
