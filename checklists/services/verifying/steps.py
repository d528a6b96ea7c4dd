"""Expected steps and their alerts, held against what the rules find in the whole ledger."""

import datetime as dt
from collections.abc import Iterator, Mapping
from uuid import UUID

from django.db.models import Q

from checklists.custody.state import Step
from checklists.models import Alert, ExpectedStep, LedgerEntry
from checklists.queries.ledger import in_batches
from checklists.queries.steps import source_of
from checklists.services.deriving import Derived
from checklists.services.judging.reconciling import Key
from checklists.services.verifying.findings import Finding

SWEPT_WITHIN = dt.timedelta(seconds=60)
"""How long a step may be overdue until the sweep has noticed."""


class Steps:
    """The steps of one production, compared firearm by firearm; what does not pair is left for the end."""

    def __init__(self, derived: Derived, *, redacted: set[UUID], now: dt.datetime) -> None:
        self.derived = derived
        self.production = derived.production
        self.redacted = redacted
        self.now = now
        self.compared: list[UUID | None] = []
        self.open_questions: dict[Key, Step] = {}
        self.rows: dict[Key, ExpectedStep] = {}
        self.alerts: dict[Key, Alert] = {}

    def compare(self, firearm_id: UUID | None, steps: Mapping[Key, Step]) -> Iterator[Finding]:
        """Compares what is about one firearm, or about none."""
        self.compared.append(firearm_id)
        self.load(Q(firearm_id=firearm_id))
        for key, step in steps.items():
            if self.is_paired(key, step):
                yield from self.judge(step, self.rows.pop(key, None), self.alerts.pop(key, None))
            else:
                self.open_questions[key] = step

    def load(self, condition: Q) -> None:
        rows = ExpectedStep.objects.filter(condition, production=self.production)
        alerts = Alert.objects.filter(condition, production=self.production)
        self.rows |= {(row.rule, row.opened_by): row for row in rows}
        self.alerts |= {(row.rule, row.entry): row for row in alerts if row.entry}

    def is_paired(self, key: Key, step: Step) -> bool:
        """Whether the rows that belong to a step are all at hand."""
        row = self.rows.get(key)
        needs_alert = not step.expected or (row and row.state in ("missed", "late"))
        return not ((step.expected and not row) or (needs_alert and key not in self.alerts))

    def others(self) -> Iterator[Finding]:
        """What was not found beside its firearm, what was withdrawn, and what follows from nothing."""
        self.load(~Q(firearm_id__in=[one for one in self.compared if one]) & Q(firearm_id__isnull=False))
        for key, step in self.open_questions.items():
            yield from self.judge(step, self.rows.pop(key, None), self.alerts.pop(key, None))
        yield from self.withdrawn()

    # --- one step -----------------------------------------------------------------------------------------------

    def judge(self, step: Step, row: ExpectedStep | None, alert: Alert | None) -> Iterator[Finding]:
        problems = [*self.row_problems(step, row), *self.alert_problems(step, row, alert)]
        for problem in problems:
            yield Finding(entry=step.trigger, what=f"{step.rule}: {problem}")

    def row_problems(self, step: Step, row: ExpectedStep | None) -> Iterator[str]:
        if not step.expected:
            if row:
                yield "there is an expected step for a rule that was broken at once"
            return
        if row is None:
            yield "the expected step is missing"
            return
        said = self.said_of(step) | {"since": step.since, "due_at": step.due_at}
        said |= {"met_by": step.met_by, "met_at": step.met_at}
        if names := [name for name, value in said.items() if getattr(row, name) != value]:
            yield f"the expected step differs: {', '.join(names)}"
        if not self.may_be(row.state, step):
            yield f"the expected step is {row.state}"
        yield from self.known_problems(row, "the expected step")

    def may_be(self, state: str, step: Step) -> bool:
        """Whether an expected step can be in this state now. Simulated productions have a clock of their own."""
        if step.met_at:
            return state == ("met" if step.met_at <= step.due_at else "late")
        if state == "missed":
            return self.production.simulated or step.due_at <= self.now + SWEPT_WITHIN
        overdue = not self.production.simulated and step.due_at < self.now - SWEPT_WITHIN
        return state == "open" and not overdue

    def alert_problems(self, step: Step, row: ExpectedStep | None, alert: Alert | None) -> Iterator[str]:
        if alert is None:
            if not step.expected or (row and row.state in ("missed", "late")):
                yield "the alert is missing"
            return
        said = self.said_of(step) | {"due_at": step.due_at, "met_by": step.met_by, "met_at": step.met_at}
        said |= {"step_id": row.pk if row else None}
        if names := [name for name, value in said.items() if getattr(alert, name) != value]:
            yield f"the alert differs: {', '.join(names)}"
        yield from self.alert_state_problems(alert)

    def said_of(self, step: Step) -> dict[str, object]:
        """What rows repeat of the rule that found the step."""
        rules = self.derived.around.rules(step.since)
        rule = rules[step.rule]
        return {
            "firearm_id": step.firearm,
            "title": rule.title,
            "severity": rule.severity,
            "owner": rule.owner,
            "source": source_of(rule.source),
            "pack": rules.pack.label,
        }

    def alert_state_problems(self, alert: Alert) -> Iterator[str]:
        answered = ("open", "acknowledged") if alert.step_id or not alert.reason else ("open", "closed")
        allowed = ("closed",) if alert.met_at else answered if alert.acknowledged_at else ("open",)
        if alert.state not in allowed:
            yield f"the alert is {alert.state}"
        if alert.reason and alert.acknowledged_at is None:
            yield "the alert has a reason that nobody gave"
        if (alert.closed_at is not None) != (alert.state == "closed"):
            yield "the alert is closed without a moment, or the other way round"
        elif alert.closed_at and not self.is_a_moment_of(alert):
            yield "the alert was closed when nothing happened"
        yield from self.known_problems(alert, "the alert")

    def is_a_moment_of(self, alert: Alert) -> bool:
        return alert.closed_at in (alert.met_known_at, alert.acknowledged_at) or bool(alert.reason)

    def known_problems(self, row: ExpectedStep | Alert, name: str) -> Iterator[str]:
        if (row.met_at is None) != (row.met_known_at is None):
            yield f"{name} is met without being known, or the other way round"
        elif row.met_known_at and row.met_known_at not in self.derived.phones.moments:
            yield f"{name} became known when nothing was received"

    # --- what was withdrawn -------------------------------------------------------------------------------------

    def withdrawn(self) -> Iterator[Finding]:
        """What had been found once and is gone by what came later: closed for good, and never deleted."""
        rows: list[tuple[str, ExpectedStep | Alert]] = [("expected step", row) for row in self.rows.values()]
        rows += [("alert", alert) for alert in self.alerts.values()]
        deeds = self.effective_times([row.met_by for _, row in rows if row.met_by])
        for name, row in rows:
            trigger = row.opened_by if isinstance(row, ExpectedStep) else row.entry
            if trigger in self.redacted:
                continue
            for what in self.withdrawal_problems(row, deeds):
                yield Finding(entry=trigger, what=f"{row.rule}: the {name} does not follow from the ledger{what}")

    def withdrawal_problems(self, row: ExpectedStep | Alert, deeds: Mapping[UUID, dt.datetime]) -> Iterator[str]:
        if row.state not in ("waived", "closed"):
            yield f", and it is {row.state}"
        elif row.met_by is None or deeds.get(row.met_by) != row.met_at:
            yield ", and no entry took its cause away"
        else:
            yield from (f"; {problem}" for problem in self.known_problems(row, "it"))

    def effective_times(self, entry_ids: list[UUID]) -> dict[UUID, dt.datetime]:
        rows = LedgerEntry.objects.filter(production=self.production).order_by()
        return {
            entry_id: at
            for ids in in_batches(entry_ids)
            for entry_id, at in rows.filter(entry_id__in=ids).values_list("entry_id", "effective_at")
        }
