"""The ledger: facts, appended and never changed. The database itself refuses UPDATE and DELETE (triggers.py)."""

from typing import Any, ClassVar, Never, TypeVar

from django.db import models

from checklists.models.production import Production

Row = TypeVar("Row", bound=models.Model)


class LedgerIsAppendOnly(TypeError):
    """Somebody tried to change or delete what has been recorded."""


class AppendOnlyQuerySet(models.QuerySet[Row]):
    def update(self, **fields: Any) -> Never:
        raise LedgerIsAppendOnly("entries are corrected by new entries, never updated")

    def delete(self) -> Never:
        raise LedgerIsAppendOnly("entries are never deleted")

    def bulk_update(self, *args: Any, **options: Any) -> Never:
        raise LedgerIsAppendOnly("entries are corrected by new entries, never updated")


class AppendOnlyModel(models.Model):
    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise LedgerIsAppendOnly("entries are corrected by new entries, never updated")
        super().save(*args, **{**options, "force_insert": True})

    def delete(self, *args: Any, **options: Any) -> Never:
        raise LedgerIsAppendOnly("entries are never deleted")


class LedgerHead(models.Model):
    """The row that a writer locks: the last number given out in a production's ledger."""

    production = models.OneToOneField(Production, on_delete=models.PROTECT, primary_key=True, related_name="head")
    seq = models.BigIntegerField(default=0)
    reference_seq = models.BigIntegerField(default=0, help_text="the last entry that changed a reference value")
    surroundings_id = models.UUIDField(null=True, help_text="another one after each change around the firearms")

    def __str__(self) -> str:
        return f"{self.production_id} at {self.seq}"


class LedgerEntry(AppendOnlyModel):
    """One recorded fact: the entry's exact canonical bytes and the receipt that the server added.

    Columns beside the bytes repeat what is in them, for the indexes; `names` is the entry that this
    one speaks about (what a sign-off signs, a correction corrects, a release lifts).
    """

    production = models.ForeignKey(Production, on_delete=models.PROTECT, related_name="entries")
    seq = models.BigIntegerField()
    entry_id = models.UUIDField()
    kind = models.CharField(max_length=32)
    firearm_id = models.UUIDField(null=True)
    author_id = models.UUIDField(null=True)
    device_id = models.UUIDField()
    device_seq = models.BigIntegerField()
    effective_at = models.DateTimeField()
    received_at = models.DateTimeField()
    names = models.UUIDField(null=True)
    leaf_hash = models.CharField(max_length=64)
    entry_bytes = models.BinaryField(null=True)
    receipt_bytes = models.BinaryField()

    objects = AppendOnlyQuerySet["LedgerEntry"].as_manager()

    class Meta:
        ordering = ("production", "seq")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("production", "seq"), name="ledger_seq"),
            models.UniqueConstraint(fields=("production", "entry_id"), name="ledger_entry_id"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("production", "firearm_id", "effective_at"), name="ledger_firearm_time"),
            models.Index(fields=("production", "names"), name="ledger_names"),
            models.Index(fields=("production", "kind", "effective_at"), name="ledger_kind_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.entry_id}"


class QuarantinedEntry(AppendOnlyModel):
    """An entry that was kept but is not in the ledger: of an unknown kind, or a known id with other bytes."""

    production = models.ForeignKey(Production, on_delete=models.PROTECT, related_name="quarantine")
    entry_id = models.UUIDField()
    reason = models.CharField(max_length=20, choices={"unknown_kind": "unknown kind", "conflict": "conflict"})
    kind = models.CharField(max_length=64)
    firearm_id = models.UUIDField(null=True)
    author_id = models.UUIDField()
    received_at = models.DateTimeField()
    leaf_hash = models.CharField(max_length=64)
    entry_bytes = models.BinaryField()

    objects = AppendOnlyQuerySet["QuarantinedEntry"].as_manager()

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("production", "entry_id", "leaf_hash"), name="quarantine_once"),
        ]
        indexes: ClassVar = [models.Index(fields=("production", "firearm_id"), name="quarantine_firearm")]

    def __str__(self) -> str:
        return f"{self.reason} {self.entry_id}"
