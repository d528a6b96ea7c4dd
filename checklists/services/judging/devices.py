"""Judges what phones send, by receipt: which records each of them owes, and what came twice with other bytes."""

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec
from msgspec import Struct

from checklists.custody.devices import Counted, Device, receive
from checklists.custody.packs import Rules
from checklists.custody.reading import Envelope, shifted
from checklists.custody.state import Step
from checklists.models import Device as DeviceRow
from checklists.models import Production
from checklists.services.judging.reconciling import Findings

OWED = "records owed"
CONFLICT = "conflict"


class FromDevice(Struct, frozen=True, kw_only=True):
    """What an entry tells about its phone."""

    device: UUID
    author: UUID
    counted: Counted


def counted_of(envelope: Envelope, received_at: dt.datetime) -> FromDevice:
    order = (min(shifted(envelope), received_at), envelope.device.seq, envelope.id)
    return FromDevice(
        device=envelope.device.id, author=envelope.author, counted=Counted(order=order, seq=envelope.device.seq)
    )


def receive_from_devices(
    production: Production, counted: Sequence[FromDevice], rules: Rules, now: dt.datetime, findings: Findings
) -> None:
    """Notes which numbers came of each phone, and which it owes."""
    by_device: dict[UUID, list[FromDevice]] = {}
    for one in counted:
        by_device.setdefault(one.device, []).append(one)
    known = {row.device_id: row for row in DeviceRow.objects.filter(production=production, device_id__in=by_device)}
    for device_id, entries in by_device.items():
        row = known.get(device_id) or DeviceRow(production=production, device_id=device_id)
        device = msgspec.json.decode(bytes(row.state), type=Device) if row.state else Device()
        device, steps = heard_from(device, entries, rules, now)
        for step in steps:
            findings.add([step], {step.trigger}, step.rule.__eq__)
        note_device(row, device, last=entries[-1], now=now)
        row.save()


def heard_from(
    device: Device, entries: Sequence[FromDevice], rules: Rules, now: dt.datetime
) -> tuple[Device, list[Step]]:
    """The phone after one receipt, and the steps that this began or met."""
    steps = []
    for rule in rules.following(OWED):
        device, step = receive(device, [one.counted for one in entries], now, rule)
        steps += [step] if step else []
    return device, steps


def note_device(row: DeviceRow, device: Device, *, last: FromDevice, now: dt.datetime) -> None:
    """Puts what is known of the phone into its row; `last` is the last entry that came of it."""
    row.state, row.owes = msgspec.json.encode(device), bool(device.gaps)
    row.last_heard_at, row.author_id = now, last.author


def judge_conflicts(conflicts: Iterable[UUID], rules: Rules, now: dt.datetime, findings: Findings) -> None:
    """An entry that came again under the same id with other bytes: somebody changed it, or a phone is broken."""
    for entry_id in conflicts:
        findings.add(
            conflict_steps(entry_id, rules, now),
            {entry_id},
            {rule.id for rule in rules.following(CONFLICT)}.__contains__,
        )


def conflict_steps(entry_id: UUID, rules: Rules, now: dt.datetime) -> list[Step]:
    return [
        Step(rule=rule.id, trigger=entry_id, firearm=None, since=now, due_at=now, expected=False)
        for rule in rules.following(CONFLICT)
    ]
