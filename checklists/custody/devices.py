"""Which records a phone owes: numbers below its highest that have not come. By receipt, never judged anew."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from checklists.custody.facts import Order
from checklists.custody.packs import Rule
from checklists.custody.state import Step


class Counted(Struct, frozen=True, kw_only=True, order=True):
    """One entry of a phone, of a kind that can be read or not: its place in the fold and its number."""

    order: Order
    seq: int


class Device(Struct, frozen=True, kw_only=True):
    """A phone's counter as received: its highest number, the gaps below it, and the step that waits for them."""

    highest: int = 0
    gaps: tuple[tuple[int, int], ...] = ()
    """Numbers missing, as closed ranges in order."""
    owing: Step | None = None


def receive(
    device: Device, entries: Sequence[Counted], received_at: dt.datetime, rule: Rule
) -> tuple[Device, Step | None]:
    """The device after one receipt, and the step that this receipt began or met.

    Args:
        entries: what came of this device in the receipt, in any order; not empty.
    """
    filled: Order | None = None
    after = device
    for entry in sorted(entries):
        after = counted(after, entry.seq)
        filled = filled or (entry.order if not after.gaps else None)
    if after.gaps and device.owing is None:
        first = min(entries, key=lambda one: (one.seq, one.order))
        step = owed(rule, first.order[2], received_at)
        return replace(after, owing=step), step
    if device.owing and not after.gaps and filled:
        return replace(after, owing=None), replace(device.owing, met_by=filled[2], met_at=filled[0])
    return after, None


def counted(device: Device, seq: int) -> Device:
    """The device after one number: the next one, one beyond a new gap, or one that fills an old one."""
    if seq > device.highest:
        gap = ((device.highest + 1, seq - 1),) if seq > device.highest + 1 else ()
        return replace(device, highest=seq, gaps=(*device.gaps, *gap))
    gaps = [
        part
        for low, high in device.gaps
        for part in ([(low, seq - 1), (seq + 1, high)] if low <= seq <= high else [(low, high)])
    ]
    return replace(device, gaps=tuple((low, high) for low, high in gaps if low <= high))


def owed(rule: Rule, trigger: UUID, received_at: dt.datetime) -> Step:
    return Step(
        rule=rule.id,
        trigger=trigger,
        firearm=None,
        since=received_at,
        due_at=received_at + rule.within,
        outcome=rule.expects or "",
    )
