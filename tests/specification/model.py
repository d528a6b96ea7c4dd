"""Plays a scenario: at every receipt everything is derived anew from all entries, and compared with the alerts.

Slow and obvious on purpose. It keeps nothing between two receipts but the alerts themselves.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from tests.specification.book import Book, holder_before, open_disputes, open_holds
from tests.specification.breaches import breaches
from tests.specification.conditions import CLEARANCE
from tests.specification.inspecting import Moment
from tests.specification.reading import Day, Question, read_day
from tests.specification.steps import expected_steps
from tests.specification.words import SEVERITY, Entry, Finding, Json, Production


@dataclass(eq=False, kw_only=True)
class Alert:
    """An alert as it is kept from its opening on."""

    finding: Finding
    opened_at: datetime
    met_at: datetime | None
    met_known_at: datetime | None


def replay(scenario: Json, checklists: dict[str, list[Json]]) -> Json:
    """What `manage.py replay --json` must print for this scenario.

    `checklists` has the items of each firearm kind: `{"code", "title", "required"}`. Times come out in UTC.
    """
    day = read_day(scenario, checklists)
    return {
        "alerts": [alert_line(alert) for alert in sorted(play(day), key=alert_order)],
        "answers": [answer(day, question) for question in day.questions if question.at <= day.until],
        "refused": day.refused,
    }


def play(day: Day) -> list[Alert]:
    """All alerts of the day. Receipts at one instant come before what falls due at that instant (6, 33)."""
    alerts: dict[tuple[str, int], Alert] = {}
    receipts = sorted({entry.received_at for entry in day.entries if entry.received_at <= day.until})
    for number, receipt in enumerate(receipts):
        findings = derive(day.production, received_by(day, receipt))
        open_alerts(alerts, findings, since=receipt, by=receipt)
        for alert in alerts.values():
            judge_again(day, alert, findings, receipt)
        if number + 1 < len(receipts):
            open_alerts(alerts, findings, since=receipt, by=receipts[number + 1], before=True)
        else:
            open_alerts(alerts, findings, since=receipt, by=day.until)
    return list(alerts.values())


def received_by(day: Day, moment: datetime) -> list[Entry]:
    """Every entry received up to and including this moment."""
    return [entry for entry in day.entries if entry.received_at <= moment]


def derive(production: Production, entries: list[Entry]) -> dict[tuple[str, int], Finding]:
    """Everything that all rules say about these entries."""
    book = Book(production, entries)
    return {finding.key: finding for finding in breaches(book) + expected_steps(book)}


def open_alerts(
    alerts: dict[tuple[str, int], Alert],
    findings: dict[tuple[str, int], Finding],
    *,
    since: datetime,
    by: datetime,
    before: bool = False,
) -> None:
    """Opens what is due by then, at max(due, this receipt); `before` leaves out what is due at that very moment."""
    for key, finding in findings.items():
        due = finding.due_at < by if before else finding.due_at <= by
        if key not in alerts and finding.wants_alert and due:
            alerts[key] = Alert(
                finding=finding,
                opened_at=max(finding.due_at, since),
                met_at=finding.met_at,
                met_known_at=None if finding.met_at is None else since,
            )


def judge_again(day: Day, alert: Alert, findings: dict[tuple[str, int], Finding], receipt: datetime) -> None:
    """Point 6: an alert is met when its cause is gone, and loses that when the cause comes back."""
    finding = findings.get(alert.finding.key)
    if finding is not None:
        alert.finding = finding
        alert.met_known_at = None if finding.met_at is None else alert.met_known_at or receipt
        alert.met_at = finding.met_at
    elif alert.met_at is None:
        alert.met_known_at = receipt
        alert.met_at = gone_since(day, alert.finding.key, receipt)


def gone_since(day: Day, key: tuple[str, int], receipt: datetime) -> datetime:
    """The effective time of the first entry of this receipt, in fold order, with which the cause is gone."""
    known = [entry for entry in day.entries if entry.received_at < receipt]
    arrived = [entry for entry in day.entries if entry.received_at == receipt]
    for entry in sorted(arrived, key=lambda one: one.fold_key):
        known = [*known, entry]
        finding = derive(day.production, known).get(key)
        if finding is None:
            return entry.effective_at
        if finding.met_at is not None:
            return finding.met_at
    raise AssertionError("the cause is still there")


def alert_order(alert: Alert) -> tuple[datetime, str, str, datetime, int]:
    """Point 33: by opened_at, rule, firearm; then by due time and file order."""
    finding = alert.finding
    return (alert.opened_at, finding.rule, finding.firearm or "", finding.due_at, finding.trigger.id)


def alert_line(alert: Alert) -> Json:
    """One alert as it is printed."""
    finding = alert.finding
    return {
        "rule": finding.rule,
        "severity": SEVERITY[finding.rule],
        "firearm": finding.firearm,
        "due_at": printed(finding.due_at),
        "opened_at": printed(alert.opened_at),
        "met_at": None if alert.met_at is None else printed(alert.met_at),
        "entry": finding.trigger.ref,
    }


def printed(moment: datetime) -> str:
    """RFC 3339 with offset."""
    return moment.astimezone(UTC).isoformat()


# Clearance


def answer(day: Day, question: Question) -> Json:
    """Point 33: an answer sees everything received up to and including its moment."""
    book = Book(day.production, received_by(day, question.at))
    missing = missing_steps(book, question.firearm, question.at)
    state = clearance_state(book, question.firearm, missing)
    return {"at": question.text, "firearm": question.firearm, "state": state, "missing": missing}


def missing_steps(book: Book, firearm: str, at: datetime) -> list[str]:
    """Point 35: every rule of a handoff by the present holder to a performer, now, that fails."""
    place = len(book.entries)
    moment = Moment(
        book=book,
        firearm=firearm,
        place=place,
        at=at,
        giver=holder_before(book, firearm, place),
        receiver=None,
        handoff=None,
    )
    return sorted(rule for rule, condition in CLEARANCE.items() if condition(moment) is False)


def clearance_state(book: Book, firearm: str, missing: list[str]) -> str:
    """Hold before disputed before unknown before missing before complete."""
    place = len(book.entries)
    if open_holds(book, firearm, place):
        return "hold"
    if open_disputes(book, firearm, place):
        return "disputed"
    if any(not entry.known and entry.firearm == firearm for entry in book.entries):
        return "unknown"
    return "missing" if missing else "complete"
