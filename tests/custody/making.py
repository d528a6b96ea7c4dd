"""Facts and what is around them: each maker names only what matters to the test that calls it.

Unless a test says otherwise everything is about the colt, at nine o'clock UTC, by the armorer on one phone.
"""

import datetime as dt
from collections.abc import Iterable
from itertools import count
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from checklists.custody.clearance import Clearance, clearance
from checklists.custody.entries import (
    AmmunitionCount,
    Announcement,
    Body,
    Correction,
    DeviceStamp,
    Entry,
    FollowUp,
    Handoff,
    Hold,
    Holder,
    Incident,
    IncidentClosed,
    Inspection,
    Meeting,
    Release,
    Resolution,
    SignOff,
)
from checklists.custody.facts import Fact, Order, Sealed, Version, fact_of
from checklists.custody.fold import Folded, fold
from checklists.custody.packs import Rule, Rules, load_pack
from checklists.custody.roster import Roster
from checklists.custody.state import CustodyState, Step
from checklists.custody.surroundings import Gathering, Surroundings

NINE = dt.datetime(2025, 11, 24, 9, 0, tzinfo=dt.UTC)
WRAP = NINE.replace(hour=19)
NUMBERS = count(1)


def seconds(number: float) -> dt.timedelta:
    return dt.timedelta(seconds=number)


def minutes(number: float) -> dt.timedelta:
    return dt.timedelta(minutes=number)


def hours(number: float) -> dt.timedelta:
    return dt.timedelta(hours=number)


EIGHT = NINE - hours(1)
READY = NINE + minutes(3)
"""When everything is there for the performer, see `ready`."""


def new_id() -> UUID:
    """Ids ascend in the order in which a test makes its facts."""
    return UUID(int=next(NUMBERS))


# --- who and what ----------------------------------------------------------------------------------------------------

PRODUCTION, COLT, PISTOL, MUSKET, RUBBER = new_id(), new_id(), new_id(), new_id(), new_id()
ARMORER, PROPS, ASSISTANT, AD, SECOND_AD, ARMED_AD = (new_id() for _ in range(6))
PERFORMER, STAND_IN, ADVISOR, PRODUCER, GRIP = (new_id() for _ in range(5))
SAFE, VAULT, CART = new_id(), new_id(), new_id()
PHONE, OTHER_PHONE = new_id(), new_id()

ROLES = {
    ARMORER: ["armorer"],
    PROPS: ["property_master"],
    ASSISTANT: ["assistant_property_master"],
    AD: ["first_ad"],
    SECOND_AD: ["second_ad"],
    ARMED_AD: ["armorer", "first_ad"],
    PERFORMER: ["performer"],
    STAND_IN: ["stand_in"],
    ADVISOR: ["safety_advisor"],
    PRODUCER: ["producer"],
    GRIP: ["crew"],
}
EVERYBODY = frozenset(ROLES)
PLACES = {SAFE: True, VAULT: True, CART: False}
FIREARMS = {
    COLT: {"kind": "revolver_single_action", "capacity": 6},
    PISTOL: {"kind": "semi_auto_pistol", "capacity": 1},
    MUSKET: {"kind": "muzzle_loader", "capacity": 1},
    RUBBER: {"kind": "rubber", "capacity": 0, "functional": False},
}
PAPERS = [{"type": "permit", "valid_until": "2098-12-31"}, {"type": "training", "valid_until": "2098-12-31"}]
PASSED = {item.code: "pass" for item in load_pack("core").checklist("revolver_single_action")}


def person(*roles: str, credentials: Iterable[dict[str, Any]] = PAPERS) -> dict[str, Any]:
    return {"roles": list(roles), "credentials": list(credentials), "active": True}


def roster_with(*later: tuple[dt.datetime, str, UUID, dict[str, Any]], **settings: Any) -> Roster:
    """The cast since the day before, with other `settings` of the production, and what changed `later`."""
    before = NINE - hours(24)
    references: list[tuple[dt.datetime, str, UUID, dict[str, Any]]] = [
        (before, "production", PRODUCTION, {"time_zone": "UTC", "pack": "core", "wrap": "19:00"} | settings),
        *((before, "crew", who, person(*roles)) for who, roles in ROLES.items()),
        *((before, "place", place, {"secure": secure}) for place, secure in PLACES.items()),
        *((before, "firearm", firearm, values) for firearm, values in FIREARMS.items()),
    ]
    return Roster([*references, *later])


