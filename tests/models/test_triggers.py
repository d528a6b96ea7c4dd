"""The ledger can't be changed, whichever way somebody tries."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from checklists.checks import check_triggers
from checklists.models import LedgerEntry, LedgerIsAppendOnly, Production, QuarantinedEntry
from checklists.models.triggers import install_triggers, standing_triggers

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TABLE = "checklists_ledgerentry"
ALL = {
    "sqlite": {
        f"checklists_{table}_no_{event}"
        for table in ("ledgerentry", "quarantinedentry")
        for event in ("update", "delete", "insert")
    },
    "postgresql": {
        f"checklists_{table}_no_{event}"
        for table in ("ledgerentry", "quarantinedentry")
        for event in ("change", "truncate")
    },
}


def recorded(
    production: Production, *, seq: int = 1, kind: str = "inspection", names: UUID | None = None
) -> LedgerEntry:
    return LedgerEntry.objects.create(
        production=production,
        seq=seq,
        entry_id=uuid4(),
        kind=kind,
        device_id=uuid4(),
        device_seq=seq,
        effective_at=NOON,
        received_at=NOON,
        names=names,
        leaf_hash="0" * 64,
        entry_bytes=b"{}",
        receipt_bytes=b"{}",
    )


def quarantined(production: Production) -> QuarantinedEntry:
    return QuarantinedEntry.objects.create(
        production=production,
        entry_id=uuid4(),
        reason="conflict",
        kind="inspection",
        author_id=uuid4(),
        received_at=NOON,
        leaf_hash="0" * 64,
        entry_bytes=b"{}",
    )


@pytest.fixture
def production(db: None) -> Production:
    return Production.objects.create(title="The Long Ride")


@pytest.fixture
def entry(production: Production) -> LedgerEntry:
    return recorded(production)


def run_sql(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def refused(statement: str, *values: Any) -> None:
    with pytest.raises(IntegrityError, match="append-only"):
        run_sql(statement, *values)


def copied(entry: LedgerEntry, **changes: Any) -> dict[str, Any]:
    """The row's columns and values as the database has them."""
    fields = {str(field.column): field for field in LedgerEntry._meta.concrete_fields}
    row = {column: getattr(entry, field.attname) for column, field in fields.items()} | changes
    return {column: fields[column].get_db_prep_save(value, connection) for column, value in row.items()}


def insert(row: dict[str, Any], *, how: str = "INSERT", after: str = "") -> tuple[Any, ...]:
    marks = ", ".join(["%s"] * len(row))
    return (f"{how} INTO {TABLE} ({', '.join(row)}) VALUES ({marks}) {after}", *row.values())


def test_an_entry_can_not_be_saved_again(entry: LedgerEntry) -> None:
    entry.kind = "handoff"

    with pytest.raises(LedgerIsAppendOnly):
        entry.save()


def test_an_entry_with_a_known_row_id_is_inserted_or_refused_never_updated(entry: LedgerEntry) -> None:
    other = LedgerEntry.objects.get()
    other._state.adding = True
    other.kind = "handoff"

    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()

    assert LedgerEntry.objects.get().kind == "inspection"


def test_an_entry_can_not_be_deleted(entry: LedgerEntry) -> None:
    with pytest.raises(LedgerIsAppendOnly):
        entry.delete()


def test_a_production_with_entries_can_not_be_deleted(entry: LedgerEntry) -> None:
    with pytest.raises(models.ProtectedError):
        entry.production.delete()


@pytest.mark.parametrize("model", [LedgerEntry, QuarantinedEntry])
def test_a_queryset_neither_updates_nor_deletes(model: type[LedgerEntry], db: None) -> None:
    with pytest.raises(LedgerIsAppendOnly):
        model.objects.update(kind="handoff")
    with pytest.raises(LedgerIsAppendOnly):
        model.objects.bulk_update([], ["kind"])
    with pytest.raises(LedgerIsAppendOnly):
        model.objects.all().delete()


def test_bulk_create_does_not_update_on_conflict(entry: LedgerEntry) -> None:
    twin = LedgerEntry.objects.get()
    twin.kind = "handoff"

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        LedgerEntry.objects.bulk_create([twin], update_conflicts=True, update_fields=["kind"], unique_fields=["id"])


def test_a_queryset_of_another_manager_is_refused_by_the_database(entry: LedgerEntry) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        models.QuerySet(LedgerEntry).update(kind="handoff")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        models.QuerySet(LedgerEntry)._raw_delete(using="default")


@pytest.mark.parametrize("column", [field.column for field in LedgerEntry._meta.concrete_fields])
def test_no_column_can_be_changed_by_sql(entry: LedgerEntry, column: str) -> None:
    refused(f"UPDATE {TABLE} SET {column} = {column}")


def test_rows_can_not_be_deleted_by_sql(entry: LedgerEntry) -> None:
    quarantined(entry.production)

    refused(f"DELETE FROM {TABLE}")
    refused("DELETE FROM checklists_quarantinedentry")


def test_quarantined_rows_can_not_be_changed_by_sql(entry: LedgerEntry) -> None:
    quarantined(entry.production)

    refused("UPDATE checklists_quarantinedentry SET kind = 'handoff'")


