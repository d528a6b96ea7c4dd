"""The production, and the things on it that are not people."""

import uuid
from datetime import time
from typing import ClassVar

from django.db import models

from checklists.custody.words import FIREARM_KINDS


class Production(models.Model):
    """The tenant: one film or series. Everything belongs to exactly one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=64, default="UTC")
    pack = models.CharField(max_length=64, default="core")
    overrides = models.JSONField(default=dict, blank=True)
    wrap = models.TimeField(default=time(19, 0))
    simulated = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("title", "id")

    def __str__(self) -> str:
        return self.title


class Place(models.Model):
    """Where a firearm is when nobody has it: secure (a safe) or not (a cart)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    production = models.ForeignKey(Production, on_delete=models.PROTECT, related_name="places")
    name = models.CharField(max_length=200)
    secure = models.BooleanField()

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Firearm(models.Model):
    """Anything treated as a firearm: functional, blank-only, replica, rubber."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    production = models.ForeignKey(Production, on_delete=models.PROTECT, related_name="firearms")
    name = models.CharField(max_length=200)
    tag = models.CharField(max_length=32)
    kind = models.CharField(max_length=32, choices={kind: kind for kind in FIREARM_KINDS})
    capacity = models.PositiveSmallIntegerField(help_text="chambers, never a magazine")
    calibre = models.CharField(max_length=64, blank=True)
    serial = models.CharField(max_length=100, blank=True)
    functional = models.BooleanField(default=True)

    class Meta:
        ordering = ("tag", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("production", "tag"), name="one_firearm_per_tag"),
        ]

    def __str__(self) -> str:
        return f"{self.tag} {self.name}"
