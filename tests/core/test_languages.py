"""Languages are known by their codes."""

import pytest

from procession.core.languages import is_language


@pytest.mark.parametrize("code", ["en", "de", "pt-BR", "pt_br", "zh-Hant", "es-419"])
def test_a_language_may_name_a_country(code: str) -> None:
    assert is_language(code)


@pytest.mark.parametrize("code", ["", "xx", "EN", "eng", "klingon", "en-", "en-GBR", "en GB"])
def test_other_words_are_no_languages(code: str) -> None:
    assert not is_language(code)
