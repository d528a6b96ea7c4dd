"""Prints a new API token for somebody's programs, alone on a line. Only its hash is kept: it can't be shown again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from knox.models import AuthToken

from checklists.models import User


class Command(BaseCommand):
    help = "Prints a new API token that does not expire. Revoke it in the admin."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="whose token: it may do what this login may do")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody signs in as {email}.")
        _, token = AuthToken.objects.create(user=user, expiry=None)
        self.stdout.write(token)
