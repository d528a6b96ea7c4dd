"""Messages to send."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from checklists.channels import AlertLine, Message

NINE = datetime(2025, 11, 23, 9, 0, tzinfo=UTC)


def an_alert_line(**fields: Any) -> AlertLine:
    defaults: dict[str, Any] = {
        "id": UUID(int=1),
        "rule": "both-sign",
        "title": "Giver and receiver have both signed",
        "severity": "critical",
        "firearm_id": UUID(int=7),
        "firearm_name": "COLT-1 Colt",
        "due_at": NINE,
        "opened_at": NINE,
        "met_at": None,
    }
    return AlertLine(**{**defaults, **fields})


def a_message(*alerts: AlertLine, production_title: str = "The Long Ride") -> Message:
    return Message(
        id=UUID(int=3),
        production_id=UUID(int=5),
        production_title=production_title,
        sent_at=NINE,
        alerts=alerts or (an_alert_line(),),
    )
