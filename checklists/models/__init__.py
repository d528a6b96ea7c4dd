"""All models of the domain, by name."""

from checklists.models.alerts import Alert, Channel, Delivery, ExpectedStep, Heartbeat
from checklists.models.custody import Custody, CustodySnapshot, Device
from checklists.models.ledger import LedgerEntry, LedgerHead, LedgerIsAppendOnly, QuarantinedEntry
from checklists.models.people import Credential, CrewMember, User
from checklists.models.production import Firearm, Place, Production
from checklists.models.records import (
    AmmunitionCount,
    Announcement,
    Handoff,
    Hold,
    Incident,
    Inspection,
    PlannedWrap,
    SafetyMeeting,
    SignOff,
)

__all__ = [
    "Alert",
    "AmmunitionCount",
    "Announcement",
    "Channel",
    "Credential",
    "CrewMember",
    "Custody",
    "CustodySnapshot",
    "Delivery",
    "Device",
    "ExpectedStep",
    "Firearm",
    "Handoff",
    "Heartbeat",
    "Hold",
    "Incident",
    "Inspection",
    "LedgerEntry",
    "LedgerHead",
    "LedgerIsAppendOnly",
    "Place",
    "PlannedWrap",
    "Production",
    "QuarantinedEntry",
    "SafetyMeeting",
    "SignOff",
    "User",
]
