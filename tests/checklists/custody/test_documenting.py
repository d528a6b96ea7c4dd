"""The page of rules: everything that is in a pack stands on it, and nothing claims a source that isn't there."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from checklists.custody.documenting import cited, described, document, span
from checklists.custody.packs import Rule, Source, load_pack, pack_names

CHOICE = Source(regime="good-practice")
STATUTE = Source(regime="somewhere", clause="Code 12", url="https://law.example/12", grade="A", confirmed=True)


def test_every_rule_and_every_checklist_item_stands_on_the_page() -> None:
    core = load_pack("core")

    page = document([core])

    assert all(f"### {rule.id}\n\n{rule.title}." in page for rule in core.rules)
    assert all(f"| `{item.code}` | {item.title} |" in page for items in core.checklists.values() for item in items)


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


def test_the_command_writes_what_documenting_says(tmp_path: Path) -> None:
    page = tmp_path / "rules.md"

    call_command("document_rules", output=page)

    assert page.read_text("utf-8") == document(load_pack(name) for name in pack_names())


def test_a_source_that_is_not_confirmed_is_never_cited() -> None:
    hearsay = Source(regime="somewhere", clause="Code 12", url="https://law.example/12", grade="D", confirmed=False)

    assert cited(hearsay) == "product choice"


def test_a_confirmed_source_is_cited_with_its_grade() -> None:
    assert cited(STATUTE) == "somewhere, [Code 12](https://law.example/12), grade A"


def test_a_rule_that_asks_and_expects_says_both() -> None:
    rule = next(rule for rule in load_pack("core").rules if rule.id == "announcement-confirmed-by-ad")

    text = described(rule)

    assert "- asked at: handoff to performer; part of clearance; only while `announced-since-inspection` holds" in text
    assert "- expected within 2 minutes of: announcement" in text


def test_a_rule_due_by_an_anchor_names_the_anchor_and_the_trigger() -> None:
    rule = expecting_by_wrap()

    assert "- expected within 30 minutes of: wrap, after: left its secure place" in described(rule)


def test_a_rule_that_forbids_at_once_names_no_span() -> None:
    rule = forbidding(within=timedelta(0))

    assert "- forbidden: left in an open place\n" in described(rule)


def test_a_rule_that_forbids_for_long_names_the_span() -> None:
    rule = forbidding(within=timedelta(minutes=2))

    assert "- forbidden: left in an open place, for more than 2 minutes\n" in described(rule)


@pytest.mark.parametrize(
    "length,words",
    [
        (timedelta(seconds=30), "30 seconds"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(hours=24), "24 hours"),
        (timedelta(days=2), "2 days"),
    ],
)
def test_a_span_is_written_in_its_largest_whole_unit(length: timedelta, words: str) -> None:
    assert span(length) == words


def expecting_by_wrap() -> Rule:
    return Rule(
        id="locked-up-by-wrap",
        title="Locked up",
        severity="stop",
        owner="handler",
        source=CHOICE,
        expects="locked-up",
        after="left its secure place",
        by="wrap",
        within=timedelta(minutes=30),
    )


def forbidding(*, within: timedelta) -> Rule:
    return Rule(
        id="not-unattended",
        title="Attended",
        severity="stop",
        owner="handler",
        source=CHOICE,
        forbids="unattended",
        after="left in an open place",
        within=within,
    )
