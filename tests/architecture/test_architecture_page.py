"""docs/architecture.md shows the folders that there are."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text()
PACKAGE = ROOT / "src" / "procession"
#: Floors whose rooms are shown one by one.
OPEN = ("flows", "domains")


def drawn() -> set[str]:
    """Folders of the page's tree, below the package."""
    tree = PAGE.split("```")[1].strip().splitlines()
    assert tree[0] == "src/procession/"
    folders, above = set(), ""
    for line in tree[1:]:
        found = re.match(r"( +)([a-z_]+)/", line)
        assert found, line
        indent, name = len(found[1]), found[2]
        above = name if indent == 2 else above
        folders.add(name if indent == 2 else f"{above}/{name}")
    return folders


def built() -> set[str]:
    floors = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    rooms = {
        f"{floor}/{path.parent.name}"
        for floor in OPEN
        for path in (PACKAGE / floor).glob("*/__init__.py")
    }
    return floors | rooms


def test_the_tree_of_the_page_is_the_tree_of_the_package() -> None:
    assert drawn() == built()
