"""Holds everything in the database against the bytes of the ledger. Exit code 0 only when all agree."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from checklists.services.verifying import Finding, NoSuchProduction, verify


class Command(BaseCommand):
    help = "Derives everything anew from the ledger's bytes and compares. Changes nothing."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--production", type=UUID, metavar="ID", help="this production alone")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            verified = verify(report=self.show, production_id=options["production"])
        except NoSuchProduction as error:
            raise CommandError(str(error)) from None
        except (DatabaseError, OSError) as error:
            raise CommandError(f"The database can't be read: {error}") from None
        if verified.findings:
            raise CommandError(str(verified))
        self.stdout.write(str(verified))

    def show(self, finding: Finding) -> None:
        self.stdout.write(str(finding))
