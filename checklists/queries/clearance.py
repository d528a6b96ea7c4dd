"""The answer to "are all steps complete to hand this firearm to a performer, now?", as the contract gives it."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import msgspec

from checklists.custody.clearance import Clearance, clearance
from checklists.custody.entries import Holder
from checklists.custody.packs import Rule, load_pack
from checklists.custody.state import CustodyState
from checklists.custody.surroundings import Surroundings
from checklists.models import Custody, Firearm, LedgerHead, Production, QuarantinedEntry
from checklists.queries.steps import missing_step
from checklists.queries.surroundings import known_surroundings, roster_of


def clearance_of(*, firearm: Firearm, receiver_id: UUID | None = None, now: dt.datetime) -> dict[str, Any]:
    """The clearance of one firearm; with a receiver, also what is asked of that person."""
    return clearances_of(firearm.production, [firearm.id], receiver_id=receiver_id, now=now)[str(firearm.id)]


def clearances_of(
    production: Production, firearm_ids: Collection[UUID], *, receiver_id: UUID | None = None, now: dt.datetime
) -> dict[str, dict[str, Any]]:
    """The clearance of each of these firearms, by id. The number of queries does not depend on how many."""
    if not firearm_ids:
        return {}
    states = states_of(production, firearm_ids)
    around = surroundings_of(production, now)
    unread = unread_firearms(production, firearm_ids)
    return clearance_answers(states, around, unread, receiver_id=receiver_id, now=now)


def clearance_answers(
    states: Mapping[UUID, CustodyState],
    around: Surroundings,
    unread: Collection[UUID],
    *,
    receiver_id: UUID | None = None,
    now: dt.datetime,
) -> dict[str, dict[str, Any]]:
    return {
        str(firearm_id): clearance_answer(
            state,
            clearance(state, around, now, receiver=receiver_id, unread=firearm_id in unread),
            now=now,
        )
        for firearm_id, state in states.items()
    }


def states_of(production: Production, firearm_ids: Collection[UUID]) -> dict[UUID, CustodyState]:
    """The state of each firearm; of one without entries, the empty state."""
    kept = Custody.objects.filter(production=production, firearm_id__in=firearm_ids).values_list("firearm_id", "state")
    states = {firearm_id: msgspec.json.decode(bytes(state), type=CustodyState) for firearm_id, state in kept}
    return {firearm_id: states.get(firearm_id) or CustodyState(firearm=firearm_id) for firearm_id in firearm_ids}


def surroundings_of(production: Production, now: dt.datetime) -> Surroundings:
    head = LedgerHead.objects.get(production=production)
    return known_surroundings(production, head, roster_of(production, head), since=now, until=now)


def unread_firearms(production: Production, firearm_ids: Collection[UUID]) -> set[UUID]:
    """Those of these firearms with entries of a kind that this version can't read."""
    kept = QuarantinedEntry.objects.filter(production=production, reason="unknown_kind", firearm_id__in=firearm_ids)
    return {firearm_id for firearm_id in kept.order_by().values_list("firearm_id", flat=True).distinct() if firearm_id}


def clearance_answer(state: CustodyState, answer: Clearance, *, now: dt.datetime) -> dict[str, Any]:
    return {
        "state": answer.state,
        "as_of": now.isoformat(),
        "expires_at": answer.expires_at.isoformat() if answer.expires_at else None,
        "holder": holder_of(state.holder),
        "load": state.load,
        "rounds": state.rounds,
        "missing": [missing_step(rule, since=since_of(rule, state), due_at=None) for rule in answer.missing],
    }


def since_of(rule: Rule, state: CustodyState) -> dt.datetime | None:
    """Since when a step has been missing: what came of the announcement, of the inspection, or of the handoff."""
    if "announced-since-inspection" in rule.given and state.call:
        return state.call.order[0]
    if "inspected-since-custody-change" in rule.given and state.inspection:
        return state.inspection.order[0]
    return state.since


def holder_of(holder: Holder | None) -> dict[str, str] | None:
    if holder is None:
        return None
    return {"crew": str(holder.crew)} if holder.crew else {"place": str(holder.place)}


def checklist_of(firearm: Firearm) -> list[dict[str, Any]]:
    """What is looked at in an inspection of this kind of firearm, by the production's pack."""
    items = load_pack(firearm.production.pack).checklist(firearm.kind)
    return [{"code": item.code, "title": item.title, "required": item.required} for item in items]
