"""What must follow, what did not come, and who was told. The database remembers; Celery only runs."""

import uuid
from typing import ClassVar

from django.db import models

from checklists.models.people import CrewMember
from checklists.models.production import Firearm, Production


class ExpectedStep(models.Model):
    """Something that a rule says must follow an entry, by `due_at`.

    open: not due yet. met: done on time. missed: due and not known to be done. late: done after it was due.
    """

    class State(models.TextChoices):
        OPEN = "open"
        MET = "met"
        MISSED = "missed"
        LATE = "late"
        WAIVED = "waived"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    production = models.ForeignKey(Production, on_delete=models.PROTECT, related_name="expected_steps")
    rule = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    severity = models.CharField(max_length=10)
    owner = models.CharField(max_length=32)
    source = models.JSONField(default=dict)
    pack = models.CharField(max_length=200)
    firearm = models.ForeignKey(Firearm, null=True, on_delete=models.PROTECT, related_name="expected_steps")
    opened_by = models.UUIDField()
    since = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    met_by = models.UUIDField(null=True)
    met_at = models.DateTimeField(null=True)
    met_known_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("due_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("production", "opened_by", "rule"), name="one_step_per_trigger"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("due_at",), condition=models.Q(state="open"), name="step_due"),
            models.Index(fields=("production", "state", "due_at"), name="step_state"),
            models.Index(fields=("firearm", "state"), name="step_firearm"),
        ]

    def __str__(self) -> str:
        return f"{self.rule}, due {self.due_at:%Y-%m-%d %H:%M:%S}"


class Alert(models.Model):
    """An expected step that did not come, or a rule broken. One at most for each rule and trigger."""

    class State(models.TextChoices):
        OPEN = "open"
        ACKNOWLEDGED = "acknowledged"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    production = models.ForeignKey(Production, on_delete=models.PROTECT, related_name="alerts")
    rule = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    severity = models.CharField(max_length=10)
    owner = models.CharField(max_length=32)
    source = models.JSONField(default=dict)
    pack = models.CharField(max_length=200, help_text="name, version and hash of the rule pack that judged")
    firearm = models.ForeignKey(Firearm, null=True, on_delete=models.PROTECT, related_name="alerts")
    entry = models.UUIDField(null=True, help_text="the entry that triggered the rule")
    step = models.OneToOneField(ExpectedStep, null=True, on_delete=models.PROTECT, related_name="alert")
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    due_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    acknowledged_by = models.ForeignKey(CrewMember, null=True, on_delete=models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    met_by = models.UUIDField(null=True)
    met_at = models.DateTimeField(null=True)
    met_known_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("opened_at", "rule", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("production", "entry", "rule"), name="one_alert_per_trigger"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("production", "state", "opened_at"), name="alert_state"),
            models.Index(fields=("firearm", "state"), name="alert_firearm"),
        ]

    def __str__(self) -> str:
        return f"{self.severity}: {self.title}"


class Channel(models.Model):
    """Where alerts of a production go besides people's own addresses."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    production = models.ForeignKey(Production, on_delete=models.CASCADE, related_name="channels")
    kind = models.CharField(max_length=20)
    target = models.CharField(max_length=2000)
    secret = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"


class Delivery(models.Model):
    """One message to one recipient on one channel, about all alerts of one moment.

    Leased, sent, and only then marked sent: a crash in between sends twice, never never.
    not_needed: everything in it had been answered or put right before the first try could be made.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        FAILED = "failed"
        NOT_NEEDED = "not_needed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    production = models.ForeignKey(Production, on_delete=models.PROTECT, related_name="deliveries")
    alerts = models.ManyToManyField(Alert, related_name="deliveries")
    person = models.ForeignKey(CrewMember, null=True, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=20)
    target = models.CharField(max_length=2000)
    secret = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ("created_at", "id")
        verbose_name_plural = "deliveries"
        indexes: ClassVar = [
            models.Index(fields=("next_at",), condition=models.Q(state="queued"), name="delivery_due"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} to {self.target}"


class Heartbeat(models.Model):
    """When the alert engine last finished a full sweep."""

    name = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at}"
