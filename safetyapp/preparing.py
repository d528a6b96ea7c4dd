"""Brings the data up to date before a start: migrations, then the demo. One process, because starts should be quick."""

import os

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safetyapp.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    if settings.DEMO:
        call_command("seed_demo")


if __name__ == "__main__":
    main()
