"""Every decision has its number, its three parts and its row in the list."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, headings, text_of

FOLDER = DOCS / "decisions"
DECISIONS = sorted(page for page in FOLDER.glob("*.md") if page.name != "README.md")


def title(page: Path) -> tuple[str, str]:
    """Number and title of a decision."""
    number, _, words = headings(text_of(page))[0].partition(": ")
    return number, words


def test_the_list_has_every_decision_with_its_title() -> None:
    rows = re.findall(r"^\| \[(\d{4})\]\((.+)\) \| (.+) \|$", text_of(FOLDER / "README.md"), re.MULTILINE)

    assert rows == [(title(page)[0], page.name, title(page)[1]) for page in DECISIONS]


def test_numbers_have_no_gap() -> None:
    assert [page.name[:5] for page in DECISIONS] == [f"{number:04}-" for number in range(1, len(DECISIONS) + 1)]
    assert [title(page)[0] for page in DECISIONS] == [page.name[:4] for page in DECISIONS]


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.name[:4])
def test_a_decision_says_context_decision_and_consequences(page: Path) -> None:
    ranks = re.findall(r"^## (.+)$", text_of(page), re.MULTILINE)

    assert ranks == ["Context", "Decision", "Consequences"]
