"""What a search finds in a text, and the terms by which an index finds it (contract 60, 4).

A query is split on white space, and every word of it must occur: at the start of a word of the
text, or, when it has three signs or more, anywhere. Special signs are signs like others. Scripts
that write no spaces between words (Chinese, Japanese, Korean) are read sign by sign, so that two
signs are found wherever they stand.

Texts and queries are folded first (`core.folding`).
"""

from collections.abc import Iterable, Sequence

from procession.core.folding import folded
from procession.core.texts import tidied

#: From as many signs a word of a query is found in the middle of a word, too.
ANYWHERE_FROM = 3
#: Signs of a query in all; what is longer is refused.
LONGEST_QUERY = 200
#: From, to: each sign begins a word.
_SIGN_BY_SIGN = (
    (0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF),
    (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip
#: Databases end a term at a sign of punctuation. Its wide form never is in a folded text.
_WIDE = str.maketrans({chr(sign): chr(sign + 0xFEE0) for sign in range(0x21, 0x7F)
                       if not chr(sign).isalnum()})  # fmt: skip


def words_of(query: str) -> tuple[str, ...]:
    """The words of a query, folded, each once. One that is in another adds nothing, and goes."""
    words = dict.fromkeys(folded(tidied(query)).split())
    return tuple(
        word
        for word in words
        if not any(other != word and other.startswith(word) for other in words)
    )


def matches(text: str, words: Iterable[str]) -> bool:
    """Every word occurs in it; `text` is folded."""
    return all(_occurs(text, word) for word in words)


def _occurs(text: str, word: str) -> bool:
    if len(word) >= ANYWHERE_FROM:
        return word in text
    place = text.find(word)
    while place >= 0:
        if _begins_word(text, place):
            return True
        place = text.find(word, place + 1)
    return False


def _begins_word(text: str, place: int) -> bool:
    """Punctuation stands alone: before a letter it ends a word, and can be looked for itself."""
    if place == 0 or not (text[place].isalnum() and text[place - 1].isalnum()):
        return True
    return _is_word_alone(text[place])


def _is_word_alone(sign: str) -> bool:
    code = ord(sign)
    return code >= _SIGN_BY_SIGN[0][0] and any(low <= code <= top for low, top in _SIGN_BY_SIGN)


def terms_of(text: str) -> set[str]:
    """All that an index has to know of a folded text: its runs of three signs, and the first one
    and two signs of its words."""
    terms: set[str] = set()
    for run in set(text.split()):
        terms.update(run[place : place + 3] for place in range(len(run) - 2))
        for place in range(len(run)):
            if _begins_word(run, place):
                terms.add(run[place])
                terms.update((run[place : place + 2],) if place + 1 < len(run) else ())
    return {_written(term) for term in terms}


def terms_for(word: str) -> list[str]:
    """Those that every text has in which the word occurs. Of a longer word than three signs some
    others have them, too."""
    if len(word) < ANYWHERE_FROM:
        return [_written(word)]
    runs = dict.fromkeys(word[place : place + 3] for place in range(len(word) - 2))
    return [_written(run) for run in runs]


def _written(term: str) -> str:
    return term.translate(_WIDE)


def rank_of(name: str, words: Sequence[str], query: str) -> int:
    """0: the name is what was asked for, 1: it begins so, 2: it has all words, 3: other texts do.

    `name` and `query` are folded."""
    if name == query:
        return 0
    if name.startswith(query):
        return 1
    return 2 if all(word in name for word in words) else 3
