"""Brings the rows of expected steps and alerts in line with what the rules find in the ledger as it is now."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from checklists.custody.packs import Rules
from checklists.custody.state import Step
from checklists.models import Alert, ExpectedStep, Production
from checklists.queries.steps import source_of
from checklists.services.alerting.opening import open_alerts, reopen_alerts

Key = tuple[str, UUID]
Deed = tuple[UUID, dt.datetime]
"""An entry and its effective time."""


class Findings:
    """What was judged in one receipt: the steps found, and for which rules of which triggers they are complete."""

    def __init__(self) -> None:
        self.steps: dict[Key, Step] = {}
        self.scope: list[tuple[set[UUID], Callable[[str], bool]]] = []

    def add(self, steps: Iterable[Step], triggers: Iterable[UUID], is_judged: Callable[[str], bool]) -> None:
        """`triggers`: all entries whose steps under the rules that `is_judged` are exactly `steps`."""
        self.steps |= {step.key: step for step in steps}
        self.scope.append((set(triggers), is_judged))

    @property
    def triggers(self) -> set[UUID]:
        return {trigger for _, trigger in self.steps}.union(*(triggers for triggers, _ in self.scope))

    def covers(self, key: Key) -> bool:
        rule, trigger = key
        return any(trigger in triggers and is_judged(rule) for triggers, is_judged in self.scope)


class Reconciling:
    """One receipt's findings against the rows. What the `new` entries trigger has none yet."""

    def __init__(
        self,
        production: Production,
        findings: Findings,
        new: set[UUID],
        rules: Callable[[dt.datetime], Rules],
        mended: Callable[[Key], Deed],
        now: dt.datetime,
    ) -> None:
        self.production = production
        self.findings = findings
        self.rules = rules
        self.mended = mended
        self.now = now
        triggers = findings.triggers - new
        steps = ExpectedStep.objects.filter(production=production, opened_by__in=triggers)
        alerts = Alert.objects.filter(production=production, entry__in=triggers)
        self.steps = {(row.rule, row.opened_by): row for row in steps} if triggers else {}
        self.alerts = {(row.rule, row.entry): row for row in alerts if row.entry} if triggers else {}
        self.new_steps: list[ExpectedStep] = []
        self.changed_steps: list[ExpectedStep] = []
        self.new_alerts: list[Alert] = []
        self.changed_alerts: list[Alert] = []
        self.reopened_alerts: list[Alert] = []

    def run(self) -> None:
        for key, step in self.findings.steps.items():
            row = self.expected_row(key, step) if step.expected else None
            if self.is_missed(step):
                self.alert(key, step, row)
        for key in (self.steps.keys() | self.alerts.keys()) - self.findings.steps.keys():
            if self.findings.covers(key):
                self.withdraw(key)
        self.save()

    def is_missed(self, step: Step) -> bool:
        """Whether there is, or was, something to alert about: broken, late, or not done in time."""
        if not step.expected:
            return True
        if step.met_at:
            return step.met_at > step.due_at or step.key in self.alerts
        return step.due_at <= self.now or step.key in self.alerts

    # --- expected steps -----------------------------------------------------------------------------------------

    def expected_row(self, key: Key, step: Step) -> ExpectedStep:
        row = self.steps.get(key)
        if row is None:
            row = ExpectedStep(**self.about(step), opened_by=step.trigger, since=step.since)
            self.new_steps.append(row)
        elif (row.due_at, row.met_at, row.met_by, row.state) == (
            step.due_at,
            step.met_at,
            step.met_by,
            self.state_of(step),
        ):
            return row
        else:
            self.changed_steps.append(row)
        row.due_at, row.state, row.met_by = step.due_at, self.state_of(step), step.met_by
        row.met_known_at = (row.met_known_at or self.now) if step.met_at else None
        row.met_at = step.met_at
        return row

    def state_of(self, step: Step) -> str:
        if step.met_at:
            return ExpectedStep.State.MET if step.met_at <= step.due_at else ExpectedStep.State.LATE
        return ExpectedStep.State.MISSED if step.due_at <= self.now else ExpectedStep.State.OPEN

    # --- alerts -------------------------------------------------------------------------------------------------

    def alert(self, key: Key, step: Step, row: ExpectedStep | None) -> None:
        alert = self.alerts.get(key)
        if alert is None:
            alert = self.alerts[key] = self.opened(step, row)
            self.new_alerts.append(alert)
            return
        changed = (alert.due_at, alert.met_at, alert.met_by) != (step.due_at, step.met_at, step.met_by)
        alert.due_at = step.due_at
        if step.met_at:
            self.close(alert, (step.met_by, step.met_at))
        elif alert.met_at:
            alert.met_by = alert.met_at = alert.met_known_at = alert.closed_at = None
            alert.state = Alert.State.OPEN
            self.reopened_alerts.append(alert)
        if changed:
            self.changed_alerts.append(alert)

    def opened(self, step: Step, row: ExpectedStep | None) -> Alert:
        alert = Alert(**self.about(step), entry=step.trigger, step=row, due_at=step.due_at, opened_at=self.now)
        if step.met_at:
            self.close(alert, (step.met_by, step.met_at))
        return alert

    def close(self, alert: Alert, deed: tuple[UUID | None, dt.datetime]) -> None:
        alert.met_known_at = (alert.met_known_at if alert.met_at else None) or self.now
        alert.met_by, alert.met_at = deed
        alert.state = Alert.State.CLOSED
        alert.closed_at = alert.closed_at or self.now

    def withdraw(self, key: Key) -> None:
        """What had been found is gone: corrected, or mended by an entry that came late."""
        step, alert = self.steps.get(key), self.alerts.get(key)
        if alert and not alert.met_at:
            self.close(alert, self.mended(key))
            self.changed_alerts.append(alert)
        if step and step.state != ExpectedStep.State.WAIVED:
            step.state = ExpectedStep.State.WAIVED
            step.met_by, step.met_at = self.mended(key)
            step.met_known_at = self.now
            self.changed_steps.append(step)

    def about(self, step: Step) -> dict[str, Any]:
        """What a step and its alert both say: the rule, as it held then, and the firearm."""
        rules = self.rules(step.since)
        rule = rules[step.rule]
        return {
            "production": self.production,
            "rule": rule.id,
            "title": rule.title,
            "severity": rule.severity,
            "owner": rule.owner,
            "source": source_of(rule.source),
            "pack": rules.pack.label,
            "firearm_id": step.firearm,
        }

    def save(self) -> None:
        ExpectedStep.objects.bulk_create(self.new_steps)
        if self.changed_steps:
            fields = ["due_at", "state", "met_by", "met_at", "met_known_at"]
            ExpectedStep.objects.bulk_update(self.changed_steps, fields)
        if self.changed_alerts:
            fields = ["due_at", "state", "met_by", "met_at", "met_known_at", "closed_at"]
            Alert.objects.bulk_update(self.changed_alerts, fields)
        if self.new_alerts:
            open_alerts(production=self.production, alerts=self.new_alerts, now=self.now)
        if self.reopened_alerts:
            reopen_alerts(production=self.production, alerts=self.reopened_alerts, now=self.now)
