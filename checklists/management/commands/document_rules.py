"""Writes docs/rules.md from the rule packs, or says that it is out of date."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from checklists.custody.documenting import document
from checklists.custody.packs import load_pack, pack_names


class Command(BaseCommand):
    help = "Writes docs/rules.md from the rule packs. With --check only says whether it is up to date."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is out of date")
        parser.add_argument("--output", type=Path, help="another file than docs/rules.md")

    def handle(self, *, check: bool, output: Path | None, **options: Any) -> None:
        page = output or settings.BASE_DIR / "docs" / "rules.md"
        text = document(load_pack(name) for name in pack_names())
        if not check:
            page.write_text(text, encoding="utf-8")
        elif not page.exists() or page.read_text(encoding="utf-8") != text:
            raise CommandError(f"{page} is out of date. Run `manage.py document_rules`.")
