"""The channels that a production has besides people's own addresses."""

from django.conf import settings

from checklists.channels import UnusableTarget, check_target
from checklists.custody.problems import Malformed, Problem
from checklists.models import Channel, Delivery, Production


def add_channel(*, production: Production, kind: str, target: str, secret: str = "") -> Channel:
    """A new channel. Its secret signs what is sent and is never shown again.

    Raises:
        Malformed: when no such kind is installed, or the target can't be used.
    """
    if problem := channel_problem(kind, target):
        raise Malformed([problem])
    return Channel.objects.create(production=production, kind=kind, target=target, secret=secret)


def remove_channel(*, channel: Channel) -> None:
    """Nothing more is sent there, except what is under way."""
    queued = Delivery.objects.filter(production=channel.production, channel=channel.kind, target=channel.target)
    queued.filter(state=Delivery.State.QUEUED).update(state=Delivery.State.NOT_NEEDED)
    channel.delete()


def channel_problem(kind: str, target: str) -> Problem | None:
    """What can't be about a channel."""
    if kind not in settings.ALERT_CHANNELS:
        return Problem("/kind", f"not one of {', '.join(sorted(settings.ALERT_CHANNELS))}")
    try:
        check_target(kind, target)
    except UnusableTarget as reason:
        return Problem("/target", str(reason))
    return None
