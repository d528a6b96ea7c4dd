"""The app itself: the alert is on the screens as soon as it is committed, so nothing leaves the house."""

from checklists.channels import Message, UnusableTarget

AT_ONCE = 64
TELLS_AFTERWARDS = True


def send(message: Message, *, target: str, secret: str) -> None:
    """Nothing to do; the delivery records that this person had it in the app."""


def check_target(target: str) -> None:
    raise UnusableTarget("Everybody has the app already.")
