"""The alert loop without Celery: sweeps and sends until it is told to stop."""

import signal
from argparse import ArgumentParser
from threading import Event
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from checklists.services.sending.watching import watch


class Command(BaseCommand):
    requires_system_checks = []  # a mistake in a view must not keep alerts from being sent
    help = "Opens alerts of steps that did not come and sends them. Needs no Celery and may run beside it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--standby", action="store_true", help="act only while nobody else does")

    def handle(self, *args: Any, standby: bool, **options: Any) -> None:
        stop = Event()

        def ask_to_stop(number: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, ask_to_stop)
        signal.signal(signal.SIGINT, ask_to_stop)
        watch(stop=stop, standby=standby)
