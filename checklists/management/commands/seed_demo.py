"""Fills an installation with the demo, once, and prints who can sign in."""

from typing import Any

from django.core.management.base import BaseCommand

from checklists.services.demo.demonstrating import PASSWORD, SIGN_IN, address, has_demo, make_demo


class Command(BaseCommand):
    help = "Makes the demo productions with people, firearms and a week of history, unless they are there."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if not has_demo():
            make_demo()
        names = [*SIGN_IN, "outsider"]
        self.stdout.write(
            "\n".join(
                [
                    "",
                    "DEMO LOGINS. Everybody knows this password: never open this installation to others with DEMO=1.",
                    f"  password for all: {PASSWORD}",
                    *(f"  {address(name)}" for name in names),
                    "",
                ]
            )
        )
