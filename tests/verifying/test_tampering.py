"""Whatever somebody changes behind the ledger's back, in it or beside it, is found."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction

from checklists.evidence.canonical import canonical, leaf_hash
from checklists.models import (
    Alert,
    Credential,
    CrewMember,
    Custody,
    CustodySnapshot,
    Device,
    ExpectedStep,
    Firearm,
    Hold,
    LedgerEntry,
    LedgerHead,
    Place,
    Production,
    QuarantinedEntry,
)
from checklists.services.judging.records import RECORD_MODELS
from checklists.services.ledger import ServerEntry, append_rows, lock_ledger, receipted, server_row
from tests.verifying.playing import PLAIN_DAY, RICH_DAY, UNREAD_DAY, findings, played, tamper, unguarded

DERIVED: tuple[type[models.Model], ...] = (*RECORD_MODELS, Hold, Custody, CustodySnapshot, Device, ExpectedStep, Alert)
NEVER_GONE = tuple(model for model in DERIVED if model is not CustodySnapshot)
"""A snapshot is kept for speed alone; without it folding begins earlier."""
NOT_IN_THE_LEDGER = {("QuarantinedEntry", "received_at")}
"""An entry in quarantine has no receipt: when it came is known from the row alone."""


@pytest.fixture
def rich(db: None) -> Production:
    production = played(RICH_DAY, size=70)
    assert findings() == []
    return production


@pytest.fixture
def plain(db: None) -> Production:
    return played(PLAIN_DAY, size=12)


def other(field: "models.Field[Any, Any]", value: Any) -> Any:
    """Another value of the same type."""
    if isinstance(field, models.ForeignKey | models.UUIDField):
        return uuid4()
    if value is None:
        return {"DateTimeField": "2020-01-01T00:00:00Z", "BooleanField": False}.get(field.get_internal_type(), 7)
    if isinstance(value, bool):
        return not value
    if isinstance(field, models.DateField):
        return value + timedelta(days=1)
    if isinstance(field, models.BinaryField):
        data = bytearray(value)
        data[len(data) // 2] ^= 1
        return bytes(data)
    if isinstance(value, list | dict):
        return ["other"]
    return value + 1000 if isinstance(value, int) else ("x" + value)[: field.max_length]


def undetected(row: models.Model, field: "models.Field[Any, Any]") -> bool:
    with transaction.atomic():
        tamper(row, **{field.attname: other(field, getattr(row, field.attname))})
        found = findings()
        transaction.set_rollback(True)
    return not found


def columns_of(row: models.Model) -> list["models.Field[Any, Any]"]:
    """All but the keys, and the references that the database guards itself."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    return [field for field in fields if not (getattr(field, "db_constraint", False))]


def test_no_column_of_a_derived_row_can_be_changed_unnoticed(rich: Production) -> None:
    missed = []
    for model in DERIVED:
        rows = list(model._default_manager.all())
        assert rows, f"the day has no {model.__name__}"
        row = rows[len(rows) // 2]
        missed += [(model.__name__, field.name) for field in columns_of(row) if undetected(row, field)]

    assert missed == []


def test_a_derived_row_that_is_gone_is_missed(rich: Production) -> None:
    for model in NEVER_GONE:
        with transaction.atomic():
            row = model._default_manager.first()
            assert row
            if model is ExpectedStep:
                Alert.objects.filter(step=row.pk).update(step=None)
            row.delete()
            found = findings()
            transaction.set_rollback(True)

        assert found, model.__name__


def test_no_column_of_the_ledger_can_be_changed_unnoticed(plain: Production) -> None:
    missed = []
    for kind in ("reference", "handoff", "sign_off", "alert_opened"):
        row = LedgerEntry.objects.filter(kind=kind).last()
        assert row
        missed += [(kind, field.name) for field in columns_of(row) if undetected(row, field)]

    assert missed == []


def test_no_column_of_the_quarantine_can_be_changed_unnoticed(db: None) -> None:
    played(UNREAD_DAY)
    row = QuarantinedEntry.objects.first()
    assert row

    missed = {("QuarantinedEntry", field.name) for field in columns_of(row) if undetected(row, field)}

    assert missed <= NOT_IN_THE_LEDGER


def test_bytes_that_are_not_canonical_are_found_even_when_hash_and_receipt_fit(plain: Production) -> None:
    row = LedgerEntry.objects.filter(kind="handoff").first()
    assert row

    spaced = json.dumps(json.loads(bytes(row.entry_bytes or b"")), sort_keys=True).encode()
    row.leaf_hash = leaf_hash(spaced)
    tamper(
        row,
        entry_bytes=spaced,
        leaf_hash=row.leaf_hash,
        receipt_bytes=receipted(row, auth={"method": "replay"}).receipt_bytes,
    )

    assert any("not canonical" in finding for finding in findings())


def test_a_receipt_that_says_another_way_of_knowing_the_author_is_found(plain: Production) -> None:
    row = LedgerEntry.objects.filter(kind="handoff").first()
    assert row

    receipt = json.loads(bytes(row.receipt_bytes)) | {"auth": {"method": "hearsay"}}
    tamper(row, receipt_bytes=canonical(receipt))

    assert any("how the author was known" in finding for finding in findings())


def test_an_entry_that_is_gone_leaves_a_gap(plain: Production) -> None:
    row = LedgerEntry.objects.filter(kind="alert_opened").first()
    assert row

    with unguarded():
        models.QuerySet(LedgerEntry).filter(pk=row.pk).delete()

    assert any("is missing" in finding for finding in findings())


@pytest.mark.parametrize("column", ["seq", "reference_seq"])
def test_a_head_that_is_not_the_end_is_found(plain: Production, column: str) -> None:
    LedgerHead.objects.filter(production=plain).update(**{column: 1})

    assert any("the head says" in finding for finding in findings())


def test_a_trigger_that_does_not_stand_is_found(plain: Production) -> None:
    with connection.cursor() as cursor:
        on = f' ON "{LedgerEntry._meta.db_table}"' if connection.vendor == "postgresql" else ""
        name = "change" if connection.vendor == "postgresql" else "delete"
        if on:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f'DROP TRIGGER "{LedgerEntry._meta.db_table}_no_{name}"{on}')

    assert any("guards the ledger" in finding for finding in findings())


