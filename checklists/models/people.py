"""Who signs in, and who works on a production."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from checklists.models.production import Production


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user who signs in with `email`; without a password only by a token or an invitation."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A login. Most crew members have none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    objects = UserManager()

    def __str__(self) -> str:
        return self.email


class CrewMember(models.Model):
    """A person on a production. Roles and credentials are also in the ledger, name and e-mail are not."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    production = models.ForeignKey(Production, on_delete=models.PROTECT, related_name="crew")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships")
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    roles = models.JSONField(default=list)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("production", "user"), name="one_membership_per_production"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def active(self) -> bool:
        """Whether they are still on the production; whoever left is a stranger to it."""
        return self.left_at is None


class Credential(models.Model):
    """A permit or a training of a crew member. The dates are also in the ledger, number and issuer are not."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    crew_member = models.ForeignKey(CrewMember, on_delete=models.CASCADE, related_name="credentials")
    type = models.CharField(max_length=20, choices={"permit": "permit", "training": "training"})
    number = models.CharField(max_length=100, blank=True)
    issued_by = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("type", "valid_until", "id")

    def __str__(self) -> str:
        return f"{self.type} until {self.valid_until or 'further notice'}"
