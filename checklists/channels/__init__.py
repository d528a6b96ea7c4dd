"""How a message leaves the house: what a channel gets to see, and which channels are installed. Never a model.

A channel is a module in settings.ALERT_CHANNELS with the names of `ChannelModule`.
"""

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Protocol, cast
from uuid import UUID

from django.conf import settings


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLine:
    """One alert, as far as somebody outside needs to know it. Ids instead of serial numbers and people."""

    id: UUID
    rule: str
    title: str
    severity: str
    firearm_id: UUID | None
    firearm_name: str
    due_at: datetime
    opened_at: datetime
    met_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """All alerts of one moment for one recipient. Every repeat of it has the same `id`."""

    id: UUID
    production_id: UUID
    production_title: str
    sent_at: datetime
    alerts: tuple[AlertLine, ...]


class PassingFailure(Exception):
    """The message did not get there this time; it is worth trying again."""


class PermanentFailure(Exception):
    """The message will never get there like this; somebody has to change something."""


class UnusableTarget(ValueError):
    """No message could ever be sent to this target; the text says why, for the person who typed it."""


class ChannelModule(Protocol):
    """What the module of a channel has."""

    AT_ONCE: int
    """How many messages of one process may be under way on this channel at the same time."""

    TELLS_AFTERWARDS: bool
    """Whether a first message still makes sense when its alerts have all been answered or put right."""

    def send(self, message: Message, *, target: str, secret: str) -> None:
        """Returns when the other side has it. Raises PassingFailure or PermanentFailure; must end by itself."""

    def check_target(self, target: str) -> None:
        """Raises UnusableTarget. Asks nobody: no DNS, no network."""


def channel_of(kind: str) -> ChannelModule:
    """The installed channel of that kind; PermanentFailure when there is none."""
    path = settings.ALERT_CHANNELS.get(kind)
    if path is None:
        raise PermanentFailure(f"no channel of kind {kind} is installed")
    return cast(ChannelModule, import_module(path))


def check_target(kind: str, target: str) -> None:
    """Raises UnusableTarget when a production can't have such a channel."""
    if kind not in settings.ALERT_CHANNELS:
        raise UnusableTarget(f"No channel of kind {kind} is installed.")
    channel_of(kind).check_target(target)
