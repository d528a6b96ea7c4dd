"""The kinds of entry: one class each. Fields and words are on the wire and in the ledger, so never renamed."""

import datetime as dt
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from msgspec import Meta, Struct

from checklists.custody.words import Load

GREATEST = 2**53 - 1  # the largest integer that every JSON reader keeps exactly

Count = Annotated[int, Meta(ge=-GREATEST, le=GREATEST)]
Text = Annotated[str, Meta(max_length=10_000)]
Line = Annotated[str, Meta(max_length=200)]
People = Annotated[tuple[UUID, ...], Meta(max_length=1_000)]
ClockTime = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$(?!\n)")]


class Body(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an entry says beside its envelope."""

    kind: ClassVar[str]
    about_a_firearm: ClassVar[bool] = False
    """Whether the envelope must name a firearm."""
    correctable: ClassVar[bool] = True

    @property
    def named(self) -> UUID | None:
        """The earlier entry that this one speaks about."""
        return None


class Holder(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who or what has a firearm: exactly one of a crew member and a place."""

    crew: UUID | None = None
    place: UUID | None = None

    def __post_init__(self) -> None:
        if (self.crew is None) == (self.place is None):
            raise ValueError("a holder is either a crew member or a place")


class Inspection(Body, frozen=True):
    """Somebody opened the firearm and says what is in it. Null or left out means: not checked."""

    kind: ClassVar[str] = "inspection"
    about_a_firearm: ClassVar[bool] = True

    purpose: Literal["checkout", "pre_use", "post_use", "after_incident", "lockup"]
    load: Load
    rounds: Count
    chambers_total: Count | None = None
    chambers_seen: Count | None = None
    barrel_clear: bool | None = None
    dummies_verified: Count | None = None
    dummies: Count | None = None
    blank_size: Literal["quarter", "half", "full"] | None = None
    items: Annotated[dict[Line, Literal["pass", "fail", "na"]], Meta(max_length=200)] = {}
    shown_to: People = ()
    photos: Annotated[tuple[Line, ...], Meta(max_length=100)] = ()
    note: Text = ""


class Announcement(Body, frozen=True):
    """The words called out on set."""

    kind: ClassVar[str] = "announcement"
    about_a_firearm: ClassVar[bool] = True

    call: Literal["cold_empty", "cold_dummy", "hot_blank", "firing_imminent", "clear", "returned_secured"]
    rounds: Count = 0
    scene: Line = ""
    shown_to: People = ()
    departments_acknowledged: Annotated[tuple[Line, ...], Meta(max_length=100)] = ()


class Handoff(Body, frozen=True):
    """The firearm went from one holder to another."""

    kind: ClassVar[str] = "handoff"
    about_a_firearm: ClassVar[bool] = True

    giver: Holder
    receiver: Holder
    purpose: Literal["checkout", "transfer", "to_performer", "return", "lockup"]
    load: Load
    rounds: Count
    scene: Line = ""
    rehearsal: bool = False

    def __post_init__(self) -> None:
        if self.giver == self.receiver:
            raise ValueError("giver and receiver are the same")


class SignOff(Body, frozen=True):
    """A person's signature under an entry. `looked_inside` is never pre-filled."""

    kind: ClassVar[str] = "sign_off"

    entry: UUID
    entry_hash: Line
    signer: UUID
    meaning: Literal["given", "received", "announcement_confirmed", "witnessed", "acknowledged"]
    looked_inside: bool | None = None
    method: Literal["session", "pin", "passkey", "device_key"] = "session"

    @property
    def named(self) -> UUID:
        return self.entry


class Incident(Body, frozen=True):
    """Something went wrong, or somebody complains."""

    kind: ClassVar[str] = "incident"
    correctable: ClassVar[bool] = False

    type: Literal[
        "misfire",
        "unintended_discharge",
        "unattended",
        "unauthorised_handling",
        "live_round",
        "injury",
        "fault",
        "complaint",
    ]
    note: Text = ""


class IncidentClosed(Body, frozen=True):
    kind: ClassVar[str] = "incident_closed"

    incident: UUID
    finding: Text = ""

    @property
    def named(self) -> UUID:
        return self.incident


class Hold(Body, frozen=True):
    """STOP, for one firearm or the whole production. Anyone may."""

    kind: ClassVar[str] = "hold"
    correctable: ClassVar[bool] = False

    scope: Literal["firearm", "production"]
    reason: Text = ""


class Release(Body, frozen=True):
    """Lifts a hold: `hold` is its id, or that of the entry that raised it."""

    kind: ClassVar[str] = "release"

    hold: UUID
    reason: Text

    @property
    def named(self) -> UUID:
        return self.hold


class Meeting(Body, frozen=True):
    """A safety meeting and who was there. `date` is a label; the effective time decides the day."""

    kind: ClassVar[str] = "meeting"

    date: dt.date
    attendees: People
    led_by: UUID | None = None
    topics: Annotated[tuple[Line, ...], Meta(max_length=100)] = ()


class AmmunitionCount(Body, frozen=True):
    kind: ClassVar[str] = "ammunition_count"

    type: Literal["dummy", "blank", "live"]
    issued: Count
    fired: Count
    returned: Count
    misfired: Count
    quarantined: Count
    on_hand: Count | None = None

    @property
    def balances(self) -> bool:
        return self.issued == self.fired + self.returned + self.misfired + self.quarantined


class Schedule(Body, frozen=True):
    """Moves the call and wrap of one shooting day."""

    kind: ClassVar[str] = "schedule"

    date: dt.date
    wrap: ClockTime
    call: ClockTime | None = None


class SceneWrap(Body, frozen=True):
    """Shooting with firearms is over for the day, earlier than planned."""

    kind: ClassVar[str] = "scene_wrap"

    date: dt.date


class FollowUp(Body, frozen=True):
    kind: ClassVar[str] = "follow_up"

    incident: UUID
    what: Literal["regulator_told", "answered", "evidence_secured"]
    note: Text = ""

    @property
    def named(self) -> UUID:
        return self.incident


class Correction(Body, frozen=True):
    """Replaces the body of an earlier entry of the same author; a null body voids it."""

    kind: ClassVar[str] = "correction"
    correctable: ClassVar[bool] = False

    corrects: UUID
    reason: Annotated[str, Meta(min_length=1, max_length=10_000)]
    body: dict[str, Any] | None

    @property
    def named(self) -> UUID:
        return self.corrects


class Resolution(Body, frozen=True):
    """Settles a dispute: who has the firearm now."""

    kind: ClassVar[str] = "resolution"
    about_a_firearm: ClassVar[bool] = True

    entries: Annotated[tuple[UUID, ...], Meta(max_length=100)]
    holder: Holder
    reason: Text = ""


class Reference(Body, frozen=True):
    """A row that rules read was set or changed. Written by the server alone."""

    kind: ClassVar[str] = "reference"
    correctable: ClassVar[bool] = False

    subject: Literal["production", "crew", "place", "firearm"]
    id: UUID
    values: dict[str, Any]


class ServerNote(Body, frozen=True):
    """Who was told when: written by the server alone, read by no rule."""

    correctable: ClassVar[bool] = False

    alert: UUID
    rule: Line = ""
    trigger: UUID | None = None
    due_at: dt.datetime | None = None
    by: UUID | None = None
    reason: Text = ""


class AlertOpened(ServerNote, frozen=True):
    kind: ClassVar[str] = "alert_opened"


class AlertAcknowledged(ServerNote, frozen=True):
    kind: ClassVar[str] = "alert_acknowledged"


class NobodyReached(ServerNote, frozen=True):
    kind: ClassVar[str] = "nobody_reached"


MADE_ON_A_DEVICE: dict[str, type[Body]] = {
    body.kind: body
    for body in (
        Inspection,
        Announcement,
        Handoff,
        SignOff,
        Incident,
        IncidentClosed,
        Hold,
        Release,
        Meeting,
        AmmunitionCount,
        Schedule,
        SceneWrap,
        FollowUp,
        Correction,
        Resolution,
    )
}
MADE_BY_THE_SERVER: dict[str, type[Body]] = {
    body.kind: body for body in (Reference, AlertOpened, AlertAcknowledged, NobodyReached)
}
KINDS = MADE_ON_A_DEVICE | MADE_BY_THE_SERVER


class DeviceStamp(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`seq`: the device's gapless counter for this production. `offset_ms`: server minus device clock, measured."""

    id: UUID
    seq: Annotated[int, Meta(ge=1, le=GREATEST)]
    offset_ms: Annotated[int, Meta(ge=-GREATEST, le=GREATEST)] = 0


class Entry(Struct, frozen=True, kw_only=True):
    """An entry as read: its envelope and its typed body."""

    id: UUID
    kind: str
    production: UUID
    firearm: UUID | None
    author: UUID | None
    occurred_at: dt.datetime
    after: UUID | None
    device: DeviceStamp
    body: Body