@pytest.mark.parametrize("taken", ["id", "seq", "entry_id"])
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_replacing_a_row_is_refused_with_any_value_of_recursive_triggers(
    entry: LedgerEntry, taken: str, recursive: str
) -> None:
    if connection.vendor == "sqlite":
        run_sql(f"PRAGMA recursive_triggers = {recursive}")
        fresh = {"id": entry.pk + 1, "seq": 2, "entry_id": uuid4()}
        fresh.pop(taken)

        refused(*insert(copied(entry, kind="handoff", **fresh), how="INSERT OR REPLACE"))

    assert LedgerEntry.objects.get().kind == "inspection"


@pytest.mark.parametrize("constraint", ["id", "production_id, seq", "production_id, entry_id"])
def test_an_upsert_over_a_row_is_refused(entry: LedgerEntry, constraint: str) -> None:
    fresh = {"id": entry.pk + 1, "seq": 2, "entry_id": uuid4()}
    for column in constraint.split(", "):
        fresh.pop(column, None)
    after = f"ON CONFLICT ({constraint}) DO UPDATE SET kind = excluded.kind"

    refused(*insert(copied(entry, kind="handoff", **fresh), after=after))


def test_a_row_may_be_added_by_sql(entry: LedgerEntry) -> None:
    run_sql(*insert(copied(entry, id=entry.pk + 1, seq=2, entry_id=uuid4())))

    assert LedgerEntry.objects.count() == 2


def test_the_tables_can_not_be_truncated(entry: LedgerEntry) -> None:
    if connection.vendor == "postgresql":
        run_sql("SET CONSTRAINTS ALL IMMEDIATE")
        refused(f"TRUNCATE {TABLE} CASCADE")
        refused("TRUNCATE checklists_quarantinedentry")
        refused("TRUNCATE checklists_production CASCADE")

    assert LedgerEntry.objects.count() == 1


def test_bytes_are_kept_while_no_redaction_names_the_entry(entry: LedgerEntry) -> None:
    recorded(entry.production, seq=2, kind="redaction", names=uuid4())
    recorded(entry.production, seq=3, kind="sign_off", names=entry.entry_id)
    recorded(Production.objects.create(title="Elsewhere"), kind="redaction", names=entry.entry_id)

    refused(f"UPDATE {TABLE} SET entry_bytes = NULL WHERE id = %s", entry.pk)


def test_bytes_become_null_once_a_redaction_names_the_entry(entry: LedgerEntry) -> None:
    recorded(entry.production, seq=2, kind="redaction", names=entry.entry_id)

    run_sql(f"UPDATE {TABLE} SET entry_bytes = NULL WHERE id = %s", entry.pk)

    assert LedgerEntry.objects.get(pk=entry.pk).entry_bytes is None


def test_a_redaction_allows_no_other_change(entry: LedgerEntry) -> None:
    redaction = recorded(entry.production, seq=2, kind="redaction", names=entry.entry_id)

    refused(f"UPDATE {TABLE} SET entry_bytes = NULL, leaf_hash = 'x' WHERE id = %s", entry.pk)
    refused(f"UPDATE {TABLE} SET entry_bytes = receipt_bytes WHERE id = %s", entry.pk)
    refused(f"UPDATE {TABLE} SET entry_bytes = NULL WHERE id = %s", redaction.pk)
    refused(f"DELETE FROM {TABLE} WHERE id = %s", entry.pk)


def test_bytes_do_not_come_back_after_a_redaction(entry: LedgerEntry) -> None:
    recorded(entry.production, seq=2, kind="redaction", names=entry.entry_id)
    run_sql(f"UPDATE {TABLE} SET entry_bytes = NULL WHERE id = %s", entry.pk)

    refused(f"UPDATE {TABLE} SET entry_bytes = receipt_bytes WHERE id = %s", entry.pk)


def test_all_triggers_stand_after_migrating(db: None) -> None:
    assert standing_triggers(connection) == []


def test_triggers_that_are_gone_are_named_and_put_back(db: None) -> None:
    for name in ALL[connection.vendor]:
        drop(name)

    assert set(standing_triggers(connection)) == ALL[connection.vendor]
    assert [message.id for message in check_triggers(databases=["default"])] == ["checklists.C001"] * len(
        ALL[connection.vendor]
    )

    install_triggers(sender=apps.get_app_config("checklists"))

    assert standing_triggers(connection) == []
    assert check_triggers(databases=["default"]) == []


def test_a_trigger_that_was_weakened_is_named_and_put_back(db: None) -> None:
    name = min(ALL[connection.vendor])
    weaken(name)

    assert standing_triggers(connection) == [name]

    install_triggers(sender=apps.get_app_config("checklists"))

    assert standing_triggers(connection) == []


def test_rebuilding_a_table_drops_the_triggers_and_the_next_migrate_puts_them_back(committed_db: object) -> None:
    if connection.vendor == "sqlite":
        with connection.schema_editor() as editor:
            editor._remake_table(LedgerEntry)  # type: ignore[attr-defined]

        assert len(standing_triggers(connection)) == 3

    install_triggers(sender=apps.get_app_config("checklists"))

    assert standing_triggers(connection) == []


def drop(name: str) -> None:
    table = name.partition("_no_")[0]
    run_sql(f"DROP TRIGGER {name} ON {table}" if connection.vendor == "postgresql" else f"DROP TRIGGER {name}")


def weaken(name: str) -> None:
    table = name.partition("_no_")[0]
    if connection.vendor == "postgresql":
        run_sql(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    else:
        drop(name)
        run_sql(f"CREATE TRIGGER {name} BEFORE DELETE ON {table} WHEN 0 BEGIN SELECT 1; END")
