"""The ledger itself: bytes, hashes, receipts, numbers, and the columns that repeat what the bytes say."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from checklists.custody.entries import KINDS, MADE_BY_THE_SERVER, MADE_ON_A_DEVICE, DeviceStamp
from checklists.custody.reading import read_envelope
from checklists.evidence.canonical import is_canonical, leaf_hash
from checklists.models import CrewMember, LedgerEntry, LedgerHead, Production, QuarantinedEntry
from checklists.services.verifying.findings import Finding, about

PAGE = 500
KNOWN_BY = frozenset({"session", "token", "replay", "pin", "passkey", "device_key"})
"""How the author of an entry made on a device may have been known."""


class StoredEnvelope(Struct, kw_only=True):
    """What every entry says of itself, whatever its kind."""

    id: UUID
    kind: str
    production: UUID
    firearm: UUID | None
    author: UUID | None
    occurred_at: dt.datetime
    device: DeviceStamp
    body: msgspec.Raw


class StoredReceipt(Struct, kw_only=True, forbid_unknown_fields=True):
    production: UUID
    seq: int
    entry: UUID
    leaf_hash: str
    received_at: dt.datetime
    auth: dict[str, Any]


class Reading:
    """One production's ledger, read page by page from its first entry to its head."""

    def __init__(self, production: Production) -> None:
        self.production = production
        self.crew = set(CrewMember.objects.filter(production=production).values_list("id", flat=True))
        self.redacted_by = redactions(production)
        self.entries = 0
        self.last_reference = 0

    def findings(self) -> Iterator[Finding]:
        head = LedgerHead.objects.filter(production=self.production).first()
        for page in self.pages():
            named = self.rows_named_in(page)
            for row in page:
                yield from self.numbered(row)
                yield from (about(row, what) for what in self.problems_of(row, named))
        if head is None:
            yield Finding(what="the ledger has no head")
        elif (head.seq, head.reference_seq) != (self.entries, self.last_reference):
            yield Finding(
                what=f"the head says entry {head.seq} and reference {head.reference_seq}; "
                f"the last are {self.entries} and {self.last_reference}"
            )
        for kept in QuarantinedEntry.objects.filter(production=self.production).order_by("id").iterator():
            for what in quarantine_problems(kept):
                yield Finding(entry=kept.entry_id, what=f"in quarantine: {what}")

    def pages(self) -> Iterator[list[LedgerEntry]]:
        rows = LedgerEntry.objects.filter(production=self.production).order_by("seq")
        page = list(rows[:PAGE])
        while page:
            yield page
            page = list(rows.filter(seq__gt=page[-1].seq)[:PAGE])

    def rows_named_in(self, page: Sequence[LedgerEntry]) -> dict[UUID, LedgerEntry]:
        """What entries of the page speak about, and what that speaks about in turn."""
        known: dict[UUID, LedgerEntry] = {}
        names = {row.names for row in page if row.names}
        while names:
            rows = LedgerEntry.objects.filter(production=self.production, entry_id__in=names)
            fresh = {row.entry_id: row for row in rows.only("entry_id", "seq", "firearm_id", "names").order_by()}
            known |= fresh
            names = {row.names for row in fresh.values() if row.names and row.firearm_id is None} - known.keys()
        return known

    def numbered(self, row: LedgerEntry) -> Iterator[Finding]:
        self.entries += 1
        if row.seq != self.entries:
            yield about(row, f"number {self.entries} is missing")
            self.entries = row.seq
        if row.kind == "reference":
            self.last_reference = row.seq

    def problems_of(self, row: LedgerEntry, named: Mapping[UUID, LedgerEntry]) -> Iterator[str]:
        yield from readable(lambda: receipt_problems(row, self.crew), "its receipt")
        if row.entry_bytes is not None:
            yield from readable(lambda: entry_problems(row, named), "the entry")
        elif row.entry_id not in self.redacted_by:
            yield "its bytes are gone, and no redaction names it"


def redactions(production: Production) -> set[UUID]:
    """The entries whose bytes may be gone."""
    rows = LedgerEntry.objects.filter(production=production, kind="redaction").exclude(names=None)
    return {entry_id for entry_id in rows.values_list("names", flat=True) if entry_id}


