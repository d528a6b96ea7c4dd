"""Verifies productions, one after the other, each as it is at one moment."""

import datetime as dt
from collections.abc import Callable, Iterator
from uuid import UUID

from django.db import connection
from django.utils import timezone
from msgspec import Struct
from msgspec.structs import replace

from checklists.models import Production
from checklists.models.triggers import standing_triggers
from checklists.services.deriving import Derived
from checklists.services.verifying.alerts import alert_findings
from checklists.services.verifying.custody import States
from checklists.services.verifying.findings import Finding
from checklists.services.verifying.ledger import Reading
from checklists.services.verifying.moment import damages, one_moment, still_database
from checklists.services.verifying.records import Records, device_findings, hold_findings, reference_findings
from checklists.services.verifying.steps import Steps

Report = Callable[[Finding], None]


class NoSuchProduction(LookupError):
    """There is no production with this id."""


class Verified(Struct, frozen=True, kw_only=True):
    productions: int
    entries: int
    findings: int

    def __str__(self) -> str:
        whole = f"{self.entries} entries of {self.productions} productions verified"
        return f"{whole}: {f'{self.findings} findings' if self.findings else 'all agree'}"


def verify(*, report: Report, production_id: UUID | None = None, now: dt.datetime | None = None) -> Verified:
    """Verifies all productions, or one; each finding is reported as soon as it is made.

    Raises:
        NoSuchProduction: when `production_id` names none.
        DatabaseError: when the database can't even be opened.
    """
    entries = findings = 0
    with still_database():
        found = Production.objects.all() if production_id is None else Production.objects.filter(pk=production_id)
        productions = list(found.order_by("id").values_list("id", flat=True))
        if production_id and not productions:
            raise NoSuchProduction(f"There is no production {production_id}.")
        for finding in database_findings():
            findings += 1
            report(finding)
        for one in productions:
            verifying = Verifying(now or timezone.now())
            for finding in verifying.findings(one):
                findings += 1
                report(replace(finding, production=one))
            entries += verifying.entries
    return Verified(productions=len(productions), entries=entries, findings=findings)


def database_findings() -> Iterator[Finding]:
    yield from (Finding(what=f"the database file is damaged: {line}") for line in damages())
    for name in standing_triggers(connection):
        yield Finding(what=f"the trigger {name}, which guards the ledger, does not stand")


class Verifying:
    """One production at work."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.entries = 0

    def findings(self, production_id: UUID) -> Iterator[Finding]:
        """Everything that does not agree. What can't be read at all is a finding too, whatever went wrong."""
        try:
            with one_moment():
                production = Production.objects.select_related("head").get(pk=production_id)
                reading = Reading(production)
                whole = True
                for finding in reading.findings():
                    whole = False
                    yield finding
                self.entries = reading.entries
                if whole:
                    yield from self.derived_findings(production, reading.redacted_by)
                else:
                    yield Finding(what="the ledger is not whole, so what should follow from it was not compared")
        except Exception as error:
            yield Finding(what=f"can't be read on: {type(error).__name__}: {error}")

    def derived_findings(self, production: Production, redacted: set[UUID]) -> Iterator[Finding]:
        yield from reference_findings(production)
        yield from alert_findings(production)
        derived = Derived(production)
        records, states = Records(derived), States(production)
        steps = Steps(derived, redacted=redacted, now=self.now)
        raised = {key: step for key, step in derived.steps.items() if step.firearm}
        for firearm in derived.firearms(states.places):
            yield from records.compare(firearm.firearm_id, firearm.own, firearm.stretch.rows)
            yield from states.compare(firearm)
            own = {key: step for key, step in raised.items() if step.firearm == firearm.firearm_id}
            yield from steps.compare(firearm.firearm_id, firearm.steps | own)
        yield from records.compare(None, derived.wide.facts, derived.wide.rows)
        wide = derived.wide_steps()
        yield from steps.compare(None, {key: step for key, step in wide.items() if key not in raised})
        for rest in (records.others(), states.others(), steps.others(), hold_findings(derived)):
            yield from rest
        yield from device_findings(derived)
