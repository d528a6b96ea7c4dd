"""What phones sent, receipt by receipt: how far their counters came, and what came twice with other bytes."""

import datetime as dt
from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter
from uuid import UUID

import msgspec

from checklists.custody.devices import Counted
from checklists.custody.devices import Device as Counter
from checklists.custody.reading import read_envelope
from checklists.custody.state import Step
from checklists.custody.surroundings import Surroundings
from checklists.models import Device, LedgerEntry, Production, QuarantinedEntry
from checklists.queries.ledger import JUDGED_KINDS
from checklists.services.judging.devices import FromDevice, conflict_steps, counted_of, heard_from, note_device
from checklists.services.judging.reconciling import Key

Received = tuple[dt.datetime, FromDevice]


class Phones:
    """All receipts of a production, replayed: `rows` by device, and the steps for records owed.

    `moments` are those at which something was received: what became known became known at one of them.
    """

    def __init__(self, production: Production, around: Surroundings) -> None:
        self.production = production
        self.around = around
        self.rows: dict[UUID, Device] = {}
        self.counters: dict[UUID, Counter] = {}
        self.steps: dict[Key, Step] = {}
        self.moments: set[dt.datetime] = set(conflict_moments(production))
        for received_at, entries in groupby(received(production), key=itemgetter(0)):
            self.moments.add(received_at)
            self.receive([entry for _, entry in entries], received_at)

    def receive(self, entries: list[FromDevice], received_at: dt.datetime) -> None:
        by_device: dict[UUID, list[FromDevice]] = {}
        for entry in entries:
            by_device.setdefault(entry.device, []).append(entry)
        rules = self.around.rules(received_at)
        for device_id, own in by_device.items():
            counter = self.counters.get(device_id, Counter())
            self.counters[device_id], steps = heard_from(counter, own, rules, received_at)
            self.steps |= {step.key: step for step in steps}
            row = self.rows.setdefault(device_id, Device(production=self.production, device_id=device_id))
            note_device(row, self.counters[device_id], last=own[-1], now=received_at)


def received(production: Production) -> Iterator[Received]:
    """Everything that phones sent and that was kept, in order of receipt; in one receipt the unread come first."""
    return merge(unread(production), recorded(production), key=itemgetter(0))


def recorded(production: Production) -> Iterator[Received]:
    columns = ("received_at", "device_id", "author_id", "effective_at", "device_seq", "entry_id")
    rows = LedgerEntry.objects.filter(production=production, kind__in=JUDGED_KINDS).order_by("seq")
    for received_at, device, author, at, seq, entry_id in rows.values_list(*columns).iterator():
        counted = Counted(order=(at, seq, entry_id), seq=seq)
        yield received_at, FromDevice(device=device, author=author or UUID(int=0), counted=counted)


def unread(production: Production) -> Iterator[Received]:
    rows = QuarantinedEntry.objects.filter(production=production, reason="unknown_kind").order_by("id")
    for row in rows.iterator():
        envelope = read_envelope(msgspec.json.decode(bytes(row.entry_bytes)))
        yield row.received_at, counted_of(envelope, row.received_at)


def conflict_moments(production: Production) -> list[dt.datetime]:
    rows = QuarantinedEntry.objects.filter(production=production, reason="conflict")
    return list(rows.values_list("received_at", flat=True))


def conflicts_of(production: Production, around: Surroundings) -> dict[Key, Step]:
    """One step for each entry that came again with other bytes."""
    rows = QuarantinedEntry.objects.filter(production=production, reason="conflict").order_by("id")
    return {
        step.key: step
        for entry_id, received_at in rows.values_list("entry_id", "received_at")
        for step in conflict_steps(entry_id, around.rules(received_at), received_at)
    }
