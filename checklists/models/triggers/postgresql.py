"""The ledger's triggers as PostgreSQL wants them. `ON CONFLICT DO UPDATE` fires the UPDATE trigger.

They are enabled ALWAYS, so that they also stand in sessions that replay another server's changes.
"""

from django.db import models

from checklists.models.triggers.trigger import Trigger

FOUND = """
    SELECT tgname, tgenabled::text, tgtype::text, prosrc FROM pg_trigger
    JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE NOT tgisinternal AND pg_table_is_visible(pg_class.oid) AND tgqual IS NULL AND tgattr = ''
"""
"""All unconditional triggers on the tables in use: the name, then the definition."""

ALWAYS = "A"
BEFORE_UPDATE_OR_DELETE_OF_A_ROW = "27"  # bits of pg_trigger.tgtype
BEFORE_TRUNCATE = "34"


def triggers_of(model: type[models.Model]) -> list[Trigger]:
    """The triggers of one ledger table."""
    return [
        trigger(model, "change", "BEFORE UPDATE OR DELETE", "ROW", BEFORE_UPDATE_OR_DELETE_OF_A_ROW, changing(model)),
        trigger(model, "truncate", "BEFORE TRUNCATE", "STATEMENT", BEFORE_TRUNCATE, f"BEGIN {refusal()} END"),
    ]


def trigger(model: type[models.Model], word: str, event: str, each: str, bits: str, body: str) -> Trigger:
    table = model._meta.db_table
    name = f"{table}_no_{word}"
    statements = (
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $body${body}$body$',
        f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"',
        f'CREATE TRIGGER "{name}" {event} ON "{table}" FOR EACH {each} EXECUTE FUNCTION "{name}"()',
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"',
    )
    return Trigger(name, statements, (ALWAYS, bits, body))


def changing(model: type[models.Model]) -> str:
    """Lets one change through: bytes to null, once a redaction entry of the production names the entry."""
    columns = [field.column for field in model._meta.concrete_fields]
    if "names" not in columns:
        return f"BEGIN {refusal()} END"
    unchanged = " AND ".join(
        f'NEW."{column}" IS NOT DISTINCT FROM OLD."{column}"' for column in columns if column != "entry_bytes"
    )
    return (
        f"BEGIN IF TG_OP = 'UPDATE' THEN IF OLD.entry_bytes IS NOT NULL AND NEW.entry_bytes IS NULL AND {unchanged} "
        f"AND EXISTS (SELECT 1 FROM \"{model._meta.db_table}\" AS redaction WHERE redaction.kind = 'redaction' "
        "AND redaction.production_id = OLD.production_id AND redaction.names = OLD.entry_id) "
        f"THEN RETURN NEW; END IF; END IF; {refusal()} END"
    )


def refusal() -> str:
    return (
        "RAISE EXCEPTION 'the ledger is append-only: % of % refused', TG_OP, TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation';"
    )
