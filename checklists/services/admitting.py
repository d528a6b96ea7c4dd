"""Decides for each entry of a batch, alone: may it be recorded, has it been already, or why can't it be read."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from msgspec import Struct

from checklists.custody.entries import KINDS, MADE_BY_THE_SERVER, MADE_ON_A_DEVICE, Correction, Entry, SignOff
from checklists.custody.problems import Malformed, Problem
from checklists.custody.reading import Envelope, read_body, read_entry, read_envelope
from checklists.custody.references import named_in, strangers, unknown
from checklists.custody.roster import Roster
from checklists.evidence.canonical import canonical, leaf_hash
from checklists.models import CrewMember, LedgerEntry, Production, QuarantinedEntry

Unproven: TypeAlias = Callable[[Envelope, Entry | None], list[Problem]]
"""What the sender of an entry can't vouch for; nothing when it may be recorded."""


class Incoming(Struct, kw_only=True):
    """An entry of the batch on its way. It has an `entry` as long as nothing speaks against recording it."""

    answer: dict[str, Any]
    entry_bytes: bytes = b""
    leaf_hash: str = ""
    envelope: Envelope | None = None
    entry: Entry | None = None

    def refuse(self, status: str, problems: Iterable[Problem]) -> None:
        self.entry = None
        self.answer["status"] = status
        self.answer["errors"] = [{"pointer": one.pointer, "detail": one.detail} for one in problems]


def read_incoming(value: object) -> Incoming:
    """The entry as far as it can be read; unreadable ones are refused as malformed."""
    sent_id = value.get("id") if isinstance(value, dict) else None
    incoming = Incoming(answer=answer_to(sent_id))
    try:
        incoming.envelope = read_envelope(value)
        incoming.entry_bytes = canonical(value if isinstance(value, dict) else {})
        incoming.leaf_hash = incoming.answer["leaf_hash"] = leaf_hash(incoming.entry_bytes)
        if incoming.envelope.kind in MADE_BY_THE_SERVER:
            raise Malformed([Problem("/kind", "written by the server alone")])
        if incoming.envelope.kind in MADE_ON_A_DEVICE:
            incoming.entry = read_entry(incoming.envelope)
    except Malformed as malformed:
        incoming.refuse("malformed", malformed.problems)
    return incoming


def answer_to(sent_id: object) -> dict[str, Any]:
    """An entry's result before anything is known of it."""
    known = sent_id if isinstance(sent_id, str) and len(sent_id) <= 64 and sent_id.isprintable() else None
    return {"id": known, "status": "malformed", "seq": None, "leaf_hash": None, "errors": [], "missing": []}


def admit(batch: Sequence[Incoming], *, production: Production, roster: Roster, unproven: Unproven) -> None:
    """Settles everything about the entries that does not depend on each other."""
    for incoming in batch:
        envelope = incoming.envelope
        if envelope is None or incoming.answer["errors"]:
            continue
        if envelope.production != production.id:
            incoming.refuse("malformed", [Problem("/production", "not the production that it was sent to")])
        elif problems := strangers(envelope, incoming.entry.body if incoming.entry else None, roster):
            incoming.refuse("malformed", problems)
        elif problems := unproven(envelope, incoming.entry):
            incoming.refuse("forbidden", problems)


def unproven(envelope: Envelope, entry: Entry | None, member: CrewMember) -> list[Problem]:
    """What the sender can't vouch for. No method of proof is installed yet, so nobody speaks for another."""
    if envelope.author != member.id:
        return [Problem("/author", "another person's entry, without that person's proof")]
    if entry and isinstance(entry.body, SignOff) and entry.body.method != "session":
        return [Problem("/body/method", f"a signature by {entry.body.method}, without its proof")]
    return []


def recognise(production: Production, batch: Sequence[Incoming], *, now: datetime) -> list[UUID]:
    """Answers what has been recorded or kept before; returns the ids that came again with other bytes than before.

    An entry that comes twice in one batch is recognised by its first coming.
    """
    candidates = [one for one in batch if one.envelope and not one.answer["errors"]]
    known = recorded_before(production, [one.envelope.id for one in candidates if one.envelope])
    conflicts = []
    for incoming in candidates:
        if incoming.envelope is None:
            continue
        first = known.setdefault(incoming.envelope.id, incoming)
        if first is incoming:
            continue
        if first.leaf_hash == incoming.leaf_hash:
            incoming.entry = None
            incoming.answer |= {"status": "duplicate", "first": first}
        else:
            incoming.refuse("conflict", [Problem("/id", "recorded before, with another content")])
            if keep(production, incoming, reason="conflict", now=now):
                conflicts.append(incoming.envelope.id)
    return conflicts


def recorded_before(production: Production, entry_ids: Sequence[UUID]) -> dict[UUID, Incoming]:
    rows = LedgerEntry.objects.filter(production=production, entry_id__in=entry_ids)
    return {
        row.entry_id: Incoming(answer={"seq": row.seq}, leaf_hash=row.leaf_hash)
        for row in rows.only("entry_id", "seq", "leaf_hash").order_by()
    }


def quarantine_unknown_kinds(production: Production, batch: Sequence[Incoming], *, now: datetime) -> list[Incoming]:
    """Keeps entries of a newer app, whose kind this version does not know; returns those that are new."""
    kept = []
    for incoming in batch:
        unread = incoming.envelope and incoming.envelope.kind not in KINDS and not incoming.answer["errors"]
        if unread and incoming.answer["status"] == "malformed":
            incoming.answer["status"] = "quarantined"
            if keep(production, incoming, reason="unknown_kind", now=now):
                kept.append(incoming)
    return kept


def keep(production: Production, incoming: Incoming, *, reason: str, now: datetime) -> bool:
    """Puts the entry aside, once; returns whether it is new there."""
    envelope = incoming.envelope
    if (
        envelope is None
        or QuarantinedEntry.objects.filter(
            production=production, entry_id=envelope.id, leaf_hash=incoming.leaf_hash
        ).exists()
    ):
        return False
    QuarantinedEntry.objects.create(
        production=production,
        entry_id=envelope.id,
        reason=reason,
        kind=envelope.kind,
        firearm_id=envelope.firearm,
        author_id=envelope.author,
        received_at=now,
        leaf_hash=incoming.leaf_hash,
        entry_bytes=incoming.entry_bytes,
    )
    return True


def check_correction(incoming: Incoming, corrected_kind: str | None, roster: Roster) -> None:
    """A correction of a known entry has a body that the corrected kind can read."""
    entry = incoming.entry
    if entry is None or not isinstance(entry.body, Correction) or entry.body.body is None:
        return
    corrected = MADE_ON_A_DEVICE.get(corrected_kind or "")
    if corrected is None or not corrected.correctable:
        return
    try:
        body = read_body(corrected.kind, entry.body.body, "/body/body")
    except Malformed as malformed:
        incoming.refuse("malformed", malformed.problems)
        return
    if problems := unknown(list(named_in(body, "/body/body")), roster):
        incoming.refuse("malformed", problems)
