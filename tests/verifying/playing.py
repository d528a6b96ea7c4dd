"""Days that are played into the database, and what verifying says about them."""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model, QuerySet

from checklists.models import LedgerEntry, Production, QuarantinedEntry
from checklists.models.triggers import DIALECTS, LEDGER_MODELS, install_triggers
from checklists.services.replaying.playing import replay
from checklists.services.verifying import verify
from tests.specification.days import generate_day

RICH_DAY = 30
"""The seed of a day that, in 70 steps, leaves a row of every kind, a snapshot included."""
UNREAD_DAY = 37
"""The seed of a day on which a newer phone sent what this version does not know."""
PLAIN_DAY = 3
"""The seed of a day that is short."""


def day_of(seed: int, size: int = 30) -> dict[str, Any]:
    """A generated day, as it is read from its file; every other one with phones whose clocks are wrong."""
    read: dict[str, Any] = json.loads(json.dumps(generate_day(random.Random(seed), size, offsets=seed % 2 == 1)))
    return read


def played(seed: int, size: int = 30) -> Production:
    """The production on which a generated day has been played."""
    known = set(Production.objects.values_list("id", flat=True))
    replay(day_of(seed, size))
    return Production.objects.exclude(id__in=known).get()


def findings() -> list[str]:
    """What verifying finds, without the production."""
    found: list[str] = []
    verify(report=lambda finding: found.append(str(finding).partition(" ")[2]))
    return found


@contextmanager
def unguarded() -> Iterator[None]:
    """The ledger without its triggers, as somebody who owns the database can have it for a while."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in LEDGER_MODELS:
            for trigger in DIALECTS[connection.vendor].triggers_of(model):
                on = f' ON "{model._meta.db_table}"' if connection.vendor == "postgresql" else ""
                cursor.execute(f'DROP TRIGGER "{trigger.name}"{on}')
    yield
    install_triggers(apps.get_app_config("checklists"))


def tamper(row: Model, **changes: object) -> None:
    """Changes a row behind everybody's back."""
    guarded = isinstance(row, LedgerEntry | QuarantinedEntry)
    rows: QuerySet[Any] = QuerySet(type(row)).filter(pk=row.pk)
    if guarded:
        with unguarded():
            rows.update(**changes)
    else:
        rows.update(**changes)
