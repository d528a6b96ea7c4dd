"""The places of a production: where a firearm is when nobody has it."""

from datetime import datetime
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from checklists.models import CrewMember, Place, Production
from checklists.services.ledger import lock_ledger
from checklists.services.reference.entries import note_change


class PlaceChanges(TypedDict, total=False):
    name: str
    secure: bool


@transaction.atomic
def add_place(
    *, production: Production, name: str, secure: bool, author: CrewMember | None, now: datetime | None = None
) -> Place:
    """A new place; `secure` means that it is locked and watched, like a safe."""
    lock_ledger(production)
    place = Place.objects.create(production=production, name=name, secure=secure)
    note_place(place, before=None, author=author, now=now)
    return place


@transaction.atomic
def change_place(
    *, place: Place, author: CrewMember | None, now: datetime | None = None, **changes: Unpack[PlaceChanges]
) -> Place:
    """The place with these fields changed, from now on; entries made before are judged by what it was."""
    lock_ledger(place.production)
    place = Place.objects.select_related("production").get(pk=place.pk)
    before = place_values(place)
    place.name = changes.get("name", place.name)
    place.secure = changes.get("secure", place.secure)
    place.save()
    note_place(place, before=before, author=author, now=now)
    return place


def place_values(place: Place) -> dict[str, object]:
    """What rules read."""
    return {"secure": place.secure}


def note_place(
    place: Place, *, before: dict[str, object] | None, author: CrewMember | None, now: datetime | None
) -> None:
    note_change(
        production=place.production,
        subject="place",
        row_id=place.pk,
        before=before,
        after=place_values(place),
        author=author,
        now=now or timezone.now(),
    )