ROSTER = roster_with()
RULES = Rules(load_pack("core"), {})


def rule(rule_id: str) -> Rule:
    return RULES[rule_id]


def gathered(at: dt.datetime = EIGHT, present: Iterable[UUID] = EVERYBODY) -> Gathering:
    return Gathering(order=(at, 1, new_id()), present=frozenset(present))


def surroundings(roster: Roster = ROSTER, **more: Any) -> Surroundings:
    """An ordinary day: everybody was at the meeting at eight, and nothing stops the production."""
    return Surroundings(roster, **{"meetings": [gathered()], **more})


AROUND = surroundings()


# --- facts -----------------------------------------------------------------------------------------------------------


def sealed(
    body: Body,
    *,
    at: dt.datetime = NINE,
    author: UUID | None = ARMORER,
    firearm: UUID | None = COLT,
    device: UUID = PHONE,
    seq: int = 1,
    offset_ms: int = 0,
    after: UUID | None = None,
    received_at: dt.datetime | None = None,
) -> Sealed:
    entry_id = new_id()
    entry = Entry(
        id=entry_id,
        kind=body.kind,
        production=PRODUCTION,
        firearm=firearm,
        author=author,
        occurred_at=at,
        after=after,
        device=DeviceStamp(id=device, seq=seq, offset_ms=offset_ms),
        body=body,
    )
    return Sealed(entry=entry, leaf_hash=f"hash of {entry_id.int}", received_at=received_at or at)


ENVELOPE = frozenset({"author", "firearm", "device", "seq", "offset_ms", "after", "received_at"})


def fact(body: Body, at: dt.datetime = NINE, **envelope: Any) -> Fact:
    return fact_of(sealed(body, at=at, **envelope))


def made(kind: type[Body], at: dt.datetime, said: dict[str, Any]) -> Fact:
    """`said` has fields of the envelope and of the body, by name."""
    envelope = {name: said[name] for name in ENVELOPE & said.keys()}
    return fact(kind(**{name: said[name] for name in said.keys() - ENVELOPE}), at, **envelope)


def inspected(at: dt.datetime = NINE, **more: Any) -> Fact:
    """A complete inspection of six dummies, shown to the first AD."""
    said = {
        "purpose": "pre_use",
        "load": "dummy",
        "rounds": 6,
        "chambers_total": 6,
        "chambers_seen": 6,
        "barrel_clear": True,
        "dummies_verified": 6,
        "items": PASSED,
        "shown_to": (AD,),
    }
    return made(Inspection, at, said | more)


def announced(at: dt.datetime = NINE, **more: Any) -> Fact:
    """The first AD announces six dummies."""
    return made(Announcement, at, {"author": AD, "call": "cold_dummy", "rounds": 6} | more)


def holder(who: UUID) -> Holder:
    return Holder(place=who) if who in PLACES else Holder(crew=who)


def handed_off(at: dt.datetime = NINE, giver: UUID = ARMORER, receiver: UUID = PERFORMER, **more: Any) -> Fact:
    """Six dummies, from the armorer to the performer; recorded by the giver, or by who takes it from a place."""
    author = giver if giver not in PLACES else receiver
    said = {
        "author": author if author not in PLACES else ARMORER,
        "giver": holder(giver),
        "receiver": holder(receiver),
        "purpose": "transfer",
        "load": "dummy",
        "rounds": 6,
    }
    return made(Handoff, at, said | more)


def resolved(*handoffs: Fact, at: dt.datetime = NINE, to: UUID = PROPS, **more: Any) -> Fact:
    said = {"author": PROPS, "entries": tuple(one.id for one in handoffs), "holder": holder(to)}
    return made(Resolution, at, said | more)


def signed(what: Fact, at: dt.datetime = NINE, signer: UUID = PERFORMER, **more: Any) -> Fact:
    """The performer's receipt under the last version of an entry: looked inside."""
    said = {
        "author": signer,
        "entry": what.current.id,
        "entry_hash": what.current.leaf_hash,
        "signer": signer,
        "meaning": "received",
        "looked_inside": True,
    }
    return made(SignOff, at, said | more)


def happened(kind: str = "fault", at: dt.datetime = NINE, **more: Any) -> Fact:
    """An incident, reported by the grip."""
    return made(Incident, at, {"author": GRIP, "type": kind} | more)


