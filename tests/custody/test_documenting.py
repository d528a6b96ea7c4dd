"""The page about rules and checklists."""

import datetime as dt
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from msgspec.structs import replace

from checklists.custody.documenting import cited, described, document, span
from checklists.custody.packs import Source, load_pack, pack_names
from checklists.custody.words import FIREARM_KINDS

CORE = load_pack("core")
PAGE = document([CORE])


def section(rule_id: str) -> list[str]:
    """The lines about a rule."""
    return PAGE.split(f"### {rule_id}\n")[1].split("\n### ")[0].strip().splitlines()


def test_every_rule_and_checklist_is_on_the_page() -> None:
    headings = {line.removeprefix("### ") for line in PAGE.splitlines() if line.startswith("### ")}

    assert {rule.id for rule in CORE.rules} <= headings
    assert len(headings) == len(CORE.rules) + len(FIREARM_KINDS)
    assert CORE.hash in PAGE


def test_every_item_of_every_checklist_is_on_the_page() -> None:
    assert all(f"| `{item.code}` | {item.title} |" in PAGE for items in CORE.checklists.values() for item in items)


def test_a_requirement_says_when_it_is_asked_and_given_what() -> None:
    assert section("inspection-fresh") == [
        "The inspection is recent enough.",
        "",
        "- **critical**, step of: handler",
        "- asked at: handoff to performer; part of clearance; only while `inspected-since-custody-change` holds",
        "- number: 30 minutes",
        "- source: product choice",
    ]


def test_what_is_both_required_and_expected_says_both() -> None:
    lines = section("announcement-confirmed-by-ad")

    assert any(line.startswith("- asked at: ") for line in lines)
    assert "- expected within 2 minutes of: announcement" in lines


@pytest.mark.parametrize(
    "rule_id, line",
    [
        ("locked-up-by-wrap", "- expected within 30 minutes of: wrap, after: left its secure place"),
        ("not-unattended", "- forbidden: left in an open place, for more than 2 minutes"),
        ("never-live", "- forbidden: live round"),
        ("misfire-wait", "- number: 30 seconds, 1 minute for kind `muzzle_loader`"),
        ("complaint-answered", "- expected within 24 hours of: complaint"),
        ("announced-since-inspection", "- **stop**, step of: first AD"),
        ("chain-unbroken", "- asked at: handoff"),
    ],
)
def test_each_form_of_rule_says_what_it_is_about(rule_id: str, line: str) -> None:
    assert line in section(rule_id)


def test_a_confirmed_source_is_a_link_with_its_grade() -> None:
    rule = next(rule for rule in CORE.rules if rule.id == "never-live")

    assert section("never-live")[-1] == f"- source: us-ca-labor-9150, [Lab. Code 9155(a)]({rule.source.url}), grade A"


def test_a_source_that_is_not_confirmed_is_never_cited() -> None:
    hearsay = Source(regime="somewhere", clause="Code 12", url="https://law.example/12", grade="D", confirmed=False)

    assert cited(hearsay) == "product choice"


def test_what_is_forbidden_at_once_names_no_span() -> None:
    unattended = next(rule for rule in CORE.rules if rule.id == "not-unattended")

    assert "- forbidden: left in an open place\n" in described(replace(unattended, within=dt.timedelta(0)))


@pytest.mark.parametrize(
    "seconds, words",
    [
        (1, "1 second"),
        (90, "90 seconds"),
        (60, "1 minute"),
        (5_400, "90 minutes"),
        (86_400, "24 hours"),
        (172_800, "2 days"),
    ],
)
def test_a_duration_is_said_in_its_largest_unit(seconds: int, words: str) -> None:
    assert span(dt.timedelta(seconds=seconds)) == words


# The command


def test_the_shipped_page_is_up_to_date() -> None:
    call_command("document_rules", "--check")


def test_a_page_that_is_out_of_date_fails_the_check_and_stays_as_it_is(tmp_path: Path) -> None:
    page = tmp_path / "rules.md"
    page.write_text("old")

    with pytest.raises(CommandError, match="out of date"):
        call_command("document_rules", "--check", output=page)

    assert page.read_text() == "old"


def test_a_missing_page_fails_the_check(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="out of date"):
        call_command("document_rules", "--check", output=tmp_path / "none.md")


def test_the_command_writes_all_packs(tmp_path: Path) -> None:
    page = tmp_path / "rules.md"

    call_command("document_rules", output=page)

    assert page.read_text("utf-8") == document(load_pack(name) for name in pack_names())
