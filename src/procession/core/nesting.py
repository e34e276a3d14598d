"""How deeply JSON is nested, found out before anything that recurses reads it.

Readers written in C recurse on the small stack of a server's thread, and not every Python stops
them: 20,000 brackets are enough to end the process. So the brackets are counted first, by nothing
but operations that run over the bytes at the speed of the machine.
"""

#: Levels that what is sent to us may have: objects and lists within each other.
DEEPEST = 64
#: Of what we have stored: a value that was sent lies within some levels of ours.
DEEPEST_STORED = 2 * DEEPEST

_ALL_BUT_BRACKETS_AND_QUOTES = bytes(sorted(set(range(256)) - set(b'[]{}"')))
_ALL_BUT_COLONS_AND_QUOTES = bytes(sorted(set(range(256)) - set(b':"')))
_ONE_KIND = bytes.maketrans(b"{}", b"[]")


def is_too_deep(json: bytes, deepest: int = DEEPEST) -> bool:
    """Whether a reader would go further down than that, also in what proves to be no JSON."""
    if json.count(b"[") + json.count(b"{") <= deepest:
        return False
    brackets = _brackets_of(json)
    for level in range(deepest + 1):
        if b"[]" not in brackets:
            # What is open to the end lies around all that has been taken away.
            return level + brackets.count(b"[") > deepest
        brackets = brackets.replace(b"[]", b"")
    return True


def count_keys(json: bytes) -> int:
    """Of all objects in it, each as often as it is there: behind every key stands a colon."""
    return len(_outside_of_texts(json, None, _ALL_BUT_COLONS_AND_QUOTES))


def _brackets_of(json: bytes) -> bytes:
    """Those that are no signs of a text, all written as `[` and `]`."""
    return _outside_of_texts(json, _ONE_KIND, _ALL_BUT_BRACKETS_AND_QUOTES)


def _outside_of_texts(json: bytes, table: bytes | None, dropped: bytes) -> bytes:
    """Of the bytes that are not dropped, those that are no signs of a text, by the table."""
    if b"\\" in json:
        json = json.replace(b"\\\\", b"").replace(b'\\"', b"")
    # Quotes next to each other hold nothing, or end one text and begin another: without them
    # what stands outside of texts still does.
    left = json.translate(table, dropped).replace(b'""', b"")
    return b"".join(left.split(b'"')[::2])
