"""One folding of texts, for searching and sorting alike, whatever the database and its locale.

The database cannot do it: SQLite knows the case of ASCII alone, PostgreSQL what the locale of the
database says, and neither takes accents away (decision 0027). So what is more than ASCII is folded
here, and kept beside the text.
"""

import re
import unicodedata

#: Between a text's folded form and the text itself. Lower than every sign that can be typed, so
#: that of two texts the shorter one comes first.
_BETWEEN = "\x01"
#: As much of a text as decides its place in a list: an index cannot hold endless keys.
SORTED_SIGNS = 200
#: Accents of Latin, Greek and Cyrillic letters. Elsewhere such marks are vowels, or other sounds;
#: and й is a letter of its own, not an и with something on it.
_ACCENTS = re.compile("[\u0300-\u0305\u0307-\u036f]|(?<!и)\u0306")
#: Letters that people without them write otherwise, and that Unicode does not take apart.
_LETTERS = str.maketrans(
    {"\u0131": "i", "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe"}
)
_CAPITALS = str.maketrans({letter: chr(letter + 32) for letter in range(ord("A"), ord("Z") + 1)})


def folded(text: str) -> str:
    """Equal for texts that differ by case, accents or ways to write the same signs (NFKC)."""
    if text.isascii():
        return text.lower()
    # Twice: capitals may hide in what stands for one sign, and accents in how a letter is folded.
    apart = unicodedata.normalize("NFKD", text).casefold()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", apart)).casefold()
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", apart)).translate(_LETTERS)
    return unicodedata.normalize("NFKC", plain or apart)


def occurs(q: str, *texts: str) -> bool:
    """In one of them; what lists that are searched here show."""
    wanted = folded(q)
    return any(wanted in folded(text) for text in texts)


def kept_fold(text: str | None) -> str | None:
    """What is stored beside a text; None when the database folds it just as well (ASCII).

    The folded text comes first, and is what lists search and sort by. Then the text as it is: it
    decides between texts that differ by accents or case alone, and no change of a text leaves
    this one as it was.
    """
    if text is None or text.isascii():
        return None
    return f"{folded(text)}{_BETWEEN}{text}"


def sorting_key(text: str) -> str:
    """Sorts as databases do by what is stored: for lists that are sorted here."""
    return (kept_fold(text) or text.lower())[:SORTED_SIGNS]


def lower_ascii(text: str) -> str:
    """What both databases make of a text that is not folded: only A to Z change."""
    return text.translate(_CAPITALS)
