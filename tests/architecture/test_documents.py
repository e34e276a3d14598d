"""What the pages point at is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_FILE = re.compile(r"`((?:tests|src|docs|tools)/[\w./-]+?)(?:::(\w+))?`")


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text()):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_named_files_and_tests_exist(page: Path) -> None:
    for file, test in _FILE.findall(page.read_text()):
        path = ROOT / file
        assert path.exists(), file
        assert not test or f"def {test}(" in path.read_text(), f"{file}::{test}"


@pytest.mark.parametrize("page", sorted((ROOT / "docs/decisions").glob("*.md")), ids=_name)
def test_a_decision_has_its_parts_and_is_listed(page: Path) -> None:
    text = page.read_text()
    number = page.name[:4]
    assert text.startswith(f"# {number} ")
    for part in ("Context", "Decision", "Check", "Alternatives"):
        assert f"**{part}.**" in text, part
    assert f"(decisions/{page.name})" in (ROOT / "docs/README.md").read_text()
