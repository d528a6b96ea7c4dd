"""The system checks say what an operator must know."""

import pytest
from django.core.management import call_command
from django.db import connection

from checklists.checks import check_journal, check_packs, journal_messages

OLD, SOUND = (3, 40, 1), (3, 51, 3)


@pytest.mark.parametrize(
    "version, journal, sync, ids",
    [
        (OLD, "delete", "3", ["checklists.I004"]),
        (OLD, "delete", "2", ["checklists.I004"]),
        (OLD, "delete", "1", ["checklists.E003", "checklists.I004"]),
        (OLD, "wal", "2", ["checklists.E002"]),
        (SOUND, "wal", "2", []),
        (SOUND, "wal", "1", ["checklists.E003"]),
        (SOUND, "delete", "3", []),
    ],
)
def test_the_journal_of_sqlite_is_judged(
    version: tuple[int, int, int], journal: str, sync: str, ids: list[str]
) -> None:
    assert [message.id for message in journal_messages(version=version, journal=journal, sync=sync)] == ids


def test_the_journal_in_use_may_be_slow_and_never_loses_commits(db: None) -> None:
    assert {message.id for message in check_journal(databases=["default"])} <= {"checklists.I004"}


def test_the_rule_packs_that_are_shipped_are_whole() -> None:
    assert check_packs() == []


def test_all_checks_pass_on_a_migrated_database(db: None) -> None:
    call_command("check", databases=[connection.alias], fail_level="WARNING")
