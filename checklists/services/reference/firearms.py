"""The firearms of a production: everything treated as one, also replicas and rubber."""

from datetime import datetime
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from checklists.custody.problems import Malformed, Problem
from checklists.custody.words import FIREARM_KINDS
from checklists.models import CrewMember, Firearm, Production
from checklists.services.ledger import lock_ledger
from checklists.services.reference.entries import note_change

WITHOUT_CHAMBERS = frozenset({"replica", "rubber"})
"""The only kinds that may have no chamber: for any other, zero chambers seen would count as all of them."""

MOST_CHAMBERS = 100


class FirearmChanges(TypedDict, total=False):
    name: str
    tag: str
    kind: str
    capacity: int
    calibre: str
    serial: str
    functional: bool


@transaction.atomic
def add_firearm(
    *,
    production: Production,
    name: str,
    kind: str,
    capacity: int,
    author: CrewMember | None,
    tag: str = "",
    calibre: str = "",
    serial: str = "",
    functional: bool | None = None,
    now: datetime | None = None,
) -> Firearm:
    """A new firearm. Without a `tag` it gets the next free number; `functional` unless it is a replica or rubber.

    Raises:
        Malformed: pointing at a kind, capacity or tag that can't be.
    """
    lock_ledger(production)
    firearm = Firearm(
        production=production,
        name=name,
        tag=tag or next_tag(production),
        kind=kind,
        capacity=capacity,
        calibre=calibre,
        serial=serial,
        functional=kind not in WITHOUT_CHAMBERS if functional is None else functional,
    )
    save_checked(firearm)
    note_firearm(firearm, before=None, author=author, now=now)
    return firearm


@transaction.atomic
def change_firearm(
    *, firearm: Firearm, author: CrewMember | None, now: datetime | None = None, **changes: Unpack[FirearmChanges]
) -> Firearm:
    """The firearm with these fields changed, from now on.

    Raises:
        Malformed: pointing at a kind, capacity or tag that can't be.
    """
    lock_ledger(firearm.production)
    firearm = Firearm.objects.select_related("production").get(pk=firearm.pk)
    before = firearm_values(firearm)
    for field, value in changes.items():
        setattr(firearm, field, value)
    save_checked(firearm)
    note_firearm(firearm, before=before, author=author, now=now)
    return firearm


def firearm_values(firearm: Firearm) -> dict[str, object]:
    """What rules read."""
    return {"kind": firearm.kind, "capacity": firearm.capacity, "functional": firearm.functional}


def firearm_problems(firearm: Firearm) -> list[Problem]:
    """What can't be about a firearm as it would be saved."""
    problems = []
    if firearm.kind not in FIREARM_KINDS:
        problems.append(Problem("/kind", f"not one of {', '.join(FIREARM_KINDS)}"))
    least = 0 if firearm.kind in WITHOUT_CHAMBERS else 1
    if not least <= firearm.capacity <= MOST_CHAMBERS:
        detail = f"chambers, from {least} to {MOST_CHAMBERS} for this kind (never a magazine)"
        problems.append(Problem("/capacity", detail))
    if not firearm.tag:
        problems.append(Problem("/tag", "printed on the label, so it can't be empty"))
    if Firearm.objects.filter(production=firearm.production, tag=firearm.tag).exclude(pk=firearm.pk).exists():
        problems.append(Problem("/tag", "another firearm of this production has this tag"))
    return problems


def save_checked(firearm: Firearm) -> None:
    if problems := firearm_problems(firearm):
        raise Malformed(problems)
    firearm.save()


def next_tag(production: Production) -> str:
    """The lowest free number, as `F01`."""
    taken = set(Firearm.objects.filter(production=production).values_list("tag", flat=True))
    return next(tag for number in range(1, len(taken) + 2) if (tag := f"F{number:02}") not in taken)


def note_firearm(
    firearm: Firearm, *, before: dict[str, object] | None, author: CrewMember | None, now: datetime | None
) -> None:
    note_change(
        production=firearm.production,
        subject="firearm",
        row_id=firearm.pk,
        before=before,
        after=firearm_values(firearm),
        author=author,
        now=now or timezone.now(),
    )
