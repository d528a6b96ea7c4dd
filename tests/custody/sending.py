"""Entries as phones send them: parsed JSON, complete and right unless a test changes something."""

from typing import Any

from tests.custody.making import AD, ARMORER, COLT, NINE, PERFORMER, PHONE, PRODUCTION, SAFE

EARLIER = "00000000-0000-7000-8000-00000000beef"
"""The id of some earlier entry."""

BODIES: dict[str, dict[str, Any]] = {
    "inspection": {
        "purpose": "pre_use",
        "load": "dummy",
        "rounds": 6,
        "chambers_total": 6,
        "chambers_seen": 6,
        "barrel_clear": True,
        "dummies_verified": 6,
        "dummies": None,
        "blank_size": None,
        "items": {"hammer": "pass", "blanks": "na"},
        "shown_to": [str(AD)],
        "photos": ["0" * 64],
        "note": "Half cock holds.",
    },
    "announcement": {
        "call": "cold_dummy",
        "rounds": 6,
        "scene": "12A",
        "shown_to": [str(AD)],
        "departments_acknowledged": ["camera", "sound"],
    },
    "handoff": {
        "giver": {"place": str(SAFE)},
        "receiver": {"crew": str(ARMORER)},
        "purpose": "checkout",
        "load": "empty",
        "rounds": 0,
        "scene": "12A",
        "rehearsal": False,
    },
    "sign_off": {
        "entry": EARLIER,
        "entry_hash": "0" * 64,
        "signer": str(PERFORMER),
        "meaning": "received",
        "looked_inside": True,
        "method": "pin",
    },
    "incident": {"type": "misfire", "note": "Click, no bang."},
    "incident_closed": {"incident": EARLIER, "finding": "A hard primer."},
    "hold": {"scope": "firearm", "reason": "It rattles."},
    "release": {"hold": EARLIER, "reason": "A loose grip screw."},
    "meeting": {"date": "2025-11-24", "attendees": [str(ARMORER)], "led_by": str(AD), "topics": ["blanks"]},
    "ammunition_count": {
        "type": "blank",
        "issued": 20,
        "fired": 12,
        "returned": 7,
        "misfired": 1,
        "quarantined": 0,
        "on_hand": 80,
    },
    "schedule": {"date": "2025-11-24", "wrap": "21:30", "call": "07:00"},
    "scene_wrap": {"date": "2025-11-24"},
    "follow_up": {"incident": EARLIER, "what": "answered", "note": "We talked."},
    "correction": {"corrects": EARLIER, "reason": "The wrong scene.", "body": {"scene": "12B"}},
    "resolution": {"entries": [EARLIER], "holder": {"crew": str(ARMORER)}, "reason": "Everybody agrees."},
}
REQUIRED = {
    "inspection": {"purpose", "load", "rounds"},
    "announcement": {"call"},
    "handoff": {"giver", "receiver", "purpose", "load", "rounds"},
    "sign_off": {"entry", "entry_hash", "signer", "meaning"},
    "incident": {"type"},
    "incident_closed": {"incident"},
    "hold": {"scope"},
    "release": {"hold", "reason"},
    "meeting": {"date", "attendees"},
    "ammunition_count": {"type", "issued", "fired", "returned", "misfired", "quarantined"},
    "schedule": {"date", "wrap"},
    "scene_wrap": {"date"},
    "follow_up": {"incident", "what"},
    "correction": {"corrects", "reason", "body"},
    "resolution": {"entries", "holder"},
}
REQUIRED_OF_ALL = {"id", "kind", "production", "author", "occurred_at", "device", "nonce", "body"}


def sent(kind: str = "inspection", **envelope: Any) -> dict[str, Any]:
    """A complete entry of a kind."""
    entry = {
        "id": "00000000-0000-7000-8000-000000000001",
        "kind": kind,
        "production": str(PRODUCTION),
        "firearm": str(COLT),
        "author": str(ARMORER),
        "occurred_at": NINE.isoformat(),
        "after": None,
        "device": {"id": str(PHONE), "seq": 41, "offset_ms": -120},
        "nonce": "kXy0abcdefghijklmnopqr",
        "body": dict(BODIES.get(kind, {})),
    }
    return entry | envelope


def said(kind: str, **body: Any) -> dict[str, Any]:
    """An entry of a kind with some fields of its body changed."""
    return sent(kind, body=BODIES[kind] | body)
