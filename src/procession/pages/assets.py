"""What pages load: the style, the scripts, the icons and the mark, each under a name with a digest.

Read and put together once, at the first page: there is no build. A file under such a name never
changes, so browsers keep it; `web/static.py` gives it out.

The style is all of `assets/css` in the order of its layers. The script is all of `assets/js`, each
file in a block of its own: they share nothing but events of the page. A file of others (htmx) goes
out as it came, from `assets/vendor`, where its licence is.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "assets"
ADDRESS = "/app/assets"
#: Every other file belongs to a component, and stands behind these.
_FIRST = ("layers.css", "tokens.css", "base.css", "layout.css")
_INSIDE = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_JAVASCRIPT = "text/javascript; charset=utf-8"


@dataclass(frozen=True)
class Asset:
    """One file as it is given out."""

    name: str
    content_type: str
    content: bytes

    @property
    def address(self) -> str:
        return f"{ADDRESS}/{self.name}"


@cache
def style() -> Asset:
    files = {path.name: path for path in sorted((FOLDER / "css").glob("*.css"))}
    ordered = [files.pop(name) for name in _FIRST] + list(files.values())
    return _asset("procession.css", "text/css; charset=utf-8", _joined(ordered))


@cache
def script() -> Asset:
    files = sorted((FOLDER / "js").glob("*.js"))
    blocks = "".join(f"{{\n{path.read_text(encoding='utf-8')}}}\n" for path in files)
    return _asset("procession.js", _JAVASCRIPT, f'"use strict";\n{blocks}')


@cache
def htmx() -> Asset:
    text = (FOLDER / "vendor" / "htmx" / "htmx.min.js").read_text(encoding="utf-8")
    return _asset("htmx.js", _JAVASCRIPT, text)


@cache
def sprite() -> Asset:
    """A symbol for each icon, named after its file; how it is stroked, the style says."""
    symbols = [_symbol(path) for path in sorted((FOLDER / "icons").glob("*.svg"))]
    text = f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'
    return _asset("icons.svg", "image/svg+xml", text)


@cache
def mark() -> Asset:
    """As the icon of a tab."""
    return _asset("mark.svg", "image/svg+xml", (FOLDER / "mark.svg").read_text(encoding="utf-8"))


@cache
def by_name() -> dict[str, Asset]:
    return {each.name: each for each in (style(), script(), htmx(), sprite(), mark())}


def _joined(paths: list[Path]) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in paths)


def _symbol(path: Path) -> str:
    found = _INSIDE.search(path.read_text(encoding="utf-8"))
    assert found is not None, path
    inside = " ".join(found[1].split())
    return f'<symbol id="{path.stem}" viewBox="0 0 24 24">{inside}</symbol>'


def _asset(name: str, content_type: str, text: str) -> Asset:
    content = text.encode()
    stem, _, kind = name.rpartition(".")
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Asset(f"{stem}.{digest}.{kind}", content_type, content)
