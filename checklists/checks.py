"""System checks: what an operator should know before trusting the installation."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Critical, Error, Info, Tags, register
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from checklists.custody.packs import load_pack, pack_names
from checklists.models.triggers import existing_models, standing_triggers

WAL_IS_SOUND_FROM = (3, 51, 3)
"""Older SQLite can lose committed transactions in WAL mode: the WAL-reset bug, https://sqlite.org/wal.html."""


@register(Tags.database)
def check_triggers(databases: Sequence[str] | None = None, **options: Any) -> list[CheckMessage]:
    """The ledger's tables, once they exist, refuse UPDATE, DELETE, REPLACE and TRUNCATE."""
    return [
        Critical(
            f"The ledger can be changed: trigger {name} is missing, off or altered on {connection.alias!r}.",
            hint="Run `manage.py migrate`, which puts it back, then `manage.py verify`.",
            id="checklists.C001",
        )
        for connection in connected(databases)
        if existing_models(connection)
        for name in standing_triggers(connection)
    ]


@register(Tags.database)
def check_journal(databases: Sequence[str] | None = None, **options: Any) -> list[CheckMessage]:
    """SQLite alone: which journal is in use and why, and whether commits survive a power cut."""
    return [
        message
        for connection in connected(databases)
        if connection.vendor == "sqlite"
        for message in journal_messages(
            version=sqlite3.sqlite_version_info,
            journal=pragma(connection, "journal_mode"),
            sync=pragma(connection, "synchronous"),
        )
    ]


def journal_messages(*, version: tuple[int, int, int], journal: str, sync: str) -> list[CheckMessage]:
    """What to say about SQLite `version` with these values of `PRAGMA journal_mode` and `PRAGMA synchronous`."""
    name = ".".join(map(str, version))
    messages: list[CheckMessage] = []
    if journal == "wal" and version < WAL_IS_SOUND_FROM:
        hint = "Use journal_mode=DELETE with synchronous=EXTRA, or SQLite 3.51.3 or newer."
        messages.append(
            Error(f"SQLite {name} can lose commits in WAL mode (WAL-reset bug).", hint=hint, id="checklists.E002")
        )
    if sync not in {"2", "3"}:
        hint = "Set synchronous to FULL or EXTRA for custody writes."
        messages.append(Error("SQLite may lose commits when the power fails.", hint=hint, id="checklists.E003"))
    if journal != "wal" and version < WAL_IS_SOUND_FROM:
        why = "WAL before 3.51.3 can lose commits (WAL-reset bug)"
        messages.append(
            Info(f"SQLite {name} uses journal_mode={journal.upper()}, because {why}.", id="checklists.I004")
        )
    return messages


@register()
def check_packs(**options: Any) -> list[CheckMessage]:
    """Every rule pack can be read, and no rule id stands in one twice."""
    messages: list[CheckMessage] = []
    for name in pack_names():
        counted = Counter(rule.id for rule in load_pack(name).rules)
        messages += [
            Error(f"Rule pack {name!r} has the rule {rule!r} {times} times.", id="checklists.E005")
            for rule, times in counted.items()
            if times > 1
        ]
    return messages


def connected(databases: Sequence[str] | None) -> list[BaseDatabaseWrapper]:
    return [connections[alias] for alias in databases or []]


def pragma(connection: BaseDatabaseWrapper, name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return str(cursor.fetchone()[0])
