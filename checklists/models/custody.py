"""What the fold has made of the ledger so far. Derived; `verify` re-derives it, `rebuild` makes it anew."""

from typing import ClassVar

from django.db import models

from checklists.models.production import Firearm, Production


class Custody(models.Model):
    """A firearm's state after all its entries, in the engine's own encoding."""

    firearm = models.OneToOneField(Firearm, on_delete=models.PROTECT, primary_key=True, related_name="custody")
    production = models.ForeignKey(Production, on_delete=models.PROTECT, related_name="+")
    effective_at = models.DateTimeField()
    entries = models.BigIntegerField(help_text="how many entries were folded")
    state = models.BinaryField()
    adopted = models.JSONField(default=list, help_text="entries that named no firearm and came before what they name")

    class Meta:
        indexes: ClassVar = [models.Index(fields=("production", "effective_at"), name="custody_time")]

    def __str__(self) -> str:
        return f"custody of {self.firearm_id}"


class CustodySnapshot(models.Model):
    """An earlier state, from which a late entry is folded in again."""

    firearm = models.ForeignKey(Firearm, on_delete=models.PROTECT, related_name="snapshots")
    effective_at = models.DateTimeField()
    entries = models.BigIntegerField()
    state = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("firearm", "effective_at", "entries"), name="snapshot_once"),
        ]

    def __str__(self) -> str:
        return f"{self.firearm_id} at {self.effective_at}"


class Device(models.Model):
    """A phone as the ledger knows it: how far its counter has come, and which numbers are still owed."""

    production = models.ForeignKey(Production, on_delete=models.PROTECT, related_name="devices")
    device_id = models.UUIDField()
    author_id = models.UUIDField(null=True)
    state = models.BinaryField(help_text="the engine's Device, encoded")
    owes = models.BooleanField(default=False)
    last_heard_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("production", "device_id"), name="one_counter_per_device"),
        ]

    def __str__(self) -> str:
        return str(self.device_id)
