#!/usr/bin/env python3
"""Django's command line with this project's settings."""

import os
import sys
from pathlib import Path


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safetyapp.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        here = Path(__file__).resolve().parent
        sys.exit(
            f"Django is not installed for {sys.executable}. Run `make -C {here} install`, then use .venv/bin/python."
        )
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
