"""Makes everything derived anew from the ledger: after damage, or when the way of deriving it has changed."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from checklists.models import Production
from checklists.services.rebuilding import rebuild


class Command(BaseCommand):
    help = "Makes record rows, holds, custody states, phones and reference values anew from the ledger."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--production", type=UUID, metavar="ID", help="this production alone")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = options["production"]
        productions = Production.objects.filter(pk=chosen) if chosen else Production.objects.order_by("id")
        ids = list(productions.values_list("id", flat=True))
        if chosen and not ids:
            raise CommandError(f"There is no production {chosen}.")
        entries = sum(rebuild(production_id=one) for one in ids)
        self.stdout.write(f"{entries} entries of {len(ids)} productions: everything derived was made anew")