CHANGES: dict[str, Callable[[], object]] = {
    "roles": lambda: CrewMember.objects.update(roles=["producer"]),
    "left": lambda: CrewMember.objects.update(left_at="2020-01-01T00:00:00Z"),
    "credentials": lambda: Credential.objects.update(valid_until="2030-01-01"),
    "secure": lambda: Place.objects.update(secure=True),
    "capacity": lambda: Firearm.objects.update(capacity=3),
    "functional": lambda: Firearm.objects.filter(functional=True).update(functional=False),
    "wrap": lambda: Production.objects.update(wrap="01:23"),
    "a person nobody enrolled": lambda: CrewMember.objects.create(production=Production.objects.get(), roles=["crew"]),
    "a place nobody added": lambda: Place.objects.create(production=Production.objects.get(), secure=True),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_rules_read_can_not_be_repaired_beside_the_ledger(plain: Production, change: Callable[[], object]) -> None:
    change()

    assert findings() != []


def test_the_command_fails_and_names_production_and_entry(
    plain: Production, capsys: pytest.CaptureFixture[str]
) -> None:
    row = LedgerEntry.objects.filter(kind="handoff").first()
    assert row
    tamper(row, leaf_hash="0" * 64)

    with pytest.raises(CommandError, match="1 productions verified: 3 findings"):
        call_command("verify", production=plain.id)

    assert f"production {plain.id}, seq {row.seq}, entry {row.entry_id}: " in capsys.readouterr().out


def test_a_production_that_does_not_exist_is_said_to_not_exist(db: None) -> None:
    nobody = UUID(int=7)

    with pytest.raises(CommandError, match=f"no production {nobody}"):
        call_command("verify", production=nobody)


# --- redaction --------------------------------------------------------------------------------------------------------


def redact(row: LedgerEntry) -> None:
    """Appends the entry that names the redacted one, and erases its bytes, which the triggers then allow."""
    head = lock_ledger(row.production)
    naming = ServerEntry(kind="redaction", body={"entry": str(row.entry_id)})
    redaction = server_row(row.production, head.seq + 1, naming, row.received_at)
    redaction.names = row.entry_id
    append_rows(head, [redaction])
    models.QuerySet(LedgerEntry).filter(pk=row.pk).update(entry_bytes=None)


def test_bytes_may_be_gone_when_a_redaction_names_the_entry(plain: Production) -> None:
    row = LedgerEntry.objects.filter(kind="alert_opened").last()
    assert row

    redact(row)

    found = findings()
    assert not any("bytes are gone" in finding or "not whole" in finding for finding in found), found


def test_bytes_that_are_gone_without_a_redaction_are_found(plain: Production) -> None:
    row = LedgerEntry.objects.filter(kind="alert_opened").last()
    assert row

    tamper(row, entry_bytes=None)

    assert any("bytes are gone" in finding for finding in findings())
