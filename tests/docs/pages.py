"""The pages for people, as tests read them: text, sections, headings as GitHub makes anchors of them, links."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.tooling.running import ROOT

DOCS = ROOT / "docs"


def pages() -> list[Path]:
    """Every page that ships."""
    return sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "tests").rglob("*.md")])


def text_of(page: Path) -> str:
    return page.read_text("utf-8")


def without_code(text: str) -> str:
    """The text without fenced blocks, in which brackets and number signs mean something else."""
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def headings(text: str) -> list[str]:
    return re.findall(r"^#+ (.+)$", without_code(text), re.MULTILINE)


def anchors(text: str) -> set[str]:
    """What a link to a heading of the page says after the number sign."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings(text)}


def links(text: str) -> Iterator[str]:
    """Targets of links within the project."""
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(text)):
        if not re.match(r"[a-z]+:", target):
            yield target


def section(text: str, heading: str) -> str:
    """What stands below a heading, up to the next one of its rank or above."""
    rank = len(re.findall(rf"^(#+) {re.escape(heading)}$", text, re.MULTILINE)[0])
    below = re.split(rf"^#{{{rank}}} {re.escape(heading)}$", text, maxsplit=1, flags=re.MULTILINE)[1]
    return re.split(rf"^#{{1,{rank}}} ", below, maxsplit=1, flags=re.MULTILINE)[0]