def readable(problems: Callable[[], Iterator[str]], what: str) -> Iterator[str]:
    """The problems; also that there was no reading on."""
    try:
        yield from problems()
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        yield f"{what} can't be read: {error}"


def receipt_problems(row: LedgerEntry, crew: set[UUID]) -> Iterator[str]:
    data = bytes(row.receipt_bytes)
    if not is_canonical(data):
        yield "its receipt is not canonical"
    receipt = msgspec.json.decode(data, type=StoredReceipt)
    said = {
        "production_id": receipt.production,
        "seq": receipt.seq,
        "entry_id": receipt.entry,
        "leaf_hash": receipt.leaf_hash,
        "received_at": receipt.received_at,
    }
    yield from (f"the column {name} is not what the receipt says" for name in other_columns(row, said))
    if not known_author(receipt.auth, row.kind, crew):
        yield "its receipt says in no known way how the author was known"


def known_author(auth: Mapping[str, Any], kind: str, crew: set[UUID]) -> bool:
    if kind in MADE_BY_THE_SERVER or kind not in KINDS:
        return auth.get("method") == "server"
    member = auth.get("member")
    return auth.get("method") in KNOWN_BY and (member is None or UUID(member) in crew)


def entry_problems(row: LedgerEntry, named: Mapping[UUID, LedgerEntry]) -> Iterator[str]:
    data = bytes(row.entry_bytes or b"")
    if leaf_hash(data) != row.leaf_hash:
        yield "its bytes do not have the hash that was recorded"
    if not is_canonical(data):
        yield "its bytes are not canonical"
    stored = msgspec.json.decode(data, type=StoredEnvelope)
    said = {
        "production_id": stored.production,
        "entry_id": stored.id,
        "kind": stored.kind,
        "author_id": stored.author,
        "device_id": stored.device.id,
        "device_seq": stored.device.seq,
        "effective_at": min(stored.occurred_at + dt.timedelta(milliseconds=stored.device.offset_ms), row.received_at),
    }
    yield from (f"the column {name} is not what the entry says" for name in other_columns(row, said))
    if not names_rightly(row, stored):
        yield "the column names is not what the entry says"
    if row.firearm_id not in firearms_allowed(row, stored.firearm, named):
        yield "the column firearm_id is not what the entry says"


def other_columns(row: LedgerEntry, said: Mapping[str, object]) -> list[str]:
    return [name for name, value in said.items() if getattr(row, name) != value]


def names_rightly(row: LedgerEntry, stored: StoredEnvelope) -> bool:
    if stored.kind in KINDS:
        return row.names == msgspec.json.decode(stored.body, type=KINDS[stored.kind]).named
    return row.names is None or str(row.names).encode() in bytes(stored.body)


def firearms_allowed(row: LedgerEntry, claimed: UUID | None, named: Mapping[UUID, LedgerEntry]) -> set[UUID | None]:
    """An entry is about the firearm of what it names; as long as that has not come, about what it says itself."""
    target = named.get(row.names) if row.names else None
    if target is None or row.kind not in MADE_ON_A_DEVICE:
        return {claimed}
    if target.seq < row.seq and target.firearm_id:
        return {target.firearm_id}
    allowed = {claimed, None}
    passed: set[UUID] = set()
    while target is not None and target.entry_id not in passed:
        passed.add(target.entry_id)
        allowed.add(target.firearm_id)
        target = named.get(target.names) if target.names else None
    return allowed


def quarantine_problems(kept: QuarantinedEntry) -> Iterator[str]:
    data = bytes(kept.entry_bytes)
    if leaf_hash(data) != kept.leaf_hash:
        yield "its bytes do not have the hash that was recorded"
    if not is_canonical(data):
        yield "its bytes are not canonical"
        return
    envelope = read_envelope(msgspec.json.decode(data))
    said = (envelope.id, envelope.kind, envelope.production, envelope.firearm, envelope.author)
    if said != (kept.entry_id, kept.kind, kept.production_id, kept.firearm_id, kept.author_id):
        yield "its columns are not what it says"
