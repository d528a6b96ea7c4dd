"""The ledger's triggers as SQLite wants them.

`INSERT OR REPLACE` deletes the old row without firing DELETE triggers (unless `recursive_triggers` is on, which any
connection may forget), and an upsert is an insert first: so a trigger before INSERT refuses what is already there.
It refuses `INSERT OR IGNORE` on such a row too, loudly.
"""

from django.db import models

from checklists.models.triggers.trigger import Trigger

FOUND = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
"""All triggers: the name, then the definition."""


def triggers_of(model: type[models.Model]) -> list[Trigger]:
    """The triggers of one ledger table."""
    return [
        trigger(model, "UPDATE", f"NOT ({redaction(model)})", "entries are corrected by new entries, never updated"),
        trigger(model, "DELETE", "1", "entries are never deleted"),
        trigger(model, "INSERT", already_there(model), "entries are never replaced"),
    ]


def trigger(model: type[models.Model], event: str, condition: str, message: str) -> Trigger:
    table = model._meta.db_table
    name = f"{table}_no_{event.lower()}"
    create = (
        f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" WHEN {condition} '
        f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: {message}'); END"
    )
    return Trigger(name, (f'DROP TRIGGER IF EXISTS "{name}"', create), (create,))


def redaction(model: type[models.Model]) -> str:
    """The one change that is let through: bytes to null, once a redaction entry of the production names the entry."""
    columns = [field.column for field in model._meta.concrete_fields]
    if "names" not in columns:
        return "0"
    unchanged = " AND ".join(f'NEW."{column}" IS OLD."{column}"' for column in columns if column != "entry_bytes")
    return (
        f"OLD.entry_bytes IS NOT NULL AND NEW.entry_bytes IS NULL AND {unchanged} AND EXISTS (SELECT 1 FROM "
        f"\"{model._meta.db_table}\" WHERE kind = 'redaction' "
        "AND production_id = OLD.production_id AND names = OLD.entry_id)"
    )


def already_there(model: type[models.Model]) -> str:
    """Whether a row with the same id, or the same values of a unique constraint, exists."""
    return " OR ".join(
        f'EXISTS (SELECT 1 FROM "{model._meta.db_table}" WHERE '
        + " AND ".join(f'"{column}" = NEW."{column}"' for column in columns)
        + ")"
        for columns in unique_columns(model)
    )


def unique_columns(model: type[models.Model]) -> list[list[str]]:
    columns = {field.name: str(field.column) for field in model._meta.concrete_fields}
    constraints = [one for one in model._meta.constraints if isinstance(one, models.UniqueConstraint)]
    return [["id"], *([columns[name] for name in one.fields] for one in constraints)]
