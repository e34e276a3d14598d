"""Names of files, as they are sent and as they are kept (contract 45, 6)."""

import unicodedata

LONGEST_NAME = 255
#: Turn the reading direction: with one of them `fdp.exe` reads `exe.pdf`.
_TURNING = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def bare_name(sent: str) -> str:
    """Without the folders that it came from, of whatever system; in one form."""
    last = sent.replace("\\", "/").rpartition("/")[2]
    return unicodedata.normalize("NFC", last).strip()


def problem_of_name(name: str) -> str | None:
    """What is wrong with a bare name, as the rest of a sentence; None when it may be kept."""
    if not name or not name.strip("."):
        return "must have a file name."
    if len(name) > LONGEST_NAME:
        return f"may not have a file name of more than {LONGEST_NAME} characters."
    if any(_is_unseen(sign) for sign in name):
        return "may not have a file name with signs that cannot be seen."
    return None


def _is_unseen(sign: str) -> bool:
    return sign in _TURNING or unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp")


def ending_of(name: str) -> str:
    """In small letters, without its dot; empty without one."""
    return name.rpartition(".")[2].lower() if "." in name.strip(".") else ""
