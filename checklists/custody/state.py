"""What the fold knows of one firearm after its entries so far. Plain values, encoded as JSON between two requests."""

import datetime as dt
from uuid import UUID

from msgspec import Struct

from checklists.custody.entries import Announcement, Holder, Inspection, SignOff
from checklists.custody.facts import Fact, Order

EARLY_SIGNATURES = 32
EARLY_CLOSINGS = 8
CLOSED_INCIDENTS = 16
MISSING_SIGNATURES = 64


class Step(Struct, frozen=True, kw_only=True):
    """What a rule found at its trigger: something that must follow by `due_at`, or (no `outcome`) a rule broken.

    `met_at` is the effective time of the entry that met it, None as long as nothing has.
    """

    rule: str
    trigger: UUID
    firearm: UUID | None
    since: dt.datetime
    due_at: dt.datetime
    outcome: str = ""
    expected: bool = True
    """Whether it may still come in time. A rule that is broken at once is not expected, even if an outcome mends it."""
    version: UUID | None = None
    version_hash: str = ""
    waiting: tuple[tuple[UUID, str], ...] = ()
    """Whose signature is missing, and with which meaning."""
    entries: tuple[UUID, ...] = ()
    """The disputed handoffs that a resolution must name."""
    author: UUID | None = None
    met_by: UUID | None = None
    met_at: dt.datetime | None = None

    @property
    def key(self) -> tuple[str, UUID]:
        return self.rule, self.trigger


class Signature(Struct, frozen=True, kw_only=True):
    """What a sign-off is worth: `looked` only when every version of it says so."""

    id: UUID
    at: dt.datetime
    version: UUID
    version_hash: str
    signer: UUID
    meaning: str
    looked: bool


class SeenInspection(Struct, frozen=True, kw_only=True):
    """The last inspection by a handler; `holds` until something makes a new one necessary."""

    id: UUID
    order: Order
    author: UUID
    version: UUID
    version_hash: str
    bodies: tuple[Inspection, ...]
    looked: tuple[UUID, ...] = ()
    holds: bool = True


class HeardCall(Struct, frozen=True, kw_only=True):
    """The last announcement after that inspection."""

    id: UUID
    order: Order
    author: UUID
    by_first_ad: bool
    version: UUID
    version_hash: str
    bodies: tuple[Announcement, ...]
    confirmed_by: tuple[UUID, ...] = ()
    looked: tuple[UUID, ...] = ()

    @property
    def first_ads(self) -> tuple[UUID, ...]:
        """The first ADs who announced or confirmed it."""
        return (*([self.author] if self.by_first_ad else []), *self.confirmed_by)


class KnownIncident(Struct, frozen=True, kw_only=True):
    id: UUID
    order: Order
    type: str
    involved: tuple[UUID, ...]
    inspected: bool = False
    closed: bool = False

    @property
    def blocks(self) -> bool:
        return not self.closed and self.type != "complaint"


class Dispute(Struct, frozen=True, kw_only=True):
    """Handoffs of different devices that continue the same earlier one and contradict each other."""

    after: UUID | None
    handoffs: tuple[UUID, ...]


class HandedOver(Struct, frozen=True, kw_only=True):
    """The handoff that gave the firearm to the performer who has it now, and the rules that it broke."""

    entry: UUID
    at: dt.datetime
    broken: tuple[str, ...]


class CustodyState(Struct, frozen=True, kw_only=True):
    """Where a firearm is, what is in it, and what is still to come."""

    firearm: UUID
    order: Order | None = None
    holder: Holder | None = None
    handed_off: bool = False
    """Whether there has been a handoff: the first one begins the chain of custody."""
    since: dt.datetime | None = None
    last_handler: UUID | None = None
    load: str | None = None
    rounds: int | None = None
    inspection: SeenInspection | None = None
    call: HeardCall | None = None
    incidents: tuple[KnownIncident, ...] = ()
    last_misfire_at: dt.datetime | None = None
    disputes: tuple[Dispute, ...] = ()
    handed_over: HandedOver | None = None
    pending: tuple[Step, ...] = ()
    early: tuple[Signature, ...] = ()
    """Signatures that nothing has asked for yet: a phone's clock may put them before what they sign."""
    early_closings: tuple[Step, ...] = ()
    """What closings break that stand before the incident that they name, or name one that nobody has heard of."""


def signature_of(fact: Fact) -> Signature | None:
    """The signature, when all versions agree on what it is and it was given by the signer in person."""
    bodies = [body for body in fact.bodies if isinstance(body, SignOff)]
    kinds = {(body.entry, body.entry_hash, body.signer, body.meaning) for body in bodies}
    in_person = all(body.signer == fact.author or body.method in ("pin", "passkey") for body in bodies)
    if len(kinds) != 1 or not in_person:
        return None
    version, version_hash, signer, meaning = kinds.pop()
    return Signature(
        id=fact.id,
        at=fact.at,
        version=version,
        version_hash=version_hash,
        signer=signer,
        meaning=meaning,
        looked=all(body.looked_inside is True for body in bodies),
    )
