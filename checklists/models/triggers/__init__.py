"""Database triggers that make the ledger append-only, whoever writes: the app, a shell, raw SQL.

Installed after every `migrate`, because Django's table rebuild on SQLite drops triggers without a word. They guard
against mistakes and careless tools; against whoever owns the database there is the evidence, not a trigger.
"""

from typing import Any

from django.apps import AppConfig
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from checklists.models.ledger import LedgerEntry, QuarantinedEntry
from checklists.models.triggers import postgresql, sqlite

LEDGER_MODELS: tuple[type[models.Model], ...] = (LedgerEntry, QuarantinedEntry)
DIALECTS = {"sqlite": sqlite, "postgresql": postgresql}


def install_triggers(sender: AppConfig, using: str = "default", **options: Any) -> None:
    """Receiver of `post_migrate`: puts every trigger in place that is missing, switched off or altered.

    Does nothing when all stand: a second start takes no lock on the ledger.
    """
    connection = connections[using]
    missing = set(standing_triggers(connection))
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for model in existing_models(connection):
            for trigger in DIALECTS[connection.vendor].triggers_of(model):
                if trigger.name in missing:
                    for statement in trigger.statements:
                        cursor.execute(statement)


def standing_triggers(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of the triggers that do **not** stand as they should; empty when all do."""
    dialect = DIALECTS[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(dialect.FOUND)
        found = {name: tuple(definition) for name, *definition in cursor.fetchall()}
    return [
        trigger.name
        for model in existing_models(connection)
        for trigger in dialect.triggers_of(model)
        if found.get(trigger.name) != trigger.definition
    ]


def existing_models(connection: BaseDatabaseWrapper) -> list[type[models.Model]]:
    """The ledger models whose tables are there: none before the first migration."""
    tables = connection.introspection.table_names()
    return [model for model in LEDGER_MODELS if model._meta.db_table in tables]
