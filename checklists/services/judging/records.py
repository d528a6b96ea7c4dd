"""The record rows beside the ledger: what people query, the last version of each entry."""

from collections.abc import Iterable, Mapping
from typing import Any, cast
from uuid import UUID

from checklists import models
from checklists.custody.entries import (
    AmmunitionCount,
    Announcement,
    Body,
    Handoff,
    Incident,
    Inspection,
    Meeting,
    Schedule,
    SignOff,
)
from checklists.custody.facts import Fact
from checklists.models import LedgerEntry
from checklists.models.records import Record

Columns = tuple[type[Record], dict[str, Any]]


def write_records(facts: Iterable[Fact], rows: Mapping[UUID, LedgerEntry]) -> None:
    """Makes or replaces the record rows of these facts; `rows` are their ledger rows by entry id."""
    for model, records in records_of(facts, rows).items():
        fields = [field.name for field in model._meta.concrete_fields if not field.primary_key]
        model._default_manager.bulk_create(  # noqa: SLF001
            records, update_conflicts=True, unique_fields=["entry"], update_fields=fields
        )


def records_of(facts: Iterable[Fact], rows: Mapping[UUID, LedgerEntry]) -> dict[type[Record], list[Record]]:
    records: dict[type[Record], list[Record]] = {}
    for fact in facts:
        if fact.body.kind in RECORDED:
            record = record_of(fact, rows[fact.id])
            records.setdefault(type(record), []).append(record)
    return records


def record_of(fact: Fact, row: LedgerEntry) -> Record:
    model, columns = columns_of(fact)
    return model(
        entry=row,
        production_id=row.production_id,
        firearm_id=row.firearm_id,
        author_id=cast(UUID, fact.author),  # what a device sends has one
        effective_at=fact.at,
        version=fact.current.id,
        voided=fact.voided_by is not None,
        **columns,
    )


def listed(ids: Iterable[UUID]) -> list[str]:
    return [str(one) for one in ids]


def plain(body: Body, *names: str) -> dict[str, Any]:
    return {name: getattr(body, name) for name in names}


def columns_of(fact: Fact) -> Columns:  # noqa: C901  one case for each kind
    """The model and the columns of a fact's current version."""
    match fact.body:
        case Inspection() as body:
            counts = ("chambers_total", "chambers_seen", "barrel_clear", "dummies_verified", "dummies")
            columns = plain(body, "purpose", "load", "rounds", *counts, "items", "note")
            return models.Inspection, columns | {"shown_to": listed(body.shown_to)}
        case Announcement() as body:
            return models.Announcement, plain(body, "call", "rounds", "scene")
        case Handoff() as body:
            columns = plain(body, "purpose", "load", "rounds", "scene", "rehearsal")
            holders = {
                "giver_crew_id": body.giver.crew,
                "giver_place_id": body.giver.place,
                "receiver_crew_id": body.receiver.crew,
                "receiver_place_id": body.receiver.place,
            }
            return models.Handoff, columns | holders | {"after": fact.after}
        case SignOff() as body:
            signed = {"signed_entry_id": body.entry, "signed_hash": body.entry_hash, "signer_id": body.signer}
            return models.SignOff, signed | plain(body, "meaning", "looked_inside", "method")
        case Incident() as body:
            return models.Incident, plain(body, "type", "note")
        case Meeting() as body:
            people = {"attendees": listed(body.attendees), "topics": list(body.topics)}
            return models.SafetyMeeting, plain(body, "date", "led_by") | people
        case AmmunitionCount() as body:
            numbers = ("issued", "fired", "returned", "misfired", "quarantined", "on_hand")
            return models.AmmunitionCount, plain(body, "type", *numbers)
        case Schedule() as body:
            return models.PlannedWrap, plain(body, "date", "wrap")
    raise LookupError(fact.body.kind)


RECORD_MODELS: tuple[type[Record], ...] = (
    models.Inspection,
    models.Announcement,
    models.Handoff,
    models.SignOff,
    models.Incident,
    models.SafetyMeeting,
    models.AmmunitionCount,
    models.PlannedWrap,
)
RECORDED = frozenset(
    body.kind for body in (Inspection, Announcement, Handoff, SignOff, Incident, Meeting, AmmunitionCount, Schedule)
)
"""The kinds of entry that have a record model of their own."""
