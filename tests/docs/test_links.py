"""Nothing points at a page, a heading or a file that isn't there."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import anchors, links, pages, text_of
from tests.tooling.running import ROOT

OURS = ("api", "checklists", "docs", "safetyapp", "tests")
PATH = re.compile(rf"`((?:{'|'.join(OURS)})/[\w./-]+)`")
CODE = [path for folder in OURS for path in (ROOT / folder).rglob("*.py")]


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def is_broken(page: Path, link: str) -> bool:
    """Whether a link leads to no file, or to no heading of a page."""
    path, _, anchor = link.partition("#")
    target = (page.parent / path) if path else page
    return not target.exists() or (bool(anchor) and anchor not in anchors(text_of(target)))


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert [link for link in links(text_of(page)) if is_broken(page, link)] == []


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    named = [path for path in PATH.findall(text_of(page)) if "NAME" not in path]

    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_page_that_code_names_is_there() -> None:
    named = {page for code in CODE for page in re.findall(r"docs/[\w/.-]+\.md", code.read_text("utf-8"))}

    assert [page for page in sorted(named) if not (ROOT / page).exists()] == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One\n\n[a](#one) [b](#two) [c](page.md) [d](none.md)\n")

    assert [link for link in links(text_of(page)) if is_broken(page, link)] == ["#two", "none.md"]
