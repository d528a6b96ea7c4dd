"""What people query: a row beside each ledger entry of the main kinds. Derived; rebuilt from the ledger at any time.

A row holds the version that counts now (the last correction); `voided` rows count as never made.
"""

from typing import ClassVar

from django.db import models

from checklists.models.ledger import LedgerEntry
from checklists.models.production import Firearm, Production


class Record(models.Model):
    """Common columns. `entry` is the first version, `version` the last one (itself, when never corrected)."""

    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, primary_key=True, related_name="+")
    entry_id: int
    production = models.ForeignKey(Production, on_delete=models.PROTECT, related_name="+")
    firearm = models.ForeignKey(Firearm, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    author_id = models.UUIDField()
    effective_at = models.DateTimeField()
    version = models.UUIDField()
    voided = models.BooleanField(default=False)

    class Meta:
        abstract = True
        ordering = ("effective_at", "entry_id")
        indexes: ClassVar = [models.Index(fields=("production", "firearm", "effective_at"))]


class Inspection(Record):
    purpose = models.CharField(max_length=20)
    load = models.CharField(max_length=12)
    rounds = models.BigIntegerField()
    chambers_total = models.BigIntegerField(null=True)
    chambers_seen = models.BigIntegerField(null=True)
    barrel_clear = models.BooleanField(null=True)
    dummies_verified = models.BigIntegerField(null=True)
    dummies = models.BigIntegerField(null=True)
    items = models.JSONField(default=dict)
    shown_to = models.JSONField(default=list)
    note = models.TextField(blank=True)


class Announcement(Record):
    call = models.CharField(max_length=20)
    rounds = models.BigIntegerField()
    scene = models.TextField(blank=True)


class Handoff(Record):
    after = models.UUIDField(null=True)
    purpose = models.CharField(max_length=20)
    giver_crew_id = models.UUIDField(null=True)
    giver_place_id = models.UUIDField(null=True)
    receiver_crew_id = models.UUIDField(null=True)
    receiver_place_id = models.UUIDField(null=True)
    load = models.CharField(max_length=12)
    rounds = models.BigIntegerField()
    scene = models.TextField(blank=True)
    rehearsal = models.BooleanField(default=False)

    class Meta(Record.Meta):
        indexes: ClassVar = [*Record.Meta.indexes, models.Index(fields=("firearm", "after", "effective_at"))]


class SignOff(Record):
    signed_entry_id = models.UUIDField()
    signed_hash = models.CharField(max_length=64)
    signer_id = models.UUIDField()
    meaning = models.CharField(max_length=32)
    looked_inside = models.BooleanField(null=True)
    method = models.CharField(max_length=20)


class Incident(Record):
    type = models.CharField(max_length=32)
    note = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    closed_device_seq = models.BigIntegerField(null=True)


class SafetyMeeting(Record):
    date = models.DateField()
    led_by = models.UUIDField(null=True)
    attendees = models.JSONField(default=list)
    topics = models.JSONField(default=list)


class AmmunitionCount(Record):
    type = models.CharField(max_length=12)
    issued = models.BigIntegerField()
    fired = models.BigIntegerField()
    returned = models.BigIntegerField()
    misfired = models.BigIntegerField()
    quarantined = models.BigIntegerField()
    on_hand = models.BigIntegerField(null=True)


class PlannedWrap(Record):
    """A `schedule`: the wrap of the shooting day `date`."""

    date = models.DateField()
    wrap = models.CharField(max_length=8)

    class Meta(Record.Meta):
        indexes: ClassVar = [*Record.Meta.indexes, models.Index(fields=("production", "date"))]


class Hold(models.Model):
    """A stop in force: made by a person, or derived from the entry that raised it (live round, discharge, injury)."""

    raised_by = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, primary_key=True, related_name="+")
    production = models.ForeignKey(Production, on_delete=models.PROTECT, related_name="holds")
    firearm = models.ForeignKey(Firearm, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    scope = models.CharField(max_length=12)
    derived = models.BooleanField()
    live = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    effective_at = models.DateTimeField()
    involved = models.JSONField(default=list)
    released_by = models.UUIDField(null=True)
    released_at = models.DateTimeField(null=True)
    released_device_seq = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("effective_at", "raised_by")
        indexes: ClassVar = [models.Index(fields=("production", "released_at"), name="hold_open")]

    def __str__(self) -> str:
        return f"hold on the {self.scope}"
