"""Alerts held against the entries that say that they were opened and acknowledged."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from msgspec import Struct

from checklists.custody.entries import ServerNote
from checklists.custody.facts import Sealed
from checklists.models import Alert, LedgerEntry, Production
from checklists.queries.ledger import IN_ONE_QUERY, in_batches, sealed_of
from checklists.services.verifying.findings import Finding, about


class Said(Struct, frozen=True, kw_only=True):
    """An entry about an alert, with its row."""

    row: LedgerEntry
    sealed: Sealed
    note: ServerNote


def alert_findings(production: Production) -> Iterator[Finding]:
    """Who was told when is evidence: each alert has the entry that opened it, and is answered as the ledger says."""
    opened: set[UUID] = set()
    for page in pages_of(production, "alert_opened"):
        yield from opening_findings(page, again=opened)
        opened |= {said.note.alert for said in page}
    for alert_id in Alert.objects.filter(production=production).values_list("id", flat=True):
        if alert_id not in opened:
            yield Finding(what=f"no entry says that alert {alert_id} was opened")
    yield from answer_findings(production)


def pages_of(production: Production, kind: str) -> Iterator[list[Said]]:
    rows = LedgerEntry.objects.filter(production=production, kind=kind).exclude(entry_bytes=None).order_by("seq")
    page = [said_in(row) for row in rows[:IN_ONE_QUERY]]
    while page:
        yield page
        page = [said_in(row) for row in rows.filter(seq__gt=page[-1].row.seq)[:IN_ONE_QUERY]]


def said_in(row: LedgerEntry) -> Said:
    sealed = sealed_of(row)
    if not isinstance(sealed.entry.body, ServerNote):
        raise TypeError(f"{row.kind} is no note about an alert")
    return Said(row=row, sealed=sealed, note=sealed.entry.body)


def opening_findings(page: Sequence[Said], *, again: set[UUID]) -> Iterator[Finding]:
    """`again`: alerts opened before, which were mended for a while; they keep the moment of their first opening."""
    known = set(again)
    alerts = Alert.objects.in_bulk([said.note.alert for said in page])
    for said in page:
        alert = alerts.get(said.note.alert)
        if alert is None or alert.production_id != said.row.production_id:
            yield about(said.row, "the alert that it opened is missing")
            continue
        opened_at = alert.opened_at if alert.id in known else said.sealed.effective_at
        known.add(alert.id)
        expected = (said.note.rule, said.note.trigger, said.row.firearm_id, opened_at)
        if (alert.rule, alert.entry, alert.firearm_id, alert.opened_at) != expected:
            yield about(said.row, "the alert that it opened is not as it says")


def answer_findings(production: Production) -> Iterator[Finding]:
    """The first acknowledgement stays, the reason is that of the last."""
    answers: dict[UUID, list[Said]] = {}
    for page in pages_of(production, "alert_acknowledged"):
        for said in page:
            answers.setdefault(said.note.alert, []).append(said)
    for ids in in_batches(answers):
        alerts = Alert.objects.in_bulk(ids)
        for alert_id in ids:
            yield from acknowledgement_findings(alerts.get(alert_id), answers[alert_id])
    for alert in Alert.objects.filter(production=production).exclude(acknowledged_at=None).only("id"):
        if alert.id not in answers:
            yield Finding(what=f"no entry says that alert {alert.id} was acknowledged")


def acknowledgement_findings(alert: Alert | None, answers: Sequence[Said]) -> Iterator[Finding]:
    first, last = answers[0], answers[-1]
    said = (first.note.by, first.sealed.effective_at, last.note.reason)
    if alert is None or (alert.acknowledged_by_id, alert.acknowledged_at, alert.reason) != said:
        yield about(last.row, "the alert that it acknowledges is not as it says")