def closed(incident: Fact, at: dt.datetime = NINE, **more: Any) -> Fact:
    return made(IncidentClosed, at, {"author": PROPS, "incident": incident.id, "firearm": incident.firearm} | more)


def held(at: dt.datetime = NINE, **more: Any) -> Fact:
    """The grip stops the production."""
    return made(Hold, at, {"author": GRIP, "scope": "production", "firearm": None} | more)


def released(hold: UUID, at: dt.datetime = NINE, **more: Any) -> Fact:
    return made(Release, at, {"author": PROPS, "hold": hold, "reason": "looked at it"} | more)


def meeting(at: dt.datetime = NINE, **more: Any) -> Fact:
    return made(Meeting, at, {"author": AD, "firearm": None, "date": NINE.date(), "attendees": ()} | more)


def counted(at: dt.datetime = NINE, **more: Any) -> Fact:
    """Six dummies issued, six returned."""
    numbers = {"issued": 6, "fired": 0, "returned": 6, "misfired": 0, "quarantined": 0}
    return made(AmmunitionCount, at, {"firearm": None, "type": "dummy", **numbers} | more)


def answered(complaint: Fact, at: dt.datetime = NINE, **more: Any) -> Fact:
    return made(FollowUp, at, {"author": PRODUCER, "incident": complaint.id, "what": "answered"} | more)


def corrected(what: Fact, at: dt.datetime = NINE, /, **changes: Any) -> Fact:
    """The same entry after a correction that changes these fields of its body."""
    version = Version(id=new_id(), leaf_hash=f"hash of the correction at {at}", body=replace(what.body, **changes))
    place = (at, 1, version.id)
    return replace(what, versions=(*what.versions, version), corrected=(*what.corrected, place))


def voided(what: Fact, at: dt.datetime = NINE) -> Fact:
    by = new_id()
    return replace(what, voided_by=by, corrected=(*what.corrected, (at, 1, by)))


def correction(of: Sealed, body: dict[str, Any] | None, at: dt.datetime = NINE, **more: Any) -> Sealed:
    said = Correction(corrects=of.entry.id, reason="written down wrong", body=body)
    return sealed(said, at=at, **{"author": of.entry.author, **more})


# --- the fold --------------------------------------------------------------------------------------------------------


def ready(at: dt.datetime = NINE) -> list[Fact]:
    """Out of the safe, inspected, announced: three minutes later everything is there for the performer."""
    return [
        handed_off(at, SAFE, ARMORER),
        inspected(at + minutes(1)),
        announced(at + minutes(2)),
    ]


def folded(*facts: Fact, around: Surroundings = AROUND, state: CustodyState | None = None) -> Folded:
    """The facts folded, from the empty state unless another one is given."""
    handoffs = [one for one in facts if isinstance(one.body, Handoff)]
    same_after: dict[UUID | None, list[Fact]] = {}
    for one in handoffs:
        if not one.voided_by:
            same_after.setdefault(one.after, []).append(one)
    amended: list[Order] = [place for one in handoffs for place in one.corrected]
    return fold(state or CustodyState(firearm=COLT), facts, around, same_after=same_after, amended=amended)


def state_after(*facts: Fact, around: Surroundings = AROUND) -> CustodyState:
    return folded(*facts, around=around).state


def broken_by(what: Fact, *others: Fact, around: Surroundings = AROUND) -> set[str]:
    """The rules that an entry breaks, folded among the others."""
    steps = folded(*others, what, around=around).steps.values()
    return {step.rule for step in steps if step.trigger == what.id and not step.expected}


def step_of(rule_id: str, what: Fact, *others: Fact, around: Surroundings = AROUND) -> Step:
    """The step that a rule found at an entry, folded among the others."""
    return folded(*others, what, around=around).steps[rule_id, what.id]


def expected_of(what: Fact, *others: Fact, around: Surroundings = AROUND) -> set[str]:
    """The rules that expect something after an entry."""
    steps = folded(*others, what, around=around).steps.values()
    return {step.rule for step in steps if step.trigger == what.id and step.expected}


def cleared(*facts: Fact, at: dt.datetime = READY, around: Surroundings = AROUND, **more: Any) -> Clearance:
    return clearance(state_after(*facts, around=around), around, at, **more)


def missing(*facts: Fact, at: dt.datetime = READY, around: Surroundings = AROUND, **more: Any) -> set[str]:
    return {one.id for one in cleared(*facts, at=at, around=around, **more).missing}
