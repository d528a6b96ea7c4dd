"""Recording what happened: each entry judged alone, appended in one transaction, answered with what is missing.

Only malformed input and strangers are turned away. An entry that breaks a rule is recorded.
"""

from collections.abc import Container, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from msgspec.structs import replace

from checklists.custody.facts import Sealed
from checklists.custody.roster import Roster
from checklists.models import CrewMember, LedgerEntry, Production
from checklists.queries.surroundings import roster_of
from checklists.services.admitting import (
    Incoming,
    Unproven,
    admit,
    check_correction,
    quarantine_unknown_kinds,
    read_incoming,
    recognise,
    unproven,
)
from checklists.services.judging.devices import counted_of
from checklists.services.judging.receipts import Receipt, judge_receipt
from checklists.services.ledger import append_rows, lock_ledger, row_of


def record_entries(
    *,
    member: CrewMember,
    entries: Sequence[object],
    proofs: Mapping[str, object] | None = None,
    auth: str = "session",
    now: datetime | None = None,
) -> dict[str, Any]:
    """Records a batch for a crew member and answers as the contract says.

    Args:
        member: who sends; entries in another's name are forbidden.
        entries: parsed JSON, one value for each entry, unread.
        proofs: entry id to proof. No method of proof is installed yet.
        auth: how the sender is known; goes into the receipts.
        now: another clock, for productions that are simulated.

    Returns:
        `{"results": [...], "firearms": {id: clearance}}`: a result for each entry, in order.
    """
    return record_receipt(
        production=member.production,
        entries=entries,
        unproven=partial(unproven, member=member),
        auth={"method": auth, "member": str(member.id)},
        now=now,
    )


@transaction.atomic
def record_receipt(
    *,
    production: Production,
    entries: Sequence[object],
    unproven: Unproven,
    auth: Mapping[str, Any],
    now: datetime | None = None,
) -> dict[str, Any]:
    """Records what was received at one moment; `unproven` says what its sender can't vouch for."""
    batch = [read_incoming(value) for value in entries]
    head = lock_ledger(production)
    received_at = (now or timezone.now()).astimezone(UTC)
    roster = roster_of(production, head)
    admit(batch, production=production, roster=roster, unproven=unproven)
    conflicts = recognise(production, batch, now=received_at)
    unread = quarantine_unknown_kinds(production, batch, now=received_at)
    targets = named_rows(production, batch)
    accepted = accept(batch, targets, roster, received_at)
    rows = [
        row_of(production, seq, sealed, incoming.entry_bytes, auth)
        for seq, (incoming, sealed) in enumerate(accepted, start=head.seq + 1)
    ]
    append_rows(head, rows)
    receipt = Receipt(
        production=production,
        head=head,
        roster=roster,
        at=received_at,
        rows=tuple(rows),
        sealed=tuple(sealed for _, sealed in accepted),
        targets=targets,
        from_devices=tuple(
            counted_of(one.envelope, received_at) for one in [*unread, *(a for a, _ in accepted)] if one.envelope
        ),
        conflicts=tuple(conflicts),
    )
    judged = judge_receipt(receipt)
    answer_recorded(accepted, rows, judged.missing)
    return {"results": [answered(one) for one in batch], "firearms": judged.firearms}


def named_rows(production: Production, batch: Sequence[Incoming]) -> dict[UUID, LedgerEntry]:
    """The ledger rows that entries of the batch speak about, by entry id, and those that such rows speak about."""
    named = {target for one in batch if one.entry and (target := one.entry.body.named)}
    rows: dict[UUID, LedgerEntry] = {}
    while named:
        found = LedgerEntry.objects.filter(production=production, entry_id__in=named)
        fresh = {row.entry_id: row for row in found.defer("entry_bytes", "receipt_bytes").order_by()}
        rows |= fresh
        named = {row.names for row in fresh.values() if row.names and row.firearm_id is None} - rows.keys()
    return rows


def accept(
    batch: Sequence[Incoming], targets: Mapping[UUID, LedgerEntry], roster: Roster, received_at: datetime
) -> list[tuple[Incoming, Sealed]]:
    """The entries that will be recorded, each about the firearm of the entry that it names."""
    kinds = {entry_id: row.kind for entry_id, row in targets.items()}
    firearms = {entry_id: row.firearm_id for entry_id, row in targets.items()}
    names = {entry_id: row.names for entry_id, row in targets.items() if row.firearm_id is None}
    for incoming in batch:
        if incoming.entry:
            kinds[incoming.entry.id] = incoming.entry.kind
            firearms[incoming.entry.id] = incoming.entry.firearm
            names[incoming.entry.id] = incoming.entry.body.named
    accepted = []
    for incoming in batch:
        named = incoming.entry.body.named if incoming.entry else None
        check_correction(incoming, kinds.get(named) if named else None, roster)
        if incoming.entry:
            entry = replace(incoming.entry, firearm=firearms[spoken_of(incoming.entry.id, names, firearms)])
            accepted.append((incoming, Sealed(entry=entry, leaf_hash=incoming.leaf_hash, received_at=received_at)))
    return accepted


def spoken_of(entry_id: UUID, names: Mapping[UUID, UUID | None], known: Container[UUID]) -> UUID:
    """The entry that this one is about in the end, as far as it is known; itself when it names none."""
    passed = {entry_id}
    while (named := names.get(entry_id)) is not None and named in known and named not in passed:
        passed.add(named)
        entry_id = named
    return entry_id


def answer_recorded(
    accepted: Sequence[tuple[Incoming, Sealed]],
    rows: Sequence[LedgerEntry],
    missing: Mapping[UUID, list[dict[str, Any]]],
) -> None:
    for (incoming, _), row in zip(accepted, rows, strict=True):
        incoming.answer |= {"status": "recorded", "seq": row.seq, "missing": missing.get(row.entry_id, [])}


def answered(incoming: Incoming) -> dict[str, Any]:
    """The entry's result; a duplicate has the number of the first one."""
    if (first := incoming.answer.pop("first", None)) is not None:
        incoming.answer["seq"] = first.answer["seq"]
    return incoming.answer
