"""E-mail in plain text: the worst first, readable on a locked phone, no names of people."""

from smtplib import SMTPRecipientsRefused
from typing import get_args

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email

from checklists.channels import AlertLine, Message, PassingFailure, PermanentFailure, UnusableTarget
from checklists.custody.words import Severity

AT_ONCE = 8
TELLS_AFTERWARDS = False

SEVERITIES = get_args(Severity)
SENDS_WITHIN_S = 10
LINES = 50
"""A longer list helps nobody on a phone; the rest is in the app."""


def send(message: Message, *, target: str, secret: str) -> None:
    """Hands the message to the mail server."""
    email = EmailMessage(
        subject=subject(message),
        body=body(message),
        to=[target],
        headers={"Message-ID": f"<{message.id}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].strip('>')}>"},
        connection=get_connection(timeout=SENDS_WITHIN_S),
    )
    try:
        email.send()
    except SMTPRecipientsRefused as refusal:
        if all(code >= 500 for code, _ in refusal.recipients.values()):
            raise PermanentFailure("the mail server refuses this address") from refusal
        raise PassingFailure("the mail server does not take this address now") from refusal
    except OSError as error:  # smtplib's errors are OSErrors too
        raise PassingFailure(f"the mail server could not be used: {type(error).__name__}") from error


def subject(message: Message) -> str:
    """Severity, the worst alert, its firearm, how many more, and the production, on one line."""
    first, *others = most_severe_first(message)
    more = f" and {len(others)} more" if others else ""
    return one_line(f"{first.severity.upper()}: {about(first)}{more} ({message.production_title})")


def body(message: Message) -> str:
    """One block for each alert, the worst first."""
    alerts = most_severe_first(message)
    blocks = [block(alert) for alert in alerts[:LINES]]
    if len(alerts) > LINES:
        blocks.append(f"... and {len(alerts) - LINES} more in the app.")
    head = f"{one_line(message.production_title)}: steps on record as missing or broken."
    foot = f"Open the app and answer: {settings.PUBLIC_URL}/\nA record cannot open a chamber. Open it and look."
    return "\n\n".join([head, *blocks, foot]) + "\n"


def block(alert: AlertLine) -> str:
    """What, about which firearm, since when, and whether it has been done meanwhile."""
    done = f"\n  done at {alert.met_at:%Y-%m-%d %H:%M:%S} UTC" if alert.met_at else ""
    return f"{alert.severity.upper()}  {about(alert)}\n  due at {alert.due_at:%Y-%m-%d %H:%M:%S} UTC{done}"


def about(alert: AlertLine) -> str:
    """The rule's sentence and the firearm it is about."""
    firearm = f" - {alert.firearm_name}" if alert.firearm_name else ""
    return one_line(f"missing: {alert.title}{firearm}")


def most_severe_first(message: Message) -> list[AlertLine]:
    """Done ones last; otherwise by severity, then by due time."""

    def urgency(alert: AlertLine) -> tuple[bool, int, float]:
        rank = SEVERITIES.index(alert.severity) if alert.severity in SEVERITIES else 0
        return (alert.met_at is not None, rank, alert.due_at.timestamp())

    return sorted(message.alerts, key=urgency)


def one_line(text: str) -> str:
    """Without line breaks, which a header must not have."""
    return " ".join(text.split())


def check_target(target: str) -> None:
    try:
        validate_email(target)
    except ValidationError:
        raise UnusableTarget("This is not an e-mail address.") from None
