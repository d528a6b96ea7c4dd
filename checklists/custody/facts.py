"""An entry with what the ledger adds: its place in time and the corrections that were made of it."""

import datetime as dt
from collections.abc import Iterable
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct

from checklists.custody.entries import Body, Correction, Entry
from checklists.custody.problems import Malformed
from checklists.custody.reading import read_body

Order: TypeAlias = tuple[dt.datetime, int, UUID]
"""Where an entry stands in the fold: (effective time, device seq, id). Arrival plays no part."""

LAST_DEVICE_SEQ = 2**63 - 1
LAST_ID = UUID(int=2**128 - 1)


def end_of(moment: dt.datetime) -> Order:
    """The place after everything that has happened by `moment`."""
    return (moment, LAST_DEVICE_SEQ, LAST_ID)


class Sealed(Struct, frozen=True, kw_only=True):
    """An entry of the ledger: as read, with the hash that people sign and when the server received it."""

    entry: Entry
    leaf_hash: str
    received_at: dt.datetime

    @property
    def effective_at(self) -> dt.datetime:
        """The device's claim, corrected by its offset, and never later than the receipt."""
        claimed = self.entry.occurred_at + dt.timedelta(milliseconds=self.entry.device.offset_ms)
        return min(claimed, self.received_at).astimezone(dt.UTC)

    @property
    def order(self) -> Order:
        return (self.effective_at, self.entry.device.seq, self.entry.id)


class Version(Struct, frozen=True, kw_only=True):
    """What an entry said, first or after a correction. A signature names one of them."""

    id: UUID
    leaf_hash: str
    body: Body


class Fact(Struct, frozen=True, kw_only=True):
    """An entry where it belongs in time, with all its versions."""

    id: UUID
    order: Order
    at: dt.datetime
    author: UUID | None
    device: UUID
    firearm: UUID | None
    after: UUID | None
    versions: tuple[Version, ...]
    voided_by: UUID | None = None
    corrected: tuple[Order, ...] = ()
    """Where the corrections stand in the fold."""

    @property
    def body(self) -> Body:
        """The version that counts for state and custody: the last one."""
        return self.versions[-1].body

    @property
    def bodies(self) -> tuple[Body, ...]:
        """Every version: a condition on content must hold in each of them."""
        return tuple(version.body for version in self.versions)

    @property
    def current(self) -> Version:
        return self.versions[-1]


def fact_of(sealed: Sealed, corrections: Iterable[Sealed] = ()) -> Fact:
    """The entry with the corrections that count: by its author, of a kind that can be corrected, and readable."""
    entry = sealed.entry
    versions = [Version(id=entry.id, leaf_hash=sealed.leaf_hash, body=entry.body)]
    voided_by, places = None, []
    for correction in sorted(corrections, key=lambda one: one.order):
        body = correction.entry.body
        if not isinstance(body, Correction) or correction.entry.author != entry.author or not entry.body.correctable:
            continue
        if body.body is None:
            voided_by = voided_by or correction.entry.id
        else:
            try:
                corrected = read_body(entry.kind, body.body, "/body")
            except Malformed:
                continue
            versions.append(Version(id=correction.entry.id, leaf_hash=correction.leaf_hash, body=corrected))
        places.append(correction.order)
    return Fact(
        id=entry.id,
        order=sealed.order,
        at=sealed.effective_at,
        author=entry.author,
        device=entry.device.id,
        firearm=entry.firearm,
        after=entry.after,
        versions=tuple(versions),
        voided_by=voided_by,
        corrected=tuple(places),
    )
