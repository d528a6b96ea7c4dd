"""Plays a scenario in a throwaway database, channels off, and prints what the product would have said."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from checklists.services.replaying.playing import replay, throwaway_database


class Command(BaseCommand):
    help = "Plays a scenario file and prints alerts and answers. Nothing of it is kept, nobody is told."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="print JSON: alerts, answers, refused")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = json.loads(options["file"].read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"{options['file']} can't be read: {error}") from error
        with throwaway_database():
            try:
                said = replay(data)
            except (KeyError, TypeError, ValueError) as error:
                raise CommandError(f"{options['file']} is no scenario: {error!r}") from error
        self.stdout.write(json.dumps(said, indent=1) if options["json"] else told(data, said))


def told(data: dict[str, Any], said: dict[str, Any]) -> str:
    """The same, to be read."""
    lines = [data.get("title", "A scenario"), ""]
    for alert in said["alerts"]:
        met = f", done at {alert['met_at']}" if alert["met_at"] else ", never done"
        about = f" ({alert['firearm']})" if alert["firearm"] else ""
        lines.append(f"{alert['opened_at']}  {alert['severity']:8} {alert['rule']}{about}{met}")
    lines += [
        f"{one['at']}  clearance of {one['firearm']}: {one['state']} {', '.join(one['missing'])}"
        for one in said["answers"]
    ]
    lines += [f"refused: {one['ref']}: {one['errors']}" for one in said["refused"]]
    return "\n".join(lines)
